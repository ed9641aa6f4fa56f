//! The only place in the project that reads, writes and waits on a stream.
//!
//! All state lives in the driver itself, so a future of its methods may be
//! dropped at any await and another one made: nothing is lost or sent twice.
//!
//! The driver keeps no wakers. The halves of a split client, in two tasks, have a
//! driver that only reads and a [`Writer`] ([`Driver::detach_writing`]), take them in
//! turns where one has to do the other's work ([`Handover`]), and poll them with a
//! waker that wakes both ([`Wakers`]).

mod error;
mod halves;
mod handover;
#[cfg(test)]
mod handover_tests;
mod io;
mod phase;
mod sync;
mod timer;
mod upgrade;
mod wakers;
mod writer;

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite};

pub use self::{
    error::{DriveError, UpgradeError},
    handover::Handover,
    wakers::{Half, Wakers},
    writer::{Speaker, Unsent, Writer},
};
use self::{
    io::Window,
    phase::{Broken, Phase, Reading, Turn, Writing},
    timer::{Timer, after},
};
use crate::{Eof, Machine, Output, ProtocolState, Step};

/// How long an ending connection may take to say its last words, by default.
pub const LINGER: Duration = Duration::from_secs(2);

/// Runs a [`Machine`] over a stream.
///
/// Poll-first; the async methods are [`poll_fn`] wrappers and all cancel-safe.
#[derive(Debug)]
pub struct Driver<M: Machine, T> {
    machine: M,
    stream: T,
    input: BytesMut,
    /// Bytes at the front of `input` that events have released.
    released: usize,
    /// `advance` said `Ready`, and nobody has taken the event yet.
    pending: bool,
    reading: Reading,
    output: Output,
    writing: Writing,
    /// Why the writing side broke, until somebody is told.
    write_error: Option<std::io::Error>,
    /// The same, for whoever asks later.
    broken: Broken,
    stall_limit: Option<Duration>,
    /// Since something waits to be written: until when the peer must take a byte of it.
    stall: Option<Instant>,
    /// Until when the peer's last words are awaited after the writing side broke.
    last_words: Option<Instant>,
    phase: Phase<M::Error>,
    /// The clock as read at the last turn.
    now: Instant,
    /// The clock as read after the last read: what had arrived by then is parsed.
    read_at: Instant,
    timer: Timer,
    window: Window,
    linger: Duration,
}

/// What [`Driver::poll_next`] yields: an owned event, or what ended the connection.
pub type OwnedEvent<M> = Result<<M as Machine>::Owned, DriveError<<M as Machine>::Error>>;

impl<M: Machine, T: AsyncRead + AsyncWrite + Unpin> Driver<M, T> {
    /// Takes charge of a fresh stream.
    pub fn new(machine: M, stream: T) -> Self {
        Self::with_input(machine, stream, BytesMut::new())
    }

    /// Takes charge of a stream of which `input` was already read: after an
    /// HTTP upgrade, a `CONNECT` or the start of compression, leftover bytes
    /// belong to the next layer.
    pub fn with_input(machine: M, stream: T, input: BytesMut) -> Self {
        let now = clock();
        Self {
            machine,
            stream,
            input,
            released: 0,
            pending: false,
            reading: Reading::Open,
            output: Output::new(),
            writing: Writing::Clean,
            write_error: None,
            broken: Broken::Stream(std::io::ErrorKind::BrokenPipe),
            stall_limit: None,
            stall: None,
            last_words: None,
            phase: Phase::Running,
            now,
            read_at: now,
            timer: Timer::default(),
            window: Window::default(),
            linger: LINGER,
        }
    }

    /// How long the last words may take when the connection ends (2 s by default).
    #[must_use]
    pub const fn linger(mut self, limit: Duration) -> Self {
        self.linger = limit;
        self
    }

