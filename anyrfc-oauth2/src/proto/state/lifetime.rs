//! When a token is renewed, and which failures pass.

use std::time::{Duration, Instant};

use super::token::Lifetime;
use crate::{Error, ErrorCode, ErrorKind};

impl Lifetime {
    /// A token whose `total` life began so that `left` of it is left at `now`. It is renewed
    /// `window` before its end, but never before half of a life, and up to as much again earlier:
    /// `share` of 2^64 decides, so that clients which began together do not renew together.
    ///
    /// `None`: it ends after the end of the clock.
    pub(crate) fn new(
        now: Instant,
        total: Duration,
        left: Duration,
        window: Duration,
        share: u64,
    ) -> Option<Self> {
        let over = now.checked_add(left)?;
        let window = window.min(total.checked_div(4).unwrap_or_default());
        let jitter = window.as_nanos().saturating_mul(u128::from(share)) >> 64;
        let ahead = window.saturating_add(Duration::from_nanos(u64::try_from(jitter).unwrap_or(u64::MAX)));
        Some(Self { due: over.checked_sub(ahead).unwrap_or(now), over })
    }
}

/// What is left of the life of a token that was stored at `obtained` to live until `expires`, both
/// by the wall clock, now that it shows `now`. `None`: it shows a time before `obtained`, so it has
/// gone back and tells nothing.
pub(crate) fn left(obtained: Duration, expires: Duration, now: Duration) -> Option<Duration> {
    (now >= obtained).then(|| expires.saturating_sub(now))
}

/// Whether the same request may succeed a little later.
pub(crate) fn is_passing(error: &Error) -> bool {
    let passing = |status: u16| matches!(status, 408 | 429 | 500..=599);
    if let Some(refusal) = error.response() {
        return matches!(refusal.code, ErrorCode::ServerError | ErrorCode::TemporarilyUnavailable)
            || refusal.status.is_some_and(passing);
    }
    match error.status() {
        Some(status) => passing(status),
        None => matches!(error.kind(), ErrorKind::Io | ErrorKind::Timeout | ErrorKind::Closed),
    }
}

/// Whether the refresh token is spent: refused for good.
pub(crate) fn is_invalid_grant(error: &Error) -> bool {
    error.response().is_some_and(|refusal| refusal.code == ErrorCode::InvalidGrant)
}
