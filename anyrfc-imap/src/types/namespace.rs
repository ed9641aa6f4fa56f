//! Namespaces (RFC 9051, section 7.3.2; RFC 2342).

use super::mailbox::MailboxName;

/// The namespaces of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Namespaces {
    /// The user's own.
    pub personal: Vec<Namespace>,
    /// Those of other users.
    pub other_users: Vec<Namespace>,
    /// Those that are shared.
    pub shared: Vec<Namespace>,
}

/// One namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Namespace {
    /// What its names begin with; `None` where they begin with nothing of their own.
    pub prefix: Option<MailboxName>,
    /// What divides the levels of its names; `None` where there are none.
    pub delimiter: Option<char>,
    /// Extensions: their names and values.
    pub extensions: Vec<(String, Vec<String>)>,
}

impl Namespace {
    /// One without extensions.
    #[must_use]
    pub const fn new(prefix: Option<MailboxName>, delimiter: Option<char>) -> Self {
        Self { prefix, delimiter, extensions: Vec::new() }
    }
}
