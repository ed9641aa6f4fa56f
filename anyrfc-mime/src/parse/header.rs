//! Fields of a message that was read.

use std::{borrow::Cow, ops::Range};

use crate::{
    codec::{Reading, address, content, date_time, encoded_word, message_id},
    types::{AddressList, ContentDisposition, ContentType, DateTime, Defects, MessageId, MimeLimits},
};

use super::tree::FieldAt;

/// A header field, decoded when asked: each way of reading it is a function, and which one is right
/// depends on the field.
#[derive(Clone, Copy, Debug)]
pub struct Header<'m> {
    data: &'m [u8],
    at: FieldAt,
    limits: MimeLimits,
}

impl<'m> Header<'m> {
    pub(super) const fn new(data: &'m [u8], at: FieldAt, limits: MimeLimits) -> Self {
        Self { data, at, limits }
    }

    /// The name, in the case it was written.
    #[must_use]
    pub fn name(&self) -> &'m str {
        let name = self.data.get(self.at.start..self.at.start + self.at.name as usize);
        name.and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default()
    }

    /// Whether this is the name, in any case.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        let own = self.data.get(self.at.start..self.at.start + self.at.name as usize);
        own.is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// What stands behind the colon, folding and the last line break included, up to the limit.
    #[must_use]
    pub fn value(&self) -> &'m [u8] {
        self.data.get(self.at.start + self.at.value as usize..self.at.kept).unwrap_or_default()
    }

    /// The whole field as it stands, its last line break included.
    #[must_use]
    pub fn raw(&self) -> &'m [u8] {
        self.data.get(self.range()).unwrap_or_default()
    }

    /// Where in the message it stands.
    #[must_use]
    pub const fn range(&self) -> Range<usize> {
        self.at.start..self.at.end
    }

    /// The circumstances of reading the value by a function of [`codec`](crate::codec), for those
    /// who want to know its defects.
    pub fn reading<'d>(&self, defects: &'d mut Defects) -> Reading<'d> {
        let offset = (self.at.start + self.at.value as usize) as u64;
        Reading { limits: self.limits, offset, defects }
    }

    fn read<T>(&self, read: impl FnOnce(&'m [u8], &mut Reading<'_>) -> T) -> T {
        let mut defects = Defects::new();
        read(self.value(), &mut self.reading(&mut defects))
    }

    /// The value as its field is to be read.
    #[must_use]
    pub fn content(&self) -> HeaderContent<'m> {
        let name = self.data.get(self.at.start..self.at.start + self.at.name as usize).unwrap_or_default();
        match Syntax::of(name) {
            Syntax::Text => HeaderContent::Text(self.text()),
            Syntax::Addresses => HeaderContent::Addresses(self.addresses()),
            Syntax::DateTime => {
                self.date_time().map_or_else(|| HeaderContent::Text(self.text()), HeaderContent::DateTime)
            }
            Syntax::MessageIds => HeaderContent::MessageIds(self.message_ids()),
            Syntax::ContentType => HeaderContent::ContentType(self.content_type()),
            Syntax::ContentDisposition => HeaderContent::ContentDisposition(self.content_disposition()),
        }
    }

    /// The value as text: unfolded, encoded-words decoded (RFC 5322, section 3.6.5).
    #[must_use]
    pub fn text(&self) -> Cow<'m, str> {
        self.read(encoded_word::unstructured)
    }

    /// The value as addresses (RFC 5322, section 3.4).
    #[must_use]
    pub fn addresses(&self) -> AddressList {
        self.read(address::address_list)
    }

    /// The value as a date (RFC 5322, section 3.3).
    #[must_use]
    pub fn date_time(&self) -> Option<DateTime> {
        self.read(date_time::date_time)
    }

    /// The value as message identifiers (RFC 5322, section 3.6.4).
    #[must_use]
    pub fn message_ids(&self) -> Vec<MessageId> {
        self.read(message_id::message_ids)
    }

    /// The value as a media type (RFC 2045, section 5).
    #[must_use]
    pub fn content_type(&self) -> ContentType {
        self.read(content::content_type)
    }

    /// The value as a disposition (RFC 2183).
    #[must_use]
    pub fn content_disposition(&self) -> ContentDisposition {
        self.read(content::content_disposition)
    }
}

