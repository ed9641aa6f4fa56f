//! Which RFC binds the server: RFC 9051 where it offers IMAP4rev2, else RFC 3501.

use anyrfc_core::{Requirement, compliance::Role};
use anyrfc_imap::rfc3501::RFC3501;

use super::super::probe::Probe;

/// The RFC of the base protocol that the server follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Book {
    Rev1,
    Rev2,
}

impl Book {
    /// The statement of this RFC that says what one of RFC 9051 says. Statements of other RFCs stay
    /// as they are; what RFC 3501 does not say does not bind its servers.
    pub(super) fn law(self, requirement: &'static Requirement) -> Option<&'static Requirement> {
        if self == Self::Rev2 || requirement.rfc != 9051 {
            return Some(requirement);
        }
        // The catalogues say the same in the same words.
        let binds = |other: &&&'static Requirement| {
            other.summary == requirement.summary && matches!(other.role, Role::Server | Role::Both)
        };
        RFC3501.requirements.iter().find(binds).copied()
    }

    /// The one of these two that binds the server.
    pub(super) fn pick(self, rev2: &'static Requirement, rev1: &'static Requirement) -> &'static Requirement {
        if self == Self::Rev2 { rev2 } else { rev1 }
    }

    /// Those that bind the server.
    pub(super) fn laws(self, requirements: &[&'static Requirement]) -> Vec<&'static Requirement> {
        requirements.iter().filter_map(|requirement| self.law(requirement)).collect()
    }

    pub(super) fn judge(
        self,
        probe: &mut Probe<'_>,
        requirement: &'static Requirement,
        holds: bool,
        seen: &[u8],
    ) {
        if let Some(requirement) = self.law(requirement) {
            probe.judge(requirement, holds, seen);
        }
    }

    pub(super) fn broken(self, probe: &mut Probe<'_>, requirement: &'static Requirement, seen: &[u8]) {
        self.judge(probe, requirement, false, seen);
    }
}

#[cfg(test)]
mod tests {
    use anyrfc_imap::{rfc2971, rfc3501, rfc9051};

    use super::*;

    #[test]
    fn the_older_rfc_has_its_own_statements() {
        let law = |requirement| Book::Rev1.law(requirement);
        assert_eq!(law(rfc9051::LINES_END_IN_CRLF), Some(rfc3501::LINES_END_IN_CRLF));
        assert_eq!(law(rfc9051::CAPABILITY_IS_ANSWERED), Some(rfc3501::CAPABILITY_IS_ANSWERED));
        assert_eq!(law(rfc9051::STARTTLS_ON_IMPLICIT_TLS_GETS_BAD), None);
        assert_eq!(law(rfc2971::ID_GETS_A_RESPONSE), Some(rfc2971::ID_GETS_A_RESPONSE));
        assert_eq!(Book::Rev2.law(rfc9051::LINES_END_IN_CRLF), Some(rfc9051::LINES_END_IN_CRLF));
    }
}
