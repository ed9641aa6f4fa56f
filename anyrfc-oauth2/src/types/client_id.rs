//! Client identifiers (RFC 6749, section 2.2).

use std::fmt;

use anyrfc_core::escape::Escaped;

use super::secret::is_vschar;
use crate::{Error, rfc6749};

/// What a server calls a client (RFC 6749, section 2.2). It is no secret.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(String);

impl ClientId {
    /// Takes the identifier in.
    ///
    /// # Errors
    /// Of kind `Usage` when it is empty or holds anything but visible ASCII characters and spaces
    /// (RFC 6749, appendix A.1).
    pub fn new(id: impl Into<String>) -> Result<Self, Error> {
        let id = id.into();
        if is_vschar(&id) {
            return Ok(Self(id));
        }
        Err(Error::unfit(
            rfc6749::SECRETS_ARE_VISIBLE,
            "a client identifier is empty or holds characters that cannot stand in it",
        ))
    }

    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escaped(self.0.as_bytes()).fmt(f)
    }
}

impl fmt::Debug for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientId({self})")
    }
}

impl TryFrom<&str> for ClientId {
    type Error = Error;

    fn try_from(id: &str) -> Result<Self, Error> {
        Self::new(id)
    }
}

impl TryFrom<String> for ClientId {
    type Error = Error;

    fn try_from(id: String) -> Result<Self, Error> {
        Self::new(id)
    }
}
