//! Searches that the server keeps (RFC 5466).

use std::fmt;

use bytes::Bytes;

use super::FilterDescription;
use crate::{Error, rfc5466, types::MetadataEntry};

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

/// A search that the server keeps, and what it is called (RFC 5466, section 3.2): the user's own,
/// the one for everybody, or both under one name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filter {
    /// Its name.
    pub name: FilterName,
    /// The search keys of the user's own filter, as whoever has set them has written them.
    pub private: Option<Bytes>,
    /// The search keys of the filter for everybody.
    pub shared: Option<Bytes>,
    /// How the user calls it.
    pub private_description: Option<FilterDescription>,
    /// What it is called for everybody.
    pub shared_description: Option<FilterDescription>,
}

impl Filter {
    /// Below which annotations of the server filters are kept: the search keys, those of the user's own
    /// and those for everybody, and the descriptions (RFC 5466, section 3.2).
    pub const ROOTS: [&str; 4] = [
        "/private/filters/values",
        "/shared/filters/values",
        "/private/filters/descriptions",
        "/shared/filters/descriptions",
    ];

    pub(crate) const fn new(name: FilterName) -> Self {
        Self { name, private: None, shared: None, private_description: None, shared_description: None }
    }

    /// The search keys by which the server searches: those of the user's own filter, else those of
    /// the one for everybody; `None` where only a description is left.
    #[must_use]
    pub fn keys(&self) -> Option<&Bytes> {
        self.private.as_ref().or(self.shared.as_ref())
    }

    /// The description that holds: the user's own, else the one for everybody.
    #[must_use]
    pub fn description(&self) -> Option<&FilterDescription> {
        self.private_description.as_ref().or(self.shared_description.as_ref())
    }

    /// What to call it in this language: by its description, else by its name. Whoever may set a
    /// filter for everybody has written the description, so it is to be shown as plain text.
    #[must_use]
    pub fn label(&self, language: &str) -> &str {
        let described = self.description().and_then(|description| description.best(language));
        described.unwrap_or_else(|| self.name.as_str())
    }

    /// Takes the value of an annotation that belongs to it.
    fn set(&mut self, kind: Kind, value: Bytes) {
        match kind {
            Kind::PrivateKeys => self.private = Some(value),
            Kind::SharedKeys => self.shared = Some(value),
            Kind::PrivateDescription => {
                self.private_description = Some(FilterDescription::received(&value));
            }
            Kind::SharedDescription => self.shared_description = Some(FilterDescription::received(&value)),
        }
    }

    /// The filters that annotations of the server are about, in their order. Names have no case in
    /// annotations, and what is no filter is passed over.
    pub(crate) fn collect(values: Vec<(MetadataEntry, Option<Bytes>)>) -> Vec<Self> {
        let mut filters: Vec<Self> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for (entry, value) in values {
            let Some(value) = value else { continue };
            let Some((kind, name)) = Kind::of(entry.as_str()) else { continue };
            let Ok(name) = FilterName::new(name) else { continue };
            let place = *places.entry(name.as_str().to_ascii_lowercase()).or_insert(filters.len());
            if place == filters.len() {
                filters.push(Self::new(name));
            }
            if let Some(filter) = filters.get_mut(place) {
                filter.set(kind, value);
            }
        }
        filters
    }
}

/// What an annotation tells of a filter.
#[derive(Clone, Copy)]
enum Kind {
    PrivateKeys,
    SharedKeys,
    PrivateDescription,
    SharedDescription,
}

impl Kind {
    /// The kind of an annotation with this name, and the name of the filter.
    fn of(entry: &str) -> Option<(Self, &str)> {
        let (root, name) = entry.rsplit_once('/')?;
        let kinds = [Self::PrivateKeys, Self::SharedKeys, Self::PrivateDescription, Self::SharedDescription];
        let (_, kind) =
            Filter::ROOTS.into_iter().zip(kinds).find(|(known, _)| known.eq_ignore_ascii_case(root))?;
        Some((kind, name))
    }
}
