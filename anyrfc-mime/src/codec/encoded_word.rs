//! Encoded-words, read (RFC 2047).

use std::borrow::Cow;

use encodify::{base64, qp};
use memchr::memchr;

use super::{
    charset::Charset,
    reading::{Reading, is_space, without_controls},
};
use crate::types::DefectKind;

/// An encoded-word in its parts, not yet decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EncodedWord<'a> {
    pub(crate) charset: &'a str,
    is_base64: bool,
    encoded: &'a str,
    /// Octets of the whole word.
    pub(crate) length: usize,
}

/// The encoded-word that `text` begins with (RFC 2047, section 2).
///
/// White space in the encoded text, which is against the rules and common, is let pass. Four
/// question marks are looked for and no more, so that any number of beginnings costs no more than
/// the text is long.
pub(crate) fn encoded_word(text: &str) -> Option<EncodedWord<'_>> {
    let rest = text.strip_prefix("=?")?;
    let (charset, rest) = rest.split_at_checked(memchr(b'?', rest.as_bytes())?)?;
    let is_charset = |byte: u8| byte > b' ' && byte < 127 && byte != b'=';
    if charset.is_empty() || !charset.bytes().all(is_charset) {
        return None;
    }
    let is_base64 = match rest.as_bytes() {
        [b'?', b'B' | b'b', b'?', ..] => true,
        [b'?', b'Q' | b'q', b'?', ..] => false,
        _ => return None,
    };
    let rest = rest.get(3..)?;
    let (encoded, rest) = rest.split_at_checked(memchr(b'?', rest.as_bytes())?)?;
    let rest = rest.strip_prefix("?=")?;
    // RFC 2231, section 5: a language after an asterisk.
    let charset = charset.split_once('*').map_or(charset, |(charset, _)| charset);
    Some(EncodedWord { charset, is_base64, encoded, length: text.len().saturating_sub(rest.len()) })
}

impl EncodedWord<'_> {
    /// Decodes the octets onto `out`; whether they were well-formed.
    fn octets(&self, out: &mut Vec<u8>) -> bool {
        if self.is_base64 {
            let symbols = self.encoded.trim_end_matches('=');
            if base64::STANDARD_NO_PAD.decode_append(symbols, out).is_ok() {
                return true;
            }
            let mut defects = crate::types::Defects::new();
            out.extend_from_slice(&super::base64::decode(self.encoded.as_bytes(), &mut defects));
            return defects.iter().all(|defect| defect.kind == DefectKind::IncompleteBase64);
        }
        let spaces = !self.encoded.bytes().any(is_space);
        if qp::Q_TEXT.decode_append(self.encoded, out).is_ok() {
            return spaces;
        }
        // A stray `=` stands for itself.
        let mut bytes = self.encoded.as_bytes();
        while let [first, rest @ ..] = bytes {
            bytes = rest;
            match (first, rest) {
                (b'_', _) => out.push(b' '),
                (b'=', [high, low, after @ ..]) => match super::hex::pair(*high, *low) {
                    Some(byte) => {
                        out.push(byte);
                        bytes = after;
                    }
                    None => out.push(b'='),
                },
                _ => out.push(*first),
            }
        }
        false
    }
}

/// Joins the words of a phrase or of text: encoded-words that stand side by side are decoded
/// together, so that a character that was split between them, against the rules, is whole again.
#[derive(Default)]
pub(crate) struct Joiner {
    octets: Vec<u8>,
    charset: Option<Charset>,
}

impl Joiner {
    /// Whether nothing waits to be decoded.
    pub(crate) const fn is_empty(&self) -> bool {
        self.charset.is_none()
    }

    /// Adds an encoded-word that begins at octet `at` of the value.
    pub(crate) fn word(
        &mut self,
        word: &EncodedWord<'_>,
        at: usize,
        out: &mut String,
        reading: &mut Reading<'_>,
    ) {
        let charset = Charset::named(word.charset);
        if self.charset != Some(charset) || !charset.is_stateless() {
            self.flush(at, out, reading);
            self.charset = Some(charset);
        }
        if !word.octets(&mut self.octets) {
            reading.record(DefectKind::BadEncodedWord, at);
        }
    }

