//! What a search tells of what it finds.

use super::PartialRange;

/// What is wanted of a search's result (RFC 4731; RFC 9051, section 6.4.4; RFC 5267; RFC 6203;
/// RFC 9394).
///
/// ```
/// # use anyrfc_imap::types::{PartialRange, SearchReturn};
/// let wanted = SearchReturn::new().min().count();
/// assert!(!wanted.is_empty());
/// let page = SearchReturn::new().partial(PartialRange::from_end(1, 50)?).count();
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct SearchReturn {
    pub(crate) min: bool,
    pub(crate) max: bool,
    pub(crate) all: bool,
    pub(crate) count: bool,
    pub(crate) save: bool,
    pub(crate) relevancy: bool,
    pub(crate) context: bool,
    pub(crate) update: bool,
    pub(crate) partial: Option<PartialRange>,
}

impl SearchReturn {
    /// Nothing in particular, which means everything that was found.
    pub fn new() -> Self {
        Self::default()
    }

    /// The least number; of a SORT the first one in its order (RFC 5267, section 3.1).
    pub fn min(mut self) -> Self {
        self.min = true;
        self
    }

    /// The greatest number; of a SORT the last one in its order (RFC 5267, section 3.1).
    pub fn max(mut self) -> Self {
        self.max = true;
        self
    }

    /// All numbers.
    pub fn all(mut self) -> Self {
        self.all = true;
        self
    }

    /// How many there are.
    pub fn count(mut self) -> Self {
        self.count = true;
        self
    }

    /// That the server keeps it as `$` (RFC 5182).
    pub fn save(mut self) -> Self {
        self.save = true;
        self
    }

    /// How well each message matches, from 1 to 100 (RFC 6203): of a query with
    /// [`SearchQuery::fuzzy`](super::SearchQuery::fuzzy) in it.
    pub fn relevancy(mut self) -> Self {
        self.relevancy = true;
        self
    }

    /// Only this part of what was found, and not [all](Self::all) of it (RFC 9394; RFC 5267,
    /// section 4.4).
    pub fn partial(mut self, range: PartialRange) -> Self {
        self.partial = Some(range);
        self
    }

    /// A hint that the same query will be asked again, so that the server keeps the result at
    /// hand (RFC 5267, section 4.2).
    pub fn context(mut self) -> Self {
        self.context = true;
        self
    }

    /// That the server goes on telling how the result changes (RFC 5267, section 4.3). Whoever
    /// asks for that has to listen, so [`submit`](crate::proto::Connection::submit) alone refuses it.
    pub fn update(mut self) -> Self {
        self.update = true;
        self
    }

    /// Whether it is nothing in particular.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it is only what RFC 4731 has, or less.
    pub(crate) const fn has_plain(self) -> bool {
        self.min || self.max || self.all || self.count || self.save
    }

    /// The words of the grammar that stand alone.
    pub(crate) fn words(self) -> impl Iterator<Item = &'static str> {
        let words = [
            (self.save, "SAVE"),
            (self.min, "MIN"),
            (self.max, "MAX"),
            (self.all, "ALL"),
            (self.count, "COUNT"),
            (self.relevancy, "RELEVANCY"),
            (self.context, "CONTEXT"),
            (self.update, "UPDATE"),
        ];
        words.into_iter().filter_map(|(wanted, word)| wanted.then_some(word))
    }
}
