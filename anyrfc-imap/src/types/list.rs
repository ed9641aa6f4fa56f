//! Listed mailboxes (RFC 9051, section 7.3.1; RFC 5258; RFC 6154).

use std::fmt;

use bytes::Bytes;

use super::{flag::Keyword, mailbox::MailboxName};

macro_rules! attributes {
    ($($(#[$meta:meta])* $name:ident = $text:literal;)*) => {
        /// What a mailbox is, or is for; names are compared in any case.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum MailboxAttribute {
            $($(#[$meta])* $name,)*
            /// Any other, with its backslash.
            Other(Keyword),
        }

        const NAMES: &[(&str, MailboxAttribute)] = &[$(($text, MailboxAttribute::$name),)*];
    };
}

attributes! {
    /// It has no children and cannot have any.
    NoInferiors = "\\Noinferiors";
    /// It cannot be selected.
    NoSelect = "\\Noselect";
    /// It does not exist (RFC 5258).
    NonExistent = "\\NonExistent";
    /// It exists, and cannot be accessed (RFC 5465).
    NoAccess = "\\NoAccess";
    /// It has children.
    HasChildren = "\\HasChildren";
    /// It has no children.
    HasNoChildren = "\\HasNoChildren";
    /// Something has come since it was last selected.
    Marked = "\\Marked";
    /// Nothing has come since it was last selected.
    Unmarked = "\\Unmarked";
    /// It is subscribed to (RFC 5258).
    Subscribed = "\\Subscribed";
    /// It is on another server (RFC 5258).
    Remote = "\\Remote";
    /// All messages (RFC 6154).
    All = "\\All";
    /// Old messages (RFC 6154).
    Archive = "\\Archive";
    /// Drafts (RFC 6154).
    Drafts = "\\Drafts";
    /// Messages marked in some way (RFC 6154).
    Flagged = "\\Flagged";
    /// Junk (RFC 6154).
    Junk = "\\Junk";
    /// Messages sent (RFC 6154).
    Sent = "\\Sent";
    /// Deleted messages (RFC 6154).
    Trash = "\\Trash";
    /// Important messages (RFC 8457).
    Important = "\\Important";
    /// The inbox, as XLIST tells.
    Inbox = "\\Inbox";
    /// All messages, as XLIST tells.
    AllMail = "\\AllMail";
    /// Junk, as XLIST tells.
    Spam = "\\Spam";
    /// Messages marked in some way, as XLIST tells.
    Starred = "\\Starred";
}

impl MailboxAttribute {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(name) => name.as_str(),
            known => NAMES.iter().find(|(_, attribute)| attribute == known).map_or("", |(text, _)| text),
        }
    }
}

impl From<&str> for MailboxAttribute {
    fn from(name: &str) -> Self {
        let known = NAMES.iter().find(|(text, _)| text.eq_ignore_ascii_case(name));
        known.map_or_else(|| Self::Other(name.into()), |(_, attribute)| attribute.clone())
    }
}

impl fmt::Display for MailboxAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What has become of a mailbox whose name is watched (RFC 5465, section 5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameChange<'a> {
    /// It is there: new, or something about it is.
    There,
    /// It is not there any more, or not for this user.
    Gone,
    /// It was called otherwise before.
    Renamed {
        /// So.
        before: &'a MailboxName,
    },
    /// It is there, and this user may not look into it any more.
    Forbidden,
}

/// One mailbox of LIST, LSUB or XLIST.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListEntry {
    /// What it is.
    pub attributes: Vec<MailboxAttribute>,
    /// What divides the levels of its name; `None` where there are none.
    pub delimiter: Option<char>,
    /// Its name.
    pub mailbox: MailboxName,
    /// Why it is listed although it does not match: the selection options that its children
    /// match (RFC 5258, section 4).
    pub child_info: Vec<String>,
    /// The name that the client used for it, or that it had before (RFC 9051, section 6.3.9.7).
    pub old_name: Option<MailboxName>,
    /// Other extended fields: the tag, and the value as it came.
    pub extended: Vec<(String, Bytes)>,
}

impl ListEntry {
    /// One without anything special.
    #[must_use]
    pub fn new(mailbox: MailboxName) -> Self {
        Self {
            attributes: Vec::new(),
            delimiter: None,
            mailbox,
            child_info: Vec::new(),
            old_name: None,
            extended: Vec::new(),
        }
    }

    /// Whether there is a mailbox of this name that can be selected, as far as the server says.
    #[must_use]
    pub fn is_selectable(&self) -> bool {
        !self.has(&MailboxAttribute::NoSelect) && !self.has(&MailboxAttribute::NonExistent)
    }

    /// Whether it has this attribute, or one that implies it: `\NonExistent` does
    /// `\Noselect`, and `\Noinferiors` does `\HasNoChildren` (RFC 9051, section 6.3.9.4).
    #[must_use]
    pub fn has(&self, attribute: &MailboxAttribute) -> bool {
        let stronger = match attribute {
            MailboxAttribute::NoSelect => Some(MailboxAttribute::NonExistent),
            MailboxAttribute::HasNoChildren => Some(MailboxAttribute::NoInferiors),
            _ => None,
        };
        self.attributes.contains(attribute)
            || stronger.is_some_and(|stronger| self.attributes.contains(&stronger))
    }

    /// What LIST says of a mailbox whose name is watched (RFC 5465, section 5.4). Whether it is
    /// subscribed to is told by [`Subscribed`](MailboxAttribute::Subscribed) alone.
    #[must_use]
    pub fn name_change(&self) -> NameChange<'_> {
        match &self.old_name {
            _ if self.has(&MailboxAttribute::NonExistent) => NameChange::Gone,
            _ if self.has(&MailboxAttribute::NoAccess) => NameChange::Forbidden,
            Some(before) => NameChange::Renamed { before },
            None => NameChange::There,
        }
    }

    /// What a mailbox is called now that this one was renamed, where that concerns it: its children
    /// go with it, and nothing is told of them. An INBOX stays, and so do its children (RFC 5465,
    /// section 5.4; RFC 9051, section 6.3.6).
    #[must_use]
    pub fn renames(&self, mailbox: &MailboxName) -> Option<String> {
        let NameChange::Renamed { before } = self.name_change() else { return None };
        if before.is_inbox() {
            return None;
        }
        if mailbox == before {
            return Some(self.mailbox.as_str().to_owned());
        }
        let below = mailbox.as_str().strip_prefix(before.as_str())?;
        let child = self.delimiter.is_some_and(|delimiter| below.starts_with(delimiter));
        child.then(|| format!("{}{below}", self.mailbox.as_str()))
    }

    /// Whether it has children, which is no more than a hint; `None` where the server does not
    /// say, or says both (RFC 3348, section 3).
    #[must_use]
    pub fn has_children(&self) -> Option<bool> {
        match (self.has(&MailboxAttribute::HasChildren), self.has(&MailboxAttribute::HasNoChildren)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attribute_goes_there_and_back() {
        for (text, attribute) in NAMES {
            assert_eq!(&MailboxAttribute::from(text.to_uppercase().as_str()), attribute);
            assert_eq!(&attribute.to_string(), text);
        }
        assert_eq!(MailboxAttribute::from("\\XOwn").to_string(), "\\XOwn");
    }
}
