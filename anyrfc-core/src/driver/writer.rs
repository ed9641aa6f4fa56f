//! The writing half of a connection.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use tokio::io::AsyncWrite;

use super::{Broken, clock, timer::Timer};
use crate::Output;

/// What a protocol says, apart from what it hears: the writing part of a machine
/// whose halves are in two tasks.
pub trait Speaker {
    /// Whether [`transmit`](Self::transmit) would add anything.
    fn wants_write(&self) -> bool;

    /// Moves what is to be said to `out`, at most up to its high-water mark; at least
    /// something when [`wants_write`](Self::wants_write) says so.
    fn transmit(&mut self, out: &mut Output, now: Instant);
}

/// What a driver had not written yet when it gave its writing side away, and how
/// that side stood; see [`Driver::detach_writing`](super::Driver::detach_writing).
#[derive(Debug)]
pub struct Unsent {
    pub(super) output: Output,
    pub(super) unflushed: bool,
    pub(super) broken: Option<Broken>,
    pub(super) stall_limit: Option<Duration>,
    pub(super) stall: Option<Instant>,
}

/// Writes to a stream what a [`Speaker`] has to say: the writing half of a
/// [`Driver`](super::Driver), for connections whose halves are in two tasks.
#[derive(Debug)]
pub struct Writer<S, W> {
    speaker: S,
    stream: W,
    left: Unsent,
    timer: Timer,
    written: u64,
}

impl<S: Speaker, W: AsyncWrite + Unpin> Writer<S, W> {
    /// Goes on where a driver stopped.
    pub fn new(speaker: S, stream: W, unsent: Unsent) -> Self {
        Self { speaker, stream, left: unsent, timer: Timer::default(), written: 0 }
    }

    /// The speaker, the stream, and what was not written yet.
    pub fn into_parts(self) -> (S, W, Unsent) {
        (self.speaker, self.stream, self.left)
    }

    /// The speaker and its output, for commands that encode straight into it.
    pub const fn command(&mut self) -> (&mut S, &mut Output) {
        (&mut self.speaker, &mut self.left.output)
    }

    /// The speaker.
    pub const fn speaker(&self) -> &S {
        &self.speaker
    }

    /// Whether the output is at its high-water mark.
    pub fn is_full(&self) -> bool {
        self.left.output.is_full()
    }

    /// Whether something waits to be written.
    pub fn has_unsent(&self) -> bool {
        self.left.broken.is_none()
            && (self.left.unflushed || !self.left.output.is_empty() || self.speaker.wants_write())
    }

    /// Whether the stream takes nothing more.
    pub const fn is_broken(&self) -> bool {
        self.left.broken.is_some()
    }

    /// How many bytes the stream has taken.
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// Bytes of buffer memory held at present.
    pub fn capacity(&self) -> usize {
        self.left.output.capacity()
    }

    /// Gives back memory that an idle connection does not need.
    pub fn release(&mut self) {
        self.left.output.release();
    }

    /// Writes all there is; ready when the stream has taken and flushed it. A peer that
    /// takes no byte of it for longer than the driver's
    /// [`stall_limit`](super::Driver::stall_limit) breaks the writing side.
    ///
    /// # Cancel safety
    /// Nothing is lost when the caller stops polling.
    ///
    /// # Errors
    /// What broke the writing side, in full; afterwards only its kind.
    pub fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(broken) = self.left.broken {
            self.left.output.clear();
            return Poll::Ready(Err(broken.error()));
        }
        match self.poll_write_all(cx) {
            Poll::Ready(Ok(())) => {
                self.left.stall = None;
                return Poll::Ready(Ok(()));
            }
            Poll::Ready(Err(error)) => {
                self.break_off(Broken::Stream(error.kind()));
                return Poll::Ready(Err(error));
            }
            Poll::Pending => {}
        }
        if self.left.stall.is_none()
            && let Some(limit) = self.left.stall_limit
        {
            self.left.stall = clock().checked_add(limit);
        }
        ready!(self.timer.poll(cx, self.left.stall));
        self.break_off(Broken::Stall);
        Poll::Ready(Err(Broken::Stall.error()))
    }

    fn break_off(&mut self, broken: Broken) {
        self.left.broken = Some(broken);
        self.left.stall = None;
        self.left.output.clear();
    }

    fn poll_write_all(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Unsent { output, unflushed, stall, .. } = &mut self.left;
        loop {
            if self.speaker.wants_write() && !output.is_full() {
                let before = output.len();
                self.speaker.transmit(output, clock());
                debug_assert!(
                    output.len() > before || !self.speaker.wants_write(),
                    "transmit made no progress"
                );
            }
            if output.is_empty() {
                break;
            }
            let mut slices = [IoSlice::new(&[]); Output::SLICES];
            let stream = Pin::new(&mut self.stream);
            let written = match output.slices(&mut slices) {
                [one] => ready!(stream.poll_write(cx, one))?,
                many => ready!(stream.poll_write_vectored(cx, many))?,
            };
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            output.consume(written);
            *stall = None;
            *unflushed = true;
            self.written = self.written.wrapping_add(written as u64);
        }
        if *unflushed {
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            *unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Writes all there is, then shuts the stream down.
    ///
    /// # Cancel safety
    /// Nothing is lost when the caller stops polling.
    ///
    /// # Errors
    /// As [`poll_write`](Self::poll_write).
    pub fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_write(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
