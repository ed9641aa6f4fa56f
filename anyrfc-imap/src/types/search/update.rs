//! Results that are kept up to date (RFC 5267, section 4.3).

use std::{marker::PhantomData, num::NonZeroU32};

use crate::{
    Error, ErrorKind, Requirement, rfc5267,
    types::{Number, NumberList, Numbers},
};

/// How a result has changed: one pair of an `ADDTO` or a `REMOVEFROM` (RFC 5267, sections 4.3.3
/// and 4.3.4). They are applied one after the other, each to what the one before has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContextChange {
    /// These have come in.
    Added {
        /// Where the first of them is now, counted from 1; 0 for wherever mailbox order puts each.
        position: u32,
        /// Which ones.
        numbers: NumberList<NonZeroU32>,
    },
    /// These have gone.
    Removed {
        /// Where the first of them was, counted from 1; 0 for wherever each was.
        position: u32,
        /// Which ones.
        numbers: NumberList<NonZeroU32>,
    },
}

impl ContextChange {
    /// About how many bytes of memory it takes.
    #[cfg(feature = "client")]
    pub(crate) fn held(&self) -> usize {
        let (Self::Added { numbers, .. } | Self::Removed { numbers, .. }) = self;
        size_of::<Self>() + numbers.held()
    }
}

/// One step by which a list has changed: places are counted from 0, as in a slice, at the moment
/// of the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListStep<N> {
    /// This is new, and all from there on have moved up by one.
    Inserted {
        /// Where it is now.
        index: usize,
        /// What it is.
        number: N,
    },
    /// This is gone, and all behind it have moved down by one.
    Removed {
        /// Where it was.
        index: usize,
        /// What it was.
        number: N,
    },
}

/// The result of a search that is kept up to date: messages in mailbox order, or in that of a
/// SORT. A change costs about the same however long the list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultList<N> {
    /// None of them is empty.
    chunks: Vec<Vec<u32>>,
    length: usize,
    most: usize,
    mailbox_order: bool,
    kind: PhantomData<fn() -> N>,
}

/// A chunk twice as long is divided.
const CHUNK: usize = 512;

impl<N: Number> ResultList<N> {
    /// The result of a SEARCH, which is in mailbox order, of at most so many messages.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] where there are more.
    pub fn search(result: &Numbers<N>, most: usize) -> Result<Self, Error> {
        let list = NumberList::from(result.clone());
        Self::new(&list, most, true)
    }

    /// The result of a SORT, which is in an order of its own, of at most so many messages.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] where there are more.
    pub fn sort(result: &NumberList<N>, most: usize) -> Result<Self, Error> {
        Self::new(result, most, false)
    }

    fn new(result: &NumberList<N>, most: usize, mailbox_order: bool) -> Result<Self, Error> {
        let mut list = Self { chunks: Vec::new(), length: 0, most, mailbox_order, kind: PhantomData };
        list.check_room(result.len())?;
        list.insert(0, result.iter().map(N::to_u32));
        Ok(list)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Each, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = N> + '_ {
        self.chunks.iter().flatten().filter_map(|number| N::from_u32(*number))
    }

