//! The time, as the client reads it.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::proto::Moment;

/// Both clocks: what lasts is measured by tokio's, what is dated by the system's.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Where a test's clock stood, and when.
    fixed: Option<(Instant, Duration)>,
}

impl Clock {
    /// The system's clocks.
    #[must_use]
    pub fn system() -> Self {
        Self { fixed: None }
    }

    /// A clock that stands at `unix` now and goes with tokio's from there: for tests.
    #[must_use]
    pub fn starting_at(unix: Duration) -> Self {
        Self { fixed: Some((Instant::now(), unix)) }
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Moment {
        let now = Instant::now();
        let unix = match self.fixed {
            Some((start, unix)) => unix + now.saturating_duration_since(start),
            None => since_epoch(),
        };
        Moment { instant: now.into_std(), unix }
    }
}

/// Zero before 1970.
fn since_epoch() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}
