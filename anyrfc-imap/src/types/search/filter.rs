//! Searches that the server keeps (RFC 5466).

use std::fmt;

use crate::{Error, rfc5466};

/// The name of a search that the server keeps (RFC 5466, section 4, `filter-name`).
///
/// ```
/// # use anyrfc_imap::types::FilterName;
/// let name = FilterName::new("on-the-road")?;
/// assert_eq!(name.private_values(), "/private/filters/values/on-the-road");
/// assert!(FilterName::new("a/b").is_err());
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FilterName(String);

impl FilterName {
    /// A name: an atom without a slash.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for any other.
    pub fn new(name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        let special = |byte: u8| !byte.is_ascii_graphic() || b"(){%*\"\\]/".contains(&byte);
        if name.is_empty() || name.bytes().any(special) {
            return Err(
                Error::usage("not the name of a filter").with_requirement(rfc5466::FILTER_NAME_IS_AN_ATOM)
            );
        }
        Ok(Self(name))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The server's annotation with the search keys of the user's own filter (RFC 5466, section 3.2).
    #[must_use]
    pub fn private_values(&self) -> String {
        format!("/private/filters/values/{self}")
    }

    /// The server's annotation with the search keys of the filter for everybody.
    #[must_use]
    pub fn shared_values(&self) -> String {
        format!("/shared/filters/values/{self}")
    }

    /// The server's annotation with the description of the user's own filter.
    #[must_use]
    pub fn private_descriptions(&self) -> String {
        format!("/private/filters/descriptions/{self}")
    }

    /// The server's annotation with the description of the filter for everybody.
    #[must_use]
    pub fn shared_descriptions(&self) -> String {
        format!("/shared/filters/descriptions/{self}")
    }
}

impl fmt::Display for FilterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
