//! Messages in pieces, both ways (RFC 6455, section 5.4).

use std::{
    future::poll_fn,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::WebSocketClient;
use crate::{Error, Kind, Message, proto::OwnedEvent};

impl WebSocketClient {
    /// Ready when the first piece of a message, or all of it, waits to be taken.
    pub(super) fn poll_first_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Kind>, Error>> {
        loop {
            match ready!(self.inner.poll_event(cx)) {
                Ok(true) => {}
                Ok(false) => return Poll::Ready(Ok(None)),
                Err(error) => return Poll::Ready(Err(self.inner.failed(error))),
            }
            // A message of which a reader took nothing is still there for the next one.
            self.inner.reading &= self.inner.driver.machine().is_in_pieces();
            if !self.inner.reading
                && let Some(kind) = self.inner.driver.machine().waiting_data()
            {
                self.inner.reading = true;
                return Poll::Ready(Ok(Some(kind)));
            }
            match ready!(self.inner.driver.poll_next(cx)) {
                // The rest of a message that a reader left half-way.
                Some(Ok(OwnedEvent::Chunk(chunk))) => self.inner.reading = !chunk.last,
                None => return Poll::Ready(Ok(None)),
                // Close is answered, and the end of the connection awaited.
                Some(Ok(OwnedEvent::Message(message))) => self.inner.reading &= !message.is_data(),
                Some(Ok(OwnedEvent::Open)) => {}
                Some(Err(error)) => return Poll::Ready(Err(self.inner.failed(error))),
            }
        }
    }
}

/// One message, received in pieces as they arrive; see [`WebSocketClient::next_reader`].
///
/// It is an `AsyncRead` as well. A text message is validated as it arrives;
/// its pieces may be cut inside a character. Dropping the reader half-way lets
/// the rest of the message be drained by the next call that receives.
#[derive(Debug)]
pub struct MessageReader<'a> {
    client: &'a mut WebSocketClient,
    kind: Kind,
    piece: Bytes,
    done: bool,
}

impl<'a> MessageReader<'a> {
    pub(super) const fn new(client: &'a mut WebSocketClient, kind: Kind) -> Self {
        Self { client, kind, piece: Bytes::new(), done: false }
    }

    /// Whether it is text or binary.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The next piece, never empty; `None` after the last.
    ///
    /// # Errors
    /// What ended the connection within the message: it is then not complete.
    ///
    /// # Cancel safety
    /// Cancel-safe: no piece is lost.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Error>> {
        if !self.piece.is_empty() {
            return Poll::Ready(Ok(Some(std::mem::take(&mut self.piece))));
        }
        while !self.done {
            let data = match ready!(self.client.inner.driver.poll_next(cx)) {
                Some(Ok(OwnedEvent::Chunk(chunk))) => {
                    self.done = chunk.last;
                    chunk.data
                }
                Some(Ok(OwnedEvent::Message(message))) if message.is_data() => {
                    self.done = true;
                    message.into_data()
                }
                Some(Ok(OwnedEvent::Message(Message::Close(_)))) | None => {
                    return Poll::Ready(Err(Error::closed("the peer closed within a message")));
                }
                Some(Ok(_)) => continue,
                Some(Err(error)) => return Poll::Ready(Err(self.client.inner.failed(error))),
            };
            self.client.inner.reading = !self.done;
            if !data.is_empty() {
                return Poll::Ready(Ok(Some(data)));
            }
        }
        Poll::Ready(Ok(None))
    }
}

impl AsyncRead for MessageReader<'_> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.piece.is_empty() {
            let Some(piece) = ready!(this.poll_chunk(cx)).map_err(io::Error::other)? else {
                return Poll::Ready(Ok(()));
            };
            this.piece = piece;
        }
        let count = this.piece.len().min(buf.remaining());
        buf.put_slice(this.piece.get(..count).unwrap_or_default());
        this.piece.advance(count);
        Poll::Ready(Ok(()))
    }
}

/// One message, sent in fragments as they are written; see [`WebSocketClient::writer`].
///
/// The message ends with [`finish`](Self::finish) only. A writer that is
/// dropped before leaves the message open: a cut message must not look whole,
/// so nothing but closing is possible then.
///
/// It is an `AsyncWrite` as well, whose `shutdown` finishes the message.
#[derive(Debug)]
pub struct MessageWriter<'a> {
    client: &'a mut WebSocketClient,
    kind: Kind,
    compress: bool,
    finished: bool,
}

/// The largest fragment that one write makes.
const FRAGMENT: usize = 64 << 10;

impl<'a> MessageWriter<'a> {
    pub(super) const fn new(client: &'a mut WebSocketClient, kind: Kind) -> Self {
        Self { client, kind, compress: true, finished: false }
    }

    /// The message is not compressed, even where that was agreed on (RFC 7692, section 8).
    /// To be said before anything is written.
    #[must_use]
    pub const fn uncompressed(mut self) -> Self {
        self.compress = false;
        self
    }

    fn poll_part(&mut self, cx: &mut Context<'_>, part: &[u8], last: bool) -> Poll<Result<usize, Error>> {
        if self.finished {
            return Poll::Ready(if last { Ok(0) } else { Err(Error::usage("the message is finished")) });
        }
        ready!(self.client.poll_writable(cx))?;
        if self.client.inner.driver.is_finished() {
            return Poll::Ready(Err(self.client.inner.ended()));
        }
        let part = part.get(..FRAGMENT).unwrap_or(part);
        let (connection, out) = self.client.inner.driver.command();
        if self.compress {
            connection.send_part(out, self.kind, part, last)?;
        } else {
            connection.send_part_uncompressed(out, self.kind, part, last)?;
        }
        self.finished = last;
        Poll::Ready(Ok(part.len()))
    }

    /// Queues all of `data`, in fragments of at most 64 KiB, waiting while the output is full.
    ///
    /// # Errors
    /// As [`WebSocketClient::send`]; [`Usage`](anyrfc_core::ErrorKind::Usage) for text that is not UTF-8.
    ///
    /// # Cancel safety
    /// Not cancel-safe for more than 64 KiB: a part of `data` may have been queued. Use
    /// `AsyncWrite` to know how much.
    pub async fn write(&mut self, data: &[u8]) -> Result<(), Error> {
        let mut rest = data;
        while !rest.is_empty() {
            let count = poll_fn(|cx| self.poll_part(cx, rest, false)).await?;
            rest = rest.get(count..).unwrap_or_default();
        }
        Ok(())
    }

    /// Ends the message and flushes it.
    ///
    /// # Errors
    /// As [`write`](Self::write); text that ends inside a character is [`Usage`](anyrfc_core::ErrorKind::Usage).
    ///
    /// # Cancel safety
    /// Cancel-safe: the end is queued or not; calling again completes it.
    pub async fn finish(mut self) -> Result<(), Error> {
        poll_fn(|cx| self.poll_part(cx, &[], true)).await?;
        self.client.flush().await
    }
}

impl AsyncWrite for MessageWriter<'_> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        self.get_mut().poll_part(cx, buf, false).map_err(io::Error::other)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().client.poll_drained(cx).map_err(io::Error::other)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_part(cx, &[], true)).map_err(io::Error::other)?;
        this.client.poll_drained(cx).map_err(io::Error::other)
    }
}
