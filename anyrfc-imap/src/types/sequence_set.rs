//! Which messages a command is about (RFC 9051, section 9, `sequence-set`).

use std::{fmt, num::NonZeroU32, str::FromStr};

use super::{Number, Numbers};
use crate::Error;

/// A bound of a range: a number, or `*`, the greatest number in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bound {
    /// This one.
    Number(NonZeroU32),
    /// `*`: the last message of the mailbox.
    Last,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => fmt::Display::fmt(number, f),
            Self::Last => f.write_str("*"),
        }
    }
}

/// The messages of a command: numbers, ranges up to the last message, or what the last search
/// has saved (`$`). Whether the numbers are UIDs is told by the command. The grammar knows no
/// empty set; a command refuses one.
///
/// ```
/// # use anyrfc_imap::types::{SequenceSet, Uid, UidSet};
/// let set: SequenceSet = "1:4,9,20:*".parse()?;
/// assert_eq!(set.to_string(), "1:4,9,20:*");
/// assert_eq!(SequenceSet::from(Uid::new(7).unwrap()).to_string(), "7");
/// assert!(SequenceSet::from(UidSet::new()).is_empty());
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SequenceSet(Set);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Set {
    /// `$` (RFC 5182).
    Saved,
    /// In the caller's order.
    Ranges(Vec<(Bound, Bound)>),
}

impl SequenceSet {
    /// `1:*`: every message.
    #[must_use]
    pub fn all() -> Self {
        Self::from_number_to_last(NonZeroU32::MIN)
    }

    /// `*`: the last message.
    #[must_use]
    pub fn last() -> Self {
        Self(Set::Ranges(vec![(Bound::Last, Bound::Last)]))
    }

    /// `$`: what the last search with `RETURN (SAVE)` has found (RFC 9051, section 6.4.4.1).
    #[must_use]
    pub fn saved() -> Self {
        Self(Set::Saved)
    }

    /// All from one number to another, whichever is the greater.
    #[must_use]
    pub fn range<N: Number>(from: N, to: N) -> Self {
        Self::from_ranges([(from.to_u32(), to.to_u32())])
    }

    /// All from this number on, and the last message even if its number is lower (RFC 9051,
    /// section 9, `seq-range`).
    #[must_use]
    pub fn starting_at<N: Number>(from: N) -> Self {
        Self::from_number_to_last(NonZeroU32::new(from.to_u32()).unwrap_or(NonZeroU32::MIN))
    }

    fn from_number_to_last(from: NonZeroU32) -> Self {
        Self(Set::Ranges(vec![(Bound::Number(from), Bound::Last)]))
    }

    fn from_ranges(ranges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let bound = |number| NonZeroU32::new(number).map_or(Bound::Last, Bound::Number);
        Self(Set::Ranges(ranges.into_iter().map(|(from, to)| (bound(from), bound(to))).collect()))
    }

    /// Whether it names no message.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges().is_some_and(<[_]>::is_empty)
    }

    /// Whether it is `$`.
    #[must_use]
    pub fn is_saved(&self) -> bool {
        self.0 == Set::Saved
    }

    /// Its ranges as they were given; `None` of `$`.
    #[must_use]
    pub fn ranges(&self) -> Option<&[(Bound, Bound)]> {
        match &self.0 {
            Set::Saved => None,
            Set::Ranges(ranges) => Some(ranges),
        }
    }

    /// Whether a message of this number can be meant. Where it depends on what only the server
    /// knows, `*` and `$`, the answer is yes.
    #[must_use]
    pub fn may_contain(&self, number: u32) -> bool {
        let Set::Ranges(ranges) = &self.0 else { return true };
        ranges.iter().any(|range| match range {
            (Bound::Number(from), Bound::Number(to)) => {
                (*from.min(to)).get() <= number && number <= (*from.max(to)).get()
            }
            _ => true,
        })
    }

    /// Those of the messages whose numbers are lower than this one, of which it is known that the
    /// last message has no lower one; `None` of `$`, of which that is not known.
    pub(crate) fn below(&self, number: u32) -> Option<Self> {
        let ranges = self.ranges()?.iter().filter_map(|(from, to)| {
            let bound = |bound: &Bound| match bound {
                Bound::Number(number) => number.get(),
                Bound::Last => u32::MAX,
            };
            let (low, high) = (bound(from).min(bound(to)), bound(from).max(bound(to)));
            (low < number).then(|| (low, high.min(number - 1)))
        });
        Some(Self::from_ranges(ranges))
    }

    /// The same messages in sets that are at most so many bytes long each. A single range is
    /// never divided, so a set can be 21 bytes long whatever the limit.
    #[must_use]
    pub fn split(self, limit: usize) -> Vec<Self> {
        let Set::Ranges(ranges) = self.0 else { return vec![self] };
        let mut sets = Vec::new();
        let (mut part, mut length) = (Vec::new(), 0);
        for range in ranges {
            let size = range_length(range);
            if !part.is_empty() && length + 1 + size > limit {
                sets.push(Self(Set::Ranges(std::mem::take(&mut part))));
                length = 0;
            }
            length += size + usize::from(!part.is_empty());
            part.push(range);
        }
        sets.push(Self(Set::Ranges(part)));
        sets
    }
}

