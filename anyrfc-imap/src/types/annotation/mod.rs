//! Annotations of messages (RFC 5257).

mod received;

use std::fmt;

use bytes::Bytes;

pub use self::received::{AnnotationEntry, Annotations};
use crate::{Error, ErrorKind, rfc5257};

/// The name of an entry of annotations (RFC 5257, section 3.2.1): `/comment`, `/1.2/comment`,
/// `/vendor/…`. Case matters.
///
/// ```
/// use anyrfc_imap::types::EntryName;
/// assert!(EntryName::new("/vendor/example/colour").is_ok());
/// for bad in ["comment", "/comment/", "/vendor//x", "/com*", "/caf\u{e9}", "/flags/seen"] {
///     assert!(EntryName::new(bad).is_err(), "{bad}");
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryName(Box<str>);

impl EntryName {
    /// Checks the name.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for what no entry can be called.
    pub fn new(name: &str) -> Result<Self, Error> {
        check(name, false)?;
        Ok(Self(name.into()))
    }

    /// `/comment`: a comment on the message.
    #[must_use]
    pub fn comment() -> Self {
        Self("/comment".into())
    }

    /// `/altsubject`: the subject that the user has given the message.
    #[must_use]
    pub fn alternative_subject() -> Self {
        Self("/altsubject".into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a flag of a part of a message, which is `1`, `0` or not there (RFC 5257,
    /// section 3.2.1).
    #[must_use]
    pub fn is_flag_of_part(&self) -> bool {
        let mut components = self.0.split('/').skip(1);
        let part = components.next().unwrap_or_default();
        let is_flag = |name| matches!(name, "seen" | "answered" | "flagged" | "forwarded");
        part.starts_with(|first: char| first.is_ascii_digit())
            && components.next() == Some("flags")
            && components.next().is_some_and(is_flag)
            && components.next().is_none()
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Which entries (RFC 5257, section 4.3): a name, in which `*` stands for anything and `%` for
/// anything but a slash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EntryPattern(Box<str>);

impl EntryPattern {
    /// Checks the pattern.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for what no entry can be called.
    pub fn new(pattern: &str) -> Result<Self, Error> {
        check(pattern, true)?;
        Ok(Self(pattern.into()))
    }

    /// Every entry.
    #[must_use]
    pub fn all() -> Self {
        Self("/*".into())
    }

    /// The pattern.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<EntryName> for EntryPattern {
    fn from(name: EntryName) -> Self {
        Self(name.0)
    }
}

/// RFC 5257, sections 3.2 and 3.5.
fn check(name: &str, wild: bool) -> Result<(), Error> {
    let bad = |why: &'static str, statement| Err(Error::usage(why).with_requirement(statement));
    if !name.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return bad("the name of an entry is printable ASCII", rfc5257::NAMES_ARE_ASCII);
    }
    if !wild && name.contains(['*', '%']) {
        return bad("the name of an entry has no wildcard", rfc5257::NAMES_HAVE_NO_WILDCARD);
    }
    if name.contains("//") {
        return bad("the name of an entry has no empty component", rfc5257::ENTRY_HAS_NO_EMPTY_COMPONENT);
    }
    if name.ends_with('/') {
        return bad("the name of an entry ends in no slash", rfc5257::ENTRY_ENDS_IN_NO_SLASH);
    }
    if !(name.starts_with('/') || wild && name.starts_with(['*', '%'])) {
        return Err(Error::usage("the name of an entry begins with a slash"));
    }
    if name == "/flags" || name.starts_with("/flags/") {
        return bad("the entry /flags is reserved", rfc5257::FLAGS_ENTRY_IS_RESERVED);
    }
    Ok(())
}

/// Whose an annotation is (RFC 5257, section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnnotationScope {
    /// `.priv`: the user's own. What nobody else may see belongs here.
    Private,
    /// `.shared`: of all who have the mailbox.
    Shared,
}

impl AnnotationScope {
    /// The suffix of an attribute.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::Private => ".priv",
            Self::Shared => ".shared",
        }
    }
}

/// What is told of an entry (RFC 5257, section 3.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnnotationAttribute {
    /// `value`.
    Value,
    /// `size`: the octets of the value.
    Size,
}

impl AnnotationAttribute {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Size => "size",
        }
    }
}

/// What is to be fetched of a message's annotations (RFC 5257, section 4.3).
///
/// ```
/// use anyrfc_imap::types::{AnnotationScope, AnnotationsWanted, EntryName};
/// let wanted = AnnotationsWanted::value(EntryName::comment()).and_size().of(AnnotationScope::Shared);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub struct AnnotationsWanted {
    pub(crate) entries: Vec<EntryPattern>,
    pub(crate) attributes: Vec<AnnotationAttribute>,
    pub(crate) scope: Option<AnnotationScope>,
}

impl AnnotationsWanted {
    fn new(entries: impl Into<EntryPattern>, attribute: AnnotationAttribute) -> Self {
        Self { entries: vec![entries.into()], attributes: vec![attribute], scope: None }
    }

    /// The values of these entries, private and shared ones.
    pub fn value(entries: impl Into<EntryPattern>) -> Self {
        Self::new(entries, AnnotationAttribute::Value)
    }

