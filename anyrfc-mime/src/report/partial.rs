//! `message/partial`: a message that was sent in pieces, put together again (RFC 2046,
//! section 5.2.2; RFC 8098, section 2.4).

use std::collections::BTreeMap;

use memchr::memchr;

use crate::{
    codec::{Reading, content},
    error::Error,
    rfc2046,
    types::{Defects, TransferEncoding, chars::FTEXT},
};

/// What putting a message together may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartialLimits {
    /// Fragments of a message. Default 1000.
    pub fragments: u32,
    /// Octets of all its fragments. Default 64 MiB.
    pub octets: usize,
}

impl Default for PartialLimits {
    fn default() -> Self {
        Self { fragments: 1000, octets: 64 << 20 }
    }
}

/// A fragment: a message of type `message/partial`, taken apart but not copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment<'a> {
    id: String,
    number: u32,
    total: Option<u32>,
    header: &'a [u8],
    body: &'a [u8],
}

impl<'a> Fragment<'a> {
    /// Takes a whole message apart.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) when it is no `message/partial`, and
    /// [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) when it is one without an identifier and
    /// a number, or with a transfer encoding (RFC 2046, section 5.2.2).
    pub fn read(message: &'a [u8]) -> Result<Self, Error> {
        let (header, body) = split(message);
        let mut defects = Defects::new();
        let reading = &mut Reading::new(&mut defects);
        let value = |name: &str| fields(header).find(|field| field.is(name)).map(|field| field.value);
        let Some(content_type) = value("Content-Type").map(|value| content::content_type(value, reading))
        else {
            return Err(Error::usage("the message is no fragment"));
        };
        if content_type.essence() != "message/partial" {
            return Err(Error::usage("the message is no fragment"));
        }
        if let Some(encoding) = value("Content-Transfer-Encoding")
            && !content::transfer_encoding(encoding, reading).is_some_and(TransferEncoding::is_identity)
        {
            return Err(Error::violation(rfc2046::PARTIAL_IS_7BIT, "a fragment has a transfer encoding"));
        }
        let number =
            |name: &str| content_type.parameter(name).and_then(|text| text.trim().parse::<u32>().ok());
        let id = content_type.parameter("id").unwrap_or_default();
        let (false, Some(at @ 1..)) = (id.is_empty(), number("number")) else {
            return Err(Error::violation(rfc2046::PARTIAL_PARAMETERS, "a fragment is not numbered"));
        };
        let total = number("total");
        if total.is_some_and(|total| at > total)
            || (content_type.parameter("total").is_some() && total.is_none())
        {
            return Err(Error::violation(
                rfc2046::PARTIAL_PARAMETERS,
                "a fragment's number is none of its total",
            ));
        }
        Ok(Self { id: id.to_owned(), number: at, total, header, body })
    }

    /// What all fragments of a message have in common.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Which one it is, from 1.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// How many there are, if it says so; the last one does.
    #[must_use]
    pub const fn total(&self) -> Option<u32> {
        self.total
    }
}

/// Puts a message together from its fragments, which may come in any order and more than once.
///
/// ```
/// use anyrfc_mime::report::{Fragment, Reassembly};
/// let fragments: [&[u8]; 2] = [
///     b"From: a@b\r\nContent-Type: message/partial; id=x; number=2; total=2\r\n\r\nworld\r\n",
///     b"From: a@b\r\nContent-Type: message/partial; id=x; number=1\r\n\r\nSubject: s\r\n\r\nhello\r\n",
/// ];
/// let mut whole = Reassembly::default();
/// for fragment in fragments {
///     whole.add(&Fragment::read(fragment)?)?;
/// }
/// assert_eq!(whole.finish()?, b"From: a@b\r\nSubject: s\r\n\r\nhello\r\nworld\r\n");
/// # Ok::<(), anyrfc_mime::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Reassembly {
    limits: PartialLimits,
    id: Option<String>,
    total: Option<u32>,
    /// The fields around the first fragment.
    outer: Vec<u8>,
    pieces: BTreeMap<u32, Vec<u8>>,
    octets: usize,
}

