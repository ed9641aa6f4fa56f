//! Taking out whom nobody is to see.

use bytes::{Bytes, BytesMut};
use memchr::memchr2;

/// The message without its fields `Bcc` and `Resent-Bcc` (RFC 5322, section 3.6.3). One that has
/// none is shared; of others nothing else is changed.
///
/// For a message as it was written, whose recipients have been taken from it. What is sent as
/// octets is sent as it is otherwise.
///
/// ```
/// use anyrfc_smtp::codec::blind::without_bcc;
/// let message = "To: ann@example.org\r\nBcc: bob@example.org,\r\n carol@example.org\r\n\r\nBcc: hi\r\n";
/// assert_eq!(&without_bcc(&message.into())[..], b"To: ann@example.org\r\n\r\nBcc: hi\r\n");
/// ```
#[must_use]
pub fn without_bcc(message: &Bytes) -> Bytes {
    let mut kept = BytesMut::new();
    // What is before this is in `kept` or has been taken out.
    let (mut at, mut done) = (0, 0);
    let mut blind = false;
    while let Some(rest) = message.get(at..).filter(|rest| !rest.is_empty()) {
        let end = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        if line.is_empty() {
            break;
        }
        let next = at + end + if behind.starts_with(b"\r\n") { 2 } else { behind.len().min(1) };
        if !matches!(line.first(), Some(b' ' | b'\t')) {
            blind = is_blind(line);
        }
        if blind {
            kept.extend_from_slice(message.get(done..at).unwrap_or_default());
            done = next;
        }
        at = next;
    }
    if done == 0 {
        return message.clone();
    }
    kept.extend_from_slice(message.get(done..).unwrap_or_default());
    kept.freeze()
}

fn is_blind(line: &[u8]) -> bool {
    let Some(colon) = line.iter().position(|octet| *octet == b':') else { return false };
    let name = line.get(..colon).unwrap_or_default().trim_ascii_end();
    [&b"Bcc"[..], b"Resent-Bcc"].iter().any(|blind| name.eq_ignore_ascii_case(blind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(message: &str) -> String {
        let bytes = Bytes::copy_from_slice(message.as_bytes());
        let left = without_bcc(&bytes);
        if left == bytes {
            assert_eq!(left.as_ptr(), bytes.as_ptr(), "it was copied");
        }
        String::from_utf8(left.to_vec()).unwrap()
    }

    #[test]
    fn blind_fields_go_and_nothing_else() {
        assert_eq!(seen("Bcc: a@b\r\nTo: c@d\r\n\r\nhi\r\n"), "To: c@d\r\n\r\nhi\r\n");
        assert_eq!(seen("To: c@d\nbCC : a@b,\n\te@f\nX: y\n\nhi\n"), "To: c@d\nX: y\n\nhi\n");
        assert_eq!(seen("resent-bcc: a@b\rBCC:\rTo: x\r\rhi"), "To: x\r\rhi");
        assert_eq!(seen("To: c@d\r\nBcc: a@b"), "To: c@d\r\n");
        assert_eq!(seen("Bcc: a@b\r\n\r\nBcc: hi\r\n"), "\r\nBcc: hi\r\n");
        for message in ["", "\r\nBcc: x\r\n", "To: a\r\n Bcc: b\r\nX-Bcc: c\r\nBccc: d\r\n\r\nhi", "Bcc"] {
            assert_eq!(seen(message), message);
        }
    }
}
