//! Scopes (RFC 6749, section 3.3).

use std::fmt;

use crate::{Error, rfc6749};

/// A set of scope tokens, in the order in which they were named (RFC 6749, section 3.3).
///
/// ```
/// # use anyrfc_oauth2::Scope;
/// let wanted = Scope::new("mail.read mail.send")?;
/// let granted = Scope::new("mail.read")?;
/// assert_eq!(wanted.missing_from(&granted), Scope::new("mail.send")?);
/// # Ok::<(), anyrfc_oauth2::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Scope(Vec<String>);

impl Scope {
    /// No scope at all.
    #[must_use]
    pub const fn empty() -> Self {
        Self(Vec::new())
    }

    /// Reads scope tokens with single spaces between them; one named twice counts once.
    ///
    /// # Errors
    /// Of kind `Usage` when a token is empty or holds what cannot stand in one: only
    /// `%x21 / %x23-5B / %x5D-7E` can.
    pub fn new(text: &str) -> Result<Self, Error> {
        if text.is_empty() {
            return Ok(Self::empty());
        }
        text.split(' ').map(str::to_owned).collect::<Vec<_>>().try_into()
    }

    /// Whether `token` is one of them; letter case counts.
    #[must_use]
    pub fn contains(&self, token: &str) -> bool {
        self.0.iter().any(|held| held == token)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The tokens one by one.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// What is here and not in `granted`.
    #[must_use]
    pub fn missing_from(&self, granted: &Self) -> Self {
        Self(self.0.iter().filter(|token| !granted.contains(token)).cloned().collect())
    }

    /// This and `other` together.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        for token in other.iter() {
            if !self.contains(token) {
                self.0.push(token.to_owned());
            }
        }
        self
    }
}

/// The same tokens, in whatever order.
impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.missing_from(other).is_empty()
    }
}

impl Eq for Scope {}

impl TryFrom<Vec<String>> for Scope {
    type Error = Error;

    fn try_from(tokens: Vec<String>) -> Result<Self, Error> {
        let mut scope = Self::empty();
        for token in tokens {
            let fits = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
            if token.is_empty() || !token.bytes().all(fits) {
                return Err(Error::unfit(
                    rfc6749::SCOPE_IS_A_LIST_WITH_SPACES,
                    "a scope token is empty or holds a character that cannot stand in one",
                ));
            }
            if !scope.contains(&token) {
                scope.0.push(token);
            }
        }
        Ok(scope)
    }
}

impl TryFrom<&str> for Scope {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl std::str::FromStr for Scope {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

/// As it stands in a request: the tokens with single spaces between them.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, token) in self.0.iter().enumerate() {
            if nth > 0 {
                f.write_str(" ")?;
            }
            f.write_str(token)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_kept() {
        for text in [" a", "a ", "a  b", "a\"", "a\\b", "\u{e9}", "a\tb", "a\nb"] {
            assert!(Scope::new(text).is_err(), "{text:?}");
        }
        assert_eq!(Scope::new("b a b").unwrap().to_string(), "b a");
    }

    #[test]
    fn sets_are_compared_without_order_and_with_letter_case() {
        assert_eq!(Scope::new("a b").unwrap(), Scope::new("b a").unwrap());
        assert_ne!(Scope::new("A").unwrap(), Scope::new("a").unwrap());
    }
}
