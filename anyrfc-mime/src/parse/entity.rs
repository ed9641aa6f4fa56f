//! Entities: a message, or one of its parts (RFC 2045, section 2.4).

use std::{borrow::Cow, ops::Range};

use super::{
    Header, Headers, OwnedMessage,
    tree::{EntityAt, Tree},
};
use crate::{
    codec::{self, Reading, base64, charset, content, quoted_printable},
    proto::BodyKind,
    types::{ContentDisposition, ContentType, Defects, MessageId, TransferEncoding},
};

/// A message or one of its parts: a header and a body.
///
/// It is a view: nothing is decoded until it is asked for, and nothing is kept.
#[derive(Clone, Copy, Debug)]
pub struct Entity<'m> {
    data: &'m [u8],
    tree: &'m Tree,
    at: &'m EntityAt,
    index: usize,
}

impl<'m> Entity<'m> {
    /// The message itself, of which a reader tells before anything else.
    pub(super) fn root(data: &'m [u8], tree: &'m Tree) -> Self {
        Self { data, tree, at: tree.entities.first().unwrap_or(&EntityAt::EMPTY), index: 0 }
    }

    pub(super) fn new(data: &'m [u8], tree: &'m Tree, index: usize) -> Option<Self> {
        tree.entities.get(index).map(|at| Self { data, tree, at, index })
    }

