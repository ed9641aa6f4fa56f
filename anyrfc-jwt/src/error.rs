//! What goes wrong, and which statement of which RFC it breaks.

use anyrfc_core::{ErrorKind, Requirement};

/// Why a token was not taken, for code that decides by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejection {
    /// The algorithm is not one that the key allows.
    Algorithm,
    /// No key fits: the `kid` is unknown, or no key may be used for this.
    NoKey,
    /// The signature or the authentication tag is wrong.
    Signature,
    /// It cannot be decrypted.
    Decryption,
    /// `crit` names what is not understood, or is ill-formed (RFC 7515, section 4.1.11).
    Critical,
    /// `typ` is not what was asked for (RFC 8725, section 3.11).
    Type,
    /// A claim that was asked for is missing.
    MissingClaim(&'static str),
    /// `exp` has passed.
    Expired,
    /// `nbf` or `iat` is in the future.
    NotYetValid,
    /// `iss` is not whom was asked for.
    Issuer,
    /// `aud` does not hold whom was asked for.
    Audience,
    /// Another claim has another value than was asked for.
    Claim(&'static str),
}

/// What is known beyond the error's kind.
#[derive(Debug, Default)]
#[non_exhaustive]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
    /// The token was not taken.
    Rejected(Rejection),
}

anyrfc_core::error_type! {
    /// What went wrong: a kind, whose fault, and the RFC statement that was broken.
    pub struct Error { detail: Detail }
}

impl Error {
    /// Why the token was not taken, where that is what happened.
    #[must_use]
    pub fn rejection(&self) -> Option<Rejection> {
        if let Detail::Rejected(why) = self.detail() { Some(*why) } else { None }
    }

    /// The token is well-formed and not taken.
    pub(crate) fn rejected(why: Rejection, requirement: &'static Requirement, what: &'static str) -> Self {
        Self::new(ErrorKind::Auth, what).with_detail(Detail::Rejected(why)).with_requirement(requirement)
    }

    /// The input is not what the RFC says.
    pub(crate) fn malformed(requirement: &'static Requirement, what: &'static str) -> Self {
        Self::violation(requirement, what)
    }
}
