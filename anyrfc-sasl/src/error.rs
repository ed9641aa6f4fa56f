//! What goes wrong, and which statement of which RFC it breaks.

use anyrfc_core::ErrorKind;

use crate::{BearerError, ScramError, proto::Refusal};

/// What is known beyond the error's kind.
#[derive(Debug, Default)]
#[non_exhaustive]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
    /// No mechanism is left, and why each one that the server offers is none.
    NoMechanism(Vec<Refusal>),
    /// What a SCRAM server said when it ended the exchange.
    Scram(ScramError),
    /// What a server said of a bearer token.
    Bearer(Box<BearerError>),
    /// What GSS-API said.
    Gss {
        /// The routine's status (RFC 2743, section 1.2.1.1).
        major: u32,
        /// The mechanism's own.
        minor: u32,
    },
}

anyrfc_core::error_type! {
    /// What went wrong: a kind, whose fault, and the RFC statement that was broken.
    pub struct Error { detail: Detail }
}

impl Error {
    /// Why each mechanism that the server offers is none, where none is left.
    #[must_use]
    pub fn refusals(&self) -> &[Refusal] {
        if let Detail::NoMechanism(refusals) = self.detail() { refusals } else { &[] }
    }

    /// What a SCRAM server said when it ended the exchange.
    #[must_use]
    pub fn scram(&self) -> Option<&ScramError> {
        if let Detail::Scram(error) = self.detail() { Some(error) } else { None }
    }

    /// What a server said of a bearer token.
    #[must_use]
    pub fn bearer(&self) -> Option<&BearerError> {
        if let Detail::Bearer(error) = self.detail() { Some(error) } else { None }
    }

    /// The server broke a rule.
    pub(crate) fn breach(breach: Breach) -> Self {
        Self::new(ErrorKind::Protocol, breach.what())
    }

    /// The server does not accept who we say we are.
    pub(crate) fn auth(message: &'static str) -> Self {
        Self::new(ErrorKind::Auth, message)
    }
}

/// Declares what a server may do wrong: what it is.
macro_rules! breaches {
    ($($(#[$meta:meta])* $name:ident => $what:literal;)+) => {
        /// What a server may do wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Breach { $($(#[$meta])* $name),+ }

        impl Breach {
            const fn what(self) -> &'static str {
                match self { $(Self::$name => $what),+ }
            }
        }
    };
}

breaches! {
    /// RFC 4422, section 3.3
    ChallengeBeforeResponse => "a challenge with data came before the initial response";
    /// RFC 4422, section 3.6
    ChallengeAfterEnd => "a challenge came after the mechanism's last one";
    /// RFC 4422, section 3.6
    DataWithSuccess => "data came with the success of a mechanism that has none";
    /// RFC 4422, section 3.6
    SuccessTooEarly => "success came before the mechanism's last challenge";
}