    /// How long the peer may take no byte while something waits to be written
    /// (for ever by default). Beyond it the writing side counts as broken:
    /// whoever flushes is told [`TimedOut`](std::io::ErrorKind::TimedOut), as
    /// [`DriveError::Io`], and the connection ends as after any other failed
    /// write. Every byte taken starts the time anew.
    ///
    /// A byte counts as taken when the stream has it; TLS buffers some by itself.
    #[must_use]
    pub const fn stall_limit(mut self, limit: Option<Duration>) -> Self {
        self.stall_limit = limit;
        self
    }

    /// The machine.
    pub const fn machine(&self) -> &M {
        &self.machine
    }

    /// The machine and its output, for commands that encode straight into it.
    ///
    /// What is put there leaves with the next flush or read.
    pub const fn command(&mut self) -> (&mut M, &mut Output) {
        (&mut self.machine, &mut self.output)
    }

    /// The stream below. Reading from or writing to it loses the thread.
    pub const fn stream(&self) -> &T {
        &self.stream
    }

    /// Reads the clock, for commands that take the time.
    pub fn now(&mut self) -> Instant {
        self.now = clock();
        self.now
    }

    /// Whether the connection has ended and its last words are said.
    pub const fn is_finished(&self) -> bool {
        matches!(self.phase, Phase::Finished)
    }

    /// How many received bytes wait for their event to be taken.
    pub fn buffered(&self) -> usize {
        self.input.len().saturating_sub(self.released)
    }

    /// Bytes of buffer memory held at present, both ways.
    pub fn capacity(&self) -> usize {
        self.input.capacity().saturating_add(self.output.capacity())
    }

    /// The machine, the stream, and what was received but not yet consumed.
    ///
    /// Output that was not flushed is dropped: [`flush`](Self::flush) first.
    pub fn into_parts(mut self) -> (M, T, BytesMut) {
        self.release_input();
        (self.machine, self.stream, self.input)
    }

