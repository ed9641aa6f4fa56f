//! What a SEARCH tells of what it finds.

/// What is wanted of a search's result (RFC 4731; RFC 9051, section 6.4.4).
///
/// ```
/// # use anyrfc_imap::types::SearchReturn;
/// let wanted = SearchReturn::new().min().count();
/// assert!(!wanted.is_empty());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct SearchReturn {
    pub(crate) min: bool,
    pub(crate) max: bool,
    pub(crate) all: bool,
    pub(crate) count: bool,
    pub(crate) save: bool,
}

impl SearchReturn {
    /// Nothing in particular, which means everything that was found.
    pub fn new() -> Self {
        Self::default()
    }

    /// The least number.
    pub fn min(mut self) -> Self {
        self.min = true;
        self
    }

    /// The greatest number.
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

    /// Whether it is nothing in particular.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The words of the grammar.
    pub(crate) fn words(self) -> impl Iterator<Item = &'static str> {
        let words = [
            (self.save, "SAVE"),
            (self.min, "MIN"),
            (self.max, "MAX"),
            (self.all, "ALL"),
            (self.count, "COUNT"),
        ];
        words.into_iter().filter_map(|(wanted, word)| wanted.then_some(word))
    }
}