    /// Decodes what was added. Whether there was an encoded-word.
    pub(crate) fn flush(&mut self, at: usize, out: &mut String, reading: &mut Reading<'_>) -> bool {
        let Some(charset) = self.charset.take() else { return false };
        let (text, wrong) = charset.decode(&self.octets);
        if let Some(kind) = wrong {
            reading.record(kind, at);
        }
        out.push_str(&without_controls(text, at, reading));
        self.octets.clear();
        true
    }
}

/// The value of an unstructured field as people read it: unfolded, its encoded-words decoded
/// (RFC 5322, section 3.2.5; RFC 2047, section 5, rule 1).
///
/// Control characters that were encoded are read as spaces, so that decoding makes no structure.
pub fn unstructured<'a>(value: &'a [u8], reading: &mut Reading<'_>) -> Cow<'a, str> {
    let value = reading.trimmed(value);
    match reading.utf8(value) {
        Cow::Borrowed(text) => decode_text(text, reading),
        Cow::Owned(text) => Cow::Owned(decode_text(&text, reading).into_owned()),
    }
}

/// Text of an unstructured field or a comment.
pub(crate) fn decode_text<'a>(text: &'a str, reading: &mut Reading<'_>) -> Cow<'a, str> {
    let unfolded = unfold(text);
    match decode_words(&unfolded, reading) {
        Some(decoded) => Cow::Owned(decoded),
        None => without_controls(unfolded, 0, reading),
    }
}

/// Text with its encoded-words decoded; `None` where there is none.
fn decode_words(text: &str, reading: &mut Reading<'_>) -> Option<String> {
    let (mut at, mut word) = next_word(text, 0)?;
    let mut out = String::with_capacity(text.len());
    let mut joiner = Joiner::default();
    // Where what is not yet written begins.
    let mut done = 0;
    loop {
        let between = text.get(done..at).unwrap_or_default();
        // White space between two encoded-words belongs to their encoding (section 6.2).
        if joiner.is_empty() || !between.bytes().all(is_space) {
            joiner.flush(done, &mut out, reading);
            out.push_str(&without_controls(Cow::Borrowed(between), done, reading));
        }
        let end = at.saturating_add(word.length);
        let is_edge = |at: Option<usize>| {
            at.and_then(|at| text.as_bytes().get(at))
                .is_none_or(|&byte| matches!(byte, b' ' | b'\t' | b'(' | b')'))
        };
        if !is_edge(at.checked_sub(1)) || !is_edge(Some(end)) {
            reading.record(DefectKind::UnseparatedEncodedWord, at);
        }
        joiner.word(&word, at, &mut out, reading);
        done = end;
        match next_word(text, end) {
            Some(next) => (at, word) = next,
            None => break,
        }
    }
    joiner.flush(done, &mut out, reading);
    let rest = text.get(done..).unwrap_or_default();
    out.push_str(&without_controls(Cow::Borrowed(rest), done, reading));
    Some(out)
}

/// The next encoded-word, and where it begins.
fn next_word(text: &str, from: usize) -> Option<(usize, EncodedWord<'_>)> {
    let mut at = from;
    loop {
        at = at.saturating_add(memchr(b'=', text.as_bytes().get(at..)?)?);
        if let Some(word) = encoded_word(text.get(at..)?) {
            return Some((at, word));
        }
        at = at.saturating_add(1);
    }
}