impl Reassembly {
    /// One that costs no more than this.
    #[must_use]
    pub fn within(limits: PartialLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Adds a fragment; whether everything is there. One that was added before changes nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) when it is of another message,
    /// [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) when it contradicts another one, and
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) beyond a limit. Nothing is added then.
    pub fn add(&mut self, fragment: &Fragment<'_>) -> Result<bool, Error> {
        if self.id.as_ref().is_some_and(|id| *id != fragment.id) {
            return Err(Error::usage("the fragment is of another message"));
        }
        let total = fragment.total.or(self.total);
        let beyond = |total: u32| self.pieces.last_key_value().is_some_and(|(&last, _)| last > total);
        if self.total.is_some_and(|known| total != Some(known))
            || total.is_some_and(|total| fragment.number > total || beyond(total))
        {
            let what = "fragments do not agree how many there are";
            return Err(Error::violation(rfc2046::LAST_FRAGMENT_HAS_THE_TOTAL, what));
        }
        if fragment.number > self.limits.fragments || total.is_some_and(|total| total > self.limits.fragments)
        {
            return Err(Error::new(crate::ErrorKind::Limit, "the message has more fragments than the limit"));
        }
        if let Some(known) = self.pieces.get(&fragment.number) {
            if known != fragment.body {
                let what = "two fragments have the same number";
                return Err(Error::violation(rfc2046::PARTIAL_PARAMETERS, what));
            }
        } else {
            let outer = if fragment.number == 1 { fragment.header.len() } else { 0 };
            let octets = self.octets.saturating_add(fragment.body.len()).saturating_add(outer);
            if octets > self.limits.octets {
                return Err(Error::new(crate::ErrorKind::Limit, "the message is longer than the limit"));
            }
            self.octets = octets;
            self.pieces.insert(fragment.number, fragment.body.to_vec());
            if fragment.number == 1 {
                self.outer = fragment.header.to_vec();
            }
        }
        self.total = total;
        self.id.get_or_insert_with(|| fragment.id.clone());
        Ok(self.is_complete())
    }

    /// Whether everything is there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.total.is_some_and(|total| self.pieces.len() as u64 == u64::from(total))
    }

    /// How many fragments are there, and how many there are to be if that is known.
    #[must_use]
    pub fn progress(&self) -> (usize, Option<u32>) {
        (self.pieces.len(), self.total)
    }

    /// The message, octet by octet as it was before it was taken apart, but for its header: that is
    /// made of the fields around the first fragment and of those inside (RFC 2046, section 5.2.2.1;
    /// RFC 8098, section 2.4).
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) when a fragment is missing.
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        if !self.is_complete() {
            return Err(Error::usage("a fragment of the message is missing"));
        }
        let whole = self.pieces.into_values().fold(Vec::with_capacity(self.octets), |mut whole, piece| {
            whole.extend_from_slice(&piece);
            whole
        });
        let (inner, body) = split(&whole);
        let mut message = Vec::with_capacity(self.outer.len() + whole.len());
        for field in fields(&self.outer).filter(|field| !field.is_of_the_content()) {
            field.write(&mut message);
        }
        for field in fields(inner).filter(Raw::is_of_the_content) {
            field.write(&mut message);
        }
        message.extend_from_slice(b"\r\n");
        message.extend_from_slice(body);
        Ok(message)
    }
}

/// A field with everything that belongs to it.
#[derive(Clone, Copy)]
struct Raw<'a> {
    name: &'a [u8],
    value: &'a [u8],
    /// Name, value and line breaks.
    whole: &'a [u8],
}

impl Raw<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// Whether it belongs to the message inside, so that it is taken from there.
    fn is_of_the_content(&self) -> bool {
        let prefix = b"Content-";
        self.name.get(..prefix.len()).is_some_and(|begun| begun.eq_ignore_ascii_case(prefix))
            || INNER.iter().any(|name| self.is(name))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.whole);
        if !self.whole.ends_with(b"\n") {
            out.extend_from_slice(b"\r\n");
        }
    }
}

/// Besides `Content-*` (RFC 2046, section 5.2.2.1; RFC 8098, section 2.4).
const INNER: &[&str] = &[
    "Subject",
    "Message-ID",
    "Encrypted",
    "MIME-Version",
    "Disposition-Notification-To",
    "Disposition-Notification-Options",
    "Original-Recipient",
];

