//! Messages.

use std::borrow::Cow;

use bytes::Bytes;

use super::{Entity, Header, Headers, tree::Tree};
use crate::types::{AddressList, DateTime, Defects, MessageId, MimeLimits};

/// A message that was read: where everything in it stands, decoded when asked.
///
/// Reading never fails. What is wrong is in [`defects`](Self::defects), and what was read is there
/// all the same.
///
/// ```
/// use anyrfc_mime::Message;
///
/// let message = Message::parse(b"From: Ann <ann@example.org>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello!\r\n");
/// assert_eq!(message.subject().as_deref(), Some("Grüße"));
/// assert_eq!(message.from().addresses()[0].name(), Some("Ann"));
/// assert_eq!(message.text_body().as_deref(), Some("Hello!\r\n"));
/// ```
#[derive(Clone, Debug)]
pub struct Message<'a> {
    source: Source<'a>,
    tree: Tree,
}

/// A message that owns its octets, or shares them.
pub type OwnedMessage = Message<'static>;

#[derive(Clone, Debug)]
enum Source<'a> {
    Borrowed(&'a [u8]),
    Shared(Bytes),
}

impl<'a> Message<'a> {
    /// Reads a message, within the usual limits.
    #[must_use]
    pub fn parse(data: &'a [u8]) -> Self {
        Self::parse_within(data, MimeLimits::default())
    }

    /// Reads a message within limits.
    #[must_use]
    pub fn parse_within(data: &'a [u8], limits: MimeLimits) -> Self {
        Self { tree: Tree::read(data, limits), source: Source::Borrowed(data) }
    }

    /// The message with octets of its own.
    #[must_use]
    pub fn into_owned(self) -> OwnedMessage {
        let source = match self.source {
            Source::Borrowed(data) => Bytes::copy_from_slice(data),
            Source::Shared(bytes) => bytes,
        };
        Message { source: Source::Shared(source), tree: self.tree }
    }
}

impl OwnedMessage {
    /// Reads a message and keeps it, within the usual limits.
    #[must_use]
    pub fn from_bytes(data: Bytes) -> Self {
        Self::from_bytes_within(data, MimeLimits::default())
    }

    /// Reads a message and keeps it, within limits.
    #[must_use]
    pub fn from_bytes_within(data: Bytes, limits: MimeLimits) -> Self {
        Self { tree: Tree::read(&data, limits), source: Source::Shared(data) }
    }
}

impl Message<'_> {
    /// The message as it stands.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        match &self.source {
            Source::Borrowed(data) => data,
            Source::Shared(bytes) => bytes,
        }
    }

    /// The message as it stands, shared where it owns its octets.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        match &self.source {
            Source::Borrowed(data) => Bytes::copy_from_slice(data),
            Source::Shared(bytes) => bytes.clone(),
        }
    }

    /// What is wrong with its structure. What is wrong with the values of fields and with bodies
    /// shows when they are read; [`check`](Self::check) reads them all.
    #[must_use]
    pub const fn defects(&self) -> &Defects {
        &self.tree.defects
    }

    /// The limits it was read within.
    #[must_use]
    pub const fn limits(&self) -> &MimeLimits {
        &self.tree.limits
    }

    // Its parts.

    /// The message as an entity.
    #[must_use]
    pub fn root(&self) -> Entity<'_> {
        Entity::root(self.raw(), &self.tree)
    }

    /// The entity of this number: entities are counted in the order they begin, the message itself
    /// is 0.
    #[must_use]
    pub fn entity(&self, index: usize) -> Option<Entity<'_>> {
        Entity::new(self.raw(), &self.tree, index)
    }

    /// Every entity, each before what is inside of it.
    pub fn entities(&self) -> impl Iterator<Item = Entity<'_>> {
        self.root().descendants()
    }

    // Its header.

    /// The fields, in their order.
    #[must_use]
    pub fn headers(&self) -> Headers<'_> {
        self.root().headers()
    }

    /// The first field of this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<Header<'_>> {
        self.root().header(name)
    }

    /// Every field of this name, in any case.
    pub fn headers_named<'n>(&self, name: &'n str) -> impl Iterator<Item = Header<'_>> + use<'_, 'n> {
        self.root().headers_named(name)
    }

    /// `Subject`, decoded (RFC 5322, section 3.6.5).
    #[must_use]
    pub fn subject(&self) -> Option<Cow<'_, str>> {
        Some(self.header("Subject")?.text())
    }

    /// `Date` (RFC 5322, section 3.6.1).
    #[must_use]
    pub fn date(&self) -> Option<DateTime> {
        self.header("Date")?.date_time()
    }

    /// The authors (RFC 5322, section 3.6.2).
    #[must_use]
    pub fn from(&self) -> AddressList {
        self.addresses("From")
    }

    /// Who sent it for the authors (RFC 5322, section 3.6.2).
    #[must_use]
    pub fn sender(&self) -> AddressList {
        self.addresses("Sender")
    }

    /// Where replies shall go (RFC 5322, section 3.6.2).
    #[must_use]
    pub fn reply_to(&self) -> AddressList {
        self.addresses("Reply-To")
    }

    /// The recipients (RFC 5322, section 3.6.3).
    #[must_use]
    pub fn to(&self) -> AddressList {
        self.addresses("To")
    }

    /// Who gets a copy (RFC 5322, section 3.6.3).
    #[must_use]
    pub fn cc(&self) -> AddressList {
        self.addresses("Cc")
    }

    /// Who gets a copy that others do not know of (RFC 5322, section 3.6.3).
    #[must_use]
    pub fn bcc(&self) -> AddressList {
        self.addresses("Bcc")
    }

    /// `Message-ID` (RFC 5322, section 3.6.4).
    #[must_use]
    pub fn message_id(&self) -> Option<MessageId> {
        self.header("Message-ID")?.message_ids().into_iter().next()
    }

    /// `In-Reply-To` (RFC 5322, section 3.6.4).
    #[must_use]
    pub fn in_reply_to(&self) -> Vec<MessageId> {
        self.header("In-Reply-To").map(|header| header.message_ids()).unwrap_or_default()
    }

    /// `References` (RFC 5322, section 3.6.4).
    #[must_use]
    pub fn references(&self) -> Vec<MessageId> {
        self.header("References").map(|header| header.message_ids()).unwrap_or_default()
    }

    /// The addresses of every field of this name, joined as RFC 5322, section 4.5.3, asks for.
    #[must_use]
    pub fn addresses(&self, name: &str) -> AddressList {
        let mut fields = self.headers_named(name);
        let mut list = fields.next().map(|header| header.addresses()).unwrap_or_default();
        for header in fields {
            list.append(header.addresses());
        }
        list
    }
}

impl From<Bytes> for OwnedMessage {
    fn from(data: Bytes) -> Self {
        Self::from_bytes(data)
    }
}

impl From<Vec<u8>> for OwnedMessage {
    fn from(data: Vec<u8>) -> Self {
        Self::from_bytes(data.into())
    }
}
