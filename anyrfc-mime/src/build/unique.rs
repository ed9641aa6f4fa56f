//! What has to be unique: message identifiers and boundaries.

use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{error::Error, types::DateTime};

/// What identifiers and boundaries are made from: given by the caller, or new for each message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seed(pub(super) [u64; 2]);

/// Keys from the operating system's randomness, once for the process.
static KEYS: OnceLock<[u64; 2]> = OnceLock::new();
/// Counts the messages of the process.
static COUNT: AtomicU64 = AtomicU64::new(0);

impl Seed {
    /// A seed that no other message has. One half tells the messages of a process apart, by a
    /// count that is spread one to one; both are under random keys of the process; and the time
    /// tells a process from its forks, which have the same keys and the same count.
    pub(super) fn unique(now: Duration) -> Self {
        let [first, second] = *KEYS.get_or_init(|| {
            let random = || RandomState::new().build_hasher().finish();
            [random(), random()]
        });
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let now = now.as_secs().rotate_left(32) ^ u64::from(now.subsec_nanos());
        Self([mix(first ^ mix(now)), mix(second ^ count)])
    }

    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        let mut words = [0; 4];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = chunk.iter().fold(0, |word: u64, byte| word << 8 | u64::from(*byte));
        }
        let [a, b, c, d] = words;
        Self([mix(a ^ mix(c)), mix(b ^ mix(d ^ 1) ^ 2)])
    }

    /// The left side of a message identifier: 26 letters and digits.
    pub(super) fn write_id(self, out: &mut Vec<u8>) {
        let [a, b] = self.0;
        base32(a, out);
        base32(b, out);
    }

    /// The n-th boundary. `=_` occurs in no body that is encoded (RFC 2045, section 6.7).
    pub(super) fn boundary(self, n: u64) -> String {
        let [a, b] = self.0;
        let mut out = Vec::with_capacity(28);
        out.extend_from_slice(b"=_");
        base32(mix(a ^ 0x5851_F42D_4C95_7F2D ^ n), &mut out);
        base32(mix(b ^ 0x1405_7B7E_F767_814F ^ n.rotate_left(32)), &mut out);
        // Letters, digits and the two in front.
        String::from_utf8(out).unwrap_or_default()
    }
}

/// A bijection that spreads every bit (the finalizer of SplitMix64).
const fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Thirteen letters and digits for 64 bits, five bits each.
fn base32(word: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 13];
    for (digit, shift) in digits.iter_mut().zip((0..65).step_by(5)) {
        let value = (word >> shift & 31) as u8;
        *digit = if value < 10 { b'0' + value } else { b'a' + (value - 10) };
    }
    out.extend_from_slice(&digits);
}

/// The time since 1970, by the system's clock.
pub(super) fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// That time as a date in UTC.
///
/// # Errors
/// The clock is beyond the calendar.
pub(super) fn date(now: Duration) -> Result<DateTime, Error> {
    Ok(DateTime::from_unix(i64::try_from(now.as_secs()).unwrap_or(i64::MAX), 0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_seeds_are_the_same() {
        let mut seen = std::collections::HashSet::new();
        for _ in 0..10_000 {
            // Not even when the clock stands still.
            let seed = Seed::unique(Duration::ZERO);
            let mut id = Vec::new();
            seed.write_id(&mut id);
            assert!(seen.insert(id));
            assert!(seen.insert(seed.boundary(0).into_bytes()) && seen.insert(seed.boundary(1).into_bytes()));
        }
    }

    #[test]
    fn a_given_seed_gives_the_same() {
        let seed = Seed::from_bytes([7; 32]);
        assert_eq!(seed.boundary(3), Seed::from_bytes([7; 32]).boundary(3));
        assert_ne!(seed.boundary(3), Seed::from_bytes([8; 32]).boundary(3));
        assert_eq!(seed.boundary(3).len(), 28);
    }
}
