//! Octets of a charset as text (RFC 2046, section 4.1.2).

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding};

use super::{reading::valid_utf8, utf7};
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
        let among = |names: &[&str]| names.iter().any(|name| is(name));
        if among(&["utf-8", "utf8"]) {
            return Self::Utf8;
        }
        if label.is_empty() || among(ASCII) {
            return Self::Ascii;
        }
        if among(UTF7) {
            return Self::Utf7;
        }
        if is("utf-16") {
            return Self::Utf16;
        }
        let alias = ALIASES.iter().find(|(name, _)| is(name)).map_or(label, |(_, alias)| *alias);
        match Encoding::for_label_no_replacement(alias.as_bytes()) {
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
            Self::Utf8 => match valid_utf8(bytes) {
                Some(text) => (Cow::Borrowed(text), None),
                None => (String::from_utf8_lossy(bytes), Some(DefectKind::NotInCharset)),
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

/// The names of US-ASCII in the registry, which the Encoding Standard takes for windows-1252.
const ASCII: &[&str] = &[
    "us-ascii",
    "ascii",
    "us",
    "ansi_x3.4-1968",
    "ansi_x3.4-1986",
    "iso_646.irv:1991",
    "iso646-us",
    "iso-ir-6",
    "ibm367",
    "cp367",
    "csascii",
];

/// The names of UTF-7.
const UTF7: &[&str] =
    &["utf-7", "utf7", "csutf7", "unicode-1-1-utf-7", "csunicode11utf7", "unicode-2-0-utf-7"];

/// Names that mail uses and the Encoding Standard does not list, each with one that it does.
const ALIASES: &[(&str, &str)] = &[
    ("utf_8", "utf-8"),
    ("csutf8", "utf-8"),
    ("latin-1", "iso-8859-1"),
    ("iso8859_1", "iso-8859-1"),
    ("iso-8859-8-e", "iso-8859-8"),
    ("iso-8859-6-e", "iso-8859-6"),
    ("cp932", "shift_jis"),
    ("cp943", "shift_jis"),
    ("cp936", "gbk"),
    ("ms936", "gbk"),
    ("windows-936", "gbk"),
    ("euc-cn", "gb2312"),
    ("euccn", "gb2312"),
    ("cp949", "euc-kr"),
    ("ms949", "euc-kr"),
    ("uhc", "euc-kr"),
    ("cp950", "big5"),
    ("ms950", "big5"),
    ("eucjp", "euc-jp"),
    ("iso-2022-jp-1", "iso-2022-jp"),
    ("iso-2022-jp-ms", "iso-2022-jp"),
    ("cp50220", "iso-2022-jp"),
    ("cp50221", "iso-2022-jp"),
    ("tis620", "tis-620"),
    ("cp874", "windows-874"),
];

/// US-ASCII. What is not is most likely UTF-8; from the first octet on that is not even that, it is
/// taken for the charset of the western web.
fn ascii(bytes: &[u8]) -> (Cow<'_, str>, Option<DefectKind>) {
    if let Some(text) = valid_utf8(bytes) {
        return (Cow::Borrowed(text), (!text.is_ascii()).then_some(DefectKind::EightBit));
    }
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let (valid, rest) = bytes.split_at_checked(valid).unwrap_or((&[], bytes));
    let mut text = std::str::from_utf8(valid).unwrap_or_default().to_owned();
    western(rest, &mut text);
    (Cow::Owned(text), Some(DefectKind::EightBit))
}

fn western(bytes: &[u8], out: &mut String) {
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
    out.push_str(&text);
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
    let mut text = String::with_capacity(bytes.len());
    let mut decoder = utf7::Decoder::lenient();
    decoder.push(bytes, &mut text);
    let fine = decoder.finish(&mut text);
    (Cow::Owned(text), (!fine).then_some(DefectKind::NotInCharset))
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
        Charset::Utf8 => valid_utf8(&bytes).is_some(),
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

/// The text as by [`decode`], for those who do not ask what is wrong with it.
pub(crate) fn decode_unnoted<'a>(label: &str, bytes: &'a [u8]) -> Cow<'a, str> {
    let charset = Charset::named(label);
    if let Charset::Ascii | Charset::Utf8 = charset
        && let Some(text) = valid_utf8(bytes)
    {
        // ASCII or not, it is the same text.
        return Cow::Borrowed(text);
    }
    charset.decode(bytes).0
}

/// Whether the charset of this name is known.
#[must_use]
pub fn is_known(label: &str) -> bool {
    Charset::named(label) != Charset::Unknown
}

/// Decodes text a piece at a time, in constant memory: the same text as [`decode`] makes of the
/// whole.
pub struct Decoder {
    state: State,
    wrong: Option<DefectKind>,
}

enum State {
    /// ASCII, or UTF-8 that was said to be; with octets that are no whole character yet.
    Ascii {
        held: [u8; 4],
        length: usize,
    },
    /// What was said to be ASCII and is not even UTF-8.
    Western,
    Utf7(utf7::Decoder),
    Other(encoding_rs::Decoder),
    Unknown,
}

impl Decoder {
    /// A decoder for the charset of this name.
    #[must_use]
    pub fn new(label: &str) -> Self {
        let mut wrong = None;
        let state = match Charset::named(label) {
            Charset::Ascii => State::Ascii { held: [0; 4], length: 0 },
            Charset::Utf8 => State::Other(encoding_rs::UTF_8.new_decoder_without_bom_handling()),
            Charset::Utf7 => State::Utf7(utf7::Decoder::lenient()),
            Charset::Utf16 => State::Other(encoding_rs::UTF_16BE.new_decoder()),
            Charset::Other(encoding) => State::Other(encoding.new_decoder_without_bom_handling()),
            Charset::Unknown => {
                wrong = Some(DefectKind::UnknownCharset);
                State::Unknown
            }
        };
        Self { state, wrong }
    }

    /// Decodes more onto `out`.
    pub fn push(&mut self, input: &[u8], out: &mut String) {
        match &mut self.state {
            State::Ascii { .. } => self.ascii(input, out),
            State::Western => western(input, out),
            State::Utf7(decoder) => decoder.push(input, out),
            State::Other(decoder) => run(decoder, input, false, out, &mut self.wrong),
            State::Unknown => out.push_str(&replaced(input)),
        }
    }

    /// Decodes what is left; what was wrong, if anything.
    pub fn finish(mut self, out: &mut String) -> Option<DefectKind> {
        match self.state {
            State::Ascii { held, length } => western(held.get(..length).unwrap_or_default(), out),
            State::Utf7(decoder) => {
                if !decoder.finish(out) {
                    self.wrong = self.wrong.or(Some(DefectKind::NotInCharset));
                }
            }
            State::Other(mut decoder) => run(&mut decoder, &[], true, out, &mut self.wrong),
            State::Western | State::Unknown => {}
        }
        self.wrong
    }

    fn ascii(&mut self, input: &[u8], out: &mut String) {
        let State::Ascii { held, length } = &mut self.state else { return };
        let mut rest = input;
        // A character that was cut, whole again or not to be.
        while *length > 0 {
            let Some((first, after)) = rest.split_first() else { return };
            rest = after;
            if let Some(place) = held.get_mut(*length) {
                *place = *first;
                *length = length.saturating_add(1);
            }
            let character = held.get(..*length).unwrap_or_default();
            match std::str::from_utf8(character) {
                Ok(text) => {
                    out.push_str(text);
                    *length = 0;
                }
                // Never of four: those are a character or none.
                Err(error) if error.error_len().is_none() => {}
                Err(_) => {
                    western(character, out);
                    western(rest, out);
                    self.state = State::Western;
                    return;
                }
            }
        }
        let (valid, cut) = match simdutf8::compat::from_utf8(rest) {
            Ok(text) => {
                self.wrong = self.wrong.or((!text.is_ascii()).then_some(DefectKind::EightBit));
                out.push_str(text);
                return;
            }
            Err(error) => (error.valid_up_to(), error.error_len().is_none()),
        };
        self.wrong = self.wrong.or(Some(DefectKind::EightBit));
        let (valid, left) = rest.split_at_checked(valid).unwrap_or((&[], rest));
        out.push_str(std::str::from_utf8(valid).unwrap_or_default());
        if cut && let Some(place) = held.get_mut(..left.len()) {
            place.copy_from_slice(left);
            *length = left.len();
            return;
        }
        western(left, out);
        self.state = State::Western;
    }
}

/// Runs a decoder that stops where something means nothing.
fn run(
    decoder: &mut encoding_rs::Decoder,
    input: &[u8],
    last: bool,
    out: &mut String,
    wrong: &mut Option<DefectKind>,
) {
    let mut rest = input;
    loop {
        out.reserve(decoder.max_utf8_buffer_length(rest.len()).unwrap_or(rest.len()));
        let (result, read) = decoder.decode_to_string_without_replacement(rest, out, last);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                out.push(char::REPLACEMENT_CHARACTER);
                *wrong = wrong.or(Some(DefectKind::NotInCharset));
            }
        }
    }
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").field("wrong", &self.wrong).finish_non_exhaustive()
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
            ("ANSI_X3.4-1968", "aü€😀b".as_bytes(), "aü€😀b", Some(EightBit)),
            ("us-ascii", b"\xc3\xbc \xfc \xc3\xbc", "ü ü Ã¼", Some(EightBit)),
            ("us-ascii", b"a\xe2\x82", "aâ‚", Some(EightBit)),
            ("us-ascii", b"a\xf0\x9f\x98x", "að\u{178}\u{2dc}x", Some(EightBit)),
            ("iso-8859-8-i", b"\xed\xe5", "םו", None),
            ("iso-8859-8-e", b"\xed", "ם", None),
            ("cp1252", b"\x80", "€", None),
            ("latin-1", b"\xfc", "ü", None),
            ("cp932", b"\x82\xa0", "あ", None),
            ("CP936", b"\xc4\xe3", "你", None),
            ("unknown-8bit", b"\x80", "\u{fffd}", Some(UnknownCharset)),
            ("csUnicode11UTF7", b"+ZeVnLIqe-", "日本語", None),
            ("utf-7", b"+AOQ", "ä", None),
            ("us-ascii", b"\xfc", "ü", Some(EightBit)),
            ("ISO-8859-1", b"\xfc\xa4", "ü¤", None),
            ("\"iso-8859-15\"", b"\xa4", "€", None),
            (" 'iso-8859-15'\t", b"\xa4", "€", None),
            ("'utf-8'", b"\xc3\xa4", "ä", None),
            ("us-ascii", b"", "", None),
            ("utf-7", b"a\xff", "a\u{fffd}", Some(NotInCharset)),
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
            assert_eq!(decode_unnoted(label, bytes), text, "{label}");
            let mut defects = Defects::new();
            assert_eq!(decode_owned(label, bytes.to_vec(), &mut defects), text, "{label}");
            assert_eq!(defects.iter().map(|defect| defect.kind).next(), wrong, "{label}");
            for size in [1, 2, 100] {
                let mut out = String::new();
                let mut decoder = Decoder::new(label);
                bytes.chunks(size).for_each(|piece| decoder.push(piece, &mut out));
                let found = decoder.finish(&mut out);
                assert_eq!((&*out, found), (text, wrong), "{label} in {size}");
            }
        }
        assert!(!is_known(&"utf-8".repeat(100_000)));
        assert!(is_known("big5") && !is_known("hz-gb-2312") && !is_known("x"));
    }
}
