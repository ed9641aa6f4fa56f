//! Numbers of messages, and sets of them.

use std::{fmt, marker::PhantomData, num::NonZeroU32, ops::RangeInclusive};

/// What a [`Numbers`] may hold: a number of 32 bits that is not zero.
pub trait Number: Copy + Ord + fmt::Debug + sealed::Sealed {
    /// The value, where it is not zero.
    fn from_u32(value: u32) -> Option<Self>;
    /// The value as a plain number.
    fn to_u32(self) -> u32;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! numbers {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NonZeroU32);

        impl $name {
            /// The greatest there can be.
            pub const MAX: Self = Self(NonZeroU32::MAX);

            /// The number; `None` for zero, which names nothing.
            #[must_use]
            pub const fn new(value: u32) -> Option<Self> {
                match NonZeroU32::new(value) {
                    Some(value) => Some(Self(value)),
                    None => None,
                }
            }

            /// As a plain number.
            #[must_use]
            pub const fn get(self) -> u32 {
                self.0.get()
            }
        }

        impl sealed::Sealed for $name {}

        impl Number for $name {
            fn from_u32(value: u32) -> Option<Self> {
                Self::new(value)
            }
            fn to_u32(self) -> u32 {
                self.get()
            }
        }

        impl From<NonZeroU32> for $name {
            fn from(value: NonZeroU32) -> Self {
                Self(value)
            }
        }

        impl From<$name> for u32 {
            fn from(value: $name) -> Self {
                value.get()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    )*};
}

numbers! {
    /// A unique identifier (RFC 9051, section 2.3.1.1): with the mailbox and its
    /// [`UidValidity`] it names one message for ever.
    Uid;
    /// The place of a message in its mailbox, counted from 1 (RFC 9051, section
    /// 2.3.1.2). It changes whenever an earlier message is expunged.
    SequenceNumber;
    /// The validity of the identifiers of a mailbox (RFC 9051, section 2.3.1.1):
    /// while it stays, UIDs stay.
    UidValidity;
}

impl sealed::Sealed for NonZeroU32 {}

impl Number for NonZeroU32 {
    fn from_u32(value: u32) -> Option<Self> {
        Self::new(value)
    }
    fn to_u32(self) -> u32 {
        self.get()
    }
}

/// A definite set of numbers: ascending ranges that neither overlap nor touch.
/// It is never expanded: `1:4294967295` is one range.
///
/// ```
/// use anyrfc_imap::types::{Uid, UidSet};
/// let set: UidSet = [4, 2, 3, 9].into_iter().filter_map(Uid::new).collect();
/// assert_eq!(set.to_string(), "2:4,9");
/// assert_eq!(set.len(), 4);
/// assert!(set.contains(Uid::new(3).unwrap()));
/// ```
#[derive(PartialEq, Eq, Hash)]
pub struct Numbers<N> {
    ranges: Vec<(u32, u32)>,
    kind: PhantomData<fn() -> N>,
}

/// Messages by their unique identifiers.
pub type UidSet = Numbers<Uid>;

/// Messages by their places in the mailbox.
pub type SequenceNumberSet = Numbers<SequenceNumber>;

/// Numbers of messages whose kind the context tells.
pub type NumberSet = Numbers<NonZeroU32>;

impl<N> Clone for Numbers<N> {
    fn clone(&self) -> Self {
        Self { ranges: self.ranges.clone(), kind: PhantomData }
    }
}

impl<N> Default for Numbers<N> {
    fn default() -> Self {
        Self { ranges: Vec::new(), kind: PhantomData }
    }
}

