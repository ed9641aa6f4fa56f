//! `xtext`: any octets in printable ASCII (RFC 3461, section 4).

use bytes::{BufMut, BytesMut};

const HEX: [u8; 16] = *b"0123456789ABCDEF";

/// Whether `byte` stands for itself: `xchar`.
const fn is_xchar(byte: u8) -> bool {
    matches!(byte, b'!'..=b'*' | b','..=b'<' | b'>'..=b'~')
}

/// `xtext` of these octets.
///
/// ```
/// assert_eq!(anyrfc_smtp::types::xtext::encode(b"e=mc2@example.com"), "e+3Dmc2@example.com");
/// ```
#[must_use]
pub fn encode(octets: &[u8]) -> String {
    let mut out = String::with_capacity(length(octets));
    for &byte in octets {
        push(byte, |byte| out.push(char::from(byte)));
    }
    out
}

/// What `xtext` stands for; nothing where it is none.
///
/// ```
/// use anyrfc_smtp::types::xtext;
/// assert_eq!(xtext::decode(b"e+3Dmc2@example.com").as_deref(), Some(&b"e=mc2@example.com"[..]));
/// assert_eq!(xtext::decode(b"e+3dmc2"), None);
/// ```
#[must_use]
pub fn decode(xtext: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| HEX.iter().position(|&digit| digit == byte).and_then(|at| u8::try_from(at).ok());
    let mut out = Vec::with_capacity(xtext.len());
    let mut bytes = xtext.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => out.push((digit(bytes.next()?)? << 4) | digit(bytes.next()?)?),
            byte if is_xchar(byte) => out.push(byte),
            _ => return None,
        }
    }
    Some(out)
}

/// How many octets these have as `xtext`.
pub(crate) fn length(octets: &[u8]) -> usize {
    octets.iter().map(|&byte| if is_xchar(byte) { 1 } else { 3 }).sum()
}

/// Writes `xtext` of these octets.
pub(crate) fn write(octets: &[u8], out: &mut BytesMut) {
    out.reserve(length(octets));
    for &byte in octets {
        push(byte, |byte| out.put_u8(byte));
    }
}

fn push(byte: u8, mut put: impl FnMut(u8)) {
    if is_xchar(byte) {
        return put(byte);
    }
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
    put(b'+');
    put(digit(byte >> 4));
    put(digit(byte & 15));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octet_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        let text = encode(&all);
        assert!(text.bytes().all(|byte| (33..=126).contains(&byte) && byte != b'='), "{text}");
        assert_eq!(text.len(), length(&all));
        assert_eq!(decode(text.as_bytes()).as_deref(), Some(&*all));
        let mut out = BytesMut::new();
        write(&all, &mut out);
        assert_eq!(out, text.as_bytes());
        assert_eq!(encode("+=\r\n ü".as_bytes()), "+2B+3D+0D+0A+20+C3+BC");
        assert_eq!(encode(b""), "");
    }

    #[test]
    fn what_is_no_xtext() {
        for text in ["=", " ", "+", "+2", "+2b", "+2G", "+-1", "\r\n", "ü", "a+"] {
            assert_eq!(decode(text.as_bytes()), None, "{text:?}");
        }
    }
}
