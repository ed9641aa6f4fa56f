//! Rows of FETCH, as they come (RFC 9051, section 6.4.5).

use std::{
    borrow::Cow,
    collections::VecDeque,
    fmt,
    future::poll_fn,
    ops::Deref,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream;

use super::inner::Inner;
use crate::{
    Error,
    codec::command::{Command as _, Divided as _, FetchAnswer, UidFetch},
    proto::{BodyStart, Completion, Report, Ticket},
    types::{BodyData, FetchRef, FetchRow, PartPath, Section, UidSet},
};

/// One message as it was fetched: a [`FetchRow`], with the bodies that were too large to be
/// part of it.
#[derive(Clone)]
pub struct Fetched {
    row: FetchRow,
    bodies: Box<[(BodyStart, Bytes)]>,
}

impl Fetched {
    pub(super) fn new(row: FetchRow, bodies: Vec<(BodyStart, Bytes)>) -> Self {
        Self { row, bodies: bodies.into() }
    }

    /// The row by itself.
    #[must_use]
    pub fn into_row(self) -> FetchRow {
        self.row
    }

    /// The bytes of a section; `None` where the server sent none, or `NIL`, or more than
    /// [`Limits::literal`](anyrfc_core::Limits::literal): those come by
    /// [`fetch_body`](super::Selected::fetch_body).
    #[must_use]
    pub fn body_bytes(&self, section: &Section) -> Option<Cow<'_, [u8]>> {
        let is = |body: &BodyStart| {
            !body.decoded && body.section.as_ref().is_some_and(|found| found.matches(section))
        };
        let large = self.bodies.iter().find(|(body, _)| is(body));
        large.map(|(_, bytes)| Cow::Borrowed(&**bytes)).or_else(|| inline(self.row.body(section)?.parsed()?))
    }

    /// The bytes of a part whose transfer encoding the server has removed (`BINARY`).
    #[must_use]
    pub fn binary_bytes(&self, part: &PartPath) -> Option<Cow<'_, [u8]>> {
        let is =
            |body: &BodyStart| body.decoded && body.section.as_ref().is_some_and(|found| found.part == *part);
        let large = self.bodies.iter().find(|(body, _)| is(body));
        large.map(|(_, bytes)| Cow::Borrowed(&**bytes)).or_else(|| inline(self.row.binary(part)?.parsed()?))
    }

    /// About how many bytes it holds.
    pub(super) fn held(&self) -> usize {
        size_of::<Self>() + self.row.held() + self.bodies.iter().map(|(_, bytes)| bytes.len()).sum::<usize>()
    }
}

pub(super) fn inline(data: BodyData<'_>) -> Option<Cow<'_, [u8]>> {
    if let BodyData::Inline(text) = data { Some(text.bytes()) } else { None }
}

impl Deref for Fetched {
    type Target = FetchRow;

    fn deref(&self) -> &FetchRow {
        &self.row
    }
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.row, f)
    }
}

/// The rows of a FETCH or STORE, as they come; a `Stream` of [`Fetched`].
///
/// As long as nobody takes rows, none is read. Dropped half-way, what is left is drained by
/// whatever uses the connection next, and never mistaken for its answer.
#[derive(Debug)]
#[must_use = "rows are read when they are taken"]
pub struct Fetch<'a> {
    inner: &'a mut Inner,
    /// Those of commands that have not ended, in order.
    tickets: VecDeque<Part>,
    vanished: UidSet,
}

/// A command, and how it is written, where it can go on with what the server has left.
type Part = (Ticket<FetchAnswer>, Option<Box<UidFetch>>);

impl<'a> Fetch<'a> {
    pub(super) fn new(inner: &'a mut Inner, tickets: impl IntoIterator<Item = Ticket<FetchAnswer>>) -> Self {
        let tickets = tickets.into_iter().map(|ticket| (ticket, None)).collect();
        Self { inner, tickets, vanished: UidSet::new() }
    }

    /// Of a command that is to be whole: divided where it is too long for a line, and gone on with
    /// where the server does a part only (RFC 9738).
    pub(super) fn whole(inner: &'a mut Inner, command: UidFetch) -> Result<Self, Error> {
        let limit = inner.connection().map_or(0, |connection| connection.dialect().line_limit());
        let mut tickets = VecDeque::new();
        for part in command.split(limit) {
            tickets.push_back((inner.submit(part.clone())?, Some(Box::new(part))));
        }
        Ok(Self { inner, tickets, vanished: UidSet::new() })
    }

