//! What is to be sent, in its order: lines, and the content of messages.

use std::{collections::VecDeque, fmt};

use anyrfc_core::Output;
use bytes::{Buf, Bytes, BytesMut};

use crate::{
    Error,
    codec::dot::DotStuffer,
    types::content::{LINE_MAX, LineEnds},
};

enum Item {
    /// So many bytes of `lines`.
    Lines(usize),
    /// The content of a message.
    Content(Content),
}

/// The content of a message on its way, or a part of it.
struct Content {
    /// Of which delivery.
    owner: u64,
    form: Form,
    chunk: Bytes,
    more: VecDeque<Bytes>,
    ended: bool,
}

enum Form {
    /// As DATA wants it (RFC 5321, section 4.5.2).
    Dots(DotStuffer),
    /// As it is.
    Raw,
}

/// Items are numbered: what was asked for by an item is owed once that is sent.
#[derive(Default)]
pub(super) struct Outbox {
    items: VecDeque<Item>,
    lines: BytesMut,
    /// How many bytes of them the items speak of.
    told: usize,
    /// The number of the item at the front, which is how many were sent.
    sent: u64,
}

/// How much there is: the lines may hold a password.
impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox")
            .field("items", &self.items.len())
            .field("lines", &self.lines.len())
            .field("sent", &self.sent)
            .finish_non_exhaustive()
    }
}

impl Outbox {
    /// Where a line is written; [`line`](Self::line) ends it.
    pub(super) fn buffer(&mut self) -> &mut BytesMut {
        &mut self.lines
    }

    /// What was written since is a line, or several. The number of its item.
    pub(super) fn line(&mut self) -> u64 {
        let fresh = self.lines.len().saturating_sub(self.told);
        self.told = self.told.saturating_add(fresh);
        match self.items.back_mut() {
            Some(Item::Lines(count)) => *count = count.saturating_add(fresh),
            _ => self.items.push_back(Item::Lines(fresh)),
        }
        self.last()
    }

    /// The number of the last item.
    fn last(&self) -> u64 {
        self.sent.saturating_add((self.items.len() as u64).saturating_sub(1))
    }

    /// The content of a message for DATA.
    pub(super) fn dotted(&mut self, owner: u64, whole: Option<Bytes>, ends: LineEnds) -> u64 {
        let form = Form::Dots(DotStuffer::new(ends, LINE_MAX));
        self.content(owner, form, whole.is_some(), whole.unwrap_or_default())
    }

    /// A chunk for BDAT.
    pub(super) fn raw(&mut self, owner: u64, chunk: Bytes) -> u64 {
        self.content(owner, Form::Raw, true, chunk)
    }

    fn content(&mut self, owner: u64, form: Form, ended: bool, chunk: Bytes) -> u64 {
        self.items.push_back(Item::Content(Content { owner, form, chunk, more: VecDeque::new(), ended }));
        self.last()
    }

    /// More of a content. The number of its item.
    pub(super) fn provide(&mut self, owner: u64, chunk: Bytes, last: bool) -> Option<u64> {
        let first = self.sent;
        let (content, number) = self.items.iter_mut().zip(first..).find_map(|(item, number)| match item {
            Item::Content(content) if content.owner == owner && !content.ended => Some((content, number)),
            _ => None,
        })?;
        if content.chunk.is_empty() {
            content.chunk = chunk;
        } else {
            content.more.push_back(chunk);
        }
        content.ended = last;
        Some(number)
    }

    /// Whether nothing of a content is left to be sent, and more is wanted.
    pub(super) fn is_starving(&self, owner: u64) -> bool {
        self.items.iter().any(|item| match item {
            Item::Content(content) => content.owner == owner && !content.ended && content.chunk.is_empty(),
            Item::Lines(_) => false,
        })
    }

    /// How many items were sent.
    pub(super) const fn sent(&self) -> u64 {
        self.sent
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether a command could be said now, in place of all that is not sent: nothing is in the midst of a message.
    pub(super) fn is_between(&self) -> bool {
        !matches!(self.items.front(), Some(Item::Content(_)))
    }

    /// Whether there is something to send at the moment.
    pub(super) fn is_ready(&self) -> bool {
        match self.items.front() {
            None => false,
            Some(Item::Lines(_)) => true,
            Some(Item::Content(content)) => content.ended || !content.chunk.is_empty(),
        }
    }

    /// Moves to `out` what fits.
    ///
    /// # Errors
    /// A content is none that may be sent.
    pub(super) fn transmit(&mut self, out: &mut Output) -> Result<(), Error> {
        while !out.is_full() {
            match self.items.front_mut() {
                None => break,
                Some(Item::Lines(count)) => {
                    let count = (*count).min(self.lines.len());
                    out.write(self.lines.get(..count).unwrap_or_default());
                    self.lines.advance(count);
                    self.told = self.told.saturating_sub(count);
                }
                Some(Item::Content(content)) => {
                    if !content.transmit(out)? {
                        break;
                    }
                }
            }
            self.items.pop_front();
            self.sent = self.sent.saturating_add(1);
        }
        Ok(())
    }

    /// Nothing of it is sent any more.
    pub(super) fn clear(&mut self) {
        self.items = VecDeque::new();
        self.lines = BytesMut::new();
        self.told = 0;
    }

    /// Gives back memory that an idle connection does not need.
    pub(super) fn release(&mut self) {
        if self.items.is_empty() && self.lines.capacity() > KEPT {
            self.lines = BytesMut::new();
        }
        self.items.shrink_to(ITEMS_KEPT);
    }
}

/// An idle connection keeps no larger buffers than this.
const KEPT: usize = 4 << 10;
const ITEMS_KEPT: usize = 16;

impl Content {
    /// Whether all of it was sent.
    fn transmit(&mut self, out: &mut Output) -> Result<bool, Error> {
        loop {
            match &mut self.form {
                Form::Dots(stuffer) => stuffer.feed(&mut self.chunk, out)?,
                Form::Raw => {
                    let count = self.chunk.len().min(out.room());
                    out.push(self.chunk.split_to(count));
                }
            }
            if !self.chunk.is_empty() {
                return Ok(false);
            }
            match self.more.pop_front() {
                Some(next) => self.chunk = next,
                None => break,
            }
        }
        if self.ended
            && let Form::Dots(stuffer) = &mut self.form
        {
            stuffer.finish(out)?;
        }
        Ok(self.ended)
    }
}

#[cfg(test)]
mod tests;
