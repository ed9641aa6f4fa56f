//! Which mailbox is for what (RFC 6154; RFC 9051, section 7.3.1).

use std::fmt;

use super::{ImapClient, folder_names::by_name};
use crate::{
    Error, ErrorKind,
    codec::command::{List, ListReturn, Xlist},
    types::{Capability, ListEntry, MailboxAttribute, MailboxName, Pattern},
};

/// What a mailbox is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SpecialUse {
    /// Every message, of all mailboxes.
    All,
    /// Messages that are kept and not worked on any more.
    Archive,
    /// Messages that are being written.
    Drafts,
    /// Messages that are marked, of all mailboxes.
    Flagged,
    /// Messages that nobody wants.
    Junk,
    /// Messages that were sent.
    Sent,
    /// Messages that are going to be removed.
    Trash,
    /// Messages that matter (RFC 8457).
    Important,
}

impl SpecialUse {
    /// The attribute that says so.
    #[must_use]
    pub const fn attribute(self) -> MailboxAttribute {
        match self {
            Self::All => MailboxAttribute::All,
            Self::Archive => MailboxAttribute::Archive,
            Self::Drafts => MailboxAttribute::Drafts,
            Self::Flagged => MailboxAttribute::Flagged,
            Self::Junk => MailboxAttribute::Junk,
            Self::Sent => MailboxAttribute::Sent,
            Self::Trash => MailboxAttribute::Trash,
            Self::Important => MailboxAttribute::Important,
        }
    }

    /// What an attribute says, those of XLIST among them.
    #[must_use]
    pub const fn of(attribute: &MailboxAttribute) -> Option<Self> {
        Some(match attribute {
            MailboxAttribute::All | MailboxAttribute::AllMail => Self::All,
            MailboxAttribute::Archive => Self::Archive,
            MailboxAttribute::Drafts => Self::Drafts,
            MailboxAttribute::Flagged | MailboxAttribute::Starred => Self::Flagged,
            MailboxAttribute::Junk | MailboxAttribute::Spam => Self::Junk,
            MailboxAttribute::Sent => Self::Sent,
            MailboxAttribute::Trash => Self::Trash,
            MailboxAttribute::Important => Self::Important,
            _ => return None,
        })
    }
}

impl fmt::Display for SpecialUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "all messages",
            Self::Archive => "archive",
            Self::Drafts => "drafts",
            Self::Flagged => "flagged messages",
            Self::Junk => "junk",
            Self::Sent => "sent messages",
            Self::Trash => "trash",
            Self::Important => "important messages",
        })
    }
}

/// Which mailboxes are for what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpecialMailboxes {
    told: Vec<(SpecialUse, MailboxName)>,
    guessed: Vec<(SpecialUse, MailboxName)>,
}

impl SpecialMailboxes {
    /// Reads it from a list of mailboxes: from their attributes, and for purposes that none
    /// has, from their names in some forty languages.
    #[must_use]
    pub fn from_list<'a>(entries: impl IntoIterator<Item = &'a ListEntry>) -> Self {
        let (mut told, mut guessed) = (Vec::new(), Vec::new());
        for entry in entries.into_iter().filter(|entry| entry.is_selectable()) {
            let uses: Vec<SpecialUse> = entry.attributes.iter().filter_map(SpecialUse::of).collect();
            if uses.is_empty() && !entry.mailbox.is_inbox() {
                guessed.extend(by_name(last_part(entry)).map(|purpose| (purpose, entry.mailbox.clone())));
            }
            told.extend(uses.into_iter().map(|purpose| (purpose, entry.mailbox.clone())));
        }
        guessed.retain(|(purpose, _)| !told.iter().any(|(other, _)| other == purpose));
        // Of several, the one nearest to the top is the account's own.
        guessed.sort_by_key(|(_, mailbox)| mailbox.as_str().chars().count());
        Self { told, guessed }
    }

    /// The mailbox for a purpose: as the server says, or else as its name suggests.
    #[must_use]
    pub fn mailbox(&self, purpose: SpecialUse) -> Option<&MailboxName> {
        self.iter().find(|(other, _)| *other == purpose).map(|(_, mailbox)| mailbox)
    }

    /// What a mailbox is for.
    #[must_use]
    pub fn of(&self, mailbox: &MailboxName) -> Option<SpecialUse> {
        self.iter().find(|(_, other)| *other == mailbox).map(|(purpose, _)| purpose)
    }

    /// Whether the server has said so, as opposed to the mailbox's name.
    #[must_use]
    pub fn is_told(&self, purpose: SpecialUse) -> bool {
        self.told.iter().any(|(other, _)| *other == purpose)
    }

    /// All of them, those first that the server has told.
    pub fn iter(&self) -> impl Iterator<Item = (SpecialUse, &MailboxName)> {
        self.told.iter().chain(&self.guessed).map(|(purpose, mailbox)| (*purpose, mailbox))
    }
}

