//! Putting messages into mailboxes (RFC 9051, section 6.3.12).

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
};

use anyrfc_core::ErrorKind;
use bytes::BytesMut;
use tokio::io::{AsyncRead, ReadBuf};

use super::{ImapClient, IntoMailbox, inner::Inner};
use crate::{
    Error,
    codec::command::Append,
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
    /// As long as nothing of the message was sent, nothing happens. Once some of it was,
    /// dropping the future drops the connection: the server then keeps nothing of it.
    pub async fn append(
        &mut self,
        mailbox: impl IntoMailbox,
        options: AppendOptions,
        source: &mut (impl AsyncRead + Unpin + ?Sized),
        length: u64,
    ) -> Result<Option<AppendUid>, Error> {
        let command = Append::new(mailbox.into_mailbox()?, options, length);
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
    /// As [`append`](Self::append).
    pub async fn append_bytes(
        &mut self,
        mailbox: impl IntoMailbox,
        options: AppendOptions,
        message: impl AsRef<[u8]>,
    ) -> Result<Option<AppendUid>, Error> {
        let mut message = message.as_ref();
        let length = message.len() as u64;
        self.append(mailbox, options, &mut message, length).await
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
            if self.has_room() {
                return Poll::Ready(Ok(None));
            }
            match self.inner.poll_on(cx) {
                Poll::Ready(result) => result?,
                // What was written meanwhile may have made room.
                Poll::Pending if self.has_room() => {}
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    /// Whether a piece may be given at once.
    fn has_room(&mut self) -> bool {
        let wanted = self.left > 0 && self.inner.literal == Some(self.id);
        wanted && self.inner.driver().is_ok_and(|driver| driver.is_ready() && driver.machine().room() > 0)
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