    /// The first of the commands has ended so; what the server has left of it is asked for next.
    fn ended(&mut self, completion: Completion) -> Result<(), Error> {
        let Some((ticket, command)) = self.tickets.pop_front() else { return Ok(()) };
        match (command, completion.message_limit()) {
            (Some(command), Some(limit)) if completion.outcome.is_ok() => {
                let answer = ticket.answer(completion.without_limit())?;
                self.has_vanished(answer);
                if let Some(rest) = command.rest(limit)? {
                    self.tickets.push_front((self.inner.submit(rest.clone())?, Some(Box::new(rest))));
                }
                Ok(())
            }
            _ => {
                let answer = ticket.answer(completion)?;
                self.has_vanished(answer);
                Ok(())
            }
        }
    }

    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// The server refused, or the connection has ended; nothing more comes after that.
    ///
    /// # Cancel safety
    /// Cancel-safe: no row is lost.
    pub async fn next(&mut self) -> Result<Option<Fetched>, Error> {
        poll_fn(|cx| self.poll_row(cx)).await.transpose()
    }

    /// Shows each row where it was read, and keeps none: the fastest way through many. Bodies
    /// that are [streamed](BodyData::Streamed) are passed over.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    ///
    /// # Cancel safety
    /// Dropping the future drops what was not shown.
    pub async fn for_each(mut self, mut show: impl FnMut(FetchRef<'_>)) -> Result<(), Error> {
        poll_fn(|cx| self.poll_each(cx, &mut show)).await
    }

    /// Every row that is left.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    ///
    /// # Cancel safety
    /// Dropping the future drops the rows that came so far.
    pub async fn collect(mut self) -> Result<Vec<Fetched>, Error> {
        let mut rows = Vec::new();
        while let Some(row) = self.next().await? {
            rows.push(row);
        }
        Ok(rows)
    }

    /// What has vanished, where that was
    /// [asked for](crate::command::FetchModifiers::vanished_since): all of it once the last row was
    /// taken. There may be UIDs among them that were never known (RFC 7162, section 3.2.6).
    #[must_use]
    pub const fn vanished(&self) -> &UidSet {
        &self.vanished
    }

    fn has_vanished(&mut self, answer: FetchAnswer) {
        self.vanished = std::mem::take(&mut self.vanished).union(&answer.vanished);
    }

    fn poll_row(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Fetched, Error>>> {
        loop {
            let Some((ticket, _)) = self.tickets.front() else { return Poll::Ready(None) };
            let id = ticket.id();
            if let Some(row) = self.inner.next_row(id) {
                return Poll::Ready(Some(Ok(row)));
            }
            if let Some(completion) = self.inner.take_ended(id) {
                if let Err(error) = self.ended(completion) {
                    return self.end(error);
                }
                continue;
            }
            match ready!(self.inner.poll_report(cx)) {
                // As good as always.
                Ok(Report::Fetch { owner: Some(owner), row }) if owner == id => {
                    return Poll::Ready(Some(Ok(self.inner.complete(row))));
                }
                Ok(Report::Working) => {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Ok(report) => {
                    if let Err(error) = self.inner.file(report) {
                        return self.end(error);
                    }
                }
                Err(error) => return self.end(error),
            }
        }
    }

    fn end(&mut self, error: Error) -> Poll<Option<Result<Fetched, Error>>> {
        self.tickets.clear();
        Poll::Ready(Some(Err(error)))
    }

    fn poll_each(
        &mut self,
        cx: &mut Context<'_>,
        show: &mut impl FnMut(FetchRef<'_>),
    ) -> Poll<Result<(), Error>> {
        loop {
            let Some((ticket, _)) = self.tickets.front() else { return Poll::Ready(Ok(())) };
            let id = ticket.id();
            while let Some(row) = self.inner.next_row(id) {
                show(row.row());
            }
            if let Some(completion) = self.inner.take_ended(id) {
                if let Err(error) = self.ended(completion) {
                    self.tickets.clear();
                    return Poll::Ready(Err(error));
                }
                continue;
            }
            if let Some(other) = ready!(self.inner.poll_borrowed(cx, id, &mut *show))? {
                self.inner.file(other)?;
            }
        }
    }
}

impl Stream for Fetch<'_> {
    type Item = Result<Fetched, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_row(cx)
    }
}
