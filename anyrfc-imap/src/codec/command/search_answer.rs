//! What SEARCH, SORT and ESEARCH come to (RFC 9051, sections 7.3.4; RFC 4731; RFC 5267; RFC 6203).

use std::num::NonZeroU32;

use super::Collected;
use crate::{
    Error, rfc4466, rfc4731, rfc9051, rfc9394,
    types::{Data, Esearch, MessageLimit, ModSeq, Number, NumberList, Numbers, PartialRange},
};

/// What a search has found: a set in the case of SEARCH, a [`NumberList`] in that of SORT.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SearchAnswer<N, L = Numbers<N>> {
    /// All that was found. Empty if nothing was, and if other things were asked for.
    pub all: L,
    /// The least number, or of a SORT the first one, if that was asked for and something was found.
    pub min: Option<N>,
    /// The greatest number, or of a SORT the last one, if that was asked for and something was
    /// found.
    pub max: Option<N>,
    /// How many were found, if that was asked for.
    pub count: Option<u32>,
    /// The part that was asked for (RFC 9394; RFC 5267, section 4.4).
    pub partial: Option<Page<L>>,
    /// How well each message matches, from 1 to 100, if that was asked for: the first number is
    /// that of the first message in [`all`](Self::all) or in the [part](Self::partial), and so on
    /// (RFC 6203, section 4).
    pub relevancy: Vec<u8>,
    /// The highest modification sequence of what was found (RFC 7162).
    pub mod_seq: Option<ModSeq>,
    /// How far the server got, where this is not the whole result (RFC 9738).
    pub message_limit: Option<MessageLimit>,
}

/// A part of what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<L> {
    /// Which part.
    pub range: PartialRange,
    /// What is in it: less than the range has room for where the result ends before.
    pub found: L,
}

impl<L: Default> Page<L> {
    /// One with nothing in it.
    #[cfg(feature = "client")]
    pub(crate) fn empty(range: PartialRange) -> Self {
        Self { range, found: L::default() }
    }
}

/// How numbers are kept that were found.
pub trait Found: Default + sealed::Sealed {
    /// What kind of numbers.
    type Number: Number;
    /// Adds these, in their order.
    fn add(&mut self, list: NumberList<NonZeroU32>);
    /// How many there are.
    fn count(&self) -> u64;
}

mod sealed {
    pub trait Sealed {}
    impl<N> Sealed for crate::types::Numbers<N> {}
    impl<N> Sealed for crate::types::NumberList<N> {}
}

impl<N: Number> Found for Numbers<N> {
    type Number = N;

    fn add(&mut self, list: NumberList<NonZeroU32>) {
        let more = list.into_set().cast();
        *self = if self.is_empty() { more } else { self.union(&more) };
    }

    fn count(&self) -> u64 {
        self.len()
    }
}

impl<N: Number> Found for NumberList<N> {
    type Number = N;

    fn add(&mut self, list: NumberList<NonZeroU32>) {
        self.append(&list.cast());
    }

    fn count(&self) -> u64 {
        self.len()
    }
}

impl<N: Number, L: Found<Number = N>> Default for SearchAnswer<N, L> {
    fn default() -> Self {
        Self {
            all: L::default(),
            min: None,
            max: None,
            count: None,
            partial: None,
            relevancy: Vec::new(),
            mod_seq: None,
            message_limit: None,
        }
    }
}

impl<N: Number, L: Found<Number = N>> SearchAnswer<N, L> {
    /// From SEARCH responses or ESEARCH ones. A server that has found nothing may have sent
    /// neither.
    pub(super) fn collect(data: Collected, uid: bool) -> Result<Self, Error> {
        let mut answer = Self { message_limit: data.message_limit(), ..Self::default() };
        // An ESEARCH response without a tag is caused by no command (RFC 4466, section 2.6.2). Alone
        // it may be meant as the answer, so that without it nothing would seem to have been found.
        let (mut answered, mut stray) = (false, false);
        // Put together once: a server may tell each number in a response of its own.
        let mut all = NumberList::default();
        for data in data.data {
            match &data {
                Data::Esearch(found) if found.tag.is_none() => stray = true,
                Data::Search(_) | Data::Esearch(_) => answered = true,
                _ => {}
            }
            match data {
                Data::Search(found) | Data::Sort(found) => {
                    all.extend(found.numbers.into_iter().filter_map(NonZeroU32::new));
                    answer.mod_seq = answer.mod_seq.max(found.mod_seq);
                }
                Data::Esearch(found) if found.tag.is_some() => answer.take(*found, uid, &mut all)?,
                _ => {}
            }
        }
        if stray && !answered {
            let what = "ESEARCH does not tell which command it answers";
            return Err(Error::violation(rfc4466::ESEARCH_BELONGS_TO_ITS_TAG, what));
        }
        answer.all.add(all);
        Ok(answer)
    }

    /// Takes in an ESEARCH response, but for all that was found, which goes to a list.
    pub(super) fn take(
        &mut self,
        found: Esearch,
        uid: bool,
        into: &mut NumberList<NonZeroU32>,
    ) -> Result<(), Error> {
        // It has found something, and nobody knows what.
        if is_mistaken(&found) {
            let what = "ESEARCH tells of no numbers that can be read";
            return Err(Error::violation(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, what));
        }
        // Sequence numbers must not be taken for UIDs, nor the other way round.
        if found.uid != uid && !is_empty(&found) {
            let what = "ESEARCH tells of other numbers than were asked for";
            return Err(Error::violation(rfc4731::UID_SEARCH_HAS_THE_UID_INDICATOR, what));
        }
        if let Some(all) = found.all {
            into.append(&all);
        }
        if let Some(partial) = found.partial {
            let mut page = Page { range: partial.range, found: L::default() };
            page.found.add(partial.numbers);
            if page.found.count() > page.range.len() {
                let what = "PARTIAL holds more results than its range has room for";
                return Err(Error::violation(rfc9394::RANGE_IS_RETURNED, what));
            }
            self.partial.get_or_insert(page);
        }
        self.min = found.min.and_then(N::from_u32).or(self.min);
        self.max = found.max.and_then(N::from_u32).or(self.max);
        self.count = found.count.or(self.count);
        self.relevancy.extend(found.relevancy.unwrap_or_default());
        self.mod_seq = self.mod_seq.max(found.mod_seq);
        Ok(())
    }
}

/// Whether it names messages in a way that was not understood.
pub(super) fn is_mistaken(found: &Esearch) -> bool {
    let numbers = |raw: &[u8]| raw.iter().any(|byte| matches!(byte, b'1'..=b'9'));
    let unread =
        |word: &str| found.other.iter().any(|(name, raw)| name.eq_ignore_ascii_case(word) && numbers(raw));
    found.all.is_none() && unread("ALL") || found.partial.is_none() && unread("PARTIAL")
}

/// Whether it names no message, so that their kind is all the same.
pub(super) fn is_empty(found: &Esearch) -> bool {
    let partial = found.partial.as_ref().is_some_and(|partial| !partial.numbers.is_empty());
    found.all.is_none() && found.min.is_none() && found.max.is_none() && !partial
}
