//! Happy Eyeballs (RFC 8305): staggered attempts, the first to succeed wins.

use std::{
    io, iter,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, Sleep};

/// The Connection Attempt Delay that RFC 8305, section 8 recommends.
pub const ATTEMPT_DELAY: Duration = Duration::from_millis(250);
/// No attempt starts sooner than this after the one before, even if that failed at once.
pub const ATTEMPT_DELAY_MIN: Duration = Duration::from_millis(10);
/// The Maximum Connection Attempt Delay.
pub const ATTEMPT_DELAY_MAX: Duration = Duration::from_secs(2);

/// Tries `addresses` in their order, a new one whenever `delay` has passed or
/// an attempt has failed, until the first attempt succeeds (RFC 8305, section 5).
///
/// The winner is returned with its address; the other attempts are dropped,
/// which closes what they had opened. `delay` is kept between
/// [`ATTEMPT_DELAY_MIN`] and [`ATTEMPT_DELAY_MAX`]; after a failure the next
/// attempt starts at once, yet never within [`ATTEMPT_DELAY_MIN`] of the last start.
///
/// All attempts run inside this one future: nothing is spawned, and time is
/// that of `tokio::time`.
///
/// # Errors
/// Every attempt, in the order of their starts, with how it failed. Empty if there was no address.
///
/// # Cancel safety
/// Dropping the future drops, and thereby ends, every attempt.
pub async fn race<F, T>(
    addresses: impl IntoIterator<Item = SocketAddr>,
    delay: Duration,
    connect: impl FnMut(SocketAddr) -> F,
) -> Result<(SocketAddr, T), Vec<(SocketAddr, io::Error)>>
where
    F: Future<Output = io::Result<T>>,
{
    let mut race = Race::new(addresses.into_iter(), delay, connect);
    match std::future::poll_fn(|cx| race.poll(cx)).await {
        Some(won) => Ok(won),
        None => Err(race.into_failures()),
    }
}

/// The state of a race, so that its failures can be had at a deadline too.
pub(super) struct Race<I: Iterator, C, F> {
    waiting: iter::Peekable<I>,
    connect: C,
    /// In the order of their starts.
    attempts: Vec<Attempt<F>>,
    delay: Duration,
    last_start: Option<Instant>,
    next_start: Pin<Box<Sleep>>,
}

struct Attempt<F> {
    address: SocketAddr,
    state: State<F>,
}

enum State<F> {
    Running(Pin<Box<F>>),
    Failed(io::Error),
}

impl<I, C, F, T> Race<I, C, F>
where
    I: Iterator<Item = SocketAddr>,
    C: FnMut(SocketAddr) -> F,
    F: Future<Output = io::Result<T>>,
{
    pub(super) fn new(addresses: I, delay: Duration, connect: C) -> Self {
        Self {
            waiting: addresses.peekable(),
            connect,
            attempts: Vec::new(),
            delay: delay.clamp(ATTEMPT_DELAY_MIN, ATTEMPT_DELAY_MAX),
            last_start: None,
            next_start: Box::pin(tokio::time::sleep_until(Instant::now())),
        }
    }

    /// The winner, or `None` when every attempt has failed.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<(SocketAddr, T)>> {
        loop {
            match self.poll_attempts(cx) {
                Ok(won) => {
                    // The losers are closed now, not when somebody drops us.
                    self.attempts.clear();
                    return Poll::Ready(Some(won));
                }
                Err(failures) if failures > 0 => self.hurry(),
                Err(_) => {}
            }
            if self.waiting.peek().is_none() {
                let running = self.attempts.iter().any(|attempt| matches!(attempt.state, State::Running(_)));
                return if running { Poll::Pending } else { Poll::Ready(None) };
            }
            if self.last_start.is_some() && self.next_start.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.start();
        }
    }

    fn start(&mut self) {
        let Some(address) = self.waiting.next() else { return };
        let attempt = Box::pin((self.connect)(address));
        self.attempts.push(Attempt { address, state: State::Running(attempt) });
        let now = Instant::now();
        self.last_start = Some(now);
        self.next_start.as_mut().reset(now.checked_add(self.delay).unwrap_or(now));
    }

    /// An attempt has failed: the next one need not wait out the whole delay.
    fn hurry(&mut self) {
        if let Some(last) = self.last_start {
            let soon = last.checked_add(ATTEMPT_DELAY_MIN).unwrap_or(last);
            if soon < self.next_start.deadline() {
                self.next_start.as_mut().reset(soon);
            }
        }
    }

    /// The winner, or how many attempts have failed since the last look.
    fn poll_attempts(&mut self, cx: &mut Context<'_>) -> Result<(SocketAddr, T), usize> {
        let mut failures = 0usize;
        for Attempt { address, state } in &mut self.attempts {
            let State::Running(future) = state else { continue };
            match future.as_mut().poll(cx) {
                Poll::Pending => {}
                Poll::Ready(Ok(won)) => return Ok((*address, won)),
                Poll::Ready(Err(error)) => {
                    *state = State::Failed(error);
                    failures = failures.saturating_add(1);
                }
            }
        }
        Err(failures)
    }

    /// How every attempt failed; those that still run did not come to an end in time.
    pub(super) fn into_failures(self) -> Vec<(SocketAddr, io::Error)> {
        let failure = |attempt: Attempt<F>| match attempt.state {
            State::Failed(error) => (attempt.address, error),
            State::Running(_) => (attempt.address, io::ErrorKind::TimedOut.into()),
        };
        self.attempts.into_iter().map(failure).collect()
    }
}