    /// The one at this place, counted from 0.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<N> {
        let (chunk, offset) = self.locate(index)?;
        self.chunks.get(chunk)?.get(offset).copied().and_then(N::from_u32)
    }

    /// All of them without their order.
    #[must_use]
    pub fn to_set(&self) -> Numbers<N> {
        self.iter().collect()
    }

    /// Applies a change, and returns the steps of it.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`] where it does not fit the list, as one for a place that is not
    /// there, and [`ErrorKind::Limit`] where the list would get too long. The list is worth
    /// nothing then: the search is to be made anew.
    pub fn apply(&mut self, change: &ContextChange) -> Result<Vec<ListStep<N>>, Error> {
        match change {
            ContextChange::Added { position: 0, numbers } => self.add_in_order(numbers),
            ContextChange::Added { position, numbers } => self.add_at(*position as usize - 1, numbers),
            ContextChange::Removed { position: 0, numbers } => Ok(self.remove_anywhere(numbers)),
            ContextChange::Removed { position, numbers } => self.remove_at(*position as usize - 1, numbers),
        }
    }

    fn check_room(&self, more: u64) -> Result<(), Error> {
        let most = self.most as u64;
        if self.length as u64 + more > most {
            let message = format!("the result of a search has more than {most} messages");
            return Err(Error::new(ErrorKind::Limit, message));
        }
        Ok(())
    }

    /// RFC 5267, section 4.3.3: position zero.
    fn add_in_order(&mut self, numbers: &NumberList<NonZeroU32>) -> Result<Vec<ListStep<N>>, Error> {
        if !self.mailbox_order {
            return Err(wrong(rfc5267::ADDTO_POSITION_MAY_BE_ZERO, "ADDTO to a SORT names no position"));
        }
        // Those that are there already are none more.
        self.check_room(numbers.len().saturating_sub(self.length as u64))?;
        let set = numbers.to_set();
        if set.len() > CHUNK as u64 {
            return self.merge(&set);
        }
        let mut steps = Vec::new();
        for range in set.ranges() {
            let (mut low, high) = (*range.start(), *range.end());
            loop {
                let at = self.place(low);
                let next = self.number(at);
                // Up to the next that is there.
                let end = next.map_or(high, |next| high.min(next.saturating_sub(1)));
                if low <= end {
                    self.check_room(u64::from(end - low) + 1)?;
                    let inserted = (low..=end).enumerate();
                    steps.extend(inserted.filter_map(|(n, number)| step(at + n, number)));
                    self.insert(at, low..=end);
                }
                match next.filter(|next| *next < high) {
                    Some(next) => low = next + 1,
                    None => break,
                }
            }
        }
        Ok(steps)
    }

    /// The same for many at once: one by one each would look for its place anew.
    fn merge(&mut self, set: &Numbers<NonZeroU32>) -> Result<Vec<ListStep<N>>, Error> {
        let (mut merged, mut steps) = (Vec::with_capacity(self.length), Vec::new());
        let mut there = self.chunks.iter().flatten().copied().peekable();
        for number in set.ranges().flatten() {
            while let Some(lower) = there.next_if(|there| *there < number) {
                merged.push(lower);
            }
            if there.peek() == Some(&number) {
                continue;
            }
            self.check_room(steps.len() as u64 + 1)?;
            steps.extend(step(merged.len(), number));
            merged.push(number);
        }
        merged.extend(there);
        self.length = merged.len();
        self.chunks = merged.chunks(CHUNK).map(<[u32]>::to_vec).collect();
        Ok(steps)
    }

    fn add_at(&mut self, index: usize, numbers: &NumberList<NonZeroU32>) -> Result<Vec<ListStep<N>>, Error> {
        if index > self.length {
            let what = "ADDTO names a position beyond the end";
            return Err(wrong(rfc5267::ADDTO_INSERTS_AT_THE_POSITION, what));
        }
        self.check_room(numbers.len())?;
        if self.mailbox_order && !self.fits(index, numbers) {
            return Err(wrong(rfc5267::UPDATES_KEEP_THE_ORDER, "ADDTO breaks the order of the mailbox"));
        }
        let all = || numbers.iter().map(NonZeroU32::get);
        let steps = all().enumerate().filter_map(|(n, number)| step(index + n, number)).collect();
        self.insert(index, all());
        Ok(steps)
    }

    /// Whether these can stand there in mailbox order.
    fn fits(&self, index: usize, numbers: &NumberList<NonZeroU32>) -> bool {
        let before = index.checked_sub(1).and_then(|before| self.number(before)).unwrap_or_default();
        let mut last = before;
        let ascending = numbers.iter().map(NonZeroU32::get).all(|number| {
            let ascends = last < number;
            last = number;
            ascends
        });
        ascending && self.number(index).is_none_or(|next| last < next)
    }

    /// RFC 5267, section 4.3.4: position zero.
    fn remove_anywhere(&mut self, numbers: &NumberList<NonZeroU32>) -> Vec<ListStep<N>> {
        let set = numbers.to_set();
        let (mut steps, mut index) = (Vec::new(), 0);
        let mut gone = |number: u32, index: &mut usize| {
            let is_gone = NonZeroU32::new(number).is_some_and(|number| set.contains(number));
            match N::from_u32(number).filter(|_| is_gone) {
                Some(number) => steps.push(ListStep::Removed { index: *index, number }),
                None => *index += 1,
            }
            is_gone
        };
        for chunk in &mut self.chunks {
            let touched = match (chunk.first(), chunk.last()) {
                (Some(first), Some(last)) if self.mailbox_order => set.overlaps(*first, *last),
                _ => true,
            };
            match touched {
                true => chunk.retain(|number| !gone(*number, &mut index)),
                false => index += chunk.len(),
            }
        }
        self.chunks.retain(|chunk| !chunk.is_empty());
        self.length -= steps.len();
        steps
    }

    fn remove_at(
        &mut self,
        index: usize,
        numbers: &NumberList<NonZeroU32>,
    ) -> Result<Vec<ListStep<N>>, Error> {
        let count = usize::try_from(numbers.len()).unwrap_or(usize::MAX);
        let end = index.saturating_add(count);
        let there = end <= self.length
            && numbers.iter().zip(self.from(index)).all(|(named, there)| named.get() == there);
        if !there {
            let what = "REMOVEFROM names what is not at its position";
            return Err(wrong(rfc5267::REMOVEFROM_REMOVES_AT_THE_POSITION, what));
        }
        let mut left = count;
        while left > 0 {
            let Some((chunk, offset)) = self.locate(index) else { break };
            let Some(numbers) = self.chunks.get_mut(chunk) else { break };
            let some = left.min(numbers.len() - offset);
            numbers.drain(offset..offset + some);
            left -= some;
            self.length -= some;
            if numbers.is_empty() {
                self.chunks.remove(chunk);
            }
        }
        let numbers = numbers.iter().filter_map(|number| N::from_u32(number.get()));
        Ok(numbers.map(|number| ListStep::Removed { index, number }).collect())
    }

    /// The chunk, and the place in it. Behind the last, at its end.
    fn locate(&self, index: usize) -> Option<(usize, usize)> {
        let mut rest = index;
        for (at, chunk) in self.chunks.iter().enumerate() {
            if rest < chunk.len() || rest == chunk.len() && at + 1 == self.chunks.len() {
                return Some((at, rest));
            }
            rest -= chunk.len();
        }
        None
    }

    fn number(&self, index: usize) -> Option<u32> {
        let (chunk, offset) = self.locate(index)?;
        self.chunks.get(chunk)?.get(offset).copied()
    }

    fn from(&self, index: usize) -> impl Iterator<Item = u32> + '_ {
        let (chunk, offset) = self.locate(index).unwrap_or((self.chunks.len(), 0));
        self.chunks.iter().skip(chunk).flatten().skip(offset).copied()
    }

    /// The first place, in mailbox order, of a number that is not lower.
    fn place(&self, number: u32) -> usize {
        let chunk = self.chunks.partition_point(|chunk| chunk.last().is_some_and(|last| *last < number));
        let before: usize = self.chunks.iter().take(chunk).map(Vec::len).sum();
        let within = self.chunks.get(chunk).map_or(0, |chunk| chunk.partition_point(|there| *there < number));
        before + within
    }

    fn insert(&mut self, index: usize, numbers: impl Iterator<Item = u32>) {
        let (at, offset) = self.locate(index).unwrap_or_default();
        let mut chunk = self.chunks.get_mut(at).map(std::mem::take).unwrap_or_default();
        let before = chunk.len();
        let tail = chunk.split_off(offset);
        chunk.extend(numbers);
        chunk.extend(tail);
        self.length += chunk.len() - before;
        let end = (at + 1).min(self.chunks.len());
        if chunk.len() < 2 * CHUNK {
            self.chunks.splice(at..end, (!chunk.is_empty()).then_some(chunk));
        } else {
            // Each has room for as many again.
            self.chunks.splice(at..end, chunk.chunks(CHUNK).map(<[u32]>::to_vec));
        }
    }
}

