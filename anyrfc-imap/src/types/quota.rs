//! Quotas (RFC 9208, RFC 2087).

use std::fmt;

use anyrfc_core::escape::Escaped;
use bytes::Bytes;

use super::{flag::Keyword, mailbox::MailboxName};

/// What shares its limits: the name means nothing, and may be empty (RFC 9208, section 3.2).
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuotaRoot(Bytes);

impl QuotaRoot {
    /// The root of this name.
    #[must_use]
    pub fn new(name: impl Into<Bytes>) -> Self {
        Self(name.into())
    }

    /// Its name.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<&str> for QuotaRoot {
    fn from(name: &str) -> Self {
        Self(Bytes::copy_from_slice(name.as_bytes()))
    }
}

impl fmt::Debug for QuotaRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QuotaRoot(\"{}\")", self.0.escape_ascii())
    }
}

impl fmt::Display for QuotaRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Escaped(&self.0), f)
    }
}

/// What there is a limit to (RFC 9208, section 5); names are compared in any case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QuotaResource {
    /// `STORAGE`: space, in units of 1,024 octets.
    Storage,
    /// `MESSAGE`: messages.
    Message,
    /// `MAILBOX`: mailboxes.
    Mailbox,
    /// `ANNOTATION-STORAGE`: space for annotations of messages, in units of 1,024 octets.
    AnnotationStorage,
    /// Any other.
    Other(Keyword),
}

impl QuotaResource {
    const KNOWN: [Self; 4] = [Self::Storage, Self::Message, Self::Mailbox, Self::AnnotationStorage];

    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Storage => "STORAGE",
            Self::Message => "MESSAGE",
            Self::Mailbox => "MAILBOX",
            Self::AnnotationStorage => "ANNOTATION-STORAGE",
            Self::Other(name) => name.as_str(),
        }
    }
}

impl From<&str> for QuotaResource {
    fn from(name: &str) -> Self {
        let known = Self::KNOWN.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(name));
        known.unwrap_or_else(|| Self::Other(name.into()))
    }
}

impl fmt::Display for QuotaResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Escaped(self.as_str().as_bytes()), f)
    }
}

/// How much of a resource is used. Usage is to inform the user, and for nothing else: whether there
/// is room knows only the server (RFC 9208, section 5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuotaUsage {
    /// Of what.
    pub resource: QuotaResource,
    /// How much is used.
    pub usage: u64,
    /// How much can be.
    pub limit: u64,
}

impl QuotaUsage {
    pub(crate) const fn new(resource: QuotaResource, usage: u64, limit: u64) -> Self {
        Self { resource, usage, limit }
    }

    /// How much is left, as far as usage and limit tell.
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.limit.saturating_sub(self.usage)
    }
}

/// The limits of a quota root (RFC 9208, section 4.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quota {
    /// Of which root.
    pub root: QuotaRoot,
    /// What is limited, in the server's order; what is not among it has no limit.
    pub resources: Vec<QuotaUsage>,
    /// Resources whose numbers were not understood, with these as they came.
    pub odd: Vec<(QuotaResource, Bytes)>,
}

impl Quota {
    pub(crate) const fn new(root: QuotaRoot) -> Self {
        Self { root, resources: Vec::new(), odd: Vec::new() }
    }

    /// About how many bytes it takes.
    pub(crate) fn held(&self) -> usize {
        let name = |resource: &QuotaResource| match resource {
            QuotaResource::Other(name) => name.as_str().len(),
            _ => 0,
        };
        let told = self.resources.iter().map(|one| size_of::<QuotaUsage>() + name(&one.resource));
        let odd = self
            .odd
            .iter()
            .map(|(resource, raw)| size_of::<(QuotaResource, Bytes)>() + name(resource) + raw.len());
        self.root.0.len() + told.chain(odd).sum::<usize>()
    }

    /// Usage and limit of a resource; `None` where it is not limited.
    #[must_use]
    pub fn of(&self, resource: &QuotaResource) -> Option<&QuotaUsage> {
        self.resources.iter().find(|known| known.resource == *resource)
    }

    /// Whether the storage that is left looks too small for a message of so many octets. It is a
    /// reason to warn, not to refuse: the server may need less room, or more (RFC 9208, section 5.1).
    #[must_use]
    pub fn looks_too_small_for(&self, octets: u64) -> bool {
        self.of(&QuotaResource::Storage).is_some_and(|storage| storage.left() < octets.div_ceil(1024))
    }
}

/// The quota roots of a mailbox (RFC 9208, section 4.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuotaRoots {
    /// Of which mailbox.
    pub mailbox: MailboxName,
    /// None, one or several.
    pub roots: Vec<QuotaRoot>,
}

impl QuotaRoots {
    /// About how many bytes they take.
    pub(crate) fn held(&self) -> usize {
        self.roots.iter().map(|root| size_of::<QuotaRoot>() + root.0.len()).sum()
    }

    pub(crate) const fn new(mailbox: MailboxName, roots: Vec<QuotaRoot>) -> Self {
        Self { mailbox, roots }
    }
}
