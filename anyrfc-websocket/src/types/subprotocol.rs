//! Subprotocols (RFC 6455, section 1.9).

use std::{fmt, str::FromStr};

use anyrfc_core::{Requirement, http1::is_token};

use crate::rfc6455;

/// The name of a subprotocol: a token, case-sensitive (RFC 6455, section 4.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subprotocol(Box<str>);

/// Why something is no subprotocol, or not one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubprotocolError {
    /// The name is no token.
    NotAToken,
    /// The name was offered already.
    Repeated,
}

impl SubprotocolError {
    /// The statement that is broken.
    #[must_use]
    pub const fn requirement(self) -> &'static Requirement {
        match self {
            Self::NotAToken => rfc6455::SUBPROTOCOLS_ARE_TOKENS,
            Self::Repeated => rfc6455::SUBPROTOCOLS_ARE_UNIQUE,
        }
    }
}

impl fmt::Display for SubprotocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAToken => "the name of a subprotocol is not a token",
            Self::Repeated => "a subprotocol is offered twice",
        })
    }
}

impl std::error::Error for SubprotocolError {}

impl Subprotocol {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Subprotocol {
    type Err = SubprotocolError;
    fn from_str(name: &str) -> Result<Self, SubprotocolError> {
        if is_token(name.as_bytes()) { Ok(Self(name.into())) } else { Err(SubprotocolError::NotAToken) }
    }
}

impl TryFrom<&str> for Subprotocol {
    type Error = SubprotocolError;
    fn try_from(name: &str) -> Result<Self, SubprotocolError> {
        name.parse()
    }
}

impl AsRef<str> for Subprotocol {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Subprotocol {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Subprotocol {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl fmt::Display for Subprotocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Subprotocols by preference, each only once (RFC 6455, section 4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subprotocols(Vec<Subprotocol>);

impl Subprotocols {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Those named, by preference.
    ///
    /// # Errors
    /// [`SubprotocolError`] when a name is no token or repeated.
    pub fn from_names<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Result<Self, SubprotocolError> {
        let mut all = Self::new();
        for name in names {
            all.push(name.as_ref().parse()?)?;
        }
        Ok(all)
    }

    /// Adds the next best.
    ///
    /// # Errors
    /// [`SubprotocolError::Repeated`] when it is there already.
    pub fn push(&mut self, subprotocol: Subprotocol) -> Result<(), SubprotocolError> {
        if self.0.contains(&subprotocol) {
            return Err(SubprotocolError::Repeated);
        }
        self.0.push(subprotocol);
        Ok(())
    }

    /// The one of this name, in exactly this case.
    #[must_use]
    pub fn find(&self, name: &[u8]) -> Option<&Subprotocol> {
        self.0.iter().find(|subprotocol| subprotocol.0.as_bytes() == name)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, by preference.
    pub fn iter(&self) -> std::slice::Iter<'_, Subprotocol> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Subprotocols {
    type Item = &'a Subprotocol;
    type IntoIter = std::slice::Iter<'a, Subprotocol>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// As `Sec-WebSocket-Protocol` lists them.
impl fmt::Display for Subprotocols {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, subprotocol) in self.0.iter().enumerate() {
            write!(f, "{}{subprotocol}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tokens() {
        for name in ["chat", "v1.x+y", "!#$%&'*+-.^_`|~"] {
            assert_eq!(name.parse::<Subprotocol>().unwrap(), name);
        }
        for name in ["", "a b", " a", "a,b", "a\r\nX: y", "a\0", "ä", "a\"", "a/b", "a(b", "a=b", "\x7f"] {
            assert_eq!(name.parse::<Subprotocol>(), Err(SubprotocolError::NotAToken), "{name:?}");
        }
    }

    #[test]
    fn each_only_once_and_by_case() {
        let all = Subprotocols::from_names(["a", "A", "b"]).unwrap();
        assert_eq!(all.to_string(), "a, A, b");
        assert_eq!(all.find(b"A").unwrap(), "A");
        assert!(all.find(b"B").is_none() && all.find(b"").is_none());
        assert_eq!(Subprotocols::from_names(["a", "b", "a"]), Err(SubprotocolError::Repeated));
        assert_eq!(Subprotocols::from_names(["a,b"]), Err(SubprotocolError::NotAToken));
        assert_eq!(SubprotocolError::Repeated.requirement(), rfc6455::SUBPROTOCOLS_ARE_UNIQUE);
        assert_eq!(SubprotocolError::NotAToken.requirement(), rfc6455::SUBPROTOCOLS_ARE_TOKENS);
    }
}
