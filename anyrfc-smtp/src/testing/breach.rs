//! What a client did that it must not do.

use std::fmt;

use anyrfc_core::{Requirement, escape::Escaped};

/// How much of what the client wrote is kept.
const KEPT: usize = 256;

/// What a client did that it must not do, and the statement that forbids it.
///
/// Two are equal when they break the same statement.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Breach {
    /// The statement of the RFC.
    pub requirement: &'static Requirement,
    /// What was wrong, in a few words.
    pub what: &'static str,
    /// What the client wrote, at most 256 octets of it.
    pub found: Vec<u8>,
    /// On which connection, counted from 1; 0 for a command that came on none.
    pub connection: u64,
}

impl Breach {
    pub(super) fn new(flaw: Flaw, found: &[u8], connection: u64) -> Self {
        let found = found.get(..KEPT).unwrap_or(found).to_vec();
        Self { requirement: flaw.requirement, what: flaw.what, found, connection }
    }

    /// The id of the statement, `rfc5321#4.1.4-13` say.
    #[must_use]
    pub fn id(&self) -> String {
        self.requirement.id()
    }
}

impl PartialEq for Breach {
    fn eq(&self, other: &Self) -> bool {
        self.requirement == other.requirement
    }
}

impl Eq for Breach {}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): \"{}\"", self.requirement, self.what, Escaped(&self.found))
    }
}

impl std::error::Error for Breach {}

/// The same without its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) requirement: &'static Requirement,
    pub(super) what: &'static str,
}

/// What is as it has to be, or the first thing that is not.
pub(super) type Checked<T = ()> = Result<T, Flaw>;

/// A flaw.
pub(super) const fn flaw(requirement: &'static Requirement, what: &'static str) -> Flaw {
    Flaw { requirement, what }
}

/// Fails unless `so`.
pub(super) fn require(so: bool, requirement: &'static Requirement, what: &'static str) -> Checked {
    if so { Ok(()) } else { Err(flaw(requirement, what)) }
}