    /// Whether an event is ready to be taken, reading and writing until one is.
    /// `false` means that the connection has ended in order.
    #[inline]
    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, DriveError<M::Error>>> {
        loop {
            if self.pending {
                return Poll::Ready(Ok(true));
            }
            let mut hint = 0;
            if matches!(self.phase, Phase::Running) {
                match self.machine.advance(unreleased(&self.input, self.released), self.now) {
                    Ok(Step::Ready) => {
                        self.pending = true;
                        return Poll::Ready(Ok(true));
                    }
                    Ok(Step::Consumed(count)) => {
                        self.consumed(count);
                        continue;
                    }
                    Ok(Step::Need(bytes)) => hint = bytes,
                    Err(error) => self.end(Some(DriveError::Machine(error))),
                }
            }
            match ready!(self.poll_turn(cx, hint)) {
                Ok(Turn::Progress) => {}
                Ok(Turn::Finished) => return Poll::Ready(Ok(false)),
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    /// The next event, owning its bytes; `None` once the connection has ended.
    ///
    /// # Cancel safety
    /// Nothing is lost when the caller stops polling.
    ///
    /// # Errors
    /// What ended the connection, once; after that `None`.
    #[inline]
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<OwnedEvent<M>>> {
        match ready!(self.poll_event(cx)) {
            Ok(true) => Poll::Ready(Some(Ok(self.take_owned()))),
            Ok(false) => Poll::Ready(None),
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }

    /// The next event, owning its bytes; `None` once the connection has ended.
    ///
    /// # Cancel safety
    /// Cancel-safe: dropping the future loses nothing.
    ///
    /// # Errors
    /// What ended the connection, once; after that `None`.
    pub async fn next(&mut self) -> Result<Option<M::Owned>, DriveError<M::Error>> {
        poll_fn(|cx| self.poll_next(cx)).await.transpose()
    }

    /// The next event, borrowed from the read buffer: the fast path.
    ///
    /// # Cancel safety
    /// Cancel-safe: dropping the future loses nothing.
    ///
    /// # Errors
    /// What ended the connection, once; after that `None`.
    #[inline]
    pub async fn next_ref(&mut self) -> Result<Option<M::Event<'_>>, DriveError<M::Error>> {
        if !poll_fn(|cx| self.poll_event(cx)).await? {
            return Ok(None);
        }
        Ok(Some(self.take_ref()))
    }

    /// Polls until an event is ready; it is then taken with [`take_pending`](Self::take_pending).
    ///
    /// # Errors
    /// What ended the connection, once; after that `Ok(false)`.
    #[inline]
    pub fn poll_pending(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, DriveError<M::Error>>> {
        self.poll_event(cx)
    }

    /// The event that [`poll_pending`](Self::poll_pending) found.
    #[inline]
    pub fn take_pending(&mut self) -> Option<M::Event<'_>> {
        if self.pending { Some(self.take_ref()) } else { None }
    }

    /// The same, owning its bytes.
    #[inline]
    pub fn take_pending_owned(&mut self) -> Option<M::Owned> {
        if self.pending { Some(self.take_owned()) } else { None }
    }

    #[inline]
    fn take_ref(&mut self) -> M::Event<'_> {
        self.pending = false;
        let input = unreleased(&self.input, self.released);
        let (count, event) = self.machine.event(input);
        debug_assert!(count <= input.len(), "the event releases more than there is");
        self.released = self.released.saturating_add(count);
        event
    }

    #[inline]
    fn take_owned(&mut self) -> M::Owned {
        self.pending = false;
        self.release_input();
        self.machine.event_owned(&mut self.input)
    }

    #[inline]
    fn release_input(&mut self) {
        if self.released > 0 {
            self.input.advance(self.released.min(self.input.len()));
            self.released = 0;
        }
    }

    #[inline]
    fn consumed(&mut self, count: usize) {
        debug_assert!(count > 0 && count <= self.buffered(), "the machine consumed {count} bytes");
        self.released = self.released.saturating_add(count);
    }

    /// Ready when the output is below its high-water mark: what `Sink::poll_ready` needs.
    ///
    /// # Cancel safety
    /// Nothing is lost when the caller stops polling.
    ///
    /// # Errors
    /// As [`poll_flush`](Self::poll_flush).
    #[inline]
    pub fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), DriveError<M::Error>>> {
        if self.is_ready() { Poll::Ready(Ok(())) } else { self.poll_sent(cx, false) }
    }

    /// Whether the output is below its high-water mark, and the peer may still take it:
    /// what [`poll_ready`](Self::poll_ready) would find out without waiting.
    #[inline]
    pub fn is_ready(&self) -> bool {
        matches!(self.phase, Phase::Running) && self.writing != Writing::Broken && !self.output.is_full()
    }

    /// Ready when everything was handed to the operating system.
    ///
    /// While the peer takes nothing, this also reads, up to the machine's input
    /// limit, and handles control traffic, so that two peers that both only
    /// write do not block each other for ever.
    ///
    /// # Cancel safety
    /// Nothing is lost when the caller stops polling.
    ///
    /// # Errors
    /// What ended the connection, if it is told here first; afterwards [`DriveError::Finished`].
    pub fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), DriveError<M::Error>>> {
        self.poll_sent(cx, true)
    }

    /// Flushes; see [`poll_flush`](Self::poll_flush).
    ///
    /// # Cancel safety
    /// Cancel-safe: what was queued stays queued, and leaves with the next flush or read.
    ///
    /// # Errors
    /// As [`poll_flush`](Self::poll_flush).
    pub async fn flush(&mut self) -> Result<(), DriveError<M::Error>> {
        poll_fn(|cx| self.poll_flush(cx)).await
    }

    /// Offers the stream what waits to be written, before an event is handed over say.
    /// Nothing is read, nothing ends here: how it failed is told by what is polled next.
    pub fn offer(&mut self, cx: &mut Context<'_>) {
        if matches!(self.phase, Phase::Running)
            && let Poll::Ready(Err(error)) = self.poll_write(cx)
        {
            self.write_error.get_or_insert(error);
        }
    }

