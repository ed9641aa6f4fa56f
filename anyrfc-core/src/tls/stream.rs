//! A byte stream under TLS.

use std::{
    fmt,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::TruncationPolicy;
use crate::Eof;

/// A stream secured by TLS: made by [`TlsConfig::handshake`](super::TlsConfig::handshake)
/// and [`TlsServerConfig::accept`](super::TlsServerConfig::accept).
///
/// Reading tells a clean end, the peer's `close_notify`, from a cut one as the
/// [`TruncationPolicy`] says. A client certificate that a TLS 1.3 server refuses
/// shows here and not in the handshake, as an error of the first read: the
/// server's verdict comes after the client has finished.
///
/// Shutting down sends `close_notify` and then shuts the transport down;
/// nothing can be written after that, but the peer's last words can be read.
pub struct TlsStream<S> {
    inner: tokio_rustls::TlsStream<S>,
    truncation: TruncationPolicy,
    read: ReadSide,
    closing: bool,
}

/// How far reading has come.
#[derive(Clone, Copy)]
enum ReadSide {
    Open,
    Ended(Eof),
    /// An error is final: an end read after it must not look clean.
    Failed(io::ErrorKind),
}

impl<S> TlsStream<S> {
    pub(super) fn new(inner: impl Into<tokio_rustls::TlsStream<S>>, truncation: TruncationPolicy) -> Self {
        Self { inner: inner.into(), truncation, read: ReadSide::Open, closing: false }
    }

    /// The stream beneath, for its addresses and options.
    #[must_use]
    pub fn transport(&self) -> &S {
        self.inner.get_ref().0
    }

    /// How the peer's side ended, once that has been read. Under
    /// [`TruncationPolicy::Allow`] this is the only sign of a cut.
    #[must_use]
    pub const fn eof(&self) -> Option<Eof> {
        match self.read {
            ReadSide::Ended(eof) => Some(eof),
            ReadSide::Open | ReadSide::Failed(_) => None,
        }
    }

    fn end(&self, eof: Eof) -> io::Result<()> {
        match (eof, self.truncation) {
            (Eof::Clean, _) | (Eof::Truncated, TruncationPolicy::Allow) => Ok(()),
            (Eof::Truncated, TruncationPolicy::Error) => {
                Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the TLS stream ended without close_notify"))
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for TlsStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.read {
            ReadSide::Open => {}
            ReadSide::Ended(eof) => return Poll::Ready(self.end(eof)),
            ReadSide::Failed(kind) => return Poll::Ready(Err(kind.into())),
        }
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        let eof = match ready!(Pin::new(&mut self.inner).poll_read(cx, buf)) {
            Ok(()) if buf.filled().len() > before => return Poll::Ready(Ok(())),
            Ok(()) => Eof::Clean,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Eof::Truncated,
            Err(error) => {
                self.read = ReadSide::Failed(error.kind());
                return Poll::Ready(Err(error));
            }
        };
        self.read = ReadSide::Ended(eof);
        Poll::Ready(self.end(eof))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for TlsStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.closing {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.closing {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        Pin::new(&mut self.inner).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.closing = true;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl<S> fmt::Debug for TlsStream<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsStream").field("eof", &self.eof()).finish_non_exhaustive()
    }
}
