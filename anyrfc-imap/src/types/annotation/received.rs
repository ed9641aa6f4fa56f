//! Annotations as a row tells them (RFC 5257, section 4.4).

use std::fmt;

use super::{AnnotationAttribute, AnnotationScope};
use crate::{
    rfc9051,
    types::{
        ParseError, StringRef,
        row::tokens::{Children, Kind, Tokens, number},
    },
};

/// The annotations of a message, as far as they were told: entries with what was asked for of them; or
/// by their names alone, where somebody else has changed them.
#[derive(Clone, Copy)]
pub struct Annotations<'a> {
    tokens: Tokens<'a>,
    entries: Children<'a>,
}

/// An entry of annotations.
#[derive(Clone, Copy)]
pub struct AnnotationEntry<'a> {
    tokens: Tokens<'a>,
    name: StringRef<'a>,
    attributes: Option<Children<'a>>,
}

const NO_LIST: ParseError =
    ParseError::new(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "a list of entries with attributes and values");

impl<'a> Annotations<'a> {
    /// The value of `ANNOTATION`.
    pub(crate) fn at(tokens: Tokens<'a>, at: u32) -> Result<Self, ParseError> {
        if tokens.kind(at) != Some(Kind::List) {
            return Err(NO_LIST);
        }
        let mut named = false;
        for entry in tokens.children(at) {
            match tokens.kind(entry) {
                // What is behind a name: attributes and values by turns.
                Some(Kind::List) if named => {
                    named = false;
                    let mut attributes = tokens.children(entry);
                    while let Some(attribute) = attributes.next() {
                        tokens.string(attribute).ok_or(NO_LIST)?;
                        let value = attributes.next().ok_or(NO_LIST)?;
                        if matches!(tokens.kind(value), Some(Kind::List | Kind::Streamed)) {
                            return Err(NO_LIST);
                        }
                    }
                }
                _ => {
                    tokens.string(entry).ok_or(NO_LIST)?;
                    named = true;
                }
            }
        }
        Ok(Self { tokens, entries: tokens.children(at) })
    }

    /// The value of an entry: `Some(None)` where it is told to have none.
    #[must_use]
    pub fn value(self, entry: &str, scope: AnnotationScope) -> Option<Option<StringRef<'a>>> {
        self.named(entry).find_map(|entry| entry.value(scope))
    }

    /// The octets of the value of an entry.
    #[must_use]
    pub fn size(self, entry: &str, scope: AnnotationScope) -> Option<u64> {
        self.named(entry).find_map(|entry| entry.size(scope))
    }

    fn named(self, name: &str) -> impl Iterator<Item = AnnotationEntry<'a>> {
        self.filter(move |entry| entry.name == name)
    }
}

impl<'a> Iterator for Annotations<'a> {
    type Item = AnnotationEntry<'a>;

    fn next(&mut self) -> Option<AnnotationEntry<'a>> {
        let name = self.tokens.string(self.entries.next()?)?;
        let mut behind = self.entries;
        let list = behind.next().filter(|at| self.tokens.kind(*at) == Some(Kind::List));
        if list.is_some() {
            self.entries = behind;
        }
        let attributes = list.map(|list| self.tokens.children(list));
        Some(AnnotationEntry { tokens: self.tokens, name, attributes })
    }
}

impl<'a> AnnotationEntry<'a> {
    /// Its name.
    #[must_use]
    pub const fn name(&self) -> StringRef<'a> {
        self.name
    }

    /// Whether the name is all that was told: the entry has changed.
    #[must_use]
    pub const fn is_name_alone(&self) -> bool {
        self.attributes.is_none()
    }

    /// Each attribute and its value, `None` for NIL.
    pub fn attributes(&self) -> impl Iterator<Item = (StringRef<'a>, Option<StringRef<'a>>)> + use<'a> {
        let tokens = self.tokens;
        let mut attributes = self.attributes;
        std::iter::from_fn(move || {
            let attributes = attributes.as_mut()?;
            let name = tokens.string(attributes.next()?)?;
            Some((name, tokens.string(attributes.next()?)))
        })
    }

    /// Its value: `Some(None)` where it is told to have none.
    #[must_use]
    pub fn value(&self, scope: AnnotationScope) -> Option<Option<StringRef<'a>>> {
        self.attribute(AnnotationAttribute::Value, scope)
    }

    /// The octets of its value.
    #[must_use]
    pub fn size(&self, scope: AnnotationScope) -> Option<u64> {
        number(&self.attribute(AnnotationAttribute::Size, scope)??.bytes())
    }

    fn attribute(
        &self,
        attribute: AnnotationAttribute,
        scope: AnnotationScope,
    ) -> Option<Option<StringRef<'a>>> {
        let is = |name: &StringRef<'_>| {
            name.bytes().strip_prefix(attribute.word().as_bytes()) == Some(scope.suffix().as_bytes())
        };
        self.attributes().find(|(name, _)| is(name)).map(|(_, value)| value)
    }
}

impl fmt::Debug for Annotations<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

impl fmt::Debug for AnnotationEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ", self.name)?;
        f.debug_list().entries(self.attributes()).finish()
    }
}