/// What stands behind the last delimiter.
fn last_part(entry: &ListEntry) -> &str {
    let name = entry.mailbox.as_str();
    entry.delimiter.and_then(|delimiter| name.rsplit(delimiter).next()).unwrap_or(name)
}

impl ImapClient {
    /// Which mailboxes are for what: drafts, sent messages, trash and so on. From the
    /// server where it says so (SPECIAL-USE, or XLIST of old), otherwise from what such mailboxes are
    /// called.
    ///
    /// # Errors
    /// What the server answers to LIST.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn special_use(&mut self) -> Result<SpecialMailboxes, Error> {
        if self.has(&Capability::SpecialUse) {
            let list = List::new(Pattern::all()).returns(ListReturn::SpecialUse);
            match self.inner.run(list).await {
                Ok(listed) if !listed.is_empty() => {
                    return Ok(SpecialMailboxes::from_list(listed.iter().map(|listed| &listed.entry)));
                }
                // Some offer the option, and then know nothing of it.
                Ok(_) => {}
                // A plain LIST tells of the purposes as well, where there are no options.
                Err(error) if error.kind() == ErrorKind::Unsupported && error.is_unsent() => {}
                Err(error) if error.kind() == ErrorKind::Refused && error.throttle().is_none() => {}
                Err(error) => return Err(error),
            }
        } else if self.has(&Capability::Xlist) {
            let entries = self.inner.run(Xlist::new(Pattern::all())).await?;
            return Ok(SpecialMailboxes::from_list(&entries));
        }
        let listed = self.inner.run(List::new(Pattern::all())).await?;
        Ok(SpecialMailboxes::from_list(listed.iter().map(|listed| &listed.entry)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, attributes: &[MailboxAttribute]) -> ListEntry {
        let mut entry = ListEntry::new(MailboxName::new(name).unwrap());
        entry.attributes = attributes.to_vec();
        entry.delimiter = Some('/');
        entry
    }

    #[test]
    fn what_the_server_says_goes_before_names() {
        let list = [
            entry("INBOX", &[]),
            entry("Sent", &[]),
            entry("[Gmail]", &[MailboxAttribute::NoSelect]),
            entry("[Gmail]/Gesendet", &[MailboxAttribute::Sent]),
            entry("[Gmail]/Spam", &[MailboxAttribute::Spam]),
            entry("Kunden/Papierkorb", &[]),
            entry("Papierkorb", &[]),
            entry("Drafts", &[MailboxAttribute::NoSelect]),
        ];
        let found = SpecialMailboxes::from_list(&list);
        let mailbox = |purpose| found.mailbox(purpose).map(MailboxName::as_str);
        assert_eq!(mailbox(SpecialUse::Sent), Some("[Gmail]/Gesendet"));
        assert_eq!(mailbox(SpecialUse::Junk), Some("[Gmail]/Spam"));
        assert_eq!(mailbox(SpecialUse::Trash), Some("Papierkorb"));
        assert_eq!(mailbox(SpecialUse::Drafts), None);
        assert!(found.is_told(SpecialUse::Sent) && !found.is_told(SpecialUse::Trash));
        assert_eq!(found.of(&MailboxName::new("Sent").unwrap()), None);
        assert_eq!(found.of(&MailboxName::new("Papierkorb").unwrap()), Some(SpecialUse::Trash));
    }

    #[test]
    fn every_use_has_an_attribute() {
        use SpecialUse::{All, Archive, Drafts, Flagged, Important, Junk, Sent, Trash};
        for purpose in [All, Archive, Drafts, Flagged, Important, Junk, Sent, Trash] {
            assert_eq!(SpecialUse::of(&purpose.attribute()), Some(purpose));
        }
        assert_eq!(SpecialUse::of(&MailboxAttribute::Inbox), None);
    }
}
