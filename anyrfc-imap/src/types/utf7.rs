//! Modified UTF-7, the encoding of mailbox names in IMAP4rev1 (RFC 3501, section 5.1.3).
//!
//! Printable ASCII stands for itself, `&` is written `&-`, and everything else is UTF-16 in a
//! base64 with `,` for `/` and without padding, between `&` and `-`. There is exactly one
//! encoding of every text; [`decode`] takes that one and no other, so that two different names of
//! a server can never look the same.

use std::{borrow::Cow, fmt};

use anyrfc_core::Requirement;

use crate::rfc3501;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// Why some bytes are not modified UTF-7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Utf7Fault {
    /// A byte outside of printable ASCII.
    NotPrintable(u8),
    /// A byte in base64 that is neither of its alphabet nor the closing hyphen.
    NotBase64(u8),
    /// The name ends in base64.
    Unterminated,
    /// Base64 begins again where it has just ended.
    SuperfluousShift,
    /// A character in base64 that stands for itself.
    EncodedAscii(u8),
    /// Half of a surrogate pair.
    LoneSurrogate(u16),
    /// Base64 that does not end with a character: spare bits that are set, or too many of them.
    Incomplete,
}

impl Utf7Fault {
    /// The statement of RFC 3501 that is broken.
    #[must_use]
    pub const fn requirement(self) -> &'static Requirement {
        match self {
            Self::NotPrintable(_) => rfc3501::EIGHT_BIT_MAILBOX_NAMES_ARE_NOT_RETURNED,
            Self::NotBase64(_) | Self::Unterminated => rfc3501::MODIFIED_UTF7_SHIFTS_BACK_AT_THE_END,
            Self::SuperfluousShift => rfc3501::NO_SUPERFLUOUS_SHIFTS,
            Self::EncodedAscii(_) => rfc3501::MODIFIED_BASE64_IS_NOT_FOR_ASCII,
            Self::LoneSurrogate(_) | Self::Incomplete => rfc3501::CREATED_NAMES_ARE_VALID_MODIFIED_UTF7,
        }
    }
}

impl fmt::Display for Utf7Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPrintable(byte) => write!(f, "byte 0x{byte:02x} outside of base64"),
            Self::NotBase64(byte) => write!(f, "byte 0x{byte:02x} within base64"),
            Self::Unterminated => f.write_str("base64 is not ended by a hyphen"),
            Self::SuperfluousShift => f.write_str("base64 begins again where it has just ended"),
            Self::EncodedAscii(byte) => write!(f, "the printable byte 0x{byte:02x} is in base64"),
            Self::LoneSurrogate(unit) => write!(f, "the surrogate 0x{unit:04x} stands alone"),
            Self::Incomplete => f.write_str("base64 ends in the middle of a character"),
        }
    }
}

impl std::error::Error for Utf7Fault {}

/// Whether a byte stands for itself, `&` included, which then begins a shift.
const fn is_direct(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e)
}

/// Encodes a text. Nothing is copied where it stands for itself.
///
/// ```
/// # use anyrfc_imap::codec::utf7;
/// assert_eq!(utf7::encode("INBOX"), "INBOX");
/// assert_eq!(utf7::encode("Entwürfe & mehr"), "Entw&APw-rfe &- mehr");
/// ```
#[must_use]
pub fn encode(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| is_direct(byte) && byte != b'&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == '&' {
            out.push_str("&-");
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let direct = is_ascii_direct(first);
        let end =
            rest.find(|next: char| next == '&' || is_ascii_direct(next) != direct).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        if direct {
            out.push_str(run);
        } else {
            encode_run(run, &mut out);
        }
        rest = after;
    }
    Cow::Owned(out)
}

fn is_ascii_direct(character: char) -> bool {
    matches!(character, ' '..='~')
}

/// `&`, UTF-16 in modified base64, `-`.
fn encode_run(run: &str, out: &mut String) {
    out.push('&');
    let (mut bits, mut count) = (0_u32, 0_u32);
    for unit in run.encode_utf16() {
        bits = bits << 16 | u32::from(unit);
        count += 16;
        while count >= 6 {
            count -= 6;
            push_sextet(bits >> count, out);
        }
    }
    if count > 0 {
        push_sextet(bits << (6 - count), out);
    }
    out.push('-');
}

