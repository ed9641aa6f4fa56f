//! Putting messages into mailboxes (RFC 9051, section 6.3.12).

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
};

use anyrfc_core::ErrorKind;
use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, ReadBuf};

use super::{ImapClient, IntoMailbox, inner::Inner};
use crate::{
    Error,
    codec::command::Append,
    error::Detail,
    proto::{CommandId, Completion},
    rfc9051,
    types::{AppendOptions, AppendUid},
};

/// So much is read at a time of what is appended.
const PIECE: usize = 64 << 10;

impl ImapClient {
    /// Puts a message of `length` bytes into a mailbox, read from `source` as fast as the server
    /// takes it; what `source` holds beyond is left there. The message is to be as it travels:
    /// with CRLF at the ends of its lines. Returns where it is, if the server says so (UIDPLUS, IMAP4rev2).
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when the server does not take it ([`Error::code`]: `TRYCREATE`,
    /// `OVERQUOTA`, `TOOBIG` …), and already before anything is sent where its
    /// APPENDLIMIT says so; [`ErrorKind::Io`] with the source's error and [`ErrorKind::Usage`] when
    /// `source` ends early: the connection is gone then, since what was announced
    /// cannot be taken back.
    ///
    /// # Cancel safety
    /// Before the server has asked for the message, it is left out. Once some of it has
    /// left, dropping the future drops the connection: the server keeps nothing of it.
    pub async fn append(
        &mut self,
        mailbox: impl IntoMailbox,
        options: AppendOptions,
        source: &mut (impl AsyncRead + Unpin + ?Sized),
        length: u64,
    ) -> Result<Option<AppendUid>, Error> {
        self.check_append_limit(length)?;
        let command = Append::streamed(mailbox.into_mailbox()?, options, length);
        let ticket = self.inner.submit(command)?;
        let mut sending = Sending { inner: &mut self.inner, id: ticket.id(), left: length, begun: false };
        let completion = sending.run(source).await?;
        ticket.answer(completion)
    }

    /// Puts a message that is in memory into a mailbox. Otherwise as [`append`](Self::append).
    ///
    /// # Errors
    /// As [`append`](Self::append).
    ///
    /// # Cancel safety
    /// The message is left out, or goes in whole; what the server answers is drained.
    pub async fn append_bytes(
        &mut self,
        mailbox: impl IntoMailbox,
        options: AppendOptions,
        message: impl Into<Bytes>,
    ) -> Result<Option<AppendUid>, Error> {
        let message = message.into();
        self.check_append_limit(message.len() as u64)?;
        self.inner.run(Append::new(mailbox.into_mailbox()?, options, message)).await
    }

    /// Refuses what the server has said it refuses (RFC 7889, section 4).
    fn check_append_limit(&self, length: u64) -> Result<(), Error> {
        let limit = self.capabilities().and_then(crate::types::Capabilities::append_limit).flatten();
        match limit {
            Some(limit) if length > limit => Err(Error::new(
                ErrorKind::Refused,
                format!("the server takes {limit} bytes at most, and the message has {length}"),
            )
            .with_requirement(crate::rfc7889::NO_APPEND_BEYOND_THE_LIMIT)
            .with_detail(Detail::NotSent)),
            _ => Ok(()),
        }
    }
}

/// A literal on its way. Dropped in the middle of it, it takes the connection along.
struct Sending<'a> {
    inner: &'a mut Inner,
    id: CommandId,
    left: u64,
    begun: bool,
}

impl Sending<'_> {
    async fn run(&mut self, source: &mut (impl AsyncRead + Unpin + ?Sized)) -> Result<Completion, Error> {
        let mut piece = BytesMut::new();
        loop {
            if let Some(completion) = poll_fn(|cx| self.poll_turn(cx)).await? {
                return Ok(completion);
            }
            let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(PIECE);
            piece.reserve(most);
            let read = poll_fn(|cx| poll_piece(cx, source, &mut piece, most)).await;
            match read {
                Ok(0) => {
                    self.abort();
                    return Err(Error::usage(format!("the message ends {} bytes early", self.left))
                        .with_requirement(rfc9051::LITERAL_HAS_THE_ANNOUNCED_LENGTH));
                }
                Ok(count) => {
                    self.begun = true;
                    self.left = self.inner.command()?.feed(self.id, piece.split().freeze())?;
                    debug_assert!(count as u64 <= PIECE as u64);
                }
                Err(error) => {
                    self.abort();
                    return Err(Error::new(ErrorKind::Io, "reading the message failed").with_source(error));
                }
            }
        }
    }

    /// Waits until a piece may be given (`None`), or the server has answered.
    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Completion>, Error>> {
        loop {
            if let Some(completion) = self.inner.take_ended(self.id) {
                self.left = 0;
                return Poll::Ready(Ok(Some(completion)));
            }
            if self.left > 0 && self.inner.literal == Some(self.id) {
                let driver = self.inner.driver()?;
                if driver.machine().room() > 0 {
                    match driver.poll_ready(cx) {
                        Poll::Ready(Ok(())) => return Poll::Ready(Ok(None)),
                        Poll::Ready(Err(error)) => return Poll::Ready(Err(self.inner.failed(error))),
                        Poll::Pending => {}
                    }
                }
            }
            ready!(self.inner.poll_on(cx))?;
        }
    }

    fn abort(&mut self) {
        self.left = 0;
        self.inner.abort("a message that was announced was not sent whole");
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if self.begun && self.left > 0 {
            self.abort();
        }
    }
}

fn poll_piece(
    cx: &mut Context<'_>,
    source: &mut (impl AsyncRead + Unpin + ?Sized),
    piece: &mut BytesMut,
    most: usize,
) -> Poll<std::io::Result<usize>> {
    let begin = piece.len();
    piece.resize(begin + most, 0);
    let mut buffer = ReadBuf::new(piece.get_mut(begin..).unwrap_or_default());
    let polled = Pin::new(source).poll_read(cx, &mut buffer);
    let count = buffer.filled().len();
    piece.truncate(begin + count);
    ready!(polled)?;
    Poll::Ready(Ok(count))
}

