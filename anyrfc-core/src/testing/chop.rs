//! A stream that hands out a few bytes at a time.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{fault::poll_read_some, memory::Abort, random::Random};

/// How many bytes each read, or each write, moves at most.
#[derive(Clone, Debug)]
pub enum Sizes {
    /// Always so many; not zero.
    Always(usize),
    /// These in turn, over and over; none of them zero.
    Cycle(Vec<usize>, usize),
    /// From 1 to `usize`, by a seed.
    Random(Random, usize),
}

impl Sizes {
    /// These in turn, over and over.
    #[must_use]
    pub fn cycle(sizes: impl Into<Vec<usize>>) -> Self {
        Self::Cycle(sizes.into(), 0)
    }

    /// From 1 to `max`, by a seed.
    #[must_use]
    pub const fn random(seed: u64, max: usize) -> Self {
        Self::Random(Random::new(seed), max)
    }

    /// The next size.
    pub fn next_size(&mut self) -> usize {
        match self {
            Self::Always(size) => *size,
            Self::Cycle(sizes, turn) => {
                let size = sizes.get(*turn % sizes.len().max(1)).copied();
                *turn += 1;
                size.unwrap_or(usize::MAX)
            }
            Self::Random(random, max) => 1 + random.below(*max),
        }
        .max(1)
    }
}

/// Passes bytes through by a schedule, with a wait before every read and write
/// if asked to, so that every boundary becomes an await point.
#[derive(Debug)]
pub struct ChoppingStream<T> {
    inner: T,
    reads: Sizes,
    writes: Sizes,
    spurious: bool,
    /// The wait before the next read, and before the next write, is over.
    rested: [bool; 2],
}

impl<T> ChoppingStream<T> {
    /// The same schedule for reads and writes.
    pub fn new(inner: T, sizes: Sizes) -> Self {
        Self { inner, reads: sizes.clone(), writes: sizes, spurious: false, rested: [false; 2] }
    }

    /// One byte at a time, both ways.
    pub fn bytewise(inner: T) -> Self {
        Self::new(inner, Sizes::Always(1))
    }

    /// Another schedule for writes.
    #[must_use]
    pub fn writes(mut self, sizes: Sizes) -> Self {
        self.writes = sizes;
        self
    }

    /// Answers every other call with "not yet", and wakes at once.
    #[must_use]
    pub const fn spurious(mut self) -> Self {
        self.spurious = true;
        self
    }

    /// The stream below.
    pub const fn inner(&self) -> &T {
        &self.inner
    }

    /// Whether this call is one to be put off.
    fn rests(&mut self, which: usize, cx: &mut Context<'_>) -> bool {
        let Some(rested) = self.rested.get_mut(which).filter(|_| self.spurious) else { return false };
        *rested = !*rested;
        if *rested {
            cx.waker().wake_by_ref();
        }
        *rested
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for ChoppingStream<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.rests(0, cx) {
            return Poll::Pending;
        }
        let size = self.reads.next_size();
        poll_read_some(Pin::new(&mut self.inner), cx, buf, size).map_ok(|_| ())
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for ChoppingStream<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.rests(1, cx) {
            return Poll::Pending;
        }
        let size = self.writes.next_size();
        Pin::new(&mut self.inner).poll_write(cx, buf.get(..size).unwrap_or(buf))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.rests(1, cx) {
            return Poll::Pending;
        }
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.rests(1, cx) {
            return Poll::Pending;
        }
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl<T: Abort> Abort for ChoppingStream<T> {
    fn truncate(&mut self) {
        self.inner.truncate();
    }

    fn reset(&mut self) {
        self.inner.reset();
    }
}
