//! A body as it comes (RFC 9051, section 6.4.5).

use std::{
    future::poll_fn,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, Bytes};
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use super::inner::Inner;
use crate::{
    Error,
    codec::command::FetchAnswer,
    proto::{BodyStart, OwnedEvent, Report, Ticket},
    rfc9051,
    types::{FetchRow, PartPath, Section},
};

/// Which body is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Section(Section),
    /// Without its transfer encoding.
    Binary(PartPath),
}

impl Wanted {
    fn is(&self, body: &BodyStart) -> bool {
        let Some(found) = &body.section else { return false };
        match self {
            Self::Section(section) => !body.decoded && found.matches(section),
            Self::Binary(part) => body.decoded && found.part == *part,
        }
    }

    /// The body, where it is part of the row.
    fn inside(&self, row: &FetchRow) -> Result<Inside, Error> {
        let data = match self {
            Self::Section(section) => row.body(section),
            Self::Binary(part) => row.binary(part),
        };
        let Some(data) = data else { return Ok(Inside::Nothing) };
        match data {
            crate::types::Field::Malformed { raw, .. } => {
                Err(Error::violation(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "the body is none")
                    .with_unparsed(raw))
            }
            crate::types::Field::Parsed(crate::types::BodyData::Streamed { .. }) => Ok(Inside::Streamed),
            crate::types::Field::Parsed(data) => Ok(match super::fetch::inline(data) {
                Some(bytes) => Inside::Bytes(Bytes::copy_from_slice(&bytes)),
                None => Inside::Nothing,
            }),
        }
    }
}

enum Inside {
    Nothing,
    Streamed,
    Bytes(Bytes),
}

/// A body, read as it arrives: by [`AsyncRead`] or [`AsyncBufRead`].
///
/// While nobody reads, nothing is taken from the network, and no more than a piece of the body
/// is ever held. The end of the body is only reported once the server has confirmed
/// which message it was of. Dropped half-way, the rest is drained by whatever uses the
/// connection next.
#[derive(Debug)]
#[must_use = "a body is read by reading from it"]
pub struct BodyReader<'a> {
    inner: &'a mut Inner,
    ticket: Option<Ticket<FetchAnswer>>,
    wanted: Wanted,
    octets: u64,
    chunk: Bytes,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nothing of it has come.
    Before,
    /// It comes.
    Within,
    /// It has come whole; whether it was the right one is to be told.
    Unconfirmed,
    /// It was the right one.
    Confirmed,
    /// Nothing more comes.
    Over,
}

impl<'a> BodyReader<'a> {
    pub(super) const fn new(inner: &'a mut Inner, ticket: Ticket<FetchAnswer>, wanted: Wanted) -> Self {
        Self { inner, ticket: Some(ticket), wanted, octets: 0, chunk: Bytes::new(), stage: Stage::Before }
    }

    /// Waits for its beginning; `None` where there is no such message, or no such part of it.
    pub(super) async fn begin(mut self) -> Result<Option<Self>, Error> {
        while self.stage == Stage::Before {
            poll_fn(|cx| self.poll_on(cx)).await?;
        }
        let missing = self.stage == Stage::Over && self.octets == 0 && self.chunk.is_empty();
        Ok(if missing { None } else { Some(self) })
    }

    /// How many bytes it has in all.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "how long it is says nothing of what is left")]
    pub const fn len(&self) -> u64 {
        self.octets
    }

    /// About how many bytes of memory the connection holds at present.
    #[must_use]
    pub fn buffer_capacity(&self) -> usize {
        self.inner.capacity() + self.chunk.len()
    }

    /// Takes one report.
    fn poll_on(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Some(id) = self.ticket.as_ref().map(Ticket::id) else {
            self.stage = Stage::Over;
            return Poll::Ready(Ok(()));
        };
        if let Some(completion) = self.inner.take_ended(id) {
            let within = matches!(self.stage, Stage::Within | Stage::Unconfirmed);
            self.stage = Stage::Over;
            let answer = self.ticket.take().map(|ticket| ticket.answer(completion));
            return Poll::Ready(match answer {
                Some(Err(error)) => Err(error),
                _ if within => Err(not_confirmed()),
                _ => Ok(()),
            });
        }
        let report = match ready!(self.inner.poll_report(cx)) {
            Ok(report) => report,
            Err(error) => {
                self.stage = Stage::Over;
                self.ticket = None;
                return Poll::Ready(Err(error));
            }
        };
        Poll::Ready(self.take(id, report))
    }

    fn take(&mut self, id: crate::proto::CommandId, report: OwnedEvent) -> Result<(), Error> {
        match report {
            Report::BodyStart { owner, body }
                if owner == Some(id) && self.stage == Stage::Before && self.wanted.is(&body) =>
            {
                self.octets = body.octets;
                self.stage = Stage::Within;
            }
            Report::BodyChunk { owner, bytes } if owner == Some(id) && self.stage == Stage::Within => {
                self.chunk = bytes;
            }
            Report::BodyEnd { owner } if owner == Some(id) && self.stage == Stage::Within => {
                self.stage = Stage::Unconfirmed;
            }
            Report::Fetch { owner, row } if owner == Some(id) => {
                let row = self.inner.complete(row).into_row();
                self.row(&row)?;
            }
            // What it was of is another message after all.
            Report::Fetch { owner, row } if self.stage == Stage::Unconfirmed => {
                self.inner.file(Report::Fetch { owner, row })?;
                return Err(not_confirmed());
            }
            Report::BodyChunk { owner, .. } if owner == Some(id) => {}
            other => self.inner.file(other)?,
        }
        Ok(())
    }

    fn row(&mut self, row: &FetchRow) -> Result<(), Error> {
        match (self.wanted.inside(row)?, self.stage) {
            (Inside::Bytes(bytes), Stage::Before) => {
                self.octets = bytes.len() as u64;
                self.chunk = bytes;
                self.stage = Stage::Confirmed;
            }
            (Inside::Streamed, Stage::Unconfirmed) => self.stage = Stage::Confirmed,
            _ => {}
        }
        Ok(())
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        while self.chunk.is_empty() && self.stage != Stage::Over {
            ready!(self.poll_on(cx))?;
        }
        Poll::Ready(Ok(()))
    }
}

fn not_confirmed() -> Error {
    Error::violation(
        rfc9051::UNSOLICITED_FETCH_HAS_UID,
        "the body that came is not of the message that was asked for",
    )
}

impl AsyncBufRead for BodyReader<'_> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        ready!(this.poll_chunk(cx)).map_err(into_io)?;
        Poll::Ready(Ok(&this.chunk))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let this = self.get_mut();
        this.chunk.advance(amount.min(this.chunk.len()));
    }
}

impl AsyncRead for BodyReader<'_> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        ready!(this.poll_chunk(cx)).map_err(into_io)?;
        let count = this.chunk.len().min(buf.remaining());
        buf.put_slice(this.chunk.get(..count).unwrap_or_default());
        this.chunk.advance(count);
        Poll::Ready(Ok(()))
    }
}

/// As reading wants it; [`Error`]'s `From` finds it again.
fn into_io(error: Error) -> io::Error {
    use anyrfc_core::ErrorKind;
    let kind = match error.kind() {
        ErrorKind::Timeout => io::ErrorKind::TimedOut,
        ErrorKind::Closed => io::ErrorKind::UnexpectedEof,
        ErrorKind::Protocol | ErrorKind::Limit => io::ErrorKind::InvalidData,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}
