//! Octets of a charset as text (RFC 2046, section 4.1.2).

use std::borrow::Cow;

use encodify::utf7;
use encoding_rs::{DecoderResult, Encoding};

use crate::types::{DefectKind, Defects};

/// What a charset's name means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Charset {
    /// `us-ascii`, or nothing at all.
    Ascii,
    Utf8,
    /// RFC 2152, which the Encoding Standard leaves out.
    Utf7,
    /// Whose order of octets a mark at the beginning says (RFC 2781, section 4.3).
    Utf16,
    /// One of the Encoding Standard.
    Other(&'static Encoding),
    Unknown,
}

impl Charset {
    /// The charset of this name, in any case.
    pub(crate) fn named(label: &str) -> Self {
        let label = label.trim_matches(|c: char| c.is_ascii_whitespace() || c == '"' || c == '\'');
        let is = |name: &str| label.eq_ignore_ascii_case(name);
        if is("utf-8") || is("utf8") {
            return Self::Utf8;
        }
        if is("us-ascii") || is("ascii") || is("ansi_x3.4-1968") || label.is_empty() {
            return Self::Ascii;
        }
        if is("utf-7") || is("unicode-1-1-utf-7") || is("csunicode11utf7") {
            return Self::Utf7;
        }
        if is("utf-16") {
            return Self::Utf16;
        }
        match Encoding::for_label_no_replacement(label.as_bytes()) {
            Some(encoding) if encoding == encoding_rs::UTF_8 => Self::Utf8,
            Some(encoding) => Self::Other(encoding),
            None => Self::Unknown,
        }
    }

    /// Whether octets of several words may be joined before they are decoded: each one means the
    /// same wherever it stands.
    pub(crate) fn is_stateless(self) -> bool {
        match self {
            Self::Utf7 | Self::Utf16 => false,
            Self::Other(encoding) => encoding != encoding_rs::ISO_2022_JP,
            _ => true,
        }
    }

    /// The text, and what is wrong with it. What means nothing is replaced.
    pub(crate) fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, Option<DefectKind>) {
        match self {
            Self::Ascii => ascii(bytes),
            Self::Utf8 => match simdutf8::basic::from_utf8(bytes) {
                Ok(text) => (Cow::Borrowed(text), None),
                Err(_) => (String::from_utf8_lossy(bytes), Some(DefectKind::NotInCharset)),
            },
            Self::Utf7 => utf7(bytes),
            Self::Utf16 => {
                let (encoding, text) = match bytes {
                    [0xff, 0xfe, text @ ..] => (encoding_rs::UTF_16LE, text),
                    [0xfe, 0xff, text @ ..] => (encoding_rs::UTF_16BE, text),
                    text => (encoding_rs::UTF_16BE, text),
                };
                Self::Other(encoding).decode(text)
            }
            Self::Other(encoding) => {
                let (text, wrong) = encoding.decode_without_bom_handling(bytes);
                (text, wrong.then_some(DefectKind::NotInCharset))
            }
            Self::Unknown => {
                let kind = Some(DefectKind::UnknownCharset);
                match ascii_of(bytes) {
                    Some(text) => (Cow::Borrowed(text), kind),
                    None => (replaced(bytes), kind),
                }
            }
        }
    }
}

/// US-ASCII; what is not is most likely UTF-8, else the charset of the western web.
fn ascii(bytes: &[u8]) -> (Cow<'_, str>, Option<DefectKind>) {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => (Cow::Borrowed(text), None),
        Ok(text) => (Cow::Borrowed(text), Some(DefectKind::EightBit)),
        Err(_) => {
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
            (text, Some(DefectKind::EightBit))
        }
    }
}

fn ascii_of(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii())
}

/// Of an unknown charset that much is sure.
fn replaced(bytes: &[u8]) -> Cow<'_, str> {
    let character = |&byte: &u8| if byte.is_ascii() { char::from(byte) } else { char::REPLACEMENT_CHARACTER };
    Cow::Owned(bytes.iter().map(character).collect())
}

fn utf7(bytes: &[u8]) -> (Cow<'_, str>, Option<DefectKind>) {
    if let Some(text) = ascii_of(bytes)
        && !text.contains('+')
    {
        return (Cow::Borrowed(text), None);
    }
    match utf7::MAIL.lenient().decode(bytes) {
        Ok(text) => (Cow::Owned(text), None),
        Err(_) => (Cow::Owned(utf7_lossy(bytes)), Some(DefectKind::NotInCharset)),
    }
}

/// UTF-7 with replacements: shifted runs are decoded one by one.
fn utf7_lossy(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'+', rest) {
        let (plain, shifted) = rest.split_at(at);
        text.push_str(&replaced(plain));
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        let run = shifted.iter().skip(1).position(|byte| !is_base64(byte)).map_or(shifted.len(), |n| n + 1);
        let end = run + usize::from(shifted.get(run) == Some(&b'-'));
        let (run, after) = shifted.split_at_checked(end).unwrap_or((shifted, &[]));
        match utf7::MAIL.lenient().decode(run) {
            Ok(decoded) => text.push_str(&decoded),
            Err(_) => text.push(char::REPLACEMENT_CHARACTER),
        }
        rest = after;
    }
    text.push_str(&replaced(rest));
    text
}

/// The text that `bytes` are in the charset of this name; what means nothing there is replaced by
/// U+FFFD, of an unknown charset everything beyond ASCII, and a defect says so.
#[must_use]
pub fn decode<'a>(label: &str, bytes: &'a [u8], defects: &mut Defects) -> Cow<'a, str> {
    let (text, wrong) = Charset::named(label).decode(bytes);
    if let Some(kind) = wrong {
        defects.record(kind, 0);
    }
    text
}

