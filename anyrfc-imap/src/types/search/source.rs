//! Where a search in several mailboxes looks (RFC 7377, section 2.2).

use crate::{Error, rfc7377, types::MailboxName};

/// Mailboxes that are searched together (RFC 7377, section 2.2; RFC 5465, section 6). Names are
/// meant as they are: they hold no wildcards.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SearchSource {
    /// The mailbox that is selected.
    Selected,
    /// All to which new mail is delivered.
    Inboxes,
    /// All of the user's personal namespaces.
    Personal,
    /// All that are subscribed to.
    Subscribed,
    /// These, and all below them.
    Subtree(Vec<MailboxName>),
    /// These, and those directly below them.
    SubtreeOne(Vec<MailboxName>),
    /// These.
    Mailboxes(Vec<MailboxName>),
}

impl SearchSource {
    /// The names in it; `None` where it is a word of its own.
    pub(crate) fn names(&self) -> Option<&[MailboxName]> {
        match self {
            Self::Subtree(names) | Self::SubtreeOne(names) | Self::Mailboxes(names) => Some(names),
            Self::Selected | Self::Inboxes | Self::Personal | Self::Subscribed => None,
        }
    }

    /// The word of the grammar.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Selected => "selected",
            Self::Inboxes => "inboxes",
            Self::Personal => "personal",
            Self::Subscribed => "subscribed",
            Self::Subtree(_) => "subtree",
            Self::SubtreeOne(_) => "subtree-one",
            Self::Mailboxes(_) => "mailboxes",
        }
    }
}

/// Where a search looks: one or more sources of which none repeats another.
///
/// ```
/// # use anyrfc_imap::types::{MailboxName, SearchSource, SearchSources};
/// let work = SearchSource::Subtree(vec![MailboxName::new("work")?]);
/// let sources = SearchSources::new([SearchSource::Selected, work])?;
/// assert!(SearchSources::new([SearchSource::Personal, SearchSource::Personal]).is_err());
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SearchSources(Vec<SearchSource>);

impl SearchSources {
    /// These sources.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for none, for one without names where it has
    /// to have some, and for what is named twice (RFC 7377, section 2.2).
    pub fn new(sources: impl Into<Vec<SearchSource>>) -> Result<Self, Error> {
        let sources = sources.into();
        let usage = |what: &'static str, requirement| Err(Error::usage(what).with_requirement(requirement));
        if sources.is_empty() || sources.iter().any(|source| source.names().is_some_and(<[_]>::is_empty)) {
            return usage("no mailbox is named", rfc7377::SOURCE_NAMES_MAILBOXES);
        }
        let mut words: Vec<_> = sources.iter().filter(|source| source.names().is_none()).collect();
        let mut names: Vec<_> = sources.iter().filter_map(SearchSource::names).flatten().collect();
        let (all_words, all_names) = (words.len(), names.len());
        words.sort_unstable_by_key(|source| source.word());
        words.dedup();
        names.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
        names.dedup();
        if (words.len(), names.len()) != (all_words, all_names) {
            return usage("a mailbox is named twice", rfc7377::SOURCES_DO_NOT_OVERLAP);
        }
        Ok(Self(sources))
    }

    /// The mailbox that is selected, and no other.
    #[must_use]
    pub fn selected() -> Self {
        Self(vec![SearchSource::Selected])
    }

    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, SearchSource> {
        self.0.iter()
    }

    /// Whether the selected mailbox is among them.
    pub(crate) fn have_selected(&self) -> bool {
        self.0.contains(&SearchSource::Selected)
    }

    /// Whether there is nothing but the selected mailbox.
    pub(crate) fn are_selected_only(&self) -> bool {
        self.0 == [SearchSource::Selected]
    }
}

impl From<MailboxName> for SearchSources {
    fn from(name: MailboxName) -> Self {
        Self(vec![SearchSource::Mailboxes(vec![name])])
    }
}

impl<'a> IntoIterator for &'a SearchSources {
    type Item = &'a SearchSource;
    type IntoIter = std::slice::Iter<'a, SearchSource>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
