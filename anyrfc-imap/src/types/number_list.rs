//! Numbers of messages in an order that means something.

use std::{fmt, marker::PhantomData};

use super::number::{Number, Numbers, Uid};

/// Numbers in the order in which the server names them, as ranges: that of a SORT, or the n-th
/// of one list belongs to the n-th of another. It is never expanded: `1:4294967295` is one range.
///
/// ```
/// # use anyrfc_imap::types::{NumberList, Uid};
/// let list: NumberList<Uid> = [9, 3, 4, 2].into_iter().filter_map(Uid::new).collect();
/// assert_eq!(list.to_string(), "9,3:4,2");
/// assert_eq!(list.to_set().to_string(), "2:4,9");
/// ```
#[derive(PartialEq, Eq, Hash)]
pub struct NumberList<N> {
    ranges: Vec<(u32, u32)>,
    kind: PhantomData<fn() -> N>,
}

/// UIDs in the server's order.
pub type UidRanges = NumberList<Uid>;

impl<N> Clone for NumberList<N> {
    fn clone(&self) -> Self {
        Self::from_ranges(self.ranges.clone())
    }
}

impl<N> Default for NumberList<N> {
    fn default() -> Self {
        Self::from_ranges(Vec::new())
    }
}

impl<N> NumberList<N> {
    /// From ranges, each from its lower end, without zero.
    pub(crate) const fn from_ranges(ranges: Vec<(u32, u32)>) -> Self {
        Self { ranges, kind: PhantomData }
    }

    /// How many numbers there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.ranges.iter().map(|(low, high)| u64::from(high - low) + 1).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// About how many bytes of memory it takes.
    #[cfg(feature = "client")]
    pub(crate) fn held(&self) -> usize {
        self.ranges.capacity() * size_of::<(u32, u32)>()
    }

    /// The same numbers, taken to be of another kind.
    #[must_use]
    pub fn cast<M: Number>(self) -> NumberList<M> {
        NumberList::from_ranges(self.ranges)
    }
}

impl<N: Number> NumberList<N> {
    /// One by one, in their order, made one by one.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = N> + '_ {
        self.ranges.iter().flat_map(|(low, high)| *low..=*high).filter_map(N::from_u32)
    }

    /// The first of them.
    #[must_use]
    pub fn first(&self) -> Option<N> {
        self.ranges.first().and_then(|(low, _)| N::from_u32(*low))
    }

    /// The last of them.
    #[must_use]
    pub fn last(&self) -> Option<N> {
        self.ranges.last().and_then(|(_, high)| N::from_u32(*high))
    }

    /// Adds one at the end.
    pub fn push(&mut self, number: N) {
        let number = number.to_u32();
        match self.ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => self.ranges.push((number, number)),
        }
    }

    /// Adds all of another list at the end.
    pub fn append(&mut self, other: &Self) {
        self.ranges.extend_from_slice(&other.ranges);
    }

    /// As a set, which has no order.
    #[must_use]
    pub fn into_set(self) -> Numbers<N> {
        Numbers::from_ranges(self.ranges)
    }

    /// As a set, which has no order.
    #[must_use]
    pub fn to_set(&self) -> Numbers<N> {
        Numbers::from_ranges(self.ranges.clone())
    }
}

impl<N: Number> From<Numbers<N>> for NumberList<N> {
    fn from(set: Numbers<N>) -> Self {
        Self::from_ranges(set.ranges().map(|range| (*range.start(), *range.end())).collect())
    }
}

impl<N: Number> FromIterator<N> for NumberList<N> {
    fn from_iter<I: IntoIterator<Item = N>>(numbers: I) -> Self {
        let mut list = Self::default();
        list.extend(numbers);
        list
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

    #[test]
    fn the_order_is_kept() {
        let numbers = [7, 8, 9, 3, 2, 3, u32::MAX];
        let list: NumberList<Uid> = numbers.into_iter().filter_map(Uid::new).collect();
        assert_eq!(list.iter().map(Uid::get).collect::<Vec<_>>(), numbers);
        assert_eq!(list.iter().rev().map(Uid::get).next(), Some(u32::MAX));
        assert_eq!((list.to_string().as_str(), list.len()), ("7:9,3,2:3,4294967295", 7));
        assert_eq!(list.to_set().to_string(), "2:3,7:9,4294967295");
        assert_eq!((list.first(), list.last()), (Uid::new(7), Some(Uid::MAX)));
        let mut twice = list.clone();
        twice.append(&list);
        assert_eq!((twice.len(), twice.first()), (14, Uid::new(7)));
    }

    #[test]
    fn a_range_is_not_expanded() {
        let list = NumberList::<Uid>::from_ranges(vec![(1, u32::MAX), (1, u32::MAX)]);
        assert_eq!(list.len(), 2 * u64::from(u32::MAX));
        assert_eq!(list.iter().nth(3).map(Uid::get), Some(4));
    }
}