/// The text as by [`decode`], of octets that are no longer needed: those that are UTF-8 already are
/// not copied.
#[must_use]
pub fn decode_owned(label: &str, bytes: Vec<u8>, defects: &mut Defects) -> String {
    let charset = Charset::named(label);
    let is_plain = match charset {
        Charset::Utf8 => simdutf8::basic::from_utf8(&bytes).is_ok(),
        Charset::Ascii => bytes.is_ascii(),
        _ => false,
    };
    if is_plain {
        return String::from_utf8(bytes).unwrap_or_default();
    }
    let (text, wrong) = charset.decode(&bytes);
    if let Some(kind) = wrong {
        defects.record(kind, 0);
    }
    text.into_owned()
}

/// Whether the charset of this name is known.
#[must_use]
pub fn is_known(label: &str) -> bool {
    Charset::named(label) != Charset::Unknown
}

/// Decodes text a piece at a time.
pub struct Decoder {
    charset: Charset,
    inner: Option<encoding_rs::Decoder>,
    /// Of a charset that has no decoder of its own: all of it.
    whole: Vec<u8>,
    wrong: Option<DefectKind>,
}

impl Decoder {
    /// A decoder for the charset of this name. UTF-7 is kept until its end.
    #[must_use]
    pub fn new(label: &str) -> Self {
        let charset = Charset::named(label);
        let inner = match charset {
            Charset::Utf8 => Some(encoding_rs::UTF_8.new_decoder_without_bom_handling()),
            Charset::Other(encoding) => Some(encoding.new_decoder_without_bom_handling()),
            Charset::Utf16 => Some(encoding_rs::UTF_16BE.new_decoder()),
            Charset::Ascii | Charset::Utf7 | Charset::Unknown => None,
        };
        let wrong = (charset == Charset::Unknown).then_some(DefectKind::UnknownCharset);
        Self { charset, inner, whole: Vec::new(), wrong }
    }

    /// Decodes more onto `out`.
    pub fn push(&mut self, input: &[u8], out: &mut String) {
        self.run(input, out, false);
    }

    /// Decodes what is left; what was wrong, if anything.
    pub fn finish(mut self, out: &mut String) -> Option<DefectKind> {
        self.run(&[], out, true);
        self.wrong
    }

    fn run(&mut self, input: &[u8], out: &mut String, last: bool) {
        let Some(decoder) = &mut self.inner else {
            match self.charset {
                // Whether it is UTF-8 after all shows at the end.
                Charset::Utf7 | Charset::Ascii => self.whole.extend_from_slice(input),
                _ => out.push_str(&replaced(input)),
            }
            if last {
                let (text, wrong) = self.charset.decode(&self.whole);
                out.push_str(&text);
                self.wrong = self.wrong.or(wrong);
            }
            return;
        };
        let mut rest = input;
        loop {
            let room = decoder.max_utf8_buffer_length(rest.len()).unwrap_or(rest.len());
            out.reserve(room);
            let (result, read) = decoder.decode_to_string_without_replacement(rest, out, last);
            rest = rest.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    out.push(char::REPLACEMENT_CHARACTER);
                    self.wrong = self.wrong.or(Some(DefectKind::NotInCharset));
                }
            }
        }
    }
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").field("charset", &self.charset).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DefectKind::{EightBit, NotInCharset, UnknownCharset};

    #[test]
    fn charsets() {
        for (label, bytes, text, wrong) in [
            ("utf-8", "grün".as_bytes(), "grün", None),
            ("UTF8", b"\xff", "\u{fffd}", Some(NotInCharset)),
            ("us-ascii", b"abc", "abc", None),
            ("", b"abc", "abc", None),
            ("US-ASCII", "ü".as_bytes(), "ü", Some(EightBit)),
            ("us-ascii", b"\xfc", "ü", Some(EightBit)),
            ("ISO-8859-1", b"\xfc\xa4", "ü¤", None),
            ("\"iso-8859-15\"", b"\xa4", "€", None),
            ("windows-1251", b"\xcf", "П", None),
            ("iso-2022-jp", b"\x1b$B$\"\x1b(B", "あ", None),
            ("shift_jis", b"\x82\xa0", "あ", None),
            ("gb2312", b"\xc4\xe3", "你", None),
            ("utf-7", b"Hi Mom -+Jjo--!", "Hi Mom -☺-!", None),
            ("utf-7", b"+ZeVnLIqe-", "日本語", None),
            ("utf-7", b"a+2AA-b\xff", "a\u{fffd}b\u{fffd}", Some(NotInCharset)),
            ("utf-16", b"\xff\xfea\0", "a", None),
            ("utf-16", b"\0a", "a", None),
            ("utf-16le", b"a\0b", "a\u{fffd}", Some(NotInCharset)),
            ("x-nobody-knows", b"a\xfc", "a\u{fffd}", Some(UnknownCharset)),
            // One that the Encoding Standard maps to "replacement" is as good as unknown.
            ("iso-2022-kr", b"a\xfc", "a\u{fffd}", Some(UnknownCharset)),
        ] {
            let (decoded, found) = Charset::named(label).decode(bytes);
            assert_eq!((&*decoded, found), (text, wrong), "{label} {}", bytes.escape_ascii());
            for size in [1, 2, 100] {
                let mut out = String::new();
                let mut decoder = Decoder::new(label);
                bytes.chunks(size).for_each(|piece| decoder.push(piece, &mut out));
                let found = decoder.finish(&mut out);
                assert_eq!((&*out, found), (text, wrong), "{label} in {size}");
            }
        }
        assert!(is_known("big5") && !is_known("hz-gb-2312") && !is_known("x"));
    }
}
