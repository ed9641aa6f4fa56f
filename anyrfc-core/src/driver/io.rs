//! Reading into an adaptive window, and writing vectored.

use std::{
    io::{self, IoSlice},
    pin::{Pin, pin},
    task::{Context, Poll, ready},
    time::Instant,
};

use bytes::{BufMut as _, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};

use super::{Broken, Driver, Reading, Writing, clock, timer::after};
use crate::{Eof, Machine, Output, spare};

/// How much is offered to one read: grows while reads fill it, shrinks while they do not.
#[derive(Debug)]
pub(super) struct Window {
    size: usize,
    sparse: u8,
    /// There is no buffer, not even one that was used up.
    parked: bool,
    /// The last read asked for no more than the rest of something.
    rest: bool,
}

/// The window of a quiet connection.
const SMALL: usize = 3 << 10;
/// The window of a busy one.
const LARGE: usize = 256 << 10;
/// Room behind a full window, for the rest of what it ends in the middle of.
const SLACK: usize = 64 << 10;
/// From this many bytes on, reading the rest by itself costs less than moving them to
/// where there is more room.
const RATHER_READ: usize = 16 << 10;
/// So many reads in a row that leave most of the window empty halve it.
const SPARSE: u8 = 8;
/// So many reads are thrown away before the clock is looked at again.
const DISCARDS: usize = 32;

impl Default for Window {
    fn default() -> Self {
        Self { size: SMALL, sparse: 0, parked: false, rest: false }
    }
}

impl Window {
    /// How much to reserve when `have` bytes are buffered and the machine wants `hint` more:
    /// never more than doubles what has arrived, whatever was announced.
    fn want(&self, have: usize, hint: usize) -> usize {
        hint.clamp(1, have.max(self.size)).max(self.size)
    }

    fn record(&mut self, offered: usize, read: usize) {
        if read == offered && offered >= self.size {
            self.size = self.size.saturating_mul(4).min(LARGE);
            self.sparse = 0;
        } else if read < self.size / 4 && self.size > SMALL {
            self.sparse = self.sparse.saturating_add(1);
            if self.sparse == SPARSE {
                self.size /= 2;
                self.sparse = 0;
            }
        } else {
            self.sparse = 0;
        }
    }

    /// Nothing arrives: an idle connection needs no buffer.
    pub(super) fn park(&mut self, input: &mut BytesMut, released: &mut usize) {
        if *released == input.len() && !self.parked {
            spare::give(std::mem::take(input));
            *released = 0;
            self.parked = true;
        }
    }
}

impl<M: Machine, T: AsyncRead + AsyncWrite + Unpin> Driver<M, T> {
    /// Writes all there is; ready when the stream has taken and flushed it.
    pub(super) fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.writing == Writing::Broken {
            self.output.clear();
            return Poll::Ready(Err(self.broken.error()));
        }
        match self.poll_write_all(cx) {
            Poll::Ready(Ok(())) => {
                self.stall = None;
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => {
                self.break_writing(Broken::Stream(error.kind()), clock());
                Poll::Ready(Err(error))
            }
            Poll::Pending => {
                if self.stall.is_none()
                    && let Some(limit) = self.stall_limit
                {
                    self.stall = clock().checked_add(limit);
                }
                Poll::Pending
            }
        }
    }

    /// The peer takes nothing more: what it still has to say is awaited for a while.
    pub(super) fn break_writing(&mut self, broken: Broken, now: Instant) {
        self.writing = Writing::Broken;
        self.broken = broken;
        self.stall = None;
        self.last_words = Some(after(now, self.linger));
        self.output.clear();
    }

    fn poll_write_all(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if self.machine.wants_write() && !self.output.is_full() {
                self.now = clock();
                let before = self.output.len();
                self.machine.transmit(&mut self.output, self.now);
                debug_assert!(
                    self.output.len() > before || !self.machine.wants_write(),
                    "transmit made no progress"
                );
            }
            if self.output.is_empty() {
                break;
            }
            let mut slices = [IoSlice::new(&[]); Output::SLICES];
            let slices = self.output.slices(&mut slices);
            let stream = Pin::new(&mut self.stream);
            let written = match slices {
                [one] => ready!(stream.poll_write(cx, one))?,
                many => ready!(stream.poll_write_vectored(cx, many))?,
            };
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.output.consume(written);
            self.stall = None;
            self.writing = Writing::Unflushed;
        }
        if self.writing != Writing::Clean {
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            if self.writing == Writing::Unflushed {
                self.writing = Writing::Clean;
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Reads once. Ready when something changed: bytes, or the end.
    pub(super) fn poll_input(&mut self, cx: &mut Context<'_>, hint: usize) -> Poll<()> {
        let room = self.machine.input_limit().saturating_sub(self.buffered());
        if room == 0 || !matches!(self.reading, Reading::Open) {
            return Poll::Pending;
        }
        self.release_input();
        let have = self.input.len();
        let want = self.window.want(have, hint).min(room);
        if self.window.parked {
            self.window.parked = false;
            self.input = spare::take(want);
        }
        let left = self.input.capacity().saturating_sub(have);
        // What is left of the last growth is filled first: growing early would
        // hold twice of what it has to.
        let crowded = left < want.min(self.window.size / 2);
        // With the rest, all of it is consumed, and the next read begins at the front
        // again. Never twice in a row: a hint may know less than there is to come.
        let rest = crowded && have >= RATHER_READ && (1..=left).contains(&hint) && !self.window.rest;
        if crowded && !rest {
            self.input.reserve(if want == LARGE { LARGE + SLACK } else { want });
        }
        let left = self.input.capacity().saturating_sub(have);
        let slack = if want == LARGE { SLACK.min(left / 4) } else { 0 };
        let offered = if rest { hint } else { left.saturating_sub(slack) }.min(room);
        let mut input = (&mut self.input).limit(offered);
        let read = ready!(pin!(self.stream.read_buf(&mut input)).poll(cx));
        self.now = clock();
        self.read_at = self.now;
        match read {
            Ok(0) => self.reading = Reading::Stopped(Ok(Eof::Clean)),
            Ok(count) => {
                self.window.rest = rest;
                // A short read that was asked for tells nothing.
                if !rest {
                    self.window.record(offered, count);
                }
            }
            // What rustls reports when the stream ends without `close_notify`.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.reading = Reading::Stopped(Ok(Eof::Truncated));
            }
            Err(error) => self.reading = Reading::Stopped(Err(error)),
        }
        Poll::Ready(())
    }

    /// Reads and drops until the peer's end of stream. Leaves the input alone: an
    /// event that nobody has taken yet may lie in it.
    pub(super) fn poll_discard(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut scratch = [0; SMALL];
        for _ in 0..DISCARDS {
            if !matches!(self.reading, Reading::Open) {
                return Poll::Ready(());
            }
            let mut read = ReadBuf::new(&mut scratch);
            let result = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut read));
            if result.is_err() || read.filled().is_empty() {
                self.reading = Reading::Ended;
            }
        }
        // A peer that never pauses must not keep us from the clock.
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
