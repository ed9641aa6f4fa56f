//! Pages of a result (RFC 5267, section 4.4; RFC 9394).

use std::{fmt, num::NonZeroU32, str::FromStr};

use crate::{Error, rfc9394};

/// Which of the messages that were found: counted from the first one, or from the last one
/// (RFC 9394, section 4, `partial-range`).
///
/// ```
/// # use anyrfc_imap::types::PartialRange;
/// let first = PartialRange::from_start(1, 100)?;
/// assert_eq!((first.to_string(), first.next().unwrap().to_string()), ("1:100".into(), "101:200".into()));
/// let newest = PartialRange::from_end(1, 100)?;
/// assert_eq!((newest.to_string(), newest.len()), ("-1:-100".into(), 100));
/// assert!(PartialRange::from_start(0, 9).is_err());
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialRange {
    low: NonZeroU32,
    high: NonZeroU32,
    from_end: bool,
}

impl PartialRange {
    fn new(from: u32, to: u32, from_end: bool) -> Result<Self, Error> {
        let (Some(low), Some(high)) = (NonZeroU32::new(from.min(to)), NonZeroU32::new(from.max(to))) else {
            return Err(Error::usage("results are counted from one")
                .with_requirement(rfc9394::RANGE_IS_OF_TWO_NUMBERS));
        };
        Ok(Self { low, high, from_end })
    }

    /// From the n-th to the m-th of the first ones, whichever is the greater.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for zero.
    pub fn from_start(from: u32, to: u32) -> Result<Self, Error> {
        Self::new(from, to, false)
    }

    /// From the n-th to the m-th of the last ones, counted backwards (RFC 9394): 1 is the last one.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for zero.
    pub fn from_end(from: u32, to: u32) -> Result<Self, Error> {
        Self::new(from, to, true)
    }

    /// Whether it is counted from the last one.
    #[must_use]
    pub const fn is_from_end(self) -> bool {
        self.from_end
    }

    /// The bound that is nearer to where it is counted from.
    #[must_use]
    pub const fn low(self) -> u32 {
        self.low.get()
    }

    /// The bound that is farther from where it is counted from.
    #[must_use]
    pub const fn high(self) -> u32 {
        self.high.get()
    }

    /// How many there can be in it: at least one.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    #[must_use]
    pub const fn len(self) -> u64 {
        self.high.get() as u64 - self.low.get() as u64 + 1
    }

    /// The range behind it that is as long, as far as numbers go; `None` where they end.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        let low = self.high.checked_add(1)?;
        let high = low.saturating_add(self.high.get() - self.low.get());
        Some(Self { low, high, ..self })
    }
}

impl fmt::Display for PartialRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minus = if self.from_end { "-" } else { "" };
        write!(f, "{minus}{}:{minus}{}", self.low, self.high)
    }
}

impl fmt::Debug for PartialRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PartialRange({self})")
    }
}

impl FromStr for PartialRange {
    type Err = Error;

    /// The rule `partial-range`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong =
            || Error::usage("not a range of results").with_requirement(rfc9394::RANGE_IS_OF_TWO_NUMBERS);
        let (from, to) = text.split_once(':').ok_or_else(wrong)?;
        let number = |text: &str| {
            let (minus, digits) = match text.strip_prefix('-') {
                Some(digits) => (true, digits),
                None => (false, text),
            };
            let canonical = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
            Some((minus, digits.parse().ok().filter(|_| canonical)?))
        };
        match (number(from), number(to)) {
            (Some((minus, from)), Some((same, to))) if minus == same => Self::new(from, to, minus),
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_go_there_and_back() {
        for text in ["1:1", "1:100", "-1:-100", "4294967295:4294967295"] {
            assert_eq!(text.parse::<PartialRange>().unwrap().to_string(), text);
        }
        // RFC 9394, section 4: whichever bound comes first.
        assert_eq!("500:400".parse::<PartialRange>().unwrap(), PartialRange::from_start(400, 500).unwrap());
        assert_eq!("-500:-400".parse::<PartialRange>().unwrap(), PartialRange::from_end(400, 500).unwrap());
        for text in [
            "",
            ":",
            "1",
            "1:",
            ":1",
            "0:1",
            "1:0",
            "-1:2",
            "1:-2",
            "1:*",
            "*:1",
            "01:2",
            "--1:-2",
            "+1:2",
            "1:4294967296",
            "1:2:3",
            "NIL",
        ] {
            let error = text.parse::<PartialRange>().unwrap_err();
            assert_eq!(error.requirement(), Some(rfc9394::RANGE_IS_OF_TWO_NUMBERS), "{text}");
        }
    }

    #[test]
    fn pages_follow_each_other_and_end() {
        let page = PartialRange::from_end(1, 50).unwrap().next().unwrap();
        assert_eq!((page.to_string(), page.len(), page.is_from_end()), ("-51:-100".into(), 50, true));
        let last = PartialRange::from_start(u32::MAX - 1, u32::MAX).unwrap();
        assert_eq!(last.next(), None);
        let all = PartialRange::from_start(1, u32::MAX).unwrap();
        assert_eq!((all.len(), all.next()), (u64::from(u32::MAX), None));
        let most = PartialRange::from_start(1, u32::MAX - 5).unwrap();
        assert_eq!(most.next(), PartialRange::from_start(u32::MAX - 4, u32::MAX).ok());
    }
}