fn push_sextet(bits: u32, out: &mut String) {
    if let Some(byte) = ALPHABET.get((bits & 0x3f) as usize) {
        out.push(char::from(*byte));
    }
}

/// Decodes what [`encode`] makes, and nothing else.
///
/// ```
/// # use anyrfc_imap::codec::utf7::{self, Utf7Fault};
/// assert_eq!(utf7::decode(b"~peter/mail/&U,BTFw-/&ZeVnLIqe-").unwrap(), "~peter/mail/台北/日本語");
/// assert_eq!(utf7::decode(b"&Jjo!"), Err(Utf7Fault::NotBase64(b'!')));
/// ```
///
/// # Errors
/// [`Utf7Fault`]: the first thing that is wrong.
pub fn decode(name: &[u8]) -> Result<Cow<'_, str>, Utf7Fault> {
    if let Some(&byte) = name.iter().find(|byte| !is_direct(**byte)) {
        return Err(Utf7Fault::NotPrintable(byte));
    }
    // Printable ASCII, as was just seen.
    let text = std::str::from_utf8(name).unwrap_or_default();
    let Some((direct, mut rest)) = text.split_once('&') else { return Ok(Cow::Borrowed(text)) };
    let mut out = String::with_capacity(name.len());
    out.push_str(direct);
    let mut after_base64 = false;
    loop {
        let end = rest.bytes().position(|byte| sextet(byte).is_none()).ok_or(Utf7Fault::Unterminated)?;
        let (base64, after) = rest.split_at(end);
        let after = match after.as_bytes().first() {
            Some(b'-') => after.get(1..).unwrap_or_default(),
            Some(other) => return Err(Utf7Fault::NotBase64(*other)),
            None => return Err(Utf7Fault::Unterminated),
        };
        if base64.is_empty() {
            out.push('&');
        } else {
            if after_base64 {
                return Err(Utf7Fault::SuperfluousShift);
            }
            decode_run(base64.as_bytes(), &mut out)?;
        }
        match after.split_once('&') {
            Some((direct, next)) => {
                after_base64 = direct.is_empty() && !base64.is_empty();
                out.push_str(direct);
                rest = next;
            }
            None => {
                out.push_str(after);
                return Ok(Cow::Owned(out));
            }
        }
    }
}

const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b',' => Some(63),
        _ => None,
    }
}

