//! The only place in the project that reads, writes and waits on a stream.
//!
//! All state lives in the driver itself, so a future of its methods may be
//! dropped at any await and another one made: nothing is lost or sent twice.

mod error;
mod io;
mod timer;
mod upgrade;

use std::{
    future::poll_fn,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite};

pub use self::error::{DriveError, UpgradeError};
use self::{io::Window, timer::Timer};
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
    /// Nothing more comes from the stream.
    ended: bool,
    output: Output,
    writing: Writing,
    phase: Phase<M::Error>,
    /// The clock as read at the last turn.
    now: Instant,
    timer: Timer,
    window: Window,
    linger: Duration,
}

/// What [`Driver::poll_next`] yields: an owned event, or what ended the connection.
pub type OwnedEvent<M> = Result<<M as Machine>::Owned, DriveError<<M as Machine>::Error>>;

/// What the writing side can still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    /// Nothing is between us and the stream.
    Clean,
    /// Something was written that the stream may hold back until it is flushed.
    Unflushed,
    /// The peer takes nothing more.
    Broken,
}

#[derive(Debug)]
enum Phase<E> {
    Running,
    /// Ending: what remains to be written is flushed, then the stream shut down
    /// and drained until the peer's end of stream, all before the deadline.
    Ending {
        error: Option<DriveError<E>>,
        until: Instant,
        drain: bool,
        shut: bool,
    },
    Finished,
}

/// How one turn of the wheel went.
enum Turn {
    Progress,
    Finished,
}

impl<M: Machine, T: AsyncRead + AsyncWrite + Unpin> Driver<M, T> {
    /// Takes charge of a fresh stream.
    pub fn new(machine: M, stream: T) -> Self {
        Self::with_input(machine, stream, BytesMut::new())
    }

    /// Takes charge of a stream of which `input` was already read: after an
    /// HTTP upgrade, a `CONNECT` or the start of compression, leftover bytes
    /// belong to the next layer.
    pub fn with_input(machine: M, stream: T, input: BytesMut) -> Self {
        Self {
            machine,
            stream,
            input,
            released: 0,
            pending: false,
            ended: false,
            output: Output::new(),
            writing: Writing::Clean,
            phase: Phase::Running,
            now: clock(),
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
        self.input.len() - self.released
    }

    /// Bytes of buffer memory held at present, both ways.
    pub fn capacity(&self) -> usize {
        self.input.capacity() + self.output.len()
    }

    /// The machine, the stream, and what was received but not yet consumed.
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
                        self.released += count;
                        continue;
                    }
                    Ok(Step::Need(bytes)) => hint = bytes,
                    Err(error) => self.fail(DriveError::Machine(error)),
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
    pub fn poll_pending(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, DriveError<M::Error>>> {
        self.poll_event(cx)
    }

    /// The event that [`poll_pending`](Self::poll_pending) found.
    pub fn take_pending(&mut self) -> Option<M::Event<'_>> {
        if self.pending { Some(self.take_ref()) } else { None }
    }

