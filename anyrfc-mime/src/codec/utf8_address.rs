//! The address type `utf-8` (RFC 6533, section 3): how an address beyond ASCII is written into
//! ORCPT and into the fields of notifications.

/// `utf-8-addr-xtext`: ASCII alone, for receivers without SMTPUTF8 and fields in 7 bits.
/// Everything beyond ASCII, and what ORCPT does not permit, is escaped as `\x{HEX}`.
///
/// ```
/// use anyrfc_mime::codec::utf8_address;
/// assert_eq!(utf8_address::to_xtext("用户@eai.test"), r"\x{7528}\x{6237}@eai.test");
/// ```
#[must_use]
pub fn to_xtext(address: &str) -> String {
    escape(address, |c| c.is_ascii() && permitted(c))
}

/// `utf-8-addr-unitext`: UTF-8, with what ORCPT does not permit escaped, for receivers with
/// SMTPUTF8.
#[must_use]
pub fn to_unitext(address: &str) -> String {
    escape(address, |c| !c.is_ascii() || permitted(c))
}

/// Whether the address may stand in ORCPT as it is, as `utf-8-address`, where the server offers
/// SMTPUTF8.
#[must_use]
pub fn is_plain(address: &str) -> bool {
    address.chars().all(|c| !c.is_control() && (!c.is_ascii() || permitted(c)))
}

/// Any of the forms, back to the address: nothing where an escape is malformed, names no
/// character, or a character that needs none.
///
/// ```
/// use anyrfc_mime::codec::utf8_address;
/// assert_eq!(utf8_address::decode(r"\x{7528}户@eai.test").as_deref(), Some("用户@eai.test"));
/// assert_eq!(utf8_address::decode(r"\x{61}@eai.test"), None);
/// ```
#[must_use]
pub fn decode(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        out.push_str(before);
        let (digits, after) = escape.strip_prefix("x{")?.split_once('}')?;
        let upper = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
        if digits.len() < 2 || digits.starts_with('0') || !digits.bytes().all(upper) {
            return None;
        }
        let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
        if (c.is_ascii() && permitted(c)) || c.is_control() {
            return None;
        }
        out.push(c);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// Printable ASCII that needs no escape: not `+`, `=` and the backslash (`QCHAR`).
const fn permitted(c: char) -> bool {
    c.is_ascii_graphic() && !matches!(c, '+' | '=' | '\\')
}

fn escape(address: &str, stays: impl Fn(char) -> bool) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        if stays(c) {
            out.push(c);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\x{{{:02X}}}", u32::from(c));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_comes_back() {
        for address in ["a@b", "a+b=c@d", "\"a b\\c\"@d", "用户@eai.test", "ü\u{1F600}@ö"] {
            assert_eq!(decode(&to_xtext(address)).as_deref(), Some(address));
            assert_eq!(decode(&to_unitext(address)).as_deref(), Some(address));
            assert!(to_xtext(address).is_ascii());
        }
    }

    #[test]
    fn what_is_escaped() {
        for (address, xtext, unitext, plain) in [
            ("a@b", "a@b", "a@b", true),
            ("a+b=c\\d@e", r"a\x{2B}b\x{3D}c\x{5C}d@e", r"a\x{2B}b\x{3D}c\x{5C}d@e", false),
            ("\"a b\"@c", r#""a\x{20}b"@c"#, r#""a\x{20}b"@c"#, false),
            ("ü+@ö", r"\x{FC}\x{2B}@\x{F6}", r"ü\x{2B}@ö", false),
            ("ü@ö", r"\x{FC}@\x{F6}", "ü@ö", true),
            ("\u{1F600}", r"\x{1F600}", "\u{1F600}", true),
            ("\u{10FFFF}", r"\x{10FFFF}", "\u{10FFFF}", true),
            ("a\u{85}", r"a\x{85}", "a\u{85}", false),
            ("a\x7f", r"a\x{7F}", r"a\x{7F}", false),
        ] {
            assert_eq!((&*to_xtext(address), &*to_unitext(address)), (xtext, unitext), "{address:?}");
            assert_eq!(is_plain(address), plain, "{address:?}");
        }
    }

    #[test]
    fn malformed_escapes() {
        for text in [
            r"\",
            r"\x",
            r"\x{",
            r"\x{}",
            r"\x{7528",
            r"\x{110000}",
            r"\x{D800}",
            r"\x{00E9}",
            r"\x{e9}",
            r"\x{0A}",
            r"\x{0E9}",
            r"\x{20AG}",
            r"\x{7F}",
            r"\x{85}",
            r"\x{61}",
            r"\x{123456789ABCDEF0123}",
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
