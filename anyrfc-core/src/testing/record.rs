//! A transcript of what passes through a stream.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::memory::Abort;

/// Records the bytes of a stream both ways.
#[derive(Debug)]
pub struct Recorder<T> {
    inner: T,
    transcript: Transcript,
}

/// What a [`Recorder`] has seen so far; a clone sees the same.
#[derive(Clone, Debug, Default)]
pub struct Transcript(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    read: Vec<u8>,
    written: Vec<u8>,
    shut: bool,
}

impl Transcript {
    fn with<R>(&self, look: impl FnOnce(&mut Seen) -> R) -> R {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was read from the stream.
    #[must_use]
    pub fn read(&self) -> Vec<u8> {
        self.with(|seen| seen.read.clone())
    }

    /// What was written to the stream.
    #[must_use]
    pub fn written(&self) -> Vec<u8> {
        self.with(|seen| seen.written.clone())
    }

    /// Whether the writing side was shut down.
    #[must_use]
    pub fn is_shut(&self) -> bool {
        self.with(|seen| seen.shut)
    }
}

impl<T> Recorder<T> {
    /// Records `inner`.
    pub fn new(inner: T) -> (Self, Transcript) {
        let transcript = Transcript::default();
        (Self { inner, transcript: transcript.clone() }, transcript)
    }

    /// The stream below.
    pub const fn inner(&self) -> &T {
        &self.inner
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Recorder<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let result = Pin::new(&mut self.inner).poll_read(cx, buf);
        let read = buf.filled().get(before..).unwrap_or_default();
        self.transcript.with(|seen| seen.read.extend_from_slice(read));
        result
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Recorder<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.inner).poll_write(cx, buf);
        if let Poll::Ready(Ok(count)) = &result {
            let written = buf.get(..*count).unwrap_or(buf);
            self.transcript.with(|seen| seen.written.extend_from_slice(written));
        }
        result
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.inner).poll_shutdown(cx);
        if matches!(result, Poll::Ready(Ok(()))) {
            self.transcript.with(|seen| seen.shut = true);
        }
        result
    }
}

impl<T: Abort> Abort for Recorder<T> {
    fn truncate(&mut self) {
        self.inner.truncate();
    }

    fn reset(&mut self) {
        self.inner.reset();
    }
}
