//! A string within a response, where it lies.

use std::{borrow::Cow, fmt};

/// A string of a response: its bytes where they lie, decoded when asked for.
#[derive(Clone, Copy)]
pub struct StringRef<'a> {
    raw: &'a [u8],
    /// Whether quotes or backslashes are escaped in it.
    escaped: bool,
}

impl<'a> StringRef<'a> {
    #[inline]
    pub(crate) const fn new(raw: &'a [u8], escaped: bool) -> Self {
        Self { raw, escaped }
    }

    /// Its bytes.
    #[must_use]
    #[inline]
    pub fn bytes(&self) -> Cow<'a, [u8]> {
        if self.escaped { Cow::Owned(unescape(self.raw)) } else { Cow::Borrowed(self.raw) }
    }

    /// Its bytes as text; what is not UTF-8 is replaced.
    #[must_use]
    pub fn text(&self) -> Cow<'a, str> {
        match self.bytes() {
            Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }

    /// Whether it has no bytes.
    #[must_use]
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// Whether it is `text`, in any case.
    #[inline]
    #[must_use]
    pub fn eq_ignore_ascii_case(&self, text: &str) -> bool {
        if self.escaped {
            return self.bytes().eq_ignore_ascii_case(text.as_bytes());
        }
        self.raw.eq_ignore_ascii_case(text.as_bytes())
    }
}

/// Takes the backslashes off.
#[cold]
pub(crate) fn unescape(raw: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'\\' => bytes.extend(rest.next()),
            _ => bytes.push(*byte),
        }
    }
    bytes
}

impl PartialEq for StringRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for StringRef<'_> {}

impl PartialEq<str> for StringRef<'_> {
    fn eq(&self, other: &str) -> bool {
        *self.bytes() == *other.as_bytes()
    }
}

impl PartialEq<&str> for StringRef<'_> {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl fmt::Debug for StringRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.bytes().escape_ascii())
    }
}

impl fmt::Display for StringRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backslashes_come_off_when_asked() {
        let plain = StringRef::new(b"a\\b", false);
        assert!(matches!(plain.bytes(), Cow::Borrowed(b"a\\b")));
        let quoted = StringRef::new(br#"a\"b\\"#, true);
        assert_eq!(quoted, "a\"b\\");
        assert_eq!(StringRef::new(b"a\xff", false).text(), "a\u{fffd}");
        assert_eq!(format!("{quoted:?}"), r#""a\"b\\""#);
    }
}
