//! Numbers of messages in an order of their own.

use std::{fmt, marker::PhantomData};

use super::{Number, Numbers};

/// Numbers in the order in which the server names them, as ranges: the result of a SORT. It is
/// never expanded, and a range is upwards whichever bound came first (RFC 5267, section 3.2).
///
/// ```
/// use anyrfc_imap::types::{NumberList, Uid};
/// let list: NumberList<Uid> = [5, 3, 4, 1].into_iter().filter_map(Uid::new).collect();
/// assert_eq!((list.to_string(), list.len()), ("5,3:4,1".into(), 4));
/// assert_eq!(list.first(), Uid::new(5));
/// assert_eq!(list.to_set().to_string(), "1,3:5");
/// ```
#[derive(PartialEq, Eq, Hash)]
pub struct NumberList<N> {
    ranges: Vec<(u32, u32)>,
    kind: PhantomData<fn() -> N>,
}

impl<N> Clone for NumberList<N> {
    fn clone(&self) -> Self {
        Self { ranges: self.ranges.clone(), kind: PhantomData }
    }
}

impl<N> Default for NumberList<N> {
    fn default() -> Self {
        Self { ranges: Vec::new(), kind: PhantomData }
    }
}

impl<N: Number> NumberList<N> {
    /// The empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From ranges in their order.
    pub(crate) fn from_ranges(ranges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut list = Self::default();
        for (low, high) in ranges {
            list.add(low, high);
        }
        list
    }

    fn add(&mut self, low: u32, high: u32) {
        match self.ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(low) => *last = high,
            _ => self.ranges.push((low, high)),
        }
    }

    /// Adds one at the end.
    pub fn push(&mut self, number: N) {
        self.add(number.to_u32(), number.to_u32());
    }

    /// Adds others at the end.
    pub fn append(&mut self, other: Self) {
        for (low, high) in other.ranges {
            self.add(low, high);
        }
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

    /// The first in its order.
    #[must_use]
    pub fn first(&self) -> Option<N> {
        self.ranges.first().and_then(|(low, _)| N::from_u32(*low))
    }

    /// The last in its order.
    #[must_use]
    pub fn last(&self) -> Option<N> {
        self.ranges.last().and_then(|(_, high)| N::from_u32(*high))
    }

    /// Its numbers, in its order, made one by one.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = N> + '_ {
        self.ranges.iter().flat_map(|(low, high)| *low..=*high).filter_map(N::from_u32)
    }

    /// The same numbers without their order.
    #[must_use]
    pub fn to_set(&self) -> Numbers<N> {
        Numbers::from_ranges(self.ranges.clone())
    }

    /// The same numbers without their order.
    #[must_use]
    pub fn into_set(self) -> Numbers<N> {
        Numbers::from_ranges(self.ranges)
    }

    /// The same numbers, taken to be of another kind.
    #[must_use]
    pub fn cast<M: Number>(self) -> NumberList<M> {
        NumberList { ranges: self.ranges, kind: PhantomData }
    }
}

impl<N: Number> From<Numbers<N>> for NumberList<N> {
    fn from(set: Numbers<N>) -> Self {
        Self::from_ranges(set.ranges().map(|range| (*range.start(), *range.end())))
    }
}

impl<N: Number> FromIterator<N> for NumberList<N> {
    fn from_iter<I: IntoIterator<Item = N>>(numbers: I) -> Self {
        Self::from_ranges(numbers.into_iter().map(|number| (number.to_u32(), number.to_u32())))
    }
}

impl<N: Number> Extend<N> for NumberList<N> {
    fn extend<I: IntoIterator<Item = N>>(&mut self, numbers: I) {
        for number in numbers {
            self.push(number);
        }
    }
}

impl<N> fmt::Display for NumberList<N> {
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

impl<N> fmt::Debug for NumberList<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Uid;

    #[test]
    fn the_order_is_kept_and_ranges_ascend() {
        let list: NumberList<Uid> = NumberList::from_ranges([(9, 9), (2, 4), (5, 5), (1, 1), (2, 2)]);
        assert_eq!((list.to_string(), list.len()), ("9,2:5,1:2".into(), 7));
        assert_eq!((list.first(), list.last()), (Uid::new(9), Uid::new(2)));
        let numbers: Vec<u32> = list.iter().map(Uid::get).collect();
        assert_eq!(numbers, [9, 2, 3, 4, 5, 1, 2]);
        assert_eq!(list.to_set().to_string(), "1:5,9");
        let all: NumberList<Uid> = NumberList::from_ranges([(u32::MAX, u32::MAX), (1, u32::MAX)]);
        assert_eq!((all.len(), all.ranges.len()), (1 << 32, 2));
    }
}
