//! One end for several steps.

use std::time::Duration;

use tokio::time::Instant;

use crate::{Error, ErrorKind};

/// A point in time that several steps share, so that name resolution, TCP, a
/// proxy and TLS together cannot take longer than one of them was allowed to.
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// use anyrfc_core::{Error, ErrorKind, transport::Deadline};
/// let deadline = Deadline::after(std::time::Duration::from_secs(30));
/// deadline.run("the first step", async { Ok::<_, Error>(()) }).await.unwrap();
/// let error = deadline.run("the second step", std::future::pending::<Result<(), Error>>()).await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Timeout);
/// assert_eq!(error.to_string(), "the second step timed out");
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// So long from now; a time beyond what the clock can tell means never.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self(Instant::now().checked_add(time))
    }

    /// No deadline.
    #[must_use]
    pub const fn never() -> Self {
        Self(None)
    }

    /// The point in time, if there is one.
    #[must_use]
    pub fn instant(&self) -> Option<std::time::Instant> {
        self.0.map(Instant::into_std)
    }

    /// How much time is left; `None` means without end.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.0.map(|at| at.saturating_duration_since(Instant::now()))
    }

    /// Whether the time is up.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        self.0.is_some_and(|at| at <= Instant::now())
    }

    /// The earlier of this and so long from now: a step's own limit within the whole.
    #[must_use]
    pub fn at_most(self, time: Duration) -> Self {
        match (self.0, Self::after(time).0) {
            (Some(whole), Some(step)) => Self(Some(whole.min(step))),
            (whole, step) => Self(whole.or(step)),
        }
    }

    /// Runs one step, named `step`, up to the deadline. A step is not even
    /// begun once the time is up.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`] naming the step; otherwise the step's own error.
    ///
    /// # Cancel safety
    /// As the step's own future, which is dropped with this one and at the deadline.
    pub async fn run<T>(
        &self,
        step: &'static str,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Some(at) = self.0 else { return future.await };
        if self.has_passed() {
            return Err(timed_out(step));
        }
        match tokio::time::timeout_at(at, future).await {
            Ok(result) => result,
            Err(_) => Err(timed_out(step)),
        }
    }

    /// The same, where the future's owner wants to look at it afterwards.
    pub(super) async fn wait<F: Future>(&self, future: F) -> Option<F::Output> {
        match self.0 {
            None => Some(future.await),
            Some(_) if self.has_passed() => None,
            Some(at) => tokio::time::timeout_at(at, future).await.ok(),
        }
    }
}

pub(super) fn timed_out(step: &str) -> Error {
    Error::new(ErrorKind::Timeout, format!("{step} timed out"))
}
