//! Whether octets above 127 are labeled by MIME (RFC 5321, section 2.4; RFC 2045, sections 4 and 6).

use memchr::{memchr, memchr2};

/// What the header says of octets above 127 in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// That there may be some in lines, or there are none.
    Fitting,
    /// Nothing: there is no `MIME-Version`, or the `Content-Transfer-Encoding` is not one that may have them.
    Missing,
    /// That they are no lines: only `BINARYMIME` carries that encoding (RFC 6152, section 3).
    Binary,
}

/// What the header says of octets above 127 in the body. What says it for the parts of a multipart is theirs.
pub(super) fn label(message: &[u8]) -> Label {
    let (mut mime, mut composite, mut encoding) = (false, false, Vec::new());
    let mut field = Field::Other;
    let mut rest = message;
    while !rest.is_empty() {
        let end = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        rest = behind.strip_prefix(b"\r\n").or_else(|| behind.get(1..)).unwrap_or_default();
        if line.is_empty() {
            break;
        }
        let mut value = line;
        if !matches!(line.first(), Some(b' ' | b'\t')) {
            let colon = memchr(b':', line).unwrap_or(line.len());
            let (name, behind) = line.split_at_checked(colon).unwrap_or((line, &[]));
            field = Field::of(name.trim_ascii_end());
            value = behind.get(1..).unwrap_or_default();
        }
        let value = behind_comments(value);
        match field {
            Field::Version => mime = true,
            Field::Type if !value.is_empty() => {
                composite |= [&b"multipart/"[..], b"message/"].iter().any(|kind| {
                    value.get(..kind.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(kind))
                });
                // The rest is parameters.
                field = Field::Other;
            }
            Field::Encoding if encoding.is_empty() => {
                let end = value.iter().position(|octet| b" \t(;".contains(octet)).unwrap_or(value.len());
                encoding = value.get(..end).unwrap_or(value).to_ascii_lowercase();
            }
            _ => {}
        }
    }
    if rest.is_ascii() {
        return Label::Fitting;
    }
    match encoding.as_slice() {
        b"binary" if mime => Label::Binary,
        b"8bit" if mime => Label::Fitting,
        _ if mime && composite => Label::Fitting,
        _ => Label::Missing,
    }
}

/// A value from its first word on; comments in front of it say nothing (RFC 2045, section 5.1; RFC 5322, section 3.2.2).
fn behind_comments(value: &[u8]) -> &[u8] {
    let mut rest = value.trim_ascii();
    while rest.first() == Some(&b'(') {
        let (mut depth, mut escaped) = (0_usize, false);
        let close = rest.iter().position(|octet| {
            match octet {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'(' => depth = depth.saturating_add(1),
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        let closed = close.and_then(|at| rest.get(at..)).and_then(|rest| rest.strip_prefix(b")"));
        rest = closed.unwrap_or_default().trim_ascii_start();
    }
    rest
}

/// The fields that matter.
#[derive(Clone, Copy)]
enum Field {
    Version,
    Type,
    Encoding,
    Other,
}

impl Field {
    fn of(name: &[u8]) -> Self {
        let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
        if is("MIME-Version") {
            Self::Version
        } else if is("Content-Type") {
            Self::Type
        } else if is("Content-Transfer-Encoding") {
            Self::Encoding
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_ascii_is_labeled_or_not() {
        for (expected, header) in [
            (Label::Binary, "MIME-Version: 1.0\nContent-Transfer-Encoding: Binary\n"),
            (
                Label::Binary,
                "MIME-Version: 1.0\nContent-Type: message/rfc822\nContent-Transfer-Encoding: binary\n",
            ),
            (Label::Missing, "Content-Transfer-Encoding: binary\n"),
            (Label::Fitting, "MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n"),
            (Label::Fitting, "content-transfer-encoding:\n  8BIT (yes)\nmime-version : 1.0\n"),
            (Label::Fitting, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n"),
            (Label::Fitting, "MIME-Version: 1.0\nContent-Type:\n\tMessage/RFC822\n"),
            (Label::Fitting, "MIME-Version: 1.0\nContent-Transfer-Encoding: (as (it\\)) is) 8bit\n"),
            (Label::Fitting, "MIME-Version: 1.0\nContent-Type: (parts)(of) multipart/mixed; boundary=x\n"),
            (Label::Fitting, "MIME-Version: 1.0\nContent-Transfer-Encoding: (yes)\n 8bit\n"),
            (Label::Missing, "MIME-Version: 1.0\nContent-Transfer-Encoding: (8bit\n"),
            (Label::Missing, "MIME-Version: 1.0\nContent-Transfer-Encoding: (8bit) 7bit\n"),
            (Label::Missing, ""),
            (Label::Fitting, "MIME-Version:1.0\nContent-Transfer-Encoding:8bit\n"),
            (Label::Fitting, "MIME-Version:1.0\nContent-Type:message/rfc822\n"),
            // The first word counts, and the first field.
            (Label::Fitting, "MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n 7bit\n"),
            (
                Label::Fitting,
                "MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\nContent-Transfer-Encoding: 7bit\n",
            ),
            (Label::Missing, "MIME-Version: 1.0\nContent-Transfer-Encoding: 7bit\n 8bit\n"),
            (Label::Fitting, "MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit;x\n"),
            (Label::Fitting, "MIME-Version: 1.0\nContent-Transfer-Encoding: (a(b)c) (d) 8bit(e)\n"),
            (Label::Missing, "MIME-Version: 1.0\nContent-Transfer-Encoding: ((a) 8bit\n"),
            (Label::Missing, "Content-Type: multipart/mixed; boundary=x\n"),
            (Label::Missing, "Content-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n"),
            (Label::Missing, "MIME-Version: 1.0\nContent-Type: multipart\n"),
            (Label::Missing, "Subject: hi\n"),
            (Label::Missing, "MIME-Version: 1.0\n"),
            (Label::Missing, "Content-Transfer-Encoding: 8bit\n"),
            (Label::Missing, "MIME-Version: 1.0\nContent-Transfer-Encoding: 7bit\n"),
            (Label::Missing, "MIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n"),
            (Label::Missing, "MIME-Version: 1.0\nContent-Type: text/plain;\n x=multipart/mixed\n"),
            (Label::Missing, "Subject: MIME-Version: 1.0\n Content-Transfer-Encoding: 8bit\n"),
        ] {
            for end in ["\r\n", "\n", "\r"] {
                let message = |body: &str| format!("{header}\n{body}\n").replace('\n', end).into_bytes();
                assert_eq!(label(&message("Grüße")), expected, "{header:?}");
                assert_eq!(label(&message("hello")), Label::Fitting, "{header:?}");
            }
        }
        // In a header it is another matter.
        assert_eq!(label("Subject: Grüße\r\n\r\nhello\r\n".as_bytes()), Label::Fitting);
        assert_eq!(label("Subject: Grüße".as_bytes()), Label::Fitting);
        assert_eq!(label(b""), Label::Fitting);
    }
}
