//! How long to wait before trying again (RFC 6455, section 7.2.3).

use std::time::Duration;

use chacha20::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// Truncated binary exponential back-off with jitter, sans clock.
///
/// The first delay is random between zero and [`first`](Self::first); each
/// further ceiling doubles up to [`max`](Self::max), and the delay is random in
/// the upper half of its ceiling, so that delays grow and clients still spread.
///
/// ```
/// use std::time::Duration;
/// let mut backoff = anyrfc_core::Backoff::new([7; 32]);
/// let first = backoff.next_delay();
/// assert!(first <= Duration::from_secs(5));
/// ```
#[derive(Debug)]
pub struct Backoff {
    first: Duration,
    max: Duration,
    attempt: u32,
    random: ChaCha8Rng,
}

impl Backoff {
    /// First delay up to 5 s, later ones up to 5 min.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self {
            first: Duration::from_secs(5),
            max: Duration::from_secs(300),
            attempt: 0,
            random: ChaCha8Rng::from_seed(seed),
        }
    }

    /// The ceiling of the first delay.
    #[must_use]
    pub const fn first(mut self, ceiling: Duration) -> Self {
        self.first = ceiling;
        self
    }

    /// The ceiling of every delay.
    #[must_use]
    pub const fn max(mut self, ceiling: Duration) -> Self {
        self.max = ceiling;
        self
    }

    /// The delay before the next attempt.
    pub fn next_delay(&mut self) -> Duration {
        let ceiling =
            self.first.saturating_mul(1_u32.checked_shl(self.attempt).unwrap_or(u32::MAX)).min(self.max);
        let floor =
            if self.attempt == 0 { Duration::ZERO } else { ceiling.checked_div(2).unwrap_or_default() };
        self.attempt = self.attempt.saturating_add(1);
        let spread = u64::try_from(ceiling.saturating_sub(floor).as_nanos()).unwrap_or(u64::MAX);
        // The bias of a 64-bit remainder is far below the clock's own error.
        let more = self.random.next_u64().checked_rem(spread).unwrap_or_default();
        floor.saturating_add(Duration::from_nanos(more))
    }

    /// An attempt succeeded: the next delay is a first one again.
    pub const fn reset(&mut self) {
        self.attempt = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_random_first_then_grow_and_stop_at_the_ceiling() {
        let delays = |seed| {
            let mut backoff = Backoff::new([seed; 32]).max(Duration::from_secs(60));
            (0..70).map(|_| backoff.next_delay()).collect::<Vec<_>>()
        };
        let (a, b) = (delays(1), delays(2));
        assert_ne!(a[0], b[0], "the first delay is random");
        assert!(a[0] < Duration::from_secs(5));
        for (n, ceiling) in [(1, 10), (2, 20), (3, 40), (4, 60), (69, 60)] {
            assert!(
                a[n] >= Duration::from_secs(ceiling) / 2 && a[n] <= Duration::from_secs(ceiling),
                "{n}: {:?}",
                a[n]
            );
        }
    }

    #[test]
    fn zero_is_allowed_and_reset_starts_over() {
        let mut backoff = Backoff::new([0; 32]).first(Duration::ZERO);
        assert_eq!((backoff.next_delay(), backoff.next_delay()), (Duration::ZERO, Duration::ZERO));
        let mut backoff = Backoff::new([0; 32]);
        for _ in 0..9 {
            backoff.next_delay();
        }
        backoff.reset();
        assert!(backoff.next_delay() <= Duration::from_secs(5));
    }
}
