//! Changing a header and leaving everything else as it is, to the octet.

use std::ops::Range;

use super::{Entity, Message};
use crate::{
    codec::valid_utf8,
    types::{HeaderName, Invalid, Problem, Subject, chars::is_wsp},
};

/// The most octets of a line (RFC 5322, section 2.1.1).
const LINE_MAX: usize = 998;

/// The value of a field as it is written: folded and encoded already.
///
/// A line break stands only before white space, and no line is white space alone, so that a value
/// never becomes a field of its own or ends the header (RFC 5322, sections 2.2.3 and 3.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawValue(Vec<u8>);

impl RawValue {
    /// A value in ASCII or UTF-8, with CRLF and white space where it is folded. The space behind
    /// the colon is no part of it.
    ///
    /// ```
    /// use anyrfc_mime::parse::RawValue;
    /// assert!(RawValue::new("a value").is_ok() && RawValue::new("a folded\r\n value").is_ok());
    /// assert!(RawValue::new("a value\r\nBcc: everybody@example.org").is_err());
    /// ```
    ///
    /// # Errors
    /// [`Invalid`] when a line break is no folding, a line is white space alone or longer than 998
    /// octets, or there is another control character.
    pub fn new(value: impl AsRef<[u8]>) -> Result<Self, Invalid> {
        let value = value.as_ref();
        let wrong = |problem, at| Err(Invalid::new(Subject::HeaderValue, problem, at));
        let Some(text) = valid_utf8(value) else { return wrong(Problem::Character, 0) };
        let mut at = 0;
        for (number, line) in text.split("\r\n").enumerate() {
            let is_control = |byte: u8| (byte < b' ' && byte != b'\t') || byte == 127;
            if let Some(control) = line.bytes().position(is_control) {
                return wrong(Problem::Control, at + control);
            }
            let is_folded = line.bytes().next().is_some_and(is_wsp);
            let is_blank = line.bytes().all(is_wsp);
            if number > 0 && (!is_folded || is_blank) {
                return wrong(Problem::Syntax, at);
            }
            if line.len() > LINE_MAX {
                return wrong(Problem::TooLong, at);
            }
            at += line.len() + 2;
        }
        Ok(Self(value.to_vec()))
    }

    /// The value as it is written.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<&str> for RawValue {
    type Error = Invalid;
    fn try_from(value: &str) -> Result<Self, Invalid> {
        Self::new(value)
    }
}

/// Changes to the header of a message or of one of its parts. Whatever is not changed is written as
/// it stands, to the octet.
///
/// ```
/// use anyrfc_mime::{HeaderName, Message, parse::{HeaderEdit, RawValue}};
///
/// let message = Message::parse(b"Bcc: ann@example.org\r\nSubject: hi\n\nbody");
/// let mut edit = HeaderEdit::new(&message);
/// edit.remove("bcc");
/// edit.prepend(HeaderName::RECEIVED, RawValue::new("from a by b; Fri, 21 Nov 1997 09:55:06 -0600")?);
/// assert_eq!(edit.to_bytes(), b"Received: from a by b; Fri, 21 Nov 1997 09:55:06 -0600\r\nSubject: hi\n\nbody");
/// # Ok::<(), anyrfc_mime::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct HeaderEdit<'m> {
    data: &'m [u8],
    /// The end of the fields.
    fields_end: usize,
    /// Where the first field begins.
    fields_start: usize,
    /// The fields as they stand, each with its name, and what is to be done with it.
    fields: Vec<(&'m str, Range<usize>, Change)>,
    prepended: Vec<u8>,
    appended: Vec<u8>,
}

#[derive(Clone, Debug)]
enum Change {
    Keep,
    Remove,
    Replace(Vec<u8>),
}