/// UTF-16 in modified base64: whole, of nothing that stands for itself, the spare bits zero.
fn decode_run(base64: &[u8], out: &mut String) -> Result<(), Utf7Fault> {
    let (mut bits, mut count) = (0_u32, 0_u32);
    let mut high = None;
    for value in base64.iter().filter_map(|byte| sextet(*byte)) {
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count < 16 {
            continue;
        }
        count -= 16;
        let unit = (bits >> count & 0xffff) as u16;
        bits &= (1 << count) - 1;
        match (high.take(), unit) {
            (None, 0xd800..=0xdbff) => high = Some(unit),
            (None, 0xdc00..=0xdfff) => return Err(Utf7Fault::LoneSurrogate(unit)),
            (None, 0x20..=0x7e) => return Err(Utf7Fault::EncodedAscii(unit as u8)),
            (None, _) => out.extend(char::from_u32(u32::from(unit))),
            (Some(high), 0xdc00..=0xdfff) => {
                let pair = 0x1_0000 + (u32::from(high - 0xd800) << 10) + u32::from(unit - 0xdc00);
                out.extend(char::from_u32(pair));
            }
            (Some(high), _) => return Err(Utf7Fault::LoneSurrogate(high)),
        }
    }
    if let Some(high) = high {
        return Err(Utf7Fault::LoneSurrogate(high));
    }
    // Six bits or more would be a letter too many.
    if count >= 6 || bits != 0 {
        return Err(Utf7Fault::Incomplete);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_5_1_3_examples() {
        let name = "~peter/mail/台北/日本語";
        assert_eq!(encode(name), "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
        assert_eq!(decode(b"~peter/mail/&U,BTFw-/&ZeVnLIqe-").unwrap(), name);
        assert_eq!(decode(b"&Jjo!"), Err(Utf7Fault::NotBase64(b'!')));
        assert_eq!(decode(b"&Jjo-!").unwrap(), "\u{263a}!");
        assert_eq!(decode(b"&U,BTFw-&ZeVnLIqe-"), Err(Utf7Fault::SuperfluousShift));
        assert_eq!(decode(b"&U,BTF2XlZyyKng-").unwrap(), "台北日本語");
        assert_eq!(encode("台北日本語"), "&U,BTF2XlZyyKng-");
    }

    #[test]
    fn ampersands() {
        for (text, wire) in [
            ("&", "&-"),
            ("&&", "&-&-"),
            ("a&b", "a&-b"),
            ("&é", "&-&AOk-"),
            ("é&", "&AOk-&-"),
            ("é&é", "&AOk-&-&AOk-"),
            ("é-", "&AOk--"),
            ("-&-", "-&--"),
            ("&AGE-", "&-AGE-"),
        ] {
            assert_eq!(encode(text), wire);
            assert_eq!(decode(wire.as_bytes()).unwrap(), text, "{wire}");
        }
    }

    #[test]
    fn what_is_not_canonical_is_refused() {
        for (wire, fault) in [
            (&b"&"[..], Utf7Fault::Unterminated),
            (b"a&AOk", Utf7Fault::Unterminated),
            (b"&AGE-", Utf7Fault::EncodedAscii(b'a')),
            (b"&AOkAIA-", Utf7Fault::EncodedAscii(b' ')),
            (b"&ACY-", Utf7Fault::EncodedAscii(b'&')),
            (b"&2D3-", Utf7Fault::LoneSurrogate(0xd83d)),
            (b"&2D0-", Utf7Fault::LoneSurrogate(0xd83d)),
            (b"&3gA-", Utf7Fault::LoneSurrogate(0xde00)),
            (b"&2D3YPd4A-", Utf7Fault::LoneSurrogate(0xd83d)),
            (b"&AOl-", Utf7Fault::Incomplete),
            (b"&AOkA-", Utf7Fault::Incomplete),
            (b"&A-", Utf7Fault::Incomplete),
            (b"&AA-", Utf7Fault::Incomplete),
            (b"&AO/-", Utf7Fault::NotBase64(b'/')),
            (b"&AOk=-", Utf7Fault::NotBase64(b'=')),
            (b"&AOk-&AOk-", Utf7Fault::SuperfluousShift),
            (b"T\xc3\xa9st", Utf7Fault::NotPrintable(0xc3)),
            (b"&AO\xe9-", Utf7Fault::NotPrintable(0xe9)),
            (b"a\0", Utf7Fault::NotPrintable(0)),
            (b"a\x7f", Utf7Fault::NotPrintable(0x7f)),
        ] {
            assert_eq!(decode(wire), Err(fault), "{}", wire.escape_ascii());
        }
    }

    #[test]
    fn beyond_the_basic_plane_and_controls() {
        for (text, wire) in
            [("😀", "&2D3eAA-"), ("\u{7f}", "&AH8-"), ("\t", "&AAk-"), ("a\u{10ffff}", "a&2,,f,w-")]
        {
            assert_eq!(encode(text), wire);
            assert_eq!(decode(wire.as_bytes()).unwrap(), text);
        }
    }

    /// Whatever decodes, encodes to the same bytes: all names of up to five bytes of a small
    /// alphabet that has every kind of byte.
    #[test]
    fn decoding_is_injective() {
        let alphabet = b"&-AOk,/g2D3\xc3 ";
        let mut names = vec![Vec::new()];
        let mut decoded = 0;
        for _ in 0..5 {
            names = names
                .iter()
                .flat_map(|name| alphabet.iter().map(move |byte| [name.as_slice(), &[*byte]].concat()))
                .collect();
            for name in &names {
                if let Ok(text) = decode(name) {
                    assert_eq!(encode(&text).as_bytes(), name, "{text:?}");
                    decoded += 1;
                }
            }
        }
        assert!(decoded > 1000, "{decoded}");
    }

    #[test]
    fn every_character_makes_the_round_trip() {
        let all: Vec<char> = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        for some in all.chunks(61) {
            let text: String = some.iter().flat_map(|character| [*character, 'a', *character]).collect();
            let wire = encode(&text);
            assert!(wire.bytes().all(is_direct));
            assert_eq!(decode(wire.as_bytes()).unwrap(), text);
        }
    }
}