impl<N: Number> Numbers<N> {
    /// The empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// How many numbers it holds.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.ranges.iter().map(|(low, high)| u64::from(high - low) + 1).sum()
    }

    /// Whether `number` is in it.
    #[must_use]
    pub fn contains(&self, number: N) -> bool {
        let number = number.to_u32();
        let at = self.ranges.partition_point(|(_, high)| *high < number);
        self.ranges.get(at).is_some_and(|(low, _)| *low <= number)
    }

    /// Whether any number from `low` to `high` is in it.
    pub(crate) fn overlaps(&self, low: u32, high: u32) -> bool {
        let at = self.ranges.partition_point(|(_, last)| *last < low);
        self.ranges.get(at).is_some_and(|(first, _)| *first <= high)
    }

    /// The least number of it.
    #[must_use]
    pub fn first(&self) -> Option<N> {
        self.ranges.first().and_then(|(low, _)| N::from_u32(*low))
    }

    /// The greatest number of it.
    #[must_use]
    pub fn last(&self) -> Option<N> {
        self.ranges.last().and_then(|(_, high)| N::from_u32(*high))
    }

    /// Its ranges, ascending; between two of them at least one number is missing.
    pub fn ranges(&self) -> impl ExactSizeIterator<Item = RangeInclusive<u32>> + DoubleEndedIterator + '_ {
        self.ranges.iter().map(|(low, high)| *low..=*high)
    }

    /// Its numbers, ascending, made one by one.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = N> + '_ {
        self.ranges().flatten().filter_map(N::from_u32)
    }

    /// Adds one number.
    pub fn insert(&mut self, number: N) {
        self.insert_range(number, number);
    }

    /// Adds all from `from` to `to`, whichever is the greater (RFC 9051, section 9, `seq-range`).
    pub fn insert_range(&mut self, from: N, to: N) {
        let (from, to) = (from.to_u32(), to.to_u32());
        self.add(from.min(to), from.max(to));
    }

    fn add(&mut self, low: u32, high: u32) {
        match self.ranges.last_mut() {
            Some((_, last)) if low > last.saturating_add(1) => self.ranges.push((low, high)),
            Some((first, last)) if low >= *first => *last = high.max(*last),
            None => self.ranges.push((low, high)),
            Some(_) => self.add_within(low, high),
        }
    }

    /// Adds a range that begins before the last one.
    fn add_within(&mut self, mut low: u32, mut high: u32) {
        let start = self.ranges.partition_point(|(_, last)| last.saturating_add(1) < low);
        let end = self.ranges.partition_point(|(first, _)| *first <= high.saturating_add(1));
        for (first, last) in self.ranges.get(start..end).unwrap_or_default() {
            low = low.min(*first);
            high = high.max(*last);
        }
        self.ranges.splice(start..end.max(start), [(low, high)]);
    }

    /// A set from ranges in any order, overlapping or not, in n log n.
    pub(crate) fn from_ranges(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut set = Self::default();
        for (low, high) in ranges {
            set.add(low, high);
        }
        set
    }

    /// All that is in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::from_ranges(self.ranges.iter().chain(&other.ranges).copied().collect())
    }

    /// All that is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let mut both = Self::default();
        let (mut left, mut right) = (self.ranges.iter().peekable(), other.ranges.iter().peekable());
        while let (Some((a, b)), Some((c, d))) = (left.peek(), right.peek()) {
            let (low, high) = (*a.max(c), *b.min(d));
            if low <= high {
                both.add(low, high);
            }
            if b < d {
                left.next();
            } else {
                right.next();
            }
        }
        both
    }

    /// All of this that is not in `other`.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut rest = Self::default();
        let mut others = other.ranges.iter().peekable();
        for (low, high) in &self.ranges {
            let mut low = Some(*low);
            while let (Some(from), Some((first, last))) = (low, others.peek()) {
                if *first > *high {
                    break;
                }
                if from < *first {
                    rest.add(from, first - 1);
                }
                low = last.checked_add(1).filter(|next| next <= high).map(|next| next.max(from));
                if low.is_some() {
                    others.next();
                }
            }
            if let Some(from) = low {
                rest.add(from, *high);
            }
        }
        rest
    }

    /// The same numbers, taken to be of another kind.
    #[must_use]
    pub fn cast<M: Number>(self) -> Numbers<M> {
        Numbers { ranges: self.ranges, kind: PhantomData }
    }
}