    /// Its number: entities are counted in the order they begin, the message itself is 0.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index
    }

    /// What it is inside of.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        Self::new(self.data, self.tree, self.at.parent?)
    }

    /// What is directly inside: the parts of a multipart, or the message inside a part.
    pub fn children(&self) -> impl Iterator<Item = Self> + use<'m> {
        let Self { data, tree, .. } = *self;
        let end = self.at.next;
        let first = Self::new(data, tree, self.index + 1).filter(|child| child.index < end);
        std::iter::successors(first, move |child| {
            Self::new(data, tree, child.at.next).filter(|next| next.index < end)
        })
    }

    /// Itself and all that is inside, each before what is inside of it.
    pub fn descendants(&self) -> impl Iterator<Item = Self> + use<'m> {
        let Self { data, tree, .. } = *self;
        (self.index..self.at.next).filter_map(move |index| Self::new(data, tree, index))
    }

    /// The number behind it and all that is inside.
    pub(super) const fn next_index(&self) -> usize {
        self.at.next
    }

    /// What the body holds.
    #[must_use]
    pub const fn kind(&self) -> BodyKind {
        self.at.kind
    }

    // Where it stands.

    /// Where in the message it stands, header and body.
    #[must_use]
    pub const fn range(&self) -> Range<usize> {
        self.at.start..self.at.end
    }

    /// Where in the message its header stands, the empty line at its end included.
    #[must_use]
    pub const fn header_range(&self) -> Range<usize> {
        self.at.start..self.at.body
    }

    /// Where in the message its body stands.
    #[must_use]
    pub const fn body_range(&self) -> Range<usize> {
        self.at.body..self.at.end
    }

    /// Header and body as they stand: what `multipart/signed` signs (RFC 1847, section 2.1).
    #[must_use]
    pub fn raw(&self) -> &'m [u8] {
        self.data.get(self.range()).unwrap_or_default()
    }

    /// The body as it stands, not decoded.
    #[must_use]
    pub fn raw_body(&self) -> &'m [u8] {
        self.data.get(self.body_range()).unwrap_or_default()
    }

    /// What stands before the first part of a multipart, to be ignored (RFC 2046, section 5.1.1).
    #[must_use]
    pub fn preamble(&self) -> &'m [u8] {
        self.data.get(self.at.body..self.at.preamble_end).unwrap_or_default()
    }

    /// What stands behind the last part of a multipart, to be ignored (RFC 2046, section 5.1.1).
    #[must_use]
    pub fn epilogue(&self) -> &'m [u8] {
        self.data.get(self.at.epilogue..self.at.end).unwrap_or_default()
    }

    // Its header.

    /// The fields, in their order.
    #[must_use]
    pub fn headers(&self) -> Headers<'m> {
        let fields = self.tree.fields.get(self.at.first_field..self.at.fields_end).unwrap_or_default();
        Headers { data: self.data, fields: fields.iter(), limits: self.tree.limits }
    }

    /// The first field of this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<Header<'m>> {
        self.headers().find(|header| header.is(name))
    }

    /// Every field of this name, in any case.
    pub fn headers_named<'n>(&self, name: &'n str) -> impl Iterator<Item = Header<'m>> + use<'m, 'n> {
        self.headers().filter(move |header| header.is(name))
    }

    /// The media type: of an entity that says nothing, `text/plain`, or `message/rfc822` inside a
    /// digest (RFC 2045, section 5.2; RFC 2046, section 5.1.5).
    #[must_use]
    pub fn content_type(&self) -> ContentType {
        match self.header("Content-Type") {
            Some(header) => header.content_type(),
            None if self.is_in_digest() => ContentType::message_rfc822(),
            None => ContentType::text_plain(),
        }
    }

    fn is_in_digest(&self) -> bool {
        self.parent().is_some_and(|parent| {
            parent.kind() == BodyKind::Multipart && parent.content_type().subtype() == "digest"
        })
    }

    /// How it asks to be presented, where it says so (RFC 2183).
    #[must_use]
    pub fn content_disposition(&self) -> Option<ContentDisposition> {
        self.header("Content-Disposition").map(|header| header.content_disposition())
    }

    /// Whether it asks to be kept aside: any disposition but `inline` (RFC 2183, section 2.8).
    #[must_use]
    pub fn is_attachment(&self) -> bool {
        self.content_disposition().is_some_and(|disposition| !disposition.is_inline())
    }

    /// How the body is encoded; `None` where the encoding is not known, and the body opaque
    /// (RFC 2045, section 6.4).
    #[must_use]
    pub const fn encoding(&self) -> Option<TransferEncoding> {
        self.at.encoding
    }

    /// `Content-ID`, by which others refer to it (RFC 2045, section 7).
    #[must_use]
    pub fn content_id(&self) -> Option<MessageId> {
        self.header("Content-ID")?.message_ids().into_iter().next()
    }

    /// `Content-Description` (RFC 2045, section 8).
    #[must_use]
    pub fn description(&self) -> Option<Cow<'m, str>> {
        Some(self.header("Content-Description")?.text())
    }

    /// The name its sender gave the file, decoded: **not** safe to open or create, see
    /// [`safe_file_name`](Self::safe_file_name).
    #[must_use]
    pub fn filename(&self) -> Option<String> {
        let of_disposition =
            self.content_disposition().and_then(|disposition| disposition.filename().map(Into::into));
        // `name` is how it was said before RFC 2183.
        of_disposition.or_else(|| self.content_type().parameter("name").map(Into::into))
    }

    /// What the file may be called when it is written to a directory of the receiver's choice
    /// (RFC 2183, section 2.3), see [`codec::safe_file_name`](crate::codec::safe_file_name).
    #[must_use]
    pub fn safe_file_name(&self) -> Option<String> {
        self.filename().map(|name| codec::safe_file_name(&name).into_owned())
    }

    // Its body.

    /// The body, its transfer encoding undone; borrowed where it has none. Of a multipart or an
    /// encoding that is not known, the body as it stands.
    #[must_use]
    pub fn body(&self) -> Cow<'m, [u8]> {
        if self.at.kind == BodyKind::Data && self.at.encoding == Some(TransferEncoding::Base64) {
            return Cow::Owned(base64::decode_unnoted(self.raw_body()));
        }
        self.body_noting(&mut Defects::new())
    }

    /// The body as by [`body`](Self::body), noting what is wrong with it, at offsets within the
    /// body as it stands.
    pub fn body_noting(&self, defects: &mut Defects) -> Cow<'m, [u8]> {
        let raw = self.raw_body();
        if self.at.kind != BodyKind::Data {
            return Cow::Borrowed(raw);
        }
        match self.at.encoding {
            Some(TransferEncoding::Base64) => Cow::Owned(base64::decode(raw, defects)),
            Some(TransferEncoding::QuotedPrintable) => quoted_printable::decode(raw, defects),
            _ => Cow::Borrowed(raw),
        }
    }

    /// The body as text, its transfer encoding undone and its charset decoded, where it is of type
    /// `text`; otherwise `None`. Of a charset that is not known everything beyond ASCII is replaced:
    /// [`body`](Self::body) has the octets.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'m, str>> {
        let label = self.text_charset()?;
        Some(match self.body() {
            Cow::Borrowed(body) => charset::decode_unnoted(&label, body),
            Cow::Owned(body) => Cow::Owned(charset::decode_owned(&label, body, &mut Defects::new())),
        })
    }

    /// The body as by [`text`](Self::text), noting what is wrong with it.
    pub fn text_noting(&self, defects: &mut Defects) -> Option<Cow<'m, str>> {
        let label = self.text_charset()?;
        Some(match self.body_noting(defects) {
            Cow::Borrowed(body) => charset::decode(&label, body, defects),
            Cow::Owned(body) => Cow::Owned(charset::decode_owned(&label, body, defects)),
        })
    }

    /// The charset of a body that is text. What cannot be decoded is none (RFC 2045, section 6.4).
    fn text_charset(&self) -> Option<Cow<'m, str>> {
        if self.at.kind != BodyKind::Data || self.at.encoding.is_none() {
            return None;
        }
        match self.header("Content-Type") {
            None if self.is_in_digest() => None,
            None => Some(Cow::Borrowed("")),
            Some(header) => {
                let mut unnoted = Defects::new();
                content::text_charset(header.value(), &mut header.reading(&mut unnoted))
            }
        }
    }

    /// The message inside: of `message/rfc822` and `message/global` whose body is not encoded
    /// (RFC 2046, section 5.2.1).
    #[must_use]
    pub fn message(&self) -> Option<Self> {
        if self.at.kind == BodyKind::Message { self.children().next() } else { None }
    }

    /// The message inside that is encoded, as `message/global` may be (RFC 6532, section 3.7) and
    /// `message/rfc822` must not: decoded and read, within the same limits.
    #[must_use]
    pub fn encoded_message(&self) -> Option<OwnedMessage> {
        let is_encoded = self.at.encoding.is_some_and(|encoding| !encoding.is_identity());
        if self.at.kind != BodyKind::Data || !is_encoded || !self.content_type().is_message() {
            return None;
        }
        Some(OwnedMessage::from_bytes_within(self.body().into_owned().into(), self.tree.limits))
    }

    /// What a `multipart/signed` signs, exactly as it stands, and the signature (RFC 1847,
    /// section 2.1).
    #[must_use]
    pub fn signed(&self) -> Option<(Self, Self)> {
        if self.at.kind != BodyKind::Multipart || self.content_type().subtype() != "signed" {
            return None;
        }
        let mut parts = self.children();
        Some((parts.next()?, parts.next()?))
    }

    /// Reads `Content-Type` alone, for those who want to know its defects.
    pub fn content_type_noting(&self, defects: &mut Defects) -> ContentType {
        match self.header("Content-Type") {
            Some(header) => {
                let mut reading: Reading<'_> = header.reading(defects);
                content::content_type(header.value(), &mut reading)
            }
            None => self.content_type(),
        }
    }
}