    #[inline]
    fn take_ref(&mut self) -> M::Event<'_> {
        self.pending = false;
        let input = unreleased(&self.input, self.released);
        let (count, event) = self.machine.event(input);
        self.released += count;
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
            self.input.advance(self.released);
            self.released = 0;
        }
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
        if matches!(self.phase, Phase::Running) && self.writing != Writing::Broken && !self.output.is_full() {
            return Poll::Ready(Ok(()));
        }
        self.poll_sent(cx, false)
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

    fn poll_sent(&mut self, cx: &mut Context<'_>, all: bool) -> Poll<Result<(), DriveError<M::Error>>> {
        loop {
            if !matches!(self.phase, Phase::Running) {
                return match ready!(self.poll_ending(cx)) {
                    Ok(()) => Poll::Ready(Err(DriveError::Finished)),
                    Err(error) => Poll::Ready(Err(error)),
                };
            }
            match self.poll_write(cx) {
                Poll::Ready(Ok(())) => return Poll::Ready(Ok(())),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(DriveError::Io(error))),
                Poll::Pending if !all && !self.output.is_full() => return Poll::Ready(Ok(())),
                Poll::Pending => {}
            }
            // The peer takes nothing: perhaps it waits for us to read.
            if !self.pending && !self.ended {
                match self.machine.advance(unreleased(&self.input, self.released), self.now) {
                    Ok(Step::Ready) => self.pending = true,
                    Ok(Step::Consumed(count)) => {
                        self.released += count;
                        continue;
                    }
                    Ok(Step::Need(_)) => {}
                    Err(error) => {
                        self.fail(DriveError::Machine(error));
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
            self.end(None);
        }
        self.poll_ending(cx)
    }

    /// One turn: write, read, look at the clock. Cold: once per read, not per event.
    #[inline(never)]
    fn poll_turn(&mut self, cx: &mut Context<'_>, hint: usize) -> Poll<Result<Turn, DriveError<M::Error>>> {
        if matches!(self.phase, Phase::Running)
            && (self.ended || self.machine.state() == ProtocolState::Disconnected)
        {
            // Everything received is parsed, and the protocol is over.
            self.end(None);
        }
        if !matches!(self.phase, Phase::Running) {
            return Poll::Ready(match ready!(self.poll_ending(cx)) {
                Ok(()) => Ok(Turn::Finished),
                Err(error) => Err(error),
            });
        }
        // A broken writing side ends nothing yet: the peer's last words may still be on their way.
        let _ = self.poll_write(cx);
        if self.poll_input(cx, hint).is_ready() || self.poll_deadline(cx).is_ready() {
            return Poll::Ready(Ok(Turn::Progress));
        }
        Window::park(&mut self.input, &mut self.released);
        self.output.release();
        Poll::Pending
    }

    /// Keeps the error, and begins to end the connection. Nothing more is parsed.
    fn fail(&mut self, error: DriveError<M::Error>) {
        self.end(Some(error));
    }

    fn end(&mut self, error: Option<DriveError<M::Error>>) {
        self.now = clock();
        // With nothing left to say there is nobody to wait for.
        let drain = !self.ended
            && self.writing != Writing::Broken
            && (self.machine.wants_write() || !self.output.is_empty() || self.writing == Writing::Unflushed);
        self.phase = Phase::Ending { error, until: self.now + self.linger, drain, shut: false };
    }

    /// Drives the end of the connection; `Ok` or the error once it has ended.
    #[inline(never)]
    fn poll_ending(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), DriveError<M::Error>>> {
        let Phase::Ending { until, drain, shut, .. } = self.phase else { return Poll::Ready(Ok(())) };
        let over = self.timer.poll(cx, Some(until)).is_ready();
        if !over && !shut {
            if self.poll_write(cx).is_pending() {
                return Poll::Pending;
            }
            if self.writing != Writing::Broken {
                // An error here only means that the peer is gone already.
                let _ = ready!(std::pin::Pin::new(&mut self.stream).poll_shutdown(cx));
            }
            if let Phase::Ending { shut, .. } = &mut self.phase {
                *shut = true;
            }
        }
        if !over && drain && !self.ended {
            // Unread input would turn our close into a reset that overtakes our last words.
            ready!(self.poll_discard(cx));
        }
        self.input = BytesMut::new();
        self.released = 0;
        self.output.clear();
        match std::mem::replace(&mut self.phase, Phase::Finished) {
            Phase::Ending { error: Some(error), .. } => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(())),
        }
    }

    /// Ready when the machine's deadline had come and was handled.
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.timer.poll(cx, self.machine.poll_timeout()));
        self.now = clock();
        self.expire();
        Poll::Ready(())
    }

    fn expire(&mut self) {
        if self.machine.poll_timeout().is_some_and(|at| at <= self.now)
            && let Err(error) = self.machine.handle_timeout(self.now)
        {
            self.fail(DriveError::Machine(error));
        }
    }

    fn handle_eof(&mut self, eof: Eof) {
        self.ended = true;
        if let Err(error) = self.machine.handle_eof(eof) {
            self.fail(DriveError::Machine(error));
        }
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
