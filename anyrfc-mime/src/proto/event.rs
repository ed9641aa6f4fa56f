//! What the push parser tells.

use crate::types::{Defect, TransferEncoding};

/// What a body holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyKind {
    /// Data, perhaps encoded.
    Data,
    /// Parts between boundaries (RFC 2046, section 5.1).
    Multipart,
    /// One message, with a header of its own (RFC 2046, section 5.2.1).
    Message,
}

/// A header field as it stands in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    pub(crate) raw: &'a [u8],
    pub(crate) name_len: usize,
    pub(crate) value_at: usize,
    pub(crate) length: usize,
    pub(crate) offset: u64,
}

impl<'a> Field<'a> {
    /// The name, in the case it was written.
    #[must_use]
    pub fn name(&self) -> &'a str {
        // Its characters are ASCII: another one would have made it no field.
        self.raw.get(..self.name_len).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default()
    }

    /// What stands behind the colon, folding and the last line break included, up to the limit.
    #[must_use]
    pub fn value(&self) -> &'a [u8] {
        self.raw.get(self.value_at..).unwrap_or_default()
    }

    /// The whole of it, up to the limit.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// How long it is, what is beyond the limit too.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.length
    }

    /// Where it begins in the message.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        self.offset
    }
}

/// One step through a message. Parts are numbered in the order they begin, the message itself is
/// number 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// An entity begins: the message, a part of a multipart, or the message inside a part.
    PartStart {
        /// Its number.
        part: usize,
        /// The number of what it is inside of.
        parent: Option<usize>,
        /// Where its header begins.
        offset: u64,
    },
    /// A field of its header.
    HeaderField(Field<'a>),
    /// Its header has ended.
    BodyStart {
        /// Its number.
        part: usize,
        /// What the body holds: for all but [`BodyKind::Data`] other parts follow.
        kind: BodyKind,
        /// How the body is encoded; `None` where the encoding is not known.
        encoding: Option<TransferEncoding>,
        /// Where the body begins.
        offset: u64,
    },
    /// More of the body, as it stands: not decoded.
    BodyChunk {
        /// Whose body.
        part: usize,
        /// The octets.
        data: &'a [u8],
        /// Where they stand.
        offset: u64,
    },
    /// More of what stands before the first part of a multipart, to be ignored.
    Preamble {
        /// Of which multipart.
        part: usize,
        /// The octets.
        data: &'a [u8],
        /// Where they stand.
        offset: u64,
    },
    /// More of what stands behind the last part of a multipart, to be ignored.
    Epilogue {
        /// Of which multipart.
        part: usize,
        /// The octets.
        data: &'a [u8],
        /// Where they stand.
        offset: u64,
    },
    /// An entity has ended.
    PartEnd {
        /// Its number.
        part: usize,
        /// Where its body ends.
        offset: u64,
    },
    /// Something is wrong.
    Defect(Defect),
}