/// A field as it is written.
fn write(name: &HeaderName, value: &RawValue) -> Vec<u8> {
    [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat()
}

impl<'m> HeaderEdit<'m> {
    /// No change yet to the header of a message.
    #[must_use]
    pub fn new(message: &'m Message<'_>) -> Self {
        Self::of(message.raw(), &message.root())
    }

    /// No change yet to the header of the entity of this number.
    #[must_use]
    pub fn of_entity(message: &'m Message<'_>, index: usize) -> Option<Self> {
        Some(Self::of(message.raw(), &message.entity(index)?))
    }

    fn of(data: &'m [u8], entity: &Entity<'m>) -> Self {
        let fields: Vec<_> =
            entity.headers().map(|header| (header.name(), header.range(), Change::Keep)).collect();
        let start = entity.header_range().start;
        let fields_start = fields.first().map_or(start, |(_, range, _)| range.start);
        let fields_end = fields.last().map_or(fields_start, |(_, range, _)| range.end);
        Self { data, fields_start, fields_end, fields, prepended: Vec::new(), appended: Vec::new() }
    }

    /// Takes every field of this name away, and says how many there were.
    pub fn remove(&mut self, name: &str) -> usize {
        self.change(name, |_| Change::Remove)
    }

    /// Puts a field in the place of the first one of its name and takes the others away; behind all
    /// others where there is none.
    pub fn set(&mut self, name: HeaderName, value: RawValue) {
        let field = write(&name, &value);
        let mut first = Some(field);
        self.change(name.as_str(), |_| first.take().map_or(Change::Remove, Change::Replace));
        if let Some(field) = first {
            self.appended.extend_from_slice(&field);
        }
    }

    /// Adds a field before all others, as trace and resent fields are (RFC 5322, section 3.6).
    pub fn prepend(&mut self, name: HeaderName, value: RawValue) {
        self.prepended.splice(..0, write(&name, &value));
    }

    /// Adds a field behind all others.
    pub fn append(&mut self, name: HeaderName, value: RawValue) {
        self.appended.extend_from_slice(&write(&name, &value));
    }

    fn change(&mut self, name: &str, mut change: impl FnMut(usize) -> Change) -> usize {
        let mut count = 0;
        for (own, _, what) in &mut self.fields {
            if own.eq_ignore_ascii_case(name) && !matches!(what, Change::Remove) {
                *what = change(count);
                count += 1;
            }
        }
        count
    }

    /// The whole message with the changes. Without any it is the message as it stands.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let get = |range: Range<usize>| self.data.get(range).unwrap_or_default();
        let mut out = Vec::with_capacity(self.data.len() + self.prepended.len() + self.appended.len());
        out.extend_from_slice(get(0..self.fields_start));
        out.extend_from_slice(&self.prepended);
        // Fields follow one another; those over the limit of fields stand behind the last.
        for (_, range, change) in &self.fields {
            match change {
                Change::Keep => out.extend_from_slice(get(range.clone())),
                Change::Remove => {}
                Change::Replace(field) => out.extend_from_slice(field),
            }
        }
        if !self.appended.is_empty() {
            // The last line of a header that ends with its message may lack its line break.
            if !out.is_empty() && !out.ends_with(b"\n") {
                out.extend_from_slice(b"\r\n");
            }
            out.extend_from_slice(&self.appended);
        }
        let rest = get(self.fields_end..self.data.len());
        let is_new = self.fields.is_empty() && !(self.prepended.is_empty() && self.appended.is_empty());
        // A body that follows no empty line would become part of the header.
        if is_new && !rest.is_empty() && !rest.starts_with(b"\r\n") && !rest.starts_with(b"\n") {
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(rest);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(value: &str) -> RawValue {
        RawValue::new(value).unwrap()
    }

    #[test]
    fn values_stay_inside_of_their_field() {
        for good in ["", "a", "a\r\n b", "a\r\n\tb\r\n c", "ü", " a"] {
            assert!(RawValue::new(good).is_ok(), "{good:?}");
        }
        for bad in ["a\r\nb", "a\nb", "a\r b", "a\r\n", "a\r\n \r\n b", "a\r\n\r\n b", "\0", "\x7f", "a\r\n "]
        {
            assert!(RawValue::new(bad).is_err(), "{bad:?}");
        }
        assert!(RawValue::new(b"\xff").is_err() && RawValue::new("a".repeat(999)).is_err());
    }

    #[test]
    fn everything_else_is_as_it_was() {
        let data = b"From x\r\nA: 1\nB : 2\r\n folded\r\na: 3\r\n\r\nbody\r\n";
        let message = Message::parse(data);
        let edit = || HeaderEdit::new(&message);
        assert_eq!(edit().to_bytes(), data);

        let mut removed = edit();
        assert_eq!((removed.remove("A"), removed.remove("x")), (2, 0));
        assert_eq!(removed.to_bytes(), b"From x\r\nB : 2\r\n folded\r\n\r\nbody\r\n");

        let mut set = edit();
        set.set(HeaderName::new("A").unwrap(), raw("new\r\n value"));
        set.set(HeaderName::new("C").unwrap(), raw("4"));
        assert_eq!(set.to_bytes(), b"From x\r\nA: new\r\n value\r\nB : 2\r\n folded\r\nC: 4\r\n\r\nbody\r\n");

        let mut added = edit();
        added.prepend(HeaderName::RECEIVED, raw("1"));
        added.prepend(HeaderName::RECEIVED, raw("2"));
        added.append(HeaderName::TO, raw("3"));
        assert_eq!(
            added.to_bytes(),
            b"From x\r\nReceived: 2\r\nReceived: 1\r\nA: 1\nB : 2\r\n folded\r\na: 3\r\nTo: 3\r\n\r\nbody\r\n"
        );
    }

    #[test]
    fn what_is_added_is_in_the_header() {
        for (data, expected) in [
            (&b"body"[..], &b"To: x\r\n\r\nbody"[..]),
            (b"\r\nbody", b"To: x\r\n\r\nbody"),
            (b"", b"To: x\r\n"),
            (b"A: b", b"A: b\r\nTo: x\r\n"),
            (b"A: b\r\nno field", b"A: b\r\nTo: x\r\nno field"),
        ] {
            let message = Message::parse(data);
            let mut edit = HeaderEdit::new(&message);
            edit.append(HeaderName::TO, raw("x"));
            let bytes = edit.to_bytes();
            assert_eq!(bytes, expected, "{}", data.escape_ascii());
            let again = Message::parse(&bytes);
            assert_eq!(again.header("to").unwrap().text(), "x");
            assert_eq!(again.root().raw_body(), message.root().raw_body());
        }
    }

    #[test]
    fn what_is_over_a_limit_is_kept() {
        let data = b"A: 1\r\nB: 0123456789\r\nC: 3\r\nD: 4\r\n\r\nbody";
        let mut limits = crate::types::MimeLimits::default();
        (limits.headers, limits.header) = (2, 8);
        let message = Message::parse_within(data, limits);
        let mut edit = HeaderEdit::new(&message);
        assert_eq!(edit.to_bytes(), data);
        edit.remove("a");
        edit.append(HeaderName::TO, raw("x"));
        assert_eq!(edit.to_bytes(), b"B: 0123456789\r\nTo: x\r\nC: 3\r\nD: 4\r\n\r\nbody");
    }

    #[test]
    fn parts_are_edited_in_their_place() {
        let data = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nX: 1\r\n\r\nx\r\n--a--\r\n";
        let message = Message::parse(data);
        let mut edit = HeaderEdit::of_entity(&message, 1).unwrap();
        edit.remove("X");
        edit.append(HeaderName::new("Y").unwrap(), raw("2"));
        assert_eq!(
            edit.to_bytes(),
            b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nY: 2\r\n\r\nx\r\n--a--\r\n"
        );
        assert!(HeaderEdit::of_entity(&message, 2).is_none());
    }
}
