//! When to try again.

use std::{fmt, sync::Arc, time::Duration};

use anyrfc_core::Backoff;

use crate::{End, Error, client::connect};

/// Decides by how a connection ended.
type Predicate = Arc<dyn Fn(&End) -> bool + Send + Sync>;

/// When a [`ReconnectingClient`](super::ReconnectingClient) tries again.
///
/// By default: after whatever [`End::is_transient`] says may pass, without end,
/// after a delay that is random up to 5 s first, and then doubles up to 5 min
/// (RFC 6455, section 7.2.3). A connection that has lasted for 10 s starts the
/// delays and attempts anew.
///
/// ```
/// use std::time::Duration;
/// use anyrfc_websocket::{EndedBy, ReconnectPolicy};
///
/// let policy = ReconnectPolicy::default()
///     .backoff(Duration::from_secs(1), Duration::from_secs(30))
///     .attempts(20)
///     .stable_after(Duration::from_secs(60))
///     // This server says 4000 when it moves house.
///     .retry_if(|end| end.is_transient() || end.code() == 4000);
/// ```
#[derive(Clone)]
#[must_use = "a policy does nothing by itself"]
pub struct ReconnectPolicy {
    first: Duration,
    max: Duration,
    pub(super) attempts: Option<u32>,
    pub(super) stable_after: Duration,
    retry: Predicate,
    seed: Option<[u8; 32]>,
}

impl Default for ReconnectPolicy {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(5),
            max: Duration::from_secs(300),
            attempts: None,
            stable_after: Duration::from_secs(10),
            retry: Arc::new(End::is_transient),
            seed: None,
        }
    }
}

impl fmt::Debug for ReconnectPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReconnectPolicy")
            .field("first", &self.first)
            .field("max", &self.max)
            .field("attempts", &self.attempts)
            .field("stable_after", &self.stable_after)
            .finish_non_exhaustive()
    }
}

impl ReconnectPolicy {
    /// The ceilings of the first delay and of every other one. Below its
    /// ceiling a delay is random, so that not everyone comes back at once.
    pub const fn backoff(mut self, first: Duration, max: Duration) -> Self {
        self.first = first;
        self.max = max;
        self
    }

    /// Gives up after so many attempts in a row, the very first one included,
    /// none of which led to a stable connection.
    pub fn attempts(mut self, most: impl Into<Option<u32>>) -> Self {
        self.attempts = most.into();
        self
    }

    /// A connection that has lasted so long starts the delays, and the count of
    /// attempts, anew: one that is closed at once does not.
    pub const fn stable_after(mut self, time: Duration) -> Self {
        self.stable_after = time;
        self
    }

    /// Tries again when `retry` says so, in place of [`End::is_transient`].
    pub fn retry_if(mut self, retry: impl Fn(&End) -> bool + Send + Sync + 'static) -> Self {
        self.retry = Arc::new(retry);
        self
    }

    /// Makes the delays the same each time, for tests.
    pub const fn seed(mut self, seed: [u8; 32]) -> Self {
        self.seed = Some(seed);
        self
    }

    pub(super) fn wants_retry(&self, end: &End) -> bool {
        (self.retry)(end)
    }

    pub(super) fn delays(&self) -> Result<Backoff, Error> {
        let seed = match self.seed {
            Some(seed) => seed,
            None => connect::seed()?,
        };
        Ok(Backoff::new(seed).first(self.first).max(self.max))
    }
}