    #[inline(never)]
    fn poll_sent(&mut self, cx: &mut Context<'_>, all: bool) -> Poll<Result<(), DriveError<M::Error>>> {
        loop {
            if !matches!(self.phase, Phase::Running) {
                return match ready!(self.poll_ending(cx)) {
                    Ok(()) => Poll::Ready(Err(DriveError::Finished)),
                    Err(error) => Poll::Ready(Err(error)),
                };
            }
            match self.poll_write(cx) {
                Poll::Ready(result) => return Poll::Ready(result.map_err(DriveError::Io)),
                Poll::Pending if !all && !self.output.is_full() => return Poll::Ready(Ok(())),
                Poll::Pending => {}
            }
            // The peer takes nothing: perhaps it waits for us to read.
            if !self.pending && !matches!(self.reading, Reading::Ended) {
                match self.machine.advance(unreleased(&self.input, self.released), self.now) {
                    Ok(Step::Ready) => self.pending = true,
                    Ok(Step::Consumed(count)) => {
                        self.consumed(count);
                        continue;
                    }
                    Ok(Step::Need(_)) => {
                        if self.tell_end() || self.expire(self.read_at) {
                            continue;
                        }
                    }
                    Err(error) => {
                        self.end(Some(DriveError::Machine(error)));
                        continue;
                    }
                }
            }
            if self.poll_input(cx, 0).is_ready() {
                continue;
            }
            if self.poll_deadline(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// Ends the connection without the protocol's leave: flushes, shuts the
    /// stream down and waits for the peer's end, all within the linger time.
    ///
    /// # Cancel safety
    /// Nothing is lost when the caller stops polling.
    ///
    /// # Errors
    /// What ended the connection, if it was not told before.
    pub fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), DriveError<M::Error>>> {
        if matches!(self.phase, Phase::Running) {
            let error = self.write_error.take().map(DriveError::Io);
            self.end(error);
            if let Phase::Ending { drain, .. } = &mut self.phase {
                *drain = true;
            }
        }
        self.poll_ending(cx)
    }

    /// One turn: write, read, look at the clock. Cold: once per read, not per event.
    ///
    /// Called when the machine has parsed all there is and wants more.
    #[inline(never)]
    fn poll_turn(&mut self, cx: &mut Context<'_>, hint: usize) -> Poll<Result<Turn, DriveError<M::Error>>> {
        if matches!(self.phase, Phase::Running) {
            if self.machine.state() == ProtocolState::Disconnected {
                // The protocol is over, as it wants it.
                self.end(None);
            } else if matches!(self.reading, Reading::Ended) {
                let error = self.write_error.take().map(DriveError::Io);
                self.end(error);
            } else if self.tell_end() || self.expire(self.read_at) {
                return Poll::Ready(Ok(Turn::Progress));
            } else if self.buffered() >= self.machine.input_limit() {
                // It would wait for ever for what is never read.
                self.end(Some(DriveError::InputLimit(self.machine.input_limit())));
            }
        }
        if !matches!(self.phase, Phase::Running) {
            return Poll::Ready(match ready!(self.poll_ending(cx)) {
                Ok(()) => Ok(Turn::Finished),
                Err(error) => Err(error),
            });
        }
        if let Poll::Ready(Err(error)) = self.poll_write(cx) {
            // This ends nothing yet: the peer's last words may still be on their way.
            self.write_error.get_or_insert(error);
        }
        if self.poll_input(cx, hint).is_ready() || self.poll_deadline(cx).is_ready() {
            return Poll::Ready(Ok(Turn::Progress));
        }
        self.window.park(&mut self.input, &mut self.released);
        self.output.release();
        Poll::Pending
    }

    /// Begins to end the connection, and keeps the error. Nothing more is parsed.
    fn end(&mut self, error: Option<DriveError<M::Error>>) {
        self.now = clock();
        // With nothing left to say there is nobody to wait for.
        let drain = self.machine.wants_write()
            || !self.output.is_empty()
            || match self.writing {
                Writing::Unflushed => true,
                Writing::Elsewhere => halves::is_unflushed(&mut self.stream),
                Writing::Clean | Writing::Broken => false,
            };
        self.phase = Phase::Ending { error, until: after(self.now, self.linger), drain, shut: false };
    }

    /// Drives the end of the connection; `Ok` or the error once it has ended.
    #[inline(never)]
    fn poll_ending(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), DriveError<M::Error>>> {
        let Phase::Ending { until, drain, .. } = self.phase else { return Poll::Ready(Ok(())) };
        if self.timer.poll(cx, Some(until)).is_pending() {
            let said = self.poll_last_words(cx);
            // Unread input would turn our close into a reset that overtakes our last
            // words, and a peer that is still writing may not read them before it is done.
            let drained = if drain && self.writing != Writing::Broken {
                self.poll_discard(cx)
            } else {
                Poll::Ready(())
            };
            ready!(said);
            ready!(drained);
        }
        if !self.pending {
            self.input = BytesMut::new();
            self.released = 0;
        }
        self.output.clear();
        match std::mem::replace(&mut self.phase, Phase::Finished) {
            Phase::Ending { error: Some(error), .. } => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(())),
        }
    }

    /// Writes what is left, then shuts the writing side down.
    fn poll_last_words(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Phase::Ending { shut: false, .. } = self.phase else { return Poll::Ready(()) };
        // An error here or below only means that the peer is gone already.
        let _ = ready!(self.poll_write(cx));
        if self.writing != Writing::Broken && ready!(Pin::new(&mut self.stream).poll_shutdown(cx)).is_err() {
            self.writing = Writing::Broken;
        }
        if let Phase::Ending { shut, .. } = &mut self.phase {
            *shut = true;
        }
        Poll::Ready(())
    }

    /// Ready when a deadline had come and was handled.
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let next = [self.machine.poll_timeout(), self.last_words, self.stall].into_iter().flatten().min();
        ready!(self.timer.poll(cx, next));
        self.now = clock();
        self.expire(self.now);
        Poll::Ready(())
    }