/// The field that text begins with; `None` at the end of the header.
fn first_field(text: &[u8]) -> Option<Raw<'_>> {
    let line = |text: &[u8]| memchr(b'\n', text).map_or(text.len(), |at| at + 1);
    let mut length = line(text);
    let colon = memchr(b':', text.get(..length)?)?;
    let name = text.get(..colon)?.trim_ascii_end();
    if name.is_empty() || !name.iter().all(|&byte| FTEXT.has(byte)) {
        return None;
    }
    while let Some(rest @ [b' ' | b'\t', ..]) = text.get(length..) {
        length += line(rest);
    }
    let whole = text.get(..length)?;
    Some(Raw { name, value: whole.get(colon + 1..)?, whole })
}

fn fields(header: &[u8]) -> impl Iterator<Item = Raw<'_>> {
    let mut rest = header;
    std::iter::from_fn(move || {
        let field = first_field(rest)?;
        rest = rest.get(field.whole.len()..).unwrap_or_default();
        Some(field)
    })
}

/// The fields of a message, and what follows the empty line behind them. A line that is no field
/// begins the body.
fn split(message: &[u8]) -> (&[u8], &[u8]) {
    let length = fields(message).map(|field| field.whole.len()).sum();
    let (header, rest) = message.split_at_checked(length).unwrap_or((message, &[]));
    let body = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    (header, body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    /// The example of RFC 2046, section 5.2.2.2, with requests as of RFC 8098, section 2.4.
    const FIRST: &[u8] = b"X-Weird-Header-1: Foo\r\n\
        From: Bill@host.com\r\n\
        To: joe@otherhost.com\r\n\
        Date: Fri, 26 Mar 1993 12:59:38 -0500 (EST)\r\n\
        Subject: Audio mail (part 1 of 2)\r\n\
        Message-ID: <id1@host.com>\r\n\
        Disposition-Notification-To: outer@host.com\r\n\
        MIME-Version: 1.0\r\n\
        Content-type: message/partial; id=\"ABC@host.com\";\r\n\x20              number=1; total=2\r\n\
        \r\n\
        X-Weird-Header-1: Bar\r\n\
        X-Weird-Header-2: Hello\r\n\
        Message-ID: <anotherid@foo.com>\r\n\
        Subject: Audio mail\r\n\
        disposition-notification-to: inner@host.com\r\n\
        MIME-Version: 1.0\r\n\
        Content-type: audio/basic\r\n\
        Content-transfer-encoding: base64\r\n\
        \r\n\
        \x20 first half\r\n";
    const SECOND: &[u8] = b"From: Bill@host.com\r\n\
        To: joe@otherhost.com\r\n\
        Date: Fri, 26 Mar 1993 12:59:38 -0500 (EST)\r\n\
        Subject: Audio mail (part 2 of 2)\r\n\
        MIME-Version: 1.0\r\n\
        Message-ID: <id2@host.com>\r\n\
        Content-type: message/partial;\r\n\x20              id=\"ABC@host.com\"; number=2; total=2\r\n\
        \r\n\
        \x20 second half\r\n";
    const WHOLE: &str = "X-Weird-Header-1: Foo\r\n\
        From: Bill@host.com\r\n\
        To: joe@otherhost.com\r\n\
        Date: Fri, 26 Mar 1993 12:59:38 -0500 (EST)\r\n\
        Message-ID: <anotherid@foo.com>\r\n\
        Subject: Audio mail\r\n\
        disposition-notification-to: inner@host.com\r\n\
        MIME-Version: 1.0\r\n\
        Content-type: audio/basic\r\n\
        Content-transfer-encoding: base64\r\n\
        \r\n\
        \x20 first half\r\n\x20 second half\r\n";

    fn fragment(parameters: &str, body: &str) -> Vec<u8> {
        format!("Content-Type: message/partial; {parameters}\r\n\r\n{body}").into_bytes()
    }

    #[test]
    fn the_example_in_any_order() {
        for order in [[FIRST, SECOND, SECOND], [SECOND, FIRST, FIRST], [SECOND, SECOND, FIRST]] {
            let mut whole = Reassembly::default();
            for message in order {
                whole.add(&Fragment::read(message).unwrap()).unwrap();
            }
            assert_eq!(String::from_utf8(whole.finish().unwrap()).unwrap(), WHOLE);
        }
    }

    #[test]
    fn a_header_may_be_cut_anywhere() {
        let inner = "Subject: a\r\n b\r\nContent-Type: text/plain\r\nX: y\r\n\r\nhello\r\n";
        let expected = "Subject: a\r\n b\r\nContent-Type: text/plain\r\n\r\nhello\r\n";
        for at in 0..inner.len() {
            let (a, b) = inner.split_at(at);
            let mut whole = Reassembly::default();
            let first = fragment("id=x; number=1; total=2", a);
            assert!(!whole.add(&Fragment::read(&first).unwrap()).unwrap());
            assert_eq!(whole.progress(), (1, Some(2)));
            let second = fragment("id=x; number=2", b);
            assert!(whole.add(&Fragment::read(&second).unwrap()).unwrap());
            assert_eq!(String::from_utf8(whole.finish().unwrap()).unwrap(), expected, "{at}");
        }
    }

    #[test]
    fn what_is_no_fragment_is_refused() {
        for (message, kind) in [
            (&b"Subject: x\r\n\r\n"[..], ErrorKind::Usage),
            (b"Content-Type: text/plain; id=x; number=1\r\n\r\n", ErrorKind::Usage),
            (b"Content-Type: message/partial; number=1\r\n\r\n", ErrorKind::Protocol),
            (b"Content-Type: message/partial; id=x\r\n\r\n", ErrorKind::Protocol),
            (b"Content-Type: message/partial; id=x; number=0\r\n\r\n", ErrorKind::Protocol),
            (b"Content-Type: message/partial; id=x; number=99999999999\r\n\r\n", ErrorKind::Protocol),
            (b"Content-Type: message/partial; id=x; number=3; total=2\r\n\r\n", ErrorKind::Protocol),
            (b"Content-Type: message/partial; id=x; number=1; total=many\r\n\r\n", ErrorKind::Protocol),
            (
                b"Content-Type: message/partial; id=x; number=1\r\nContent-Transfer-Encoding: base64\r\n\r\n",
                ErrorKind::Protocol,
            ),
            // The header ended before.
            (b"\r\nContent-Type: message/partial; id=x; number=1\r\n\r\n", ErrorKind::Usage),
            (b"junk\r\nContent-Type: message/partial; id=x; number=1\r\n\r\n", ErrorKind::Usage),
            (b"", ErrorKind::Usage),
        ] {
            let error = Fragment::read(message).unwrap_err();
            assert_eq!(error.kind(), kind, "{}", message.escape_ascii());
            assert_eq!(error.requirement().is_some(), kind == ErrorKind::Protocol);
        }
    }

    #[test]
    fn fragments_that_contradict_are_refused_and_change_nothing() {
        let add = |whole: &mut Reassembly, parameters: &str, body: &str| {
            let message = fragment(parameters, body);
            let fragment = Fragment::read(&message)?;
            whole.add(&fragment)
        };
        let mut whole = Reassembly::within(PartialLimits { fragments: 4, octets: 200 });
        add(&mut whole, "id=x; number=1", "Subject: a\r\n\r\n1\r\n").unwrap();
        add(&mut whole, "id=x; number=2", "2\r\n").unwrap();
        for (parameters, body, kind) in [
            ("id=y; number=3", "3", ErrorKind::Usage),
            ("id=x; number=2", "other", ErrorKind::Protocol),
            ("id=x; number=1; total=1", "Subject: a\r\n\r\n1\r\n", ErrorKind::Protocol),
            ("id=x; number=5", "5", ErrorKind::Limit),
            ("id=x; number=3; total=5", "3", ErrorKind::Limit),
            ("id=x; number=3", &*"3".repeat(300), ErrorKind::Limit),
        ] {
            assert_eq!(add(&mut whole, parameters, body).unwrap_err().kind(), kind, "{parameters}");
        }
        assert!(whole.clone().finish().is_err() && !whole.is_complete());
        assert!(add(&mut whole, "id=x; number=3; total=3", "3\r\n").unwrap());
        assert_eq!(add(&mut whole, "id=x; number=4", "4").unwrap_err().kind(), ErrorKind::Protocol);
        assert_eq!(
            add(&mut whole, "id=x; number=3; total=4", "3\r\n").unwrap_err().kind(),
            ErrorKind::Protocol
        );
        assert_eq!(whole.finish().unwrap(), b"Subject: a\r\n\r\n1\r\n2\r\n3\r\n");
    }
}