/// The fields of a header, in their order.
#[derive(Clone, Debug)]
pub struct Headers<'m> {
    pub(super) data: &'m [u8],
    pub(super) fields: std::slice::Iter<'m, FieldAt>,
    pub(super) limits: MimeLimits,
}

impl<'m> Iterator for Headers<'m> {
    type Item = Header<'m>;

    fn next(&mut self) -> Option<Header<'m>> {
        self.fields.next().map(|&at| Header::new(self.data, at, self.limits))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.fields.size_hint()
    }
}

impl DoubleEndedIterator for Headers<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.fields.next_back().map(|&at| Header::new(self.data, at, self.limits))
    }
}

impl ExactSizeIterator for Headers<'_> {}

/// The value of a field, as its name says that it is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderContent<'m> {
    /// Text: of `Subject`, `Comments` and every field that is not known.
    Text(Cow<'m, str>),
    /// Addresses: of `From`, `To` and the like.
    Addresses(AddressList),
    /// A date: of `Date` and `Resent-Date`. One that is none is text.
    DateTime(DateTime),
    /// Identifiers: of `Message-ID`, `References` and the like.
    MessageIds(Vec<MessageId>),
    /// A media type.
    ContentType(ContentType),
    /// A disposition.
    ContentDisposition(ContentDisposition),
}

/// How the value of a field is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    Text,
    Addresses,
    DateTime,
    MessageIds,
    ContentType,
    ContentDisposition,
}

impl Syntax {
    /// Of the field of this name, in any case.
    pub(super) fn of(name: &[u8]) -> Self {
        use Syntax::{Addresses, ContentDisposition, ContentType, DateTime, MessageIds};
        let known: &[(&[u8], Self)] = match name.len() {
            2 => &[(b"to", Addresses), (b"cc", Addresses)],
            3 => &[(b"bcc", Addresses)],
            4 => &[(b"from", Addresses), (b"date", DateTime)],
            6 => &[(b"sender", Addresses)],
            8 => &[(b"reply-to", Addresses)],
            9 => &[(b"resent-to", Addresses), (b"resent-cc", Addresses)],
            10 => &[
                (b"message-id", MessageIds),
                (b"references", MessageIds),
                (b"content-id", MessageIds),
                (b"resent-bcc", Addresses),
            ],
            11 => &[(b"in-reply-to", MessageIds), (b"resent-from", Addresses), (b"resent-date", DateTime)],
            12 => &[(b"content-type", ContentType)],
            13 => &[(b"resent-sender", Addresses)],
            15 => &[(b"resent-reply-to", Addresses)],
            17 => &[(b"resent-message-id", MessageIds)],
            19 => &[(b"content-disposition", ContentDisposition)],
            27 => &[(b"disposition-notification-to", Addresses)],
            _ => &[],
        };
        let found = known.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
        found.map_or(Self::Text, |(_, syntax)| *syntax)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_is_known_is_found() {
        for (name, syntax) in [
            ("From", Syntax::Addresses),
            ("SENDER", Syntax::Addresses),
            ("Reply-To", Syntax::Addresses),
            ("To", Syntax::Addresses),
            ("cc", Syntax::Addresses),
            ("Bcc", Syntax::Addresses),
            ("Resent-From", Syntax::Addresses),
            ("Resent-Sender", Syntax::Addresses),
            ("Resent-Reply-To", Syntax::Addresses),
            ("Resent-To", Syntax::Addresses),
            ("Resent-Cc", Syntax::Addresses),
            ("Resent-Bcc", Syntax::Addresses),
            ("Disposition-Notification-To", Syntax::Addresses),
            ("Date", Syntax::DateTime),
            ("Resent-Date", Syntax::DateTime),
            ("Message-ID", Syntax::MessageIds),
            ("Resent-Message-ID", Syntax::MessageIds),
            ("In-Reply-To", Syntax::MessageIds),
            ("References", Syntax::MessageIds),
            ("Content-ID", Syntax::MessageIds),
            ("Content-Type", Syntax::ContentType),
            ("Content-Disposition", Syntax::ContentDisposition),
            ("Subject", Syntax::Text),
            ("Received", Syntax::Text),
            ("", Syntax::Text),
        ] {
            assert_eq!(Syntax::of(name.as_bytes()), syntax, "{name}");
        }
    }
}
