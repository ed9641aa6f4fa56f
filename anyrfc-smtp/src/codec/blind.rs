//! Taking out whom nobody is to see.

use bytes::{Bytes, BytesMut};
use memchr::memchr2;

/// The message without its fields `Bcc` and `Resent-Bcc` (RFC 5322, section 3.6.3). One that has
/// none is shared; of others nothing else is changed. Where neither `To` nor `Cc` is left, an empty
/// `Bcc` stays (RFC 5321, appendix B).
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
    // Whether somebody is named openly, and where the first `Bcc` was, with what ended its line.
    let mut open = false;
    let mut first: Option<(usize, &[u8])> = None;
    while let Some(rest) = message.get(at..).filter(|rest| !rest.is_empty()) {
        let end = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        if line.is_empty() {
            break;
        }
        let ended = at.saturating_add(end);
        let line_end = if behind.starts_with(b"\r\n") { 2 } else { behind.len().min(1) };
        let next = ended.saturating_add(line_end);
        if !matches!(line.first(), Some(b' ' | b'\t')) {
            blind = is_one_of(line, &[b"Bcc", b"Resent-Bcc"]);
            open |= is_one_of(line, &[b"To", b"Cc"]);
        }
        if blind {
            kept.extend_from_slice(message.get(done..at).unwrap_or_default());
            done = next;
            if first.is_none() && is_one_of(line, &[b"Bcc"]) {
                first = Some((kept.len(), message.get(ended..next).unwrap_or_default()));
            }
        }
        at = next;
    }
    if done == 0 {
        return message.clone();
    }
    if let Some((place, end)) = first.filter(|_| !open) {
        let behind = kept.split_off(place);
        kept.extend_from_slice(b"Bcc:");
        kept.extend_from_slice(if end.is_empty() { b"\r\n" } else { end });
        kept.unsplit(behind);
    }
    kept.extend_from_slice(message.get(done..).unwrap_or_default());
    kept.freeze()
}

/// Whether a field of one of these names begins with this line.
fn is_one_of(line: &[u8], names: &[&[u8]]) -> bool {
    let Some(colon) = line.iter().position(|octet| *octet == b':') else { return false };
    let name = line.get(..colon).unwrap_or_default().trim_ascii_end();
    names.iter().any(|wanted| name.eq_ignore_ascii_case(wanted))
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
        assert_eq!(seen("cc : c@d\r\nBcc: a@b\r\n\r\nBcc: hi\r\n"), "cc : c@d\r\n\r\nBcc: hi\r\n");
        // What continues nothing is no field.
        assert_eq!(seen(" x\r\nTo: c@d\r\nBcc: a@b\r\n"), " x\r\nTo: c@d\r\n");
        for message in [
            "",
            " a@b\r\nX: y\r\n",
            "\r\nBcc: x\r\n",
            "To: a\r\n Bcc: b\r\nX-Bcc: c\r\nBccc: d\r\n\r\nhi",
            "Bcc",
        ] {
            assert_eq!(seen(message), message);
        }
    }

    #[test]
    fn where_nobody_is_named_an_empty_field_says_so() {
        assert_eq!(seen("Bcc: a@b\r\n\r\nTo: hi\r\n"), "Bcc:\r\n\r\nTo: hi\r\n");
        assert_eq!(seen("X: y\nbcc: a@b,\n c@d\nX: z\nBcc: e@f\n\nhi"), "X: y\nBcc:\nX: z\n\nhi");
        assert_eq!(seen("X: y\r\nBcc: a@b"), "X: y\r\nBcc:\r\n");
        assert_eq!(seen("Resent-Bcc: a@b\r\nX: y\r\n\r\n"), "X: y\r\n\r\n");
        assert_eq!(seen("Bcc: a@b\r\n X\r\nTo:\r\n\r\n"), "To:\r\n\r\n");
    }
}