impl ResultList<crate::types::SequenceNumber> {
    /// A message is gone, and all after it have moved up (RFC 9051, section 7.5.1): the same
    /// messages have other numbers now.
    pub fn expunged(&mut self, gone: crate::types::SequenceNumber) {
        for number in self.chunks.iter_mut().flatten().filter(|number| **number > gone.get()) {
            *number -= 1;
        }
    }
}

fn step<N: Number>(index: usize, number: u32) -> Option<ListStep<N>> {
    N::from_u32(number).map(|number| ListStep::Inserted { index, number })
}

fn wrong(requirement: &'static Requirement, what: &'static str) -> Error {
    Error::violation(requirement, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{SequenceNumber, Uid};

    fn list(text: &str) -> NumberList<NonZeroU32> {
        let numbers = text.split(',').filter(|text| !text.is_empty());
        let ranges = numbers.map(|range| {
            let (from, to) = range.split_once(':').unwrap_or((range, range));
            (from.parse().unwrap(), to.parse().unwrap())
        });
        NumberList::from_ranges(ranges.collect())
    }

    fn added(position: u32, numbers: &str) -> ContextChange {
        ContextChange::Added { position, numbers: list(numbers) }
    }

    fn removed(position: u32, numbers: &str) -> ContextChange {
        ContextChange::Removed { position, numbers: list(numbers) }
    }

    fn search(numbers: &str) -> ResultList<Uid> {
        ResultList::search(&list(numbers).into_set().cast(), 10_000).unwrap()
    }

    fn sort(numbers: &str) -> ResultList<Uid> {
        ResultList::sort(&list(numbers).cast(), 10_000).unwrap()
    }

    fn shown(list: &ResultList<Uid>) -> String {
        let shown: NumberList<Uid> = list.iter().collect();
        assert_eq!(shown.len(), list.len() as u64);
        shown.to_string()
    }

    #[test]
    fn section_4_3_3_addto() {
        let mut list = sort("5,3,1");
        let steps = list.apply(&added(2, "8:9")).unwrap();
        assert_eq!(shown(&list), "5,8:9,3,1");
        let step = |index, number| ListStep::Inserted { index, number: Uid::new(number).unwrap() };
        assert_eq!(steps, [step(1, 8), step(2, 9)]);
        list.apply(&added(6, "4")).unwrap();
        assert_eq!(shown(&list), "5,8:9,3,1,4");
        let mut list = search("2,6");
        let steps = list.apply(&added(0, "1,4,6:8")).unwrap();
        assert_eq!(shown(&list), "1:2,4,6:8");
        assert_eq!(steps, [step(0, 1), step(2, 4), step(4, 7), step(5, 8)], "six was there");
        list.apply(&added(4, "5")).unwrap();
        assert_eq!(shown(&list), "1:2,4:8");
        let mut list = search("");
        list.apply(&added(1, "7")).unwrap();
        list.apply(&added(0, "3")).unwrap();
        assert_eq!((shown(&list), list.get(1), list.get(2)), ("3,7".into(), Uid::new(7), None));
    }

    #[test]
    fn section_4_3_4_removefrom() {
        let mut list = sort("5,8:9,3,1");
        let steps = list.apply(&removed(2, "8:9")).unwrap();
        assert_eq!(shown(&list), "5,3,1");
        let step = |index, number| ListStep::Removed { index, number: Uid::new(number).unwrap() };
        assert_eq!(steps, [step(1, 8), step(1, 9)]);
        let steps = list.apply(&removed(0, "1:2,5")).unwrap();
        assert_eq!((shown(&list), steps), ("3".into(), vec![step(0, 5), step(1, 1)]));
        list.apply(&removed(1, "3")).unwrap();
        assert!(list.is_empty() && list.apply(&removed(0, "1:4294967295")).unwrap().is_empty());
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let mut sorted = sort("5,3,1");
        for (change, requirement) in [
            (added(0, "9"), rfc5267::ADDTO_POSITION_MAY_BE_ZERO),
            (added(5, "9"), rfc5267::ADDTO_INSERTS_AT_THE_POSITION),
            (added(u32::MAX, "9"), rfc5267::ADDTO_INSERTS_AT_THE_POSITION),
            (removed(4, "9"), rfc5267::REMOVEFROM_REMOVES_AT_THE_POSITION),
            (removed(1, "3"), rfc5267::REMOVEFROM_REMOVES_AT_THE_POSITION),
            (removed(3, "1:2"), rfc5267::REMOVEFROM_REMOVES_AT_THE_POSITION),
            (removed(u32::MAX, "1:4294967295"), rfc5267::REMOVEFROM_REMOVES_AT_THE_POSITION),
        ] {
            let error = sorted.apply(&change).unwrap_err();
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Protocol, Some(requirement)),
                "{change:?}"
            );
            assert_eq!(shown(&sorted), "5,3,1");
        }
        let mut found = search("2,6");
        for change in [added(1, "3"), added(2, "7"), added(3, "6"), added(2, "4,3"), added(2, "2:3")] {
            let error = found.apply(&change).unwrap_err();
            assert_eq!(error.requirement(), Some(rfc5267::UPDATES_KEEP_THE_ORDER), "{change:?}");
        }
        for change in [added(0, "1:4294967295"), added(3, "7:4294967295")] {
            assert_eq!(found.apply(&change).unwrap_err().kind(), ErrorKind::Limit);
            assert_eq!(shown(&found), "2,6");
        }
        let all: Numbers<Uid> = list("1:4294967295").into_set().cast();
        assert_eq!(ResultList::search(&all, 10_000).unwrap_err().kind(), ErrorKind::Limit);
    }

    #[test]
    fn long_lists_agree_with_a_plain_one() {
        let mut state = 1_u32;
        let mut random = move |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % below
        };
        let (mut fast, mut plain) = (sort(""), Vec::<u32>::new());
        let (mut ordered, mut model) = (search(""), std::collections::BTreeSet::<u32>::new());
        let mut replayed = Vec::new();
        for round in 1..3000_u32 {
            let at = random(plain.len() + 1);
            let position = u32::try_from(at + 1).unwrap();
            if random(3) > 0 {
                let count = [1, 1, 1, 700][random(4).min(if round % 50 == 0 { 3 } else { 2 })];
                let first = round * 1000;
                fast.apply(&added(position, &format!("{first}:{}", first + count - 1))).unwrap();
                plain.splice(at..at, first..first + count);
            } else if at < plain.len() {
                fast.apply(&removed(position, &plain[at].to_string())).unwrap();
                plain.remove(at);
            }
            if plain.len() > 8000 {
                let gone: Vec<u32> = plain.iter().copied().filter(|number| number % 3 > 0).collect();
                let text: Vec<String> = gone.iter().map(u32::to_string).collect();
                let steps = fast.apply(&removed(0, &text.join(","))).unwrap();
                assert_eq!(steps.len(), gone.len());
                plain.retain(|number| number % 3 == 0);
            }
            let most = if round % 97 == 0 { 2000 } else { 40 };
            let (low, high) =
                (u32::try_from(random(5000)).unwrap() + 1, u32::try_from(random(most)).unwrap());
            let text = format!("{low}:{}", low + high);
            if random(2) == 0 {
                for step in ordered.apply(&added(0, &text)).unwrap() {
                    let ListStep::Inserted { index, number } = step else { panic!("{step:?}") };
                    replayed.insert(index, number.get());
                }
                model.extend(low..=low + high);
            } else {
                for step in ordered.apply(&removed(0, &text)).unwrap() {
                    let ListStep::Removed { index, number } = step else { panic!("{step:?}") };
                    assert_eq!(replayed.remove(index), number.get());
                }
                model.retain(|number| !(low..=low + high).contains(number));
            }
            assert!(ordered.iter().map(Uid::get).eq(model.iter().copied()), "round {round}");
            assert!(replayed.iter().eq(&model), "round {round}");
            assert_eq!(fast.len(), plain.len());
        }
        assert!(fast.iter().map(Uid::get).eq(plain.iter().copied()));
        assert!(
            fast.chunks
                .iter()
                .chain(&ordered.chunks)
                .all(|chunk| !chunk.is_empty() && chunk.len() < 2 * CHUNK)
        );
    }

    #[test]
    fn numbers_move_up_with_an_expunge() {
        let number = |number| SequenceNumber::new(number).unwrap();
        let mut list = ResultList::search(&[2, 4, 9].map(number).into_iter().collect(), 10).unwrap();
        list.apply(&removed(0, "4")).unwrap();
        list.expunged(number(4));
        assert_eq!(list.iter().collect::<Vec<_>>(), [number(2), number(8)]);
    }
}
