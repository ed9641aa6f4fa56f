//! Writing DER.

use zeroize::Zeroize;

use super::reader::Tag;

/// Some elements; wiped when dropped, since they may be a private key.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Drop for Writer {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl AsRef<[u8]> for Writer {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Writer {
    /// With room enough for most keys, so that growing leaves few copies behind.
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(8 << 10))
    }

    /// One element.
    pub(super) fn put(&mut self, tag: Tag, value: &[u8]) {
        self.0.push(tag.0);
        let len = value.len().to_be_bytes();
        let significant = len.iter().skip_while(|octet| **octet == 0);
        if value.len() >= 0x80 {
            self.0.push(0x80 | significant.clone().count() as u8);
        } else if value.is_empty() {
            self.0.push(0);
        }
        self.0.extend(significant);
        self.0.extend_from_slice(value);
    }

    /// An `INTEGER` that is not negative; leading zeros do not count.
    pub(super) fn unsigned(&mut self, octets: &[u8]) {
        let zeros = octets.iter().take_while(|octet| **octet == 0).count();
        let octets = octets.get(zeros..).unwrap_or_default();
        let sign: &[u8] = if octets.first().is_none_or(|first| *first >= 0x80) { &[0] } else { &[] };
        let mut value = [sign, octets].concat();
        self.put(Tag::INTEGER, &value);
        value.zeroize();
    }

    /// A `BIT STRING` of whole octets.
    pub(super) fn bits(&mut self, octets: &[u8]) {
        self.put(Tag::BIT_STRING, &[&[0], octets].concat());
    }

    /// The elements within a `SEQUENCE`.
    pub(super) fn into_sequence(self) -> Vec<u8> {
        let mut sequence = Self(Vec::with_capacity(self.0.len().saturating_add(8)));
        sequence.put(Tag::SEQUENCE, &self.0);
        std::mem::take(&mut sequence.0)
    }
}