    /// The sizes of these entries, private and shared ones: how large their values are, before they
    /// are fetched.
    pub fn size(entries: impl Into<EntryPattern>) -> Self {
        Self::new(entries, AnnotationAttribute::Size)
    }

    /// And their sizes.
    pub fn and_size(mut self) -> Self {
        if !self.attributes.contains(&AnnotationAttribute::Size) {
            self.attributes.push(AnnotationAttribute::Size);
        }
        self
    }

    /// And the same of these entries.
    pub fn and(mut self, entries: impl Into<EntryPattern>) -> Self {
        self.entries.push(entries.into());
        self
    }

    /// Of private or of shared ones alone.
    pub fn of(mut self, scope: AnnotationScope) -> Self {
        self.scope = Some(scope);
        self
    }
}

/// A value that a message's annotation is to have (RFC 5257, sections 4.5 and 4.7).
///
/// Texts are UTF-8. What nobody else may see belongs under [`AnnotationScope::Private`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Annotation {
    pub(crate) entry: EntryName,
    pub(crate) scope: AnnotationScope,
    pub(crate) value: Option<Bytes>,
}

impl Annotation {
    /// A text.
    ///
    /// # Errors
    /// As [`octets`](Self::octets).
    pub fn text(entry: EntryName, scope: AnnotationScope, text: impl Into<String>) -> Result<Self, Error> {
        Self::octets(entry, scope, text.into())
    }

    /// What is no text: a picture, say.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a flag of a part that is neither `1` nor
    /// `0`.
    pub fn octets(entry: EntryName, scope: AnnotationScope, octets: impl Into<Bytes>) -> Result<Self, Error> {
        let value = octets.into();
        if entry.is_flag_of_part() && !matches!(&*value, b"0" | b"1") {
            return Err(Error::usage("a flag of a part is 1 or 0")
                .with_requirement(rfc5257::PART_FLAGS_HAVE_THREE_VALUES));
        }
        Ok(Self { entry, scope, value: Some(value) })
    }

    /// None: what there is is removed.
    #[must_use]
    pub const fn none(entry: EntryName, scope: AnnotationScope) -> Self {
        Self { entry, scope, value: None }
    }

    /// The entry.
    #[must_use]
    pub const fn entry(&self) -> &EntryName {
        &self.entry
    }

    /// Whose it is.
    #[must_use]
    pub const fn scope(&self) -> AnnotationScope {
        self.scope
    }

    /// The value; `None` where there is to be none.
    #[must_use]
    pub fn value(&self) -> Option<&[u8]> {
        self.value.as_deref()
    }
}

/// What a mailbox can do with annotations (RFC 5257, section 4.1: `ANNOTATIONS`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnnotationSupport {
    /// Nothing.
    None,
    /// They can be read.
    ReadOnly {
        /// Private ones as well.
        private: bool,
    },
    /// They can be read and written.
    Writable {
        /// The most octets of a value.
        largest: u32,
        /// Private ones as well.
        private: bool,
    },
}

impl AnnotationSupport {
    /// Whether there are private annotations.
    #[must_use]
    pub const fn private(self) -> bool {
        match self {
            Self::None => false,
            Self::ReadOnly { private } | Self::Writable { private, .. } => private,
        }
    }
}

/// What a command does with the annotations of a mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AnnotationUse {
    /// Private ones among them, or both kinds without a word.
    pub(crate) private: bool,
    /// The octets of the largest value that is stored; `None` where none is.
    pub(crate) stores: Option<usize>,
}

impl AnnotationUse {
    pub(crate) fn storing(annotations: &[Annotation]) -> Self {
        Self {
            private: annotations.iter().any(|one| one.scope == AnnotationScope::Private),
            stores: Some(
                annotations.iter().filter_map(Annotation::value).map(<[u8]>::len).max().unwrap_or(0),
            ),
        }
    }
}

impl AnnotationUse {
    /// Whether a mailbox that is known to do so much takes it (RFC 5257, section 4.1).
    pub(crate) fn check(self, support: Option<AnnotationSupport>) -> Result<(), Error> {
        let refused =
            |kind, why: &'static str, statement| Err(Error::new(kind, why).with_requirement(statement));
        let Some(support) = support else { return Ok(()) };
        match (support, self.stores) {
            (AnnotationSupport::None, _) => {
                let why = "the mailbox has no annotations";
                return refused(ErrorKind::Unsupported, why, rfc5257::NONE_FORBIDS_ANNOTATIONS);
            }
            (AnnotationSupport::ReadOnly { .. }, Some(_)) => {
                let why = "the annotations of the mailbox can only be read";
                return refused(ErrorKind::Unsupported, why, rfc5257::READ_ONLY_FORBIDS_STORING);
            }
            (AnnotationSupport::Writable { largest, .. }, Some(octets))
                if octets as u64 > u64::from(largest) =>
            {
                let why = "the value of an annotation is larger than the mailbox takes";
                return refused(ErrorKind::Refused, why, rfc5257::LARGER_VALUES_ARE_NOT_STORED);
            }
            _ => {}
        }
        if self.private && !support.private() {
            let why = "the mailbox has shared annotations alone";
            return refused(ErrorKind::Unsupported, why, rfc5257::NOPRIVATE_LEAVES_SHARED_ONES);
        }
        Ok(())
    }
}