/// The value on one line (RFC 5322, section 2.2.3): each line break before white space goes.
pub(crate) fn unfold(text: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'\r', b'\n', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split('\n') {
        out.push_str(line.strip_suffix('\r').unwrap_or(line));
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Defects;

    fn read(value: &[u8]) -> (String, Vec<DefectKind>) {
        let mut defects = Defects::new();
        let text = unstructured(value, &mut Reading::new(&mut defects)).into_owned();
        (text, defects.iter().map(|defect| defect.kind).collect())
    }

    #[test]
    fn the_examples_of_section_8() {
        for (encoded, shown) in [
            ("=?US-ASCII?Q?Keith_Moore?=", "Keith Moore"),
            ("=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=", "Keld Jørn Simonsen"),
            ("=?ISO-8859-1?Q?Andr=E9?= Pirard", "André Pirard"),
            (
                "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
                "If you can read this you understand the example.",
            ),
            ("=?ISO-8859-1?Q?Olle_J=E4rnefors?=", "Olle Järnefors"),
            ("=?ISO-8859-1?Q?Patrik_F=E4ltstr=F6m?=", "Patrik Fältström"),
            ("=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=", "םולש ןב ילטפנ"),
            ("(=?ISO-8859-1?Q?a?=)", "(a)"),
            ("(=?ISO-8859-1?Q?a?= b)", "(a b)"),
            ("(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)"),
            ("(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)"),
            ("(=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)", "(ab)"),
            ("(=?ISO-8859-1?Q?a_b?=)", "(a b)"),
            ("(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)"),
        ] {
            assert_eq!(read(encoded.as_bytes()), (shown.to_owned(), vec![]), "{encoded}");
        }
    }

    #[test]
    fn text_is_unfolded_and_trimmed() {
        assert_eq!(read(b" This\r\n is a test \r\n"), ("This is a test".into(), vec![]));
        assert_eq!(read(b" a\n\tb"), ("a\tb".into(), vec![]));
        assert_eq!(read(b""), (String::new(), vec![]));
        assert_eq!(read("grün".as_bytes()), ("grün".into(), vec![]));
        let mut defects = Defects::new();
        assert!(matches!(unstructured(b" plain", &mut Reading::new(&mut defects)), Cow::Borrowed("plain")));
    }

    #[test]
    fn what_is_wrong_is_read_as_well_as_it_can_be() {
        use DefectKind::*;
        for (value, text, kinds) in [
            // A character split between two words.
            ("=?utf-8?Q?a=C3?= =?utf-8?Q?=BCb?=", "aüb", vec![]),
            ("=?utf-8?B?w7w=?= =?UTF8?Q?=C3=BC?=", "üü", vec![]),
            // Each word of a stateful charset begins in ASCII.
            ("=?iso-2022-jp?B?GyRCJCI=?= =?iso-2022-jp?Q?a?=", "あa", vec![]),
            ("=?utf-7?Q?+AOQ?= =?utf-7?Q?a?=", "äa", vec![]),
            ("=?utf-16?B?/v8A/A==?= =?utf-16?B?/v8A/A==?=", "üü", vec![]),
            ("=?utf-8*de?Q?a?=", "a", vec![]),
            ("=?utf-8?q?a b?=", "a b", vec![BadEncodedWord]),
            ("=?utf-8?q?=ZZ_=4?=", "=ZZ =4", vec![BadEncodedWord]),
            ("=?utf-8?b?YQ?=", "a", vec![]),
            ("=?utf-8?b?Y*Q==?=", "a", vec![BadEncodedWord]),
            ("=?utf-8?q??=", "", vec![]),
            ("=?x-unknown?q?a=FC?=", "a\u{fffd}", vec![UnknownCharset]),
            ("=?utf-8?q?=FF?=", "\u{fffd}", vec![NotInCharset]),
            ("x=?utf-8?q?a?=y", "xay", vec![UnseparatedEncodedWord]),
            ("=?utf-8?q?a?==?utf-8?q?b?=", "ab", vec![UnseparatedEncodedWord, UnseparatedEncodedWord]),
            ("=?utf-8?q?a=0D=0ABcc:_x=00?=", "a  Bcc: x ", vec![ControlCharacter]),
            ("a\0b", "a b", vec![ControlCharacter]),
            // None of these is an encoded-word.
            ("=?utf-8?q?a", "=?utf-8?q?a", vec![]),
            ("=?utf-8?x?a?=", "=?utf-8?x?a?=", vec![]),
            ("=??q?a?=", "=??q?a?=", vec![]),
            ("=?", "=?", vec![]),
            ("=?=?=?utf-8?q?a?=", "=?=?a", vec![UnseparatedEncodedWord]),
            ("=?a?q?b?c?=", "=?a?q?b?c?=", vec![]),
            ("=?a b?q?c?=", "=?a b?q?c?=", vec![]),
            ("=?a=b?q?c?=", "=?a=b?q?c?=", vec![]),
            ("=?a\x7f?q?c?=", "=?a ?q?c?=", vec![ControlCharacter]),
            ("=?utf-8?q?a?x", "=?utf-8?q?a?x", vec![]),
        ] {
            assert_eq!(read(value.as_bytes()), (text.to_owned(), kinds), "{value}");
        }
    }

    #[test]
    fn any_number_of_beginnings_costs_what_the_text_is_long() {
        for unit in ["=?", "=?a?q?", "=?utf-8?q?a", "=?utf-8?q?a?", "=?a?q?b?=", "=?a?b?YQ==?= ", "?="] {
            let text = unit.repeat(200_000 / unit.len());
            read(text.as_bytes());
        }
    }
}
