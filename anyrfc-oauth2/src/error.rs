//! What goes wrong, and which statement of which RFC it breaks.

use std::time::Duration;

use anyrfc_core::{ErrorKind, Fault, Requirement};

use crate::types::{Denied, ErrorResponse, Scope};

/// What is known beyond the error's kind.
#[derive(Debug, Default)]
#[non_exhaustive]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
    /// An endpoint refused, in the form of RFC 6749, section 5.2.
    Refused(Box<ErrorResponse>),
    /// An endpoint answered with this status, and nothing that could be read.
    Status {
        /// The status code.
        status: u16,
        /// How long the server asks to wait (`Retry-After`).
        retry_after: Option<Duration>,
    },
    /// A resource refused the token (RFC 6750, section 3).
    Denied(Box<Denied>),
    /// Less was granted than the caller needs.
    MissingScope(Scope),
    /// No token can be had without the user: the refresh token is spent, revoked or missing.
    ReauthorizationRequired,
    /// A token was not taken.
    Token(anyrfc_jwt::Error),
    /// A token store failed.
    Store(StoreProblem),
}

/// What is wrong with a token store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreProblem {
    /// It cannot be reached, read or written.
    Unavailable,
    /// What it holds was cut short or tampered with, is another's, or needs another key.
    Corrupt,
    /// Others could read or change what it holds.
    Unsafe,
    /// What it holds was written by another version.
    Version,
}

anyrfc_core::error_type! {
    /// What went wrong: a kind, whose fault, and the RFC statement that was broken.
    pub struct Error { detail: Detail }
}

impl Error {
    /// What the endpoint said when it refused.
    #[must_use]
    pub fn response(&self) -> Option<&ErrorResponse> {
        if let Detail::Refused(response) = self.detail() { Some(response) } else { None }
    }

    /// The HTTP status, where the endpoint did not do what it was asked for.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self.detail() {
            Detail::Status { status, .. } => Some(*status),
            Detail::Refused(response) => response.status,
            Detail::Denied(denied) => Some(denied.status),
            _ => None,
        }
    }

    /// How long the server asks to wait before it is asked again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.detail() {
            Detail::Status { retry_after, .. } => *retry_after,
            Detail::Refused(response) => response.retry_after,
            _ => None,
        }
    }

    /// What a resource asks for that refused the token.
    #[must_use]
    pub fn denied(&self) -> Option<&Denied> {
        if let Detail::Denied(denied) = self.detail() { Some(denied) } else { None }
    }

    /// The scopes that are missing.
    #[must_use]
    pub fn missing_scope(&self) -> Option<&Scope> {
        if let Detail::MissingScope(scope) = self.detail() { Some(scope) } else { None }
    }

    /// Whether only the user can help: no token can be had without a new authorization.
    #[must_use]
    pub fn is_reauthorization_required(&self) -> bool {
        matches!(self.detail(), Detail::ReauthorizationRequired)
    }

    /// Why a token was not taken.
    #[must_use]
    pub fn token(&self) -> Option<&anyrfc_jwt::Error> {
        if let Detail::Token(error) = self.detail() { Some(error) } else { None }
    }

    /// What is wrong with the token store.
    #[must_use]
    pub fn store_problem(&self) -> Option<StoreProblem> {
        if let Detail::Store(problem) = self.detail() { Some(*problem) } else { None }
    }

    /// A token store failed: what any [`TokenStore`](crate::client::store::TokenStore) returns.
    #[must_use]
    pub fn store(problem: StoreProblem, what: &'static str) -> Self {
        // What only whoever runs the program can set right is not the network's fault.
        let fault = match problem {
            StoreProblem::Unavailable => Fault::Network,
            StoreProblem::Corrupt | StoreProblem::Unsafe | StoreProblem::Version => Fault::Caller,
        };
        Self::new(ErrorKind::Io, what).with_fault(fault).with_detail(Detail::Store(problem))
    }

    /// What the caller gave cannot be used, since `requirement` asks for something else.
    pub(crate) fn unfit(requirement: &'static Requirement, what: &'static str) -> Self {
        Self::usage(what).with_requirement(requirement)
    }

    /// Refused for who we say we are, or for what we ask: `kind` says which.
    pub(crate) fn refused(kind: ErrorKind, response: ErrorResponse) -> Self {
        Self::new(kind, format!("the server refused: {}", response.summary()))
            .with_detail(Detail::Refused(Box::new(response)))
    }
}

/// A JWT that was not taken, or a key that cannot be used.
impl From<anyrfc_jwt::Error> for Error {
    fn from(error: anyrfc_jwt::Error) -> Self {
        let mut mapped = Self::new(error.kind(), "a JSON Web Token was not taken").with_fault(error.fault());
        if let Some(requirement) = error.requirement() {
            mapped = mapped.with_requirement(requirement);
        }
        mapped.with_source(error.clone()).with_detail(Detail::Token(error))
    }
}
