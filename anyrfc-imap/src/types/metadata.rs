//! Annotations of mailboxes and of the server (RFC 5464).

use std::fmt;

use anyrfc_core::escape::Escaped;
use bytes::Bytes;

use super::{flag::Keyword, mailbox::MailboxName};
use crate::{Error, rfc5464};

/// What annotations are about (RFC 5464, section 4.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MetadataTarget {
    /// The server as a whole, which is written as a mailbox with an empty name.
    Server,
    /// One mailbox.
    Mailbox(MailboxName),
}

impl MetadataTarget {
    /// The name that a server has written.
    pub(crate) fn received(mailbox: MailboxName) -> Self {
        if mailbox.as_bytes().is_empty() { Self::Server } else { Self::Mailbox(mailbox) }
    }

    /// The mailbox; `None` for the server.
    #[must_use]
    pub const fn mailbox(&self) -> Option<&MailboxName> {
        match self {
            Self::Server => None,
            Self::Mailbox(mailbox) => Some(mailbox),
        }
    }
}

impl From<MailboxName> for MetadataTarget {
    fn from(mailbox: MailboxName) -> Self {
        Self::Mailbox(mailbox)
    }
}

/// The name of an annotation: a path that begins with `/private`, where only the user sees it, or
/// with `/shared` (RFC 5464, section 3.2). Names are compared in any case.
///
/// ```
/// use anyrfc_imap::types::MetadataEntry;
/// let entry = MetadataEntry::new("/private/vendor/example/colour")?;
/// assert!(entry.is_private() && entry == MetadataEntry::new("/PRIVATE/vendor/example/COLOUR")?);
/// assert!(MetadataEntry::new("/private/a*").is_err() && MetadataEntry::new("/comment").is_err());
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MetadataEntry(Keyword);

impl MetadataEntry {
    /// `/shared/comment`: a remark on a mailbox or on the server, for all who may see it.
    pub const SHARED_COMMENT: Self = Self(Keyword::from_static("/shared/comment"));
    /// `/private/comment`: a remark on a mailbox, for its author.
    pub const PRIVATE_COMMENT: Self = Self(Keyword::from_static("/private/comment"));
    /// `/shared/admin`, of the server: a URI by which its administrator can be reached.
    pub const SHARED_ADMIN: Self = Self(Keyword::from_static("/shared/admin"));
    /// `/private/specialuse`, of a mailbox: what it is for (RFC 6154, section 4).
    pub const PRIVATE_SPECIAL_USE: Self = Self(Keyword::from_static("/private/specialuse"));

    /// An entry of this name.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage), with the statement it breaks, for a name that
    /// no entry can have (RFC 5464, section 3.2).
    pub fn new(name: &str) -> Result<Self, Error> {
        let entry = Self::received(name.as_bytes());
        entry.check()?;
        Ok(entry)
    }

    /// The name that a server has written, whatever it is.
    pub(crate) fn received(name: &[u8]) -> Self {
        Self(String::from_utf8_lossy(name).into_owned().into())
    }

    /// Whether it can be sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let name = self.as_str();
        let wrong = |why: &'static str, statement| Err(Error::usage(why).with_requirement(statement));
        if name.bytes().any(|byte| matches!(byte, 0..=0x19) || !byte.is_ascii()) {
            return wrong(
                "an entry name has no control characters, and none beyond ASCII",
                rfc5464::ENTRY_IS_PRINTABLE_ASCII,
            );
        }
        if name.contains(['*', '%']) {
            return wrong("an entry name has no wildcards", rfc5464::ENTRY_HAS_NO_WILDCARD);
        }
        if name.contains("//") {
            return wrong("an entry name has no empty components", rfc5464::ENTRY_HAS_NO_EMPTY_COMPONENT);
        }
        if name.ends_with('/') {
            return wrong("an entry name does not end in a slash", rfc5464::ENTRY_ENDS_IN_NO_SLASH);
        }
        let Some(path) = name.strip_prefix('/') else {
            return wrong("an entry name begins with /private or /shared", rfc5464::ENTRY_HAS_A_SCOPE);
        };
        let mut components = path.split('/');
        let scope = components.next().unwrap_or_default();
        let in_scope = ["private", "shared"].iter().any(|known| known.eq_ignore_ascii_case(scope));
        let Some(first) = components.next().filter(|_| in_scope) else {
            return wrong(
                "an entry name has something behind /private or /shared",
                rfc5464::ENTRY_HAS_A_SCOPE,
            );
        };
        if first.eq_ignore_ascii_case("vendor") && components.count() < 2 {
            return wrong(
                "an entry of a vendor has its token and a name",
                rfc5464::VENDOR_ENTRY_HAS_FOUR_COMPONENTS,
            );
        }
        Ok(())
    }

    /// The name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it belongs to a filter of the server (RFC 5466, section 3.2).
    pub(crate) fn is_of_filters(&self) -> bool {
        let Some(path) = self.as_str().strip_prefix('/') else { return false };
        let path: Vec<_> = path.split('/').map(str::to_ascii_lowercase).collect();
        let path: Vec<_> = path.iter().map(String::as_str).collect();
        matches!(*path, ["private" | "shared", "filters", "values" | "descriptions", ..])
    }

    /// Whether only the user sees it.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.as_str().get(..9).is_some_and(|scope| scope.eq_ignore_ascii_case("/private/"))
    }
}

impl fmt::Debug for MetadataEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for MetadataEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Escaped(self.as_str().as_bytes()), f)
    }
}

impl TryFrom<&str> for MetadataEntry {
    type Error = Error;

    fn try_from(name: &str) -> Result<Self, Error> {
        Self::new(name)
    }
}

/// A `METADATA` response (RFC 5464, section 4.4).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metadata {
    /// What it is about.
    pub target: MetadataTarget,
    /// What it tells.
    pub told: MetadataTold,
}

/// What a `METADATA` response tells.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetadataTold {
    /// Entries with their values, as they were asked for (RFC 5464, section 4.4.1). Values are the
    /// octets as they were set by whoever was allowed to: text or binary, and not to be trusted.
    /// `None` is an entry that has no value.
    Values(Vec<(MetadataEntry, Option<Bytes>)>),
    /// Entries that somebody has changed (RFC 5464, section 4.4.2): their values are to be asked for.
    Changed(Vec<MetadataEntry>),
}

impl Metadata {
    pub(crate) const fn new(target: MetadataTarget, told: MetadataTold) -> Self {
        Self { target, told }
    }

    /// About how many bytes it takes.
    pub(crate) fn held(&self) -> usize {
        const EACH: usize = size_of::<(MetadataEntry, Option<Bytes>)>();
        let name = |entry: &MetadataEntry| EACH + entry.as_str().len();
        match &self.told {
            MetadataTold::Values(values) => {
                values.iter().map(|(entry, value)| name(entry) + value.as_ref().map_or(0, Bytes::len)).sum()
            }
            MetadataTold::Changed(entries) => entries.iter().map(name).sum(),
        }
    }
}

/// Why annotations were not returned, or not set (RFC 5464, sections 4.2.1 and 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetadataCode {
    /// `LONGENTRIES`: some values are larger than asked for; the octets of the largest.
    LongEntries(u64),
    /// `MAXSIZE`: the value is too large; the most octets that the server takes.
    MaxSize(u64),
    /// `TOOMANY`: there are as many annotations as there can be.
    TooMany,
    /// `NOPRIVATE`: the server has no private annotations there.
    NoPrivate,
}
