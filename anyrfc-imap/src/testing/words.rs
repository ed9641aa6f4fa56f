//! How a server writes strings and names.

use base64::Engine as _;
use base64::{alphabet::Alphabet, engine::GeneralPurpose, engine::general_purpose::NO_PAD};

/// `string`: quoted where that is possible.
pub(crate) fn string(bytes: &[u8], utf8: bool) -> Vec<u8> {
    let quotable = bytes.len() <= 1000
        && bytes.iter().all(|octet| !matches!(octet, 0 | b'\r' | b'\n') && (utf8 || octet.is_ascii()))
        && std::str::from_utf8(bytes).is_ok();
    if !quotable {
        let mut literal = format!("{{{}}}\r\n", bytes.len()).into_bytes();
        literal.extend_from_slice(bytes);
        return literal;
    }
    let mut quoted = vec![b'"'];
    for octet in bytes {
        if matches!(octet, b'"' | b'\\') {
            quoted.push(b'\\');
        }
        quoted.push(*octet);
    }
    quoted.push(b'"');
    quoted
}

/// `nstring`
pub(crate) fn nstring(bytes: Option<&[u8]>, utf8: bool) -> Vec<u8> {
    bytes.map_or_else(|| b"NIL".to_vec(), |bytes| string(bytes, utf8))
}

/// A name as the connection writes it: UTF-8, or modified UTF-7 (RFC 9051, appendix A.1).
pub(crate) fn mailbox(name: &str, utf8: bool) -> Vec<u8> {
    string(if utf8 { name.to_owned() } else { to_utf7(name) }.as_bytes(), utf8)
}

/// A name as a client has written it; `None` where it is not valid.
pub(crate) fn name(written: &[u8], utf8: bool) -> Option<String> {
    let text = std::str::from_utf8(written).ok()?;
    if utf8 {
        return (!text.chars().any(char::is_control)).then(|| text.to_owned());
    }
    from_utf7(text)
}

fn base64() -> GeneralPurpose {
    let alphabet = Alphabet::new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,");
    GeneralPurpose::new(&alphabet.expect("64 digits"), NO_PAD)
}

/// Modified UTF-7.
pub(crate) fn to_utf7(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let plain = |c: char| (' '..='~').contains(&c);
        let end = rest.find(|c| plain(c) != plain(first)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        if plain(first) {
            out.push_str(&run.replace('&', "&-"));
        } else {
            let units: Vec<u8> = run.encode_utf16().flat_map(u16::to_be_bytes).collect();
            out.push('&');
            out.push_str(&base64().encode(units));
            out.push('-');
        }
        rest = behind;
    }
    out
}

/// What modified UTF-7 stands for; `None` where it is not written as appendix A.1 asks.
pub(crate) fn from_utf7(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(rest.get(..at)?);
        let (shifted, behind) = rest.get(at + 1..)?.split_once('-')?;
        if shifted.is_empty() {
            out.push('&');
        } else {
            let octets = base64().decode(shifted).ok()?;
            let units: Vec<u16> = octets
                .chunks(2)
                .map(|two| two.try_into().map(u16::from_be_bytes))
                .collect::<Result<_, _>>()
                .ok()?;
            out.push_str(&String::from_utf16(&units).ok()?);
        }
        rest = behind;
    }
    out.push_str(rest);
    // One form only: no ASCII in base64, no superfluous shift, no bare 8-bit.
    (to_utf7(&out) == text).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_modified_utf7() {
        for (wire, name) in [
            ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
            ("&Jjo-!", "\u{263A}!"),
            ("a&-b", "a&b"),
            ("&U,BTF2XlZyyKng-", "台北日本語"),
            ("&2D3eAA-", "😀"),
        ] {
            assert_eq!(to_utf7(name), wire);
            assert_eq!(from_utf7(wire).as_deref(), Some(name));
        }
        for bad in ["&Jjo!", "&U,BTFw-&ZeVnLIqe-", "&AGE-", "&", "a&b", "&2D0-", "ä", "&A-", "&AAA=-"] {
            assert_eq!(from_utf7(bad), None, "{bad}");
        }
    }

    #[test]
    fn strings() {
        assert_eq!(string(b"a\"\\", false), b"\"a\\\"\\\\\"");
        assert_eq!(string(b"a\r\n", false), b"{3}\r\na\r\n");
        assert_eq!(string("ä".as_bytes(), false), "{2}\r\nä".as_bytes());
        assert_eq!(string("ä".as_bytes(), true), "\"ä\"".as_bytes());
        assert_eq!(nstring(None, true), b"NIL");
    }
}
