//! In-memory streams that keep a record, for what only shows on a stream.
//! Time is virtual: real sockets are never used with it.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use anyrfc_core::Driver;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};

use super::support::SEED;
use crate::proto::{Config, Connection, Role};

/// What was done to a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// So many bytes were written.
    Wrote(usize),
    /// The writing side was shut down.
    Shut,
    /// The other side's end was read.
    SawEnd,
    /// The stream was dropped.
    Dropped,
}

/// The record of a stream, shared with the check.
#[derive(Clone, Debug, Default)]
pub(super) struct Record(Arc<Mutex<Vec<Act>>>);

impl Record {
    fn push(&self, act: Act) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(act);
    }

    pub(super) fn acts(&self) -> Vec<Act> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn has(&self, act: Act) -> bool {
        self.acts().contains(&act)
    }

    /// How often something was written.
    pub(super) fn writes(&self) -> usize {
        self.acts().iter().filter(|act| matches!(act, Act::Wrote(_))).count()
    }
}

/// A stream that records what is done to it.
#[derive(Debug)]
pub(super) struct Recorded {
    inner: DuplexStream,
    record: Record,
}

impl Drop for Recorded {
    fn drop(&mut self) {
        self.record.push(Act::Dropped);
    }
}

impl AsyncRead for Recorded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buf);
        if matches!(read, Poll::Ready(Ok(()))) && buf.filled().len() == before {
            self.record.push(Act::SawEnd);
        }
        read
    }
}

impl AsyncWrite for Recorded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, buf);
        if let Poll::Ready(Ok(count)) = written {
            self.record.push(Act::Wrote(count));
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.record.push(Act::Shut);
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// A driver that plays `role`, the other end of its stream, and the stream's record.
pub(super) fn driven(role: Role, room: usize) -> (Driver<Connection, Recorded>, DuplexStream, Record) {
    let (near, far) = tokio::io::duplex(room);
    let record = Record::default();
    let stream = Recorded { inner: near, record: record.clone() };
    let connection = Connection::established(role, Config::default(), SEED);
    (Driver::new(connection, stream), far, record)
}

/// Runs `future` on a clock that jumps from deadline to deadline; one that
/// waits for something that never comes fails instead of hanging.
#[track_caller]
pub(super) fn virtually<F: Future>(future: F) -> F::Output {
    const AGES: Duration = Duration::from_secs(365 * 86_400);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    match runtime.block_on(async { tokio::time::timeout(AGES, future).await }) {
        Ok(output) => output,
        Err(_) => panic!("waits for something that never comes"),
    }
}

/// A stream that takes one byte at a time and is often not ready, and breaks
/// after `breaks` bytes.
#[derive(Debug)]
pub(super) struct Reluctant {
    pub(super) taken: Vec<u8>,
    pub(super) breaks: usize,
    turn: usize,
}

impl Reluctant {
    pub(super) fn new(breaks: usize) -> Self {
        Self { taken: Vec::new(), breaks, turn: 0 }
    }
}

impl AsyncRead for Reluctant {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

impl AsyncWrite for Reluctant {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.turn += 1;
        if !self.turn.is_multiple_of(3) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.taken.len() >= self.breaks {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let Some(byte) = buf.first() else { return Poll::Ready(Ok(0)) };
        self.taken.push(*byte);
        Poll::Ready(Ok(1))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