    /// Handles a deadline that has passed by `now`: the clock of the last read, or of
    /// a turn in which nothing could be read. So a peer that never pauses does not
    /// outrun it, yet what arrived before it was noticed is parsed first, however
    /// long the caller was away.
    fn expire(&mut self, now: Instant) -> bool {
        if self.last_words.is_some_and(|at| at <= now) {
            let error = self.write_error.take().unwrap_or_else(|| self.broken.error());
            self.end(Some(DriveError::Io(error)));
            return true;
        }
        if self.stall.is_some_and(|at| at <= now) {
            self.break_writing(Broken::Stall, now);
            return true;
        }
        if self.machine.poll_timeout().is_none_or(|at| at > now) {
            return false;
        }
        if let Err(error) = self.machine.handle_timeout(now) {
            self.end(Some(DriveError::Machine(error)));
            return true;
        }
        debug_assert!(
            self.machine.poll_timeout().is_none_or(|at| at > now),
            "a deadline that was handled is still due"
        );
        true
    }

    /// Tells the machine how its stream ended, if it has; everything before that is parsed.
    fn tell_end(&mut self) -> bool {
        if !matches!(self.reading, Reading::Stopped(_)) {
            return false;
        }
        match std::mem::replace(&mut self.reading, Reading::Ended) {
            Reading::Stopped(Ok(eof)) => {
                if let Err(error) = self.machine.handle_eof(eof) {
                    self.end(Some(DriveError::Machine(error)));
                }
            }
            Reading::Stopped(Err(error)) => {
                // Where the protocol was over anyway, how the stream ended is of no interest.
                if self.machine.handle_eof(Eof::Truncated).is_err() {
                    self.end(Some(DriveError::Io(error)));
                }
            }
            Reading::Open | Reading::Ended => {}
        }
        true
    }
}

/// What no event has released yet.
#[inline]
fn unreleased(input: &BytesMut, released: usize) -> &[u8] {
    input.get(released..).unwrap_or_default()
}

/// The runtime's clock: real, or the virtual one of a test.
fn clock() -> Instant {
    tokio::time::Instant::now().into_std()
}
