//! Languages and comparators (RFC 5255).

use std::fmt;

use crate::Error;

/// Which language is wanted: a range of RFC 4647, section 2.1.
///
/// ```
/// use anyrfc_imap::types::LanguageRange;
/// assert_eq!(LanguageRange::new("de-AT")?.as_str(), "de-AT");
/// assert!(LanguageRange::new("de AT").is_err());
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LanguageRange(String);

impl LanguageRange {
    /// A language by its tag, or `*`.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what is not a range.
    pub fn new(range: &str) -> Result<Self, Error> {
        let mut subtags = range.split('-');
        let first = subtags.next().unwrap_or_default();
        let fits = |subtag: &str| matches!(subtag.len(), 1..=8);
        let good = range == "*"
            || fits(first)
                && first.bytes().all(|byte| byte.is_ascii_alphabetic())
                && subtags
                    .all(|subtag| fits(subtag) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if good { Ok(Self(range.to_owned())) } else { Err(Error::usage("not a language range")) }
    }

    /// What the administrator of the server prefers.
    #[must_use]
    pub fn server_default() -> Self {
        Self("default".to_owned())
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LanguageRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How texts are compared: a collation of RFC 4790, or several by `*` in its name.
///
/// ```
/// use anyrfc_imap::types::Comparator;
/// assert!(Comparator::new("i;unicode-casemap").is_ok());
/// assert!(Comparator::new("cz;*").is_ok());
/// assert!(Comparator::new("i;a b").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Comparator(String);

impl Comparator {
    /// A collation by its name, or those that a pattern matches.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what is not of the rule `collation-order`.
    pub fn new(name: &str) -> Result<Self, Error> {
        // RFC 4790, section 3.1: letters, digits and these, in no more than 254 octets.
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-;=.*+:/?&_~!$'(),@%".contains(&byte);
        if !matches!(name.len(), 1..=254) || !name.bytes().all(good) {
            return Err(Error::usage("not a comparator"));
        }
        Ok(Self(name.to_owned()))
    }

    /// The one that the server uses unless it is told otherwise.
    #[must_use]
    pub fn server_default() -> Self {
        Self("default".to_owned())
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Comparator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The comparator in use (RFC 5255, section 4.8).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActiveComparator {
    /// Its name.
    pub name: String,
    /// All that match what was asked for, where they are several.
    pub matching: Vec<String>,
}

impl ActiveComparator {
    pub(crate) const fn new(name: String, matching: Vec<String>) -> Self {
        Self { name, matching }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_checked() {
        for good in ["de", "de-AT", "zh-Hant-TW", "*", "default", "x-own", "sl-rozaj-1994", "i-default"] {
            assert_eq!(LanguageRange::new(good).unwrap().to_string(), good);
        }
        for bad in [
            "",
            "-",
            "de-",
            "-de",
            "de--AT",
            "d3",
            "de AT",
            "de\r\na NOOP",
            "de\"",
            "(de)",
            "de*",
            "ninelette",
            "de-123456789",
            "d\u{e9}",
            "de\0",
            "*-AT",
        ] {
            assert!(LanguageRange::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn comparators_are_checked() {
        for good in ["i;unicode-casemap", "cz;*", "+i;basic", "-i;octet", "vnd.example;a=b", "default"] {
            assert_eq!(Comparator::new(good).unwrap().to_string(), good);
        }
        for bad in ["", "a b", "a\r\n", "a\"", "\u{e9}", "a\\", "a{3}", &"a".repeat(255)] {
            assert!(Comparator::new(bad).is_err(), "{bad:?}");
        }
    }
}
