//! A stream that fails at a chosen byte.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::memory::Abort;
use crate::Eof;

/// How reading ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// End of stream, in order.
    Clean,
    /// TLS without `close_notify`, as rustls reports it.
    Truncated,
    /// The stream fails.
    Error(io::ErrorKind),
    /// Nothing more ever comes, and nobody is woken.
    Silent,
}

impl End {
    pub(super) fn poll(self) -> Poll<io::Result<()>> {
        match self {
            Self::Clean => Poll::Ready(Ok(())),
            Self::Truncated => Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
            Self::Error(kind) => Poll::Ready(Err(kind.into())),
            Self::Silent => Poll::Pending,
        }
    }
}

impl From<Eof> for End {
    fn from(eof: Eof) -> Self {
        match eof {
            Eof::Clean => Self::Clean,
            Eof::Truncated => Self::Truncated,
        }
    }
}

/// How writing ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteEnd {
    /// The stream fails.
    Error(io::ErrorKind),
    /// The stream takes no bytes and says so.
    Zero,
    /// The peer takes nothing more, and nobody is woken.
    Stall,
}

/// Passes bytes through until a chosen one, then fails.
#[derive(Debug)]
pub struct FaultyStream<T> {
    inner: T,
    read: Option<(usize, End)>,
    write: Option<(usize, WriteEnd)>,
}

impl<T> FaultyStream<T> {
    /// No fault yet.
    pub const fn new(inner: T) -> Self {
        Self { inner, read: None, write: None }
    }

    /// After `bytes` bytes, reading ends so.
    #[must_use]
    pub const fn read_ends(mut self, bytes: usize, end: End) -> Self {
        self.read = Some((bytes, end));
        self
    }

    /// After `bytes` bytes, writing ends so.
    #[must_use]
    pub const fn write_ends(mut self, bytes: usize, end: WriteEnd) -> Self {
        self.write = Some((bytes, end));
        self
    }

    /// The stream below.
    pub const fn inner(&self) -> &T {
        &self.inner
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for FaultyStream<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let left = match self.read {
            Some((0, end)) => return end.poll(),
            Some((left, _)) => left,
            None => usize::MAX,
        };
        let read = poll_read_some(Pin::new(&mut self.inner), cx, buf, left);
        if let (Poll::Ready(Ok(count)), Some((left, _))) = (&read, &mut self.read) {
            *left -= count;
        }
        read.map_ok(|_| ())
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for FaultyStream<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let left = match self.write {
            Some((0, WriteEnd::Error(kind))) => return Poll::Ready(Err(kind.into())),
            Some((0, WriteEnd::Zero)) => return Poll::Ready(Ok(0)),
            Some((0, WriteEnd::Stall)) => return Poll::Pending,
            Some((left, _)) => left,
            None => usize::MAX,
        };
        let part = buf.get(..left).unwrap_or(buf);
        let written = Pin::new(&mut self.inner).poll_write(cx, part);
        if let (Poll::Ready(Ok(count)), Some((left, _))) = (&written, &mut self.write) {
            *left -= count;
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.write {
            Some((0, WriteEnd::Error(kind))) => Poll::Ready(Err(kind.into())),
            Some((0, WriteEnd::Stall)) => Poll::Pending,
            _ => Pin::new(&mut self.inner).poll_shutdown(cx),
        }
    }
}

impl<T: Abort> Abort for FaultyStream<T> {
    fn truncate(&mut self) {
        self.inner.truncate();
    }

    fn reset(&mut self) {
        self.inner.reset();
    }
}

/// Reads at most `limit` bytes into `buf`; how many they were.
pub(super) fn poll_read_some<T: AsyncRead>(
    stream: Pin<&mut T>,
    cx: &mut Context<'_>,
    buf: &mut ReadBuf<'_>,
    limit: usize,
) -> Poll<io::Result<usize>> {
    let mut scratch = vec![0; limit.min(buf.remaining()).min(64 << 10)];
    let mut part = ReadBuf::new(&mut scratch);
    stream.poll_read(cx, &mut part).map_ok(|()| {
        buf.put_slice(part.filled());
        part.filled().len()
    })
}
