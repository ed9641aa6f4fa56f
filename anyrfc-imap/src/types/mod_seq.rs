//! Modification sequences (RFC 7162, section 3.1).

use std::{fmt, num::NonZeroU64};

/// A modification sequence (RFC 7162, section 7: `mod-sequence-value`): of two states of a
/// message, or of a mailbox, the later one has the higher. It is positive and has 63 bits.
///
/// ```
/// use anyrfc_imap::ModSeq;
/// assert!(ModSeq::new(7) < ModSeq::new(8));
/// assert_eq!(ModSeq::new(0), None);
/// assert_eq!(ModSeq::new(1 << 63), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModSeq(NonZeroU64);

impl ModSeq {
    /// The least there can be: everything has changed since.
    pub const MIN: Self = Self(NonZeroU64::MIN);

    /// The greatest there can be.
    pub const MAX: Self = match NonZeroU64::new(i64::MAX as u64) {
        Some(greatest) => Self(greatest),
        None => Self::MIN,
    };

    /// The value; `None` for zero, and beyond 63 bits.
    #[must_use]
    pub const fn new(value: u64) -> Option<Self> {
        match NonZeroU64::new(value) {
            Some(number) if value <= i64::MAX as u64 => Some(Self(number)),
            _ => None,
        }
    }

    /// As a plain number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0.get()
    }
}

impl From<ModSeq> for u64 {
    fn from(value: ModSeq) -> Self {
        value.get()
    }
}

impl fmt::Display for ModSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for ModSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ModSeq({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_three_bits() {
        assert_eq!(ModSeq::new(0), None);
        assert_eq!(ModSeq::new(1), Some(ModSeq::MIN));
        assert_eq!(ModSeq::new(9_223_372_036_854_775_807), Some(ModSeq::MAX));
        assert_eq!(ModSeq::new(9_223_372_036_854_775_808), None);
        assert_eq!(ModSeq::MAX.to_string(), "9223372036854775807");
    }
}