fn range_length((from, to): (Bound, Bound)) -> usize {
    let length = |bound| match bound {
        Bound::Number(number) => number.get().ilog10() as usize + 1,
        Bound::Last => 1,
    };
    if from == to { length(from) } else { length(from) + 1 + length(to) }
}

impl fmt::Display for SequenceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Set::Ranges(ranges) = &self.0 else { return f.write_str("$") };
        for (index, (from, to)) in ranges.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            if from == to { write!(f, "{comma}{from}")? } else { write!(f, "{comma}{from}:{to}")? }
        }
        Ok(())
    }
}

impl<N: Number> From<N> for SequenceSet {
    fn from(number: N) -> Self {
        Self::range(number, number)
    }
}

impl<N: Number> From<Numbers<N>> for SequenceSet {
    fn from(numbers: Numbers<N>) -> Self {
        Self::from(&numbers)
    }
}

impl<N: Number> From<&Numbers<N>> for SequenceSet {
    fn from(numbers: &Numbers<N>) -> Self {
        Self::from_ranges(numbers.ranges().map(|range| (*range.start(), *range.end())))
    }
}

impl FromStr for SequenceSet {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text == "$" {
            return Ok(Self::saved());
        }
        let ranges = text.split(',').map(|range| {
            let (from, to) = range.split_once(':').unwrap_or((range, range));
            Some((bound(from)?, bound(to)?))
        });
        let ranges: Option<Vec<_>> = ranges.collect();
        ranges.map(|ranges| Self(Set::Ranges(ranges))).ok_or_else(|| Error::usage("not a set of messages"))
    }
}

/// The rule `seq-number`.
fn bound(text: &str) -> Option<Bound> {
    if text == "*" {
        return Some(Bound::Last);
    }
    let digits = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).map(Bound::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Uid, UidSet};

    #[test]
    fn section_9_sequence_set() {
        for text in ["2,4:7,9,12:*", "*:4,5:7", "1", "*", "$", "4294967295", "3291:*", "4:2"] {
            assert_eq!(text.parse::<SequenceSet>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "0",
            "01",
            "1,",
            ",1",
            "1:",
            ":1",
            "1:2:3",
            "4294967296",
            "-1",
            "+1",
            "1 ",
            "a",
            "$,1",
            "1,$",
            "1:$",
            "**",
            "1\r\nx",
        ] {
            assert!(text.parse::<SequenceSet>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_it_may_contain() {
        let set: SequenceSet = "2,7:4".parse().unwrap();
        let contained: Vec<_> = (1..10).filter(|number| set.may_contain(*number)).collect();
        assert_eq!(contained, [2, 4, 5, 6, 7]);
        assert!(SequenceSet::saved().may_contain(9));
        // The last message belongs to it even where its UID is lower.
        assert!("3291:*".parse::<SequenceSet>().unwrap().may_contain(5));
    }

    #[test]
    fn a_split_set_is_the_same_set() {
        let numbers: UidSet = (1..4000).step_by(2).filter_map(Uid::new).collect();
        let set = SequenceSet::from(numbers);
        let whole = set.to_string();
        for limit in [0, 1, 21, 100, 1000, 8000, usize::MAX] {
            let parts = set.clone().split(limit);
            let texts: Vec<_> = parts.iter().map(ToString::to_string).collect();
            assert_eq!(texts.join(","), whole);
            assert!(texts.iter().all(|text| text.len() <= limit.max(4)), "{limit}");
            // And no more of them than are needed.
            let full = texts
                .windows(2)
                .all(|pair| pair[0].len() + 1 + pair[1].split(',').next().unwrap().len() > limit);
            assert!(full, "{limit}");
        }
        assert_eq!(SequenceSet::saved().split(1), [SequenceSet::saved()]);
        assert_eq!("4294967295:4294967294".parse::<SequenceSet>().unwrap().split(1)[0].to_string().len(), 21);
    }

    #[test]
    fn made_of_numbers() {
        let uid = |number| Uid::new(number).unwrap();
        assert_eq!(SequenceSet::all().to_string(), "1:*");
        assert_eq!(SequenceSet::last().to_string(), "*");
        assert_eq!(SequenceSet::starting_at(uid(5)).to_string(), "5:*");
        assert_eq!(SequenceSet::range(uid(9), uid(5)).to_string(), "9:5");
        assert_eq!(
            SequenceSet::from([1, 2, 9].map(uid).into_iter().collect::<UidSet>()).to_string(),
            "1:2,9"
        );
    }
}
