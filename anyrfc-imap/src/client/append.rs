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
    proto::{CommandId, Completion, Ticket},
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
    /// A command that was not sent yet is not sent. Afterwards dropping the future ends the
    /// connection, unless the whole message was read: what was announced cannot be taken
    /// back. The server then keeps nothing of it.
    pub async fn append(
        &mut self,
        mailbox: impl IntoMailbox,
        options: AppendOptions,
        source: &mut (impl AsyncRead + Unpin + ?Sized),
        length: u64,
    ) -> Result<Option<AppendUid>, Error> {
        let command = Append::new(mailbox.into_mailbox()?, options, length);
        let ticket = self.inner.submit(command)?;
        self.inner.sending = Some(ticket.id());
        let mut sending = Sending { inner: &mut self.inner, id: ticket.id(), left: length };
        let completion = sending.run(source).await?;
        ticket.answer(completion)
    }

    /// Puts a message that is in memory into a mailbox. Otherwise as [`append`](Self::append).
    ///
    /// # Errors
    /// As [`append`](Self::append).
    ///
    /// # Cancel safety
    /// The message goes in whole, or was refused: what is left of it is sent by whatever uses the
    /// connection next.
    pub async fn append_bytes(
        &mut self,
        mailbox: impl IntoMailbox,
        options: AppendOptions,
        message: impl Into<Bytes>,
    ) -> Result<Option<AppendUid>, Error> {
        let ticket = self.submit_append(mailbox, options, message)?;
        self.inner.finish(ticket).await
    }

    /// Submits a message that is in memory without waiting for the answer, as
    /// [`submit`](Self::submit) does with other commands: many of them travel together.
    ///
    /// # Errors
    /// As [`submit`](Self::submit), and [`ErrorKind::Refused`] for more than the server's
    /// APPENDLIMIT. Nothing has been sent then.
    pub fn submit_append(
        &mut self,
        mailbox: impl IntoMailbox,
        options: AppendOptions,
        message: impl Into<Bytes>,
    ) -> Result<Ticket<Option<AppendUid>>, Error> {
        let message = message.into();
        let command = Append::new(mailbox.into_mailbox()?, options, message.len() as u64);
        self.inner.submit_append(command, message)
    }
}

/// A literal on its way. Dropped in the middle of it, it takes the connection along.
struct Sending<'a> {
    inner: &'a mut Inner,
    id: CommandId,
    left: u64,
}

impl Sending<'_> {
    async fn run(&mut self, source: &mut (impl AsyncRead + Unpin + ?Sized)) -> Result<Completion, Error> {
        let mut piece = BytesMut::new();
        poll_fn(|cx| self.poll_sent(cx, source, &mut piece)).await
    }

    fn poll_sent(
        &mut self,
        cx: &mut Context<'_>,
        source: &mut (impl AsyncRead + Unpin + ?Sized),
        piece: &mut BytesMut,
    ) -> Poll<Result<Completion, Error>> {
        let mut starving = false;
        loop {
            if let Some(completion) = self.inner.take_ended(self.id) {
                self.left = 0;
                return Poll::Ready(Ok(completion));
            }
            if !starving && self.has_room() {
                let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(PIECE);
                match poll_piece(cx, source, piece, most) {
                    Poll::Ready(Ok(0)) => return Poll::Ready(Err(early(self.left))),
                    Poll::Ready(Ok(_)) => {
                        self.left = self
                            .inner
                            .order(|connection| connection.feed(self.id, piece.split().freeze()))?;
                        continue;
                    }
                    Poll::Ready(Err(error)) => {
                        let error =
                            Error::new(ErrorKind::Io, "reading the message failed").with_source(error);
                        return Poll::Ready(Err(error));
                    }
                    // What was given is sent meanwhile, and the server may say no.
                    Poll::Pending => starving = true,
                }
            }
            match self.inner.poll_on(cx) {
                Poll::Ready(result) => result?,
                // What was written meanwhile may have made room.
                Poll::Pending if !starving && self.has_room() => {}
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    fn has_room(&self) -> bool {
        self.left > 0 && self.inner.has_room(self.id)
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.inner.sending = None;
        if self.left > 0 {
            self.inner.forsake(self.id);
        }
    }
}

fn early(missing: u64) -> Error {
    Error::usage(format!("the message ends {missing} bytes early"))
        .with_requirement(rfc9051::LITERAL_HAS_THE_ANNOUNCED_LENGTH)
}

fn poll_piece(
    cx: &mut Context<'_>,
    source: &mut (impl AsyncRead + Unpin + ?Sized),
    piece: &mut BytesMut,
    most: usize,
) -> Poll<std::io::Result<usize>> {
    piece.resize(most, 0);
    let mut buffer = ReadBuf::new(piece);
    let polled = Pin::new(source).poll_read(cx, &mut buffer);
    let count = buffer.filled().len();
    piece.truncate(count);
    ready!(polled)?;
    Poll::Ready(Ok(count))
}
