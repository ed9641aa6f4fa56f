//! What a client did that it must not do.

use std::fmt;

use anyrfc_core::{Requirement, escape::Escaped};

use super::transcript::Place;

/// How much of what the client sent is kept.
const KEPT: usize = 256;

/// What a client did that it must not do, and the statement that forbids it.
///
/// Two are equal when they break the same statement.
#[derive(Clone)]
#[non_exhaustive]
pub struct Violation {
    /// The statement of the RFC.
    pub requirement: &'static Requirement,
    /// What was wrong, in a few words.
    pub what: &'static str,
    /// Where it came.
    pub place: Place,
    /// Which request it was, by its place in the transcript.
    pub request: usize,
    /// What the client sent, at most 256 octets of it.
    pub found: String,
}

impl Violation {
    pub(super) fn new(flaw: Flaw, place: Place, request: usize, found: &str) -> Self {
        let found = found.chars().take(KEPT).collect();
        Self { requirement: flaw.requirement, what: flaw.what, place, request, found }
    }

    /// The id of the statement, `rfc7636#4.3-1` say.
    #[must_use]
    pub fn id(&self) -> String {
        self.requirement.id()
    }
}

impl PartialEq for Violation {
    fn eq(&self, other: &Self) -> bool {
        self.requirement == other.requirement
    }
}

impl Eq for Violation {}

impl fmt::Debug for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = Escaped(self.found.as_bytes());
        write!(
            f,
            "request {} to {:?}: {} ({}): \"{found}\"",
            self.request, self.place, self.requirement, self.what
        )
    }
}

impl std::error::Error for Violation {}

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
