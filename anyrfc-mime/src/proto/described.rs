//! What a header says about its body, as far as a reader must know.

use crate::{
    codec::{Reading, content},
    types::{DefectKind, Defects, TransferEncoding, check_boundary},
};

/// The longest boundary that is looked for. One of more than 70 characters is against the rules.
const BOUNDARY_MAX: usize = 990;

/// What the fields of a header say, the first of each name.
#[derive(Clone, Debug, Default)]
pub(super) struct Described {
    /// How many fields there were.
    pub(super) fields: usize,
    content: Option<Content>,
    encoding: Option<Option<TransferEncoding>>,
}

/// A media type.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Data,
    Multipart {
        boundary: Box<[u8]>,
        is_digest: bool,
    },
    /// `message/rfc822`, and `message/global`, which may be encoded.
    Message {
        is_global: bool,
    },
}

impl Described {
    /// Takes a field note of.
    ///
    /// Only the two fields that say where a body ends are looked at.
    pub(super) fn field(&mut self, name: &[u8], value: &[u8]) -> Option<DefectKind> {
        match name.len() {
            12 if name.eq_ignore_ascii_case(b"content-type") => {
                if self.content.is_some() {
                    return Some(DefectKind::RepeatedField);
                }
                let (content, defect) = Content::read(value);
                self.content = Some(content);
                defect
            }
            25 if name.eq_ignore_ascii_case(b"content-transfer-encoding") => {
                if self.encoding.is_some() {
                    return Some(DefectKind::RepeatedField);
                }
                let mut defects = Defects::new();
                let encoding = content::transfer_encoding(value, &mut Reading::new(&mut defects));
                self.encoding = Some(encoding);
                encoding.is_none().then_some(DefectKind::UnknownEncoding)
            }
            _ => None,
        }
    }

    /// The encoding; `None` where it is not known.
    pub(super) fn encoding(&self) -> Option<TransferEncoding> {
        self.encoding.unwrap_or(Some(TransferEncoding::SevenBit))
    }

    /// The media type, or what it is where nothing is said.
    pub(super) fn content(&mut self, in_digest: bool) -> Content {
        let default = if in_digest { Content::Message { is_global: false } } else { Content::Data };
        self.content.take().unwrap_or(default)
    }
}

impl Content {
    /// Reads as much of `Content-Type` as tells what the body is made of.
    fn read(value: &[u8]) -> (Self, Option<DefectKind>) {
        let text = value.trim_ascii_start();
        // Most are neither multipart nor message, and need no second look.
        let has = |word: &[u8]| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        let is_other = text.first().is_some_and(u8::is_ascii_alphabetic);
        if is_other && !has(b"multipart") && !has(b"message") {
            return (Self::Data, None);
        }
        if let Some(plain) = content::Plain::read(value, b"boundary")
            && plain.media_type.eq_ignore_ascii_case(b"multipart")
        {
            return Self::multipart(plain.value, plain.subtype.eq_ignore_ascii_case(b"digest"));
        }
        let mut defects = Defects::new();
        let content = content::content_type(value, &mut Reading::new(&mut defects));
        if content.is_message() {
            return (Self::Message { is_global: content.subtype() == "global" }, None);
        }
        if !content.is_multipart() {
            return (Self::Data, None);
        }
        Self::multipart(content.boundary(), content.subtype() == "digest")
    }

    fn multipart(boundary: Option<&str>, is_digest: bool) -> (Self, Option<DefectKind>) {
        let boundary = boundary.unwrap_or_default().trim_ascii_end();
        if boundary.is_empty() || boundary.len() > BOUNDARY_MAX {
            return (Self::Data, Some(DefectKind::NoBoundary));
        }
        let defect = check_boundary(boundary).is_err().then_some(DefectKind::BadBoundary);
        (Self::Multipart { boundary: boundary.as_bytes().into(), is_digest }, defect)
    }
}
