//! Reading DER: definite lengths in their shortest form, and nothing behind what was wanted.

use super::{NOT_A_KEY, bad};
use crate::Error;

/// The first octet of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag(pub(super) u8);

impl Tag {
    pub(super) const BOOLEAN: Self = Self(0x01);
    pub(super) const INTEGER: Self = Self(0x02);
    pub(super) const BIT_STRING: Self = Self(0x03);
    pub(super) const OCTET_STRING: Self = Self(0x04);
    pub(super) const NULL: Self = Self(0x05);
    pub(super) const OBJECT_IDENTIFIER: Self = Self(0x06);
    pub(super) const SEQUENCE: Self = Self(0x30);

    /// `[n]` around elements.
    pub(super) const fn context(n: u8) -> Self {
        Self(0xa0 | n)
    }

    /// `[n]` in place of a primitive tag.
    pub(super) const fn context_primitive(n: u8) -> Self {
        Self(0x80 | n)
    }
}

/// What is left of some elements.
#[derive(Clone)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn new(der: &'a [u8]) -> Self {
        Self(der)
    }

    /// The tag of the next element.
    pub(super) fn peek(&self) -> Option<Tag> {
        self.0.first().copied().map(Tag)
    }

    /// The content of the next element, which has to have this tag.
    pub(super) fn value(&mut self, tag: Tag) -> Result<&'a [u8], Error> {
        self.element(tag).ok_or_else(|| bad(NOT_A_KEY))
    }

    fn element(&mut self, tag: Tag) -> Option<&'a [u8]> {
        let rest = self.0.strip_prefix(&[tag.0])?;
        let (first, rest) = rest.split_first()?;
        let (len, rest) = match first {
            0..=0x7f => (usize::from(*first), rest),
            0x81..=0x83 => {
                let (octets, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                let len = octets.iter().fold(0, |len, octet| len << 8 | usize::from(*octet));
                // Not the shortest form: a first octet of zero, or a length that one octet could say.
                if octets.first() == Some(&0) || len < 0x80 {
                    return None;
                }
                (len, rest)
            }
            _ => return None,
        };
        let (value, rest) = rest.split_at_checked(len)?;
        self.0 = rest;
        Some(value)
    }

    /// The elements within the next one.
    pub(super) fn nested(&mut self, tag: Tag) -> Result<Self, Error> {
        self.value(tag).map(Self)
    }

    /// The elements within the next one, which stays where it is.
    pub(super) fn clone_at_first(&self) -> Result<Self, Error> {
        self.clone().nested(Tag::SEQUENCE)
    }

    /// The content of the next element where it has this tag.
    pub(super) fn optional(&mut self, tag: Tag) -> Result<Option<&'a [u8]>, Error> {
        if self.peek() == Some(tag) { self.value(tag).map(Some) } else { Ok(None) }
    }

    /// Passes over the next element where it has this tag.
    pub(super) fn skip(&mut self, tag: Tag) -> Result<(), Error> {
        self.optional(tag).map(drop)
    }

    /// An `INTEGER` that is not negative, without leading zeros; zero is empty.
    pub(super) fn unsigned(&mut self) -> Result<&'a [u8], Error> {
        match self.value(Tag::INTEGER)? {
            [0] => Ok(&[]),
            [0, rest @ ..] if rest.first().is_some_and(|first| *first >= 0x80) => Ok(rest),
            octets @ [1..=0x7f, ..] => Ok(octets),
            _ => Err(bad(NOT_A_KEY)),
        }
    }

    /// An `INTEGER` above zero.
    pub(super) fn positive(&mut self) -> Result<&'a [u8], Error> {
        let octets = self.unsigned()?;
        if octets.is_empty() { Err(bad(NOT_A_KEY)) } else { Ok(octets) }
    }

    /// A `BIT STRING` of whole octets.
    pub(super) fn bits(&mut self) -> Result<&'a [u8], Error> {
        self.value(Tag::BIT_STRING)?.strip_prefix(&[0]).ok_or_else(|| bad(NOT_A_KEY))
    }

    /// Nothing is left.
    pub(super) fn end(&self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(bad(NOT_A_KEY)) }
    }
}
