//! Whether octets above 127 are labeled by MIME (RFC 5321, section 2.4; RFC 2045, sections 4 and 6).

use memchr::{memchr, memchr2};

/// Whether the body has octets above 127, and the header does not say so: there is no `MIME-Version`, or the
/// `Content-Transfer-Encoding` is not one that may have them. What says it for the parts of a multipart is theirs.
pub(super) fn is_unlabeled(message: &[u8]) -> bool {
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
        let value = value.trim_ascii();
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
    let labeled = mime && (composite || matches!(encoding.as_slice(), b"8bit" | b"binary"));
    !labeled && !rest.is_ascii()
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
        for (labeled, header) in [
            (true, "MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n"),
            (true, "content-transfer-encoding:\n  8BIT (yes)\nmime-version : 1.0\n"),
            (true, "MIME-Version: 1.0\nContent-Transfer-Encoding: Binary\n"),
            (true, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n"),
            (true, "MIME-Version: 1.0\nContent-Type:\n\tMessage/RFC822\n"),
            (false, ""),
            (false, "Subject: hi\n"),
            (false, "MIME-Version: 1.0\n"),
            (false, "Content-Transfer-Encoding: 8bit\n"),
            (false, "MIME-Version: 1.0\nContent-Transfer-Encoding: 7bit\n"),
            (false, "MIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n"),
            (false, "MIME-Version: 1.0\nContent-Type: text/plain;\n x=multipart/mixed\n"),
            (false, "Subject: MIME-Version: 1.0\n Content-Transfer-Encoding: 8bit\n"),
        ] {
            for end in ["\r\n", "\n", "\r"] {
                let message = |body: &str| format!("{header}\n{body}\n").replace('\n', end).into_bytes();
                assert_eq!(is_unlabeled(&message("Grüße")), !labeled, "{header:?}");
                assert!(!is_unlabeled(&message("hello")), "{header:?}");
            }
        }
        // In a header it is another matter.
        assert!(!is_unlabeled("Subject: Grüße\r\n\r\nhello\r\n".as_bytes()));
        assert!(!is_unlabeled("Subject: Grüße".as_bytes()));
        assert!(!is_unlabeled(b""));
    }
}
