//! A byte stream under a security layer other than TLS.

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::SecurityLayer;

/// How much is read at once, and how much may wait to be written before
/// nothing more is taken.
const CHUNK: usize = 16 << 10;

/// A stream whose bytes pass through a [`SecurityLayer`], as the login on it has
/// settled. For [`Connection::wrap`](super::Connection::wrap), which keeps what is known:
///
/// ```
/// use anyrfc_core::{SecurityLayer, transport::{Connection, Layered}};
///
/// fn protected(plain: Connection, layer: Box<dyn SecurityLayer>) -> Connection {
///     plain.wrap(|below| Layered::new(below, layer))
/// }
/// ```
///
/// What was written is protected in pieces of what the layer allows, and may
/// wait here until it is flushed. Where the stream ends between two buffers it
/// has ended; within one it was cut, which is an error. After an error of the
/// layer nothing more is read or written.
pub struct Layered<S> {
    below: S,
    layer: Box<dyn SecurityLayer>,
    /// Read from below, not unwrapped yet.
    input: BytesMut,
    /// Unwrapped, not taken yet.
    plain: Vec<u8>,
    /// How much of that was taken.
    taken: usize,
    /// Wrapped, not written yet.
    output: Vec<u8>,
    /// How much of that was written.
    written: usize,
    failed: bool,
}

impl<S> Layered<S> {
    /// Puts `layer` over `below`.
    pub fn new(below: S, layer: Box<dyn SecurityLayer>) -> Self {
        Self {
            below,
            layer,
            input: BytesMut::new(),
            plain: Vec::new(),
            taken: 0,
            output: Vec::new(),
            written: 0,
            failed: false,
        }
    }

    /// The stream beneath.
    #[must_use]
    pub const fn below(&self) -> &S {
        &self.below
    }

    /// The layer.
    #[must_use]
    pub fn layer(&self) -> &dyn SecurityLayer {
        &*self.layer
    }

    /// The layer's error, which is the last.
    fn fail(&mut self, error: crate::Error) -> io::Error {
        self.failed = true;
        io::Error::new(io::ErrorKind::InvalidData, error)
    }

    fn usable(&self) -> io::Result<()> {
        if self.failed { Err(io::Error::other("the security layer has failed")) } else { Ok(()) }
    }

    /// Unwraps what is there until something comes out, or more is needed.
    fn unwrap_some(&mut self) -> io::Result<()> {
        self.plain.clear();
        self.taken = 0;
        // A buffer may carry nothing at all.
        while self.plain.is_empty() {
            match self.layer.unwrap_buffer(&self.input, &mut self.plain) {
                Ok(Some(count)) if (1..=self.input.len()).contains(&count) => self.input.advance(count),
                Ok(Some(_)) => return Err(self.fail(crate::Error::usage("the layer took what is not there"))),
                Ok(None) => break,
                Err(error) => return Err(self.fail(error)),
            }
        }
        Ok(())
    }
}

impl<S: AsyncWrite + Unpin> Layered<S> {
    /// Writes what was wrapped, as far as the stream below takes it.
    fn poll_output(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.output.get(self.written..).filter(|rest| !rest.is_empty()) {
            let count = ready!(Pin::new(&mut self.below).poll_write(cx, rest))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written = self.written.saturating_add(count);
        }
        self.output.clear();
        self.written = 0;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Layered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            let rest = this.plain.get(this.taken..).unwrap_or_default();
            if !rest.is_empty() || buf.remaining() == 0 {
                let count = rest.len().min(buf.remaining());
                buf.put_slice(rest.get(..count).unwrap_or_default());
                this.taken = this.taken.saturating_add(count);
                return Poll::Ready(Ok(()));
            }
            this.usable()?;
            this.unwrap_some()?;
            if !this.plain.is_empty() {
                continue;
            }
            let mut chunk = [0; CHUNK];
            let mut read = ReadBuf::new(&mut chunk);
            ready!(Pin::new(&mut this.below).poll_read(cx, &mut read))?;
            match (read.filled(), this.input.is_empty()) {
                ([], true) => return Poll::Ready(Ok(())),
                ([], false) => {
                    let message = "the stream ended within a buffer of its security layer";
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, message)));
                }
                (bytes, _) => this.input.extend_from_slice(bytes),
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Layered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        this.usable()?;
        if this.output.len().saturating_sub(this.written) >= CHUNK {
            ready!(this.poll_output(cx))?;
        }
        let count = buf.len().min(this.layer.plain_max());
        let Some(piece) = buf.get(..count).filter(|piece| !piece.is_empty()) else {
            return Poll::Ready(Ok(0));
        };
        if let Err(error) = this.layer.wrap_buffer(piece, &mut this.output) {
            return Poll::Ready(Err(this.fail(error)));
        }
        Poll::Ready(Ok(count))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_output(cx))?;
        Pin::new(&mut self.below).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_output(cx))?;
        Pin::new(&mut self.below).poll_shutdown(cx)
    }
}

impl<S> fmt::Debug for Layered<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layered")
            .field("layer", &self.layer)
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}