impl<N: Number> FromIterator<N> for Numbers<N> {
    fn from_iter<I: IntoIterator<Item = N>>(numbers: I) -> Self {
        Self::from_ranges(numbers.into_iter().map(|n| (n.to_u32(), n.to_u32())).collect())
    }
}

impl<N: Number> Extend<N> for Numbers<N> {
    fn extend<I: IntoIterator<Item = N>>(&mut self, numbers: I) {
        let more = numbers.into_iter().map(|n| (n.to_u32(), n.to_u32()));
        *self = Self::from_ranges(std::mem::take(&mut self.ranges).into_iter().chain(more).collect());
    }
}

impl<N: Number> From<N> for Numbers<N> {
    fn from(number: N) -> Self {
        Self { ranges: vec![(number.to_u32(), number.to_u32())], kind: PhantomData }
    }
}

impl<N> fmt::Display for Numbers<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (low, high)) in self.ranges.iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            if low == high {
                write!(f, "{comma}{low}")?;
            } else {
                write!(f, "{comma}{low}:{high}")?;
            }
        }
        Ok(())
    }
}

impl<N> fmt::Debug for Numbers<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ranges: &[(u32, u32)]) -> UidSet {
        let mut set = UidSet::new();
        for (from, to) in ranges {
            set.insert_range(Uid::new(*from).unwrap(), Uid::new(*to).unwrap());
        }
        set
    }

    #[test]
    fn ranges_that_touch_are_one() {
        assert_eq!(set(&[(1, 2), (3, 4)]).to_string(), "1:4");
        assert_eq!(set(&[(3, 4), (1, 2)]).to_string(), "1:4");
        assert_eq!(set(&[(9, 9), (1, 1), (5, 5)]).to_string(), "1,5,9");
        assert_eq!(set(&[(9, 9), (1, 1), (5, 5), (2, 8)]).to_string(), "1:9");
        assert_eq!(set(&[(7, 3), (u32::MAX, u32::MAX)]).to_string(), "3:7,4294967295");
        assert_eq!(set(&[(5, 6), (8, 9), (1, 3), (7, 7)]).to_string(), "1:3,5:9");
    }

    #[test]
    fn every_number_is_one_range() {
        let all = set(&[(u32::MAX, 1)]);
        assert_eq!((all.len(), all.ranges().len()), (u64::from(u32::MAX), 1));
        assert_eq!((all.first(), all.last()), (Uid::new(1), Some(Uid::MAX)));
        assert_eq!(all.iter().next_back(), Some(Uid::MAX));
    }

    #[test]
    fn algebra_agrees_with_single_numbers() {
        let mut state = 7_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % 24 + 1
        };
        for _ in 0..500 {
            let make = |random: &mut dyn FnMut() -> u32| {
                let ranges: Vec<_> = (0..random() % 6).map(|_| (random(), random())).collect();
                set(&ranges)
            };
            let (a, b) = (make(&mut random), make(&mut random));
            let (union, both, rest) = (a.union(&b), a.intersection(&b), a.difference(&b));
            for n in (1..=25).filter_map(Uid::new) {
                let (in_a, in_b) = (a.contains(n), b.contains(n));
                assert_eq!(union.contains(n), in_a || in_b);
                assert_eq!(both.contains(n), in_a && in_b);
                assert_eq!(rest.contains(n), in_a && !in_b, "{a:?} - {b:?} = {rest:?}");
            }
            for set in [&a, &union, &both, &rest] {
                let again: UidSet = set.iter().collect();
                assert_eq!((&again, again.len()), (set, set.iter().count() as u64));
            }
        }
    }

    #[test]
    fn a_difference_goes_on_in_the_same_range() {
        assert_eq!(set(&[(1, 10)]).difference(&set(&[(2, 3), (5, 5), (10, 12)])).to_string(), "1,4,6:9");
        assert_eq!(set(&[(1, 3), (5, 8)]).difference(&set(&[(2, 6)])).to_string(), "1,7:8");
        assert_eq!(set(&[(1, 3)]).difference(&set(&[(1, 3)])), UidSet::new());
    }
}
