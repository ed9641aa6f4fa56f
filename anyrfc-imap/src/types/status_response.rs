//! OK, NO, BAD, BYE and PREAUTH (RFC 9051, section 7.1).

use super::code::Code;

/// Which of the five it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusKind {
    /// Success, or information.
    Ok,
    /// Failure, or a warning.
    No,
    /// The command was not understood, or the server failed.
    Bad,
    /// The server is about to close the connection.
    Bye,
    /// The connection begins authenticated.
    Preauth,
}

impl StatusKind {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::No => "NO",
            Self::Bad => "BAD",
            Self::Bye => "BYE",
            Self::Preauth => "PREAUTH",
        }
    }
}

/// A status response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusResponse {
    /// Which of the five.
    pub kind: StatusKind,
    /// What it tells programs.
    pub code: Option<Code>,
    /// What it tells people; what is not UTF-8 in it is replaced.
    pub text: String,
}

impl StatusResponse {
    /// One with these parts.
    #[must_use]
    pub fn new(kind: StatusKind, code: Option<Code>, text: impl Into<String>) -> Self {
        Self { kind, code, text: text.into() }
    }
}
