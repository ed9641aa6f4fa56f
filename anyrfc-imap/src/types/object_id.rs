//! Object identifiers (RFC 8474).

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{
    MailboxName,
    error::ParseError,
    row::tokens::{Kind, Tokens},
};
use crate::{Error, rfc8474};

/// The most characters that an identifier may have (RFC 8474, section 7: `objectid`).
const LONGEST: usize = 255;

/// The rule `objectid` (RFC 8474, section 7).
fn is_object_id(text: &[u8]) -> bool {
    (1..=LONGEST).contains(&text.len())
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// What is in parentheses, where it is one identifier.
pub(crate) fn parenthesised(tokens: Tokens<'_>, at: u32) -> Option<&str> {
    let mut inside = tokens.children(at);
    let (id, None) = (inside.next()?, inside.next()) else { return None };
    // `nil` is an identifier like any other in here.
    let is_word = matches!(tokens.kind(id), Some(Kind::Atom | Kind::Nil));
    let text = tokens.span(id);
    if is_word && is_object_id(text) { std::str::from_utf8(text).ok() } else { None }
}

macro_rules! identifiers {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        ///
        /// It has 1 to 255 letters, digits, underscores and hyphens, whose case matters. Borrowed
        /// from a row, or owned ([`into_owned`](Self::into_owned)).
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name<'a>(Cow<'a, str>);

        impl<'a> $name<'a> {
            /// Checks the text.
            ///
            /// # Errors
            /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what no identifier can be.
            pub fn new(text: impl Into<Cow<'a, str>>) -> Result<Self, Error> {
                let text = text.into();
                if is_object_id(text.as_bytes()) {
                    return Ok(Self(text));
                }
                Err(Error::usage("an object identifier has 1 to 255 letters, digits, underscores and hyphens")
                    .with_requirement(rfc8474::OBJECTID_HAS_ITS_CHARACTERS))
            }

            pub(crate) const fn checked(text: &'a str) -> Self {
                Self(Cow::Borrowed(text))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The same, whatever it was borrowed from.
            #[must_use]
            pub fn into_owned(self) -> $name<'static> {
                $name(Cow::Owned(self.0.into_owned()))
            }
        }

        impl fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name<'static> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

identifiers! {
    /// Which mailbox it is, whatever it is called (RFC 8474, section 4).
    MailboxId;
    /// Which content a message has (RFC 8474, section 5.1): the same wherever it is copied or
    /// moved. Of flags it says nothing.
    EmailId;
    /// Which conversation a message belongs to (RFC 8474, section 5.2).
    ThreadId;
}

impl<'a> EmailId<'a> {
    /// The value of `EMAILID`.
    pub(crate) fn at(tokens: Tokens<'a>, at: u32) -> Result<Self, ParseError> {
        parenthesised(tokens, at).map(Self::checked).ok_or(NO_ID)
    }
}

impl<'a> ThreadId<'a> {
    /// The value of `THREADID`; `None` for NIL.
    pub(crate) fn at(tokens: Tokens<'a>, at: u32) -> Result<Option<Self>, ParseError> {
        if tokens.kind(at) == Some(Kind::Nil) {
            return Ok(None);
        }
        parenthesised(tokens, at).map(|text| Some(Self::checked(text))).ok_or(NO_ID)
    }
}

const NO_ID: ParseError =
    ParseError::new(rfc8474::OBJECTID_HAS_ITS_CHARACTERS, "an object identifier in parentheses");

/// The identifiers of all mailboxes, by which one is found again under another name: to be kept from
/// one session to the next with what is known of their messages (RFC 8474, section 8.3).
///
/// Identifiers that two mailboxes share are not believed (RFC 8474, section 8.4): such mailboxes
/// are known by their names alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailboxIds(BTreeMap<MailboxName, MailboxId<'static>>);

impl MailboxIds {
    /// The identifier of a mailbox, where no other has it.
    #[must_use]
    pub fn id(&self, mailbox: &MailboxName) -> Option<&MailboxId<'static>> {
        self.0.get(mailbox)
    }

    /// The mailbox with an identifier.
    #[must_use]
    pub fn mailbox(&self, id: &MailboxId<'_>) -> Option<&MailboxName> {
        self.0.iter().find(|(_, known)| known.as_str() == id.as_str()).map(|(name, _)| name)
    }

    /// Each mailbox and its identifier, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&MailboxName, &MailboxId<'static>)> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The mailboxes that have had other names `before`: the old name and the new. What is known of
    /// their messages holds on as long as their UIDVALIDITY does.
    ///
    /// To be asked before what is known of mailboxes that have vanished is thrown away.
    #[must_use]
    pub fn renamed_since<'a>(&'a self, before: &'a Self) -> Vec<(&'a MailboxName, &'a MailboxName)> {
        let new: BTreeMap<&str, &MailboxName> = self.0.iter().map(|(name, id)| (id.as_str(), name)).collect();
        let old = before.0.iter().filter_map(|(old, id)| Some((old, *new.get(id.as_str())?)));
        old.filter(|(old, new)| old != new).collect()
    }
}

impl FromIterator<(MailboxName, MailboxId<'static>)> for MailboxIds {
    fn from_iter<I: IntoIterator<Item = (MailboxName, MailboxId<'static>)>>(all: I) -> Self {
        let names: BTreeMap<MailboxName, MailboxId<'static>> = all.into_iter().collect();
        let (mut seen, mut shared) = (BTreeSet::new(), BTreeSet::new());
        for id in names.values() {
            if !seen.insert(id) {
                shared.insert(id.clone());
            }
        }
        Self(names.into_iter().filter(|(_, id)| !shared.contains(id)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_their_characters_and_no_others() {
        for good in ["a", "0", "-", "_", "nil", "F6352ae03-b7f5-463c-896f-d8b48ee3", &"x".repeat(255)] {
            assert_eq!(MailboxId::new(good).unwrap().as_str(), good);
        }
        for bad in ["", " ", "a b", "a.b", "a\0", "é", "(a)", "a\r\nb", "\"a\"", &"x".repeat(256)] {
            let error = EmailId::new(bad).unwrap_err();
            assert_eq!(error.requirement(), Some(rfc8474::OBJECTID_HAS_ITS_CHARACTERS), "{bad}");
        }
        assert_ne!(ThreadId::new("Ta").unwrap(), ThreadId::new("tA").unwrap());
    }

    #[test]
    fn renames_are_found_by_identifiers_that_are_unique() {
        let name = |text: &str| MailboxName::new(text).unwrap();
        let ids = |all: &[(&str, &'static str)]| -> MailboxIds {
            all.iter().map(|(mailbox, id)| (name(mailbox), MailboxId::new(*id).unwrap())).collect()
        };
        let before = ids(&[("a", "1"), ("b", "2"), ("gone", "3"), ("x", "8"), ("y", "9")]);
        let now = ids(&[("a", "1"), ("c", "2"), ("new", "4"), ("x", "9"), ("y", "8")]);
        let (old, new) = (name("b"), name("c"));
        let (x, y) = (name("x"), name("y"));
        assert_eq!(now.renamed_since(&before), [(&old, &new), (&x, &y), (&y, &x)]);
        assert!(now.renamed_since(&now).is_empty());
        // What two have is nobody's.
        let now = ids(&[("a", "1"), ("c", "2"), ("d", "2")]);
        assert!(now.renamed_since(&before).is_empty());
        assert_eq!((now.len(), now.id(&new)), (1, None));
        assert_eq!(now.mailbox(&MailboxId::new("1").unwrap()), Some(&name("a")));
    }
}
