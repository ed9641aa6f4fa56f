//! By what messages are sorted and threaded (RFC 5256, RFC 5957).

use std::fmt;

use super::{
    annotation::{AnnotationScope, EntryName},
    flag::Keyword,
};

/// What messages are sorted by (RFC 5256, section 3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SortKey {
    /// `ARRIVAL`: when they came into the mailbox.
    Arrival,
    /// `CC`: the mailbox part of the first address in Cc.
    Cc,
    /// `DATE`: when they were sent.
    Date,
    /// `FROM`: the mailbox part of the first address in From.
    From,
    /// `SIZE`: how many octets they have.
    Size,
    /// `SUBJECT`: their [base subject](super::BaseSubject).
    Subject,
    /// `TO`: the mailbox part of the first address in To.
    To,
    /// `DISPLAYFROM`: the first address in From as it is shown (RFC 5957).
    DisplayFrom,
    /// `DISPLAYTO`: the first address in To as it is shown (RFC 5957).
    DisplayTo,
    /// `RELEVANCY`: how well they match, the best first (RFC 6203): of a query with
    /// [`SearchQuery::fuzzy`](super::SearchQuery::fuzzy) in it.
    Relevancy,
    /// `ANNOTATION`: the value of an annotation, the user's own or the shared one (RFC 5257,
    /// section 4.9).
    Annotation(EntryName, AnnotationScope),
}

impl SortKey {
    /// The word of the grammar.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Arrival => "ARRIVAL",
            Self::Cc => "CC",
            Self::Date => "DATE",
            Self::From => "FROM",
            Self::Size => "SIZE",
            Self::Subject => "SUBJECT",
            Self::To => "TO",
            Self::DisplayFrom => "DISPLAYFROM",
            Self::DisplayTo => "DISPLAYTO",
            Self::Relevancy => "RELEVANCY",
            Self::Annotation(..) => "ANNOTATION",
        }
    }

    /// Whether it takes `SORT=DISPLAY` (RFC 5957).
    pub(crate) const fn is_display(&self) -> bool {
        matches!(self, Self::DisplayFrom | Self::DisplayTo)
    }
}

/// The order that messages are to be in: one key or more, each for what is equal by those before.
/// What is equal by all of them stays as it is in the mailbox, reversed keys or not.
///
/// ```
/// use anyrfc_imap::types::{SortKey, SortOrder};
/// let order = SortOrder::by(SortKey::Subject).then_reversed(SortKey::Date);
/// assert_eq!(order.to_string(), "(SUBJECT REVERSE DATE)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub struct SortOrder(Vec<(SortKey, bool)>);

impl SortOrder {
    /// Ascending by this key.
    pub fn by(key: SortKey) -> Self {
        Self(vec![(key, false)])
    }

    /// Descending by this key.
    pub fn reversed(key: SortKey) -> Self {
        Self(vec![(key, true)])
    }

    /// What is equal so far, ascending by this key.
    pub fn then(mut self, key: SortKey) -> Self {
        self.0.push((key, false));
        self
    }

    /// What is equal so far, descending by this key.
    pub fn then_reversed(mut self, key: SortKey) -> Self {
        self.0.push((key, true));
        self
    }

    /// The keys, and whether each is reversed.
    pub fn keys(&self) -> impl Iterator<Item = (&SortKey, bool)> {
        self.0.iter().map(|(key, reversed)| (key, *reversed))
    }
}

impl From<SortKey> for SortOrder {
    fn from(key: SortKey) -> Self {
        Self::by(key)
    }
}

impl fmt::Display for SortOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (key, reversed)) in self.keys().enumerate() {
            f.write_str(if n == 0 { "(" } else { " " })?;
            f.write_str(if reversed { "REVERSE " } else { "" })?;
            f.write_str(key.word())?;
            if let SortKey::Annotation(entry, scope) = key {
                write!(f, " {entry} value{}", scope.suffix())?;
            }
        }
        f.write_str(")")
    }
}

/// How messages are put together to threads (RFC 5256, section 3; the IANA registry of them).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ThreadAlgorithm {
    /// `ORDEREDSUBJECT`: by base subject, all that follow the first below it.
    OrderedSubject,
    /// `REFERENCES`: by what they answer, then by base subject.
    References,
    /// `REFS`: by what they answer alone, the latest thread last.
    Refs,
    /// Another one, by its name.
    Other(Keyword),
}

impl ThreadAlgorithm {
    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::OrderedSubject => "ORDEREDSUBJECT",
            Self::References => "REFERENCES",
            Self::Refs => "REFS",
            Self::Other(name) => name.as_str(),
        }
    }
}

impl From<&str> for ThreadAlgorithm {
    fn from(name: &str) -> Self {
        let known = [Self::OrderedSubject, Self::References, Self::Refs];
        let found = known.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(name));
        found.unwrap_or_else(|| Self::Other(name.into()))
    }
}

impl fmt::Display for ThreadAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_written_as_they_are_made() {
        assert_eq!(SortOrder::from(SortKey::Arrival).to_string(), "(ARRIVAL)");
        let order = SortOrder::reversed(SortKey::Size).then(SortKey::DisplayFrom).then_reversed(SortKey::Cc);
        assert_eq!(order.to_string(), "(REVERSE SIZE DISPLAYFROM REVERSE CC)");
        assert_eq!(order.keys().filter(|(key, _)| key.is_display()).count(), 1);
    }

    #[test]
    fn algorithms_have_names_in_any_case() {
        for name in ["ORDEREDSUBJECT", "REFERENCES", "REFS", "X-OWN"] {
            assert_eq!(ThreadAlgorithm::from(name.to_lowercase().as_str()), ThreadAlgorithm::from(name));
            assert_eq!(ThreadAlgorithm::from(name).to_string(), name);
        }
        assert_eq!(ThreadAlgorithm::from("refs"), ThreadAlgorithm::Refs);
    }
}
