//! What every reader of a field is given, and the words that fields are made of.

use std::borrow::Cow;

use crate::types::{DefectKind, Defects, MimeLimits, chars};

/// The circumstances of reading a field: where it stands, what it may cost, and where to note what
/// is wrong with it.
#[derive(Debug)]
pub struct Reading<'d> {
    /// What it may cost.
    pub limits: MimeLimits,
    /// Where the value begins in the message.
    pub offset: u64,
    /// What is wrong with it.
    pub defects: &'d mut Defects,
}

impl<'d> Reading<'d> {
    /// A value that stands alone, within the usual limits.
    pub fn new(defects: &'d mut Defects) -> Self {
        Self { limits: MimeLimits::default(), offset: 0, defects }
    }

    /// Notes a defect at octet `at` of the value.
    pub(crate) fn record(&mut self, kind: DefectKind, at: usize) {
        self.defects.record(kind, self.offset.saturating_add(at as u64));
    }

    /// The value without the white space around it, the line break at its end among it.
    pub(crate) fn trimmed<'a>(&mut self, value: &'a [u8]) -> &'a [u8] {
        let begun = value.trim_ascii_start();
        self.offset = self.offset.saturating_add(value.len().saturating_sub(begun.len()) as u64);
        begun.trim_ascii_end()
    }

    /// The value as text: it is ASCII or UTF-8 (RFC 6532, section 3), or octets that mean nothing.
    pub(crate) fn utf8<'a>(&mut self, value: &'a [u8]) -> Cow<'a, str> {
        match valid_utf8(value) {
            Some(text) => Cow::Borrowed(text),
            None => {
                let at = std::str::from_utf8(value).map_or_else(|error| error.valid_up_to(), |_| 0);
                self.record(DefectKind::NotInCharset, at);
                String::from_utf8_lossy(value)
            }
        }
    }
}

/// `bytes` as text, if they are UTF-8.
pub(crate) fn valid_utf8(bytes: &[u8]) -> Option<&str> {
    match bytes.len() {
        // What is short is done before SIMD has begun.
        0..128 => std::str::from_utf8(bytes).ok(),
        _ => simdutf8::basic::from_utf8(bytes).ok(),
    }
}

/// Walks over a structured value, line breaks of folding and all.
///
/// Positions are on character boundaries: only ASCII is ever told apart.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// The inside of the last comment that was passed over.
    comment: Option<&'a str>,
}

/// White space, and the line breaks of folding.
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

impl<'a> Lexer<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, comment: None }
    }

    #[inline]
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// From `start` to here.
    #[inline]
    pub(crate) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    #[inline]
    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(crate) const fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Goes on by `length` octets.
    pub(crate) fn advance(&mut self, length: usize) {
        self.at = self.text.len().min(self.at.saturating_add(length));
    }

    /// Goes to an earlier or later place.
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = self.text.len().min(at);
    }

    /// Takes `byte` if it is next.
    #[inline]
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at = self.at.saturating_add(usize::from(is_next));
        is_next
    }

    /// Takes what belongs to a class of octets that holds all beyond ASCII or none.
    #[inline]
    pub(crate) fn take_while(&mut self, is: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        let rest = self.bytes();
        let length = rest.iter().position(|&byte| !is(byte)).unwrap_or(rest.len());
        self.at = self.at.saturating_add(length);
        self.since(start)
    }

    #[inline]
    pub(crate) fn skip_space(&mut self) {
        self.take_while(is_space);
    }

    /// `CFWS` (RFC 5322, section 3.2.2): white space, line breaks and comments, nested as they
    /// like. Whether there was any.
    #[inline]
    pub(crate) fn skip_cfws(&mut self, reading: &mut Reading<'_>) -> bool {
        match self.peek() {
            Some(byte) if is_space(byte) || byte == b'(' => self.skip_some_cfws(reading),
            _ => return false,
        }
        true
    }

    fn skip_some_cfws(&mut self, reading: &mut Reading<'_>) {
        loop {
            self.skip_space();
            if self.peek() != Some(b'(') {
                return;
            }
            self.skip_comment(reading);
        }
    }

    fn skip_comment(&mut self, reading: &mut Reading<'_>) {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            self.take_while(|byte| !matches!(byte, b'(' | b')' | b'\\'));
            let end = self.at;
            match self.peek() {
                Some(b'(') => depth = depth.saturating_add(1),
                Some(b')') => depth = depth.saturating_sub(1),
                Some(_) => self.advance(1),
                None => {
                    reading.record(DefectKind::OpenComment, start);
                    self.comment = self.text.get(start.saturating_add(1)..);
                    self.go_to(self.text.len());
                    return;
                }
            }
            // A quoted character may be longer than an octet; what is left of it is no parenthesis.
            self.advance(1);
            if depth == 0 {
                self.comment = self.text.get(start.saturating_add(1)..end);
                return;
            }
        }
    }

    /// The inside of the last comment since this was asked, its quoted characters as written.
    pub(crate) const fn take_comment(&mut self) -> Option<&'a str> {
        self.comment.take()
    }

    /// The inside of a `quoted-string` that begins here (RFC 5322, section 3.2.4), unquoted and
    /// unfolded.
    pub(crate) fn quoted_string(&mut self, reading: &mut Reading<'_>) -> Cow<'a, str> {
        let open = self.at;
        self.advance(1);
        let start = self.at;
        self.take_while(|byte| !matches!(byte, b'"' | b'\\' | b'\r' | b'\n'));
        let plain = self.since(start);
        if self.eat(b'"') {
            return Cow::Borrowed(plain);
        }
        let mut text = plain.to_owned();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.advance(1);
                    return Cow::Owned(text);
                }
                Some(b'\\') => {
                    self.advance(1);
                    if let Some(character) = self.rest().chars().next() {
                        text.push(character);
                        self.advance(character.len_utf8());
                    }
                }
                Some(b'\r' | b'\n') => self.advance(1),
                Some(_) => {
                    text.push_str(self.take_while(|byte| !matches!(byte, b'"' | b'\\' | b'\r' | b'\n')))
                }
                None => {
                    reading.record(DefectKind::OpenQuote, open);
                    return Cow::Owned(text);
                }
            }
        }
    }
}

/// `text` with control characters read as spaces: decoded text must not become structure.
pub(crate) fn without_controls<'a>(text: Cow<'a, str>, at: usize, reading: &mut Reading<'_>) -> Cow<'a, str> {
    let is_control = |c: char| c.is_ascii_control() && c != '\t';
    // Without an early end the compiler makes this a few instructions.
    let has_control = text.bytes().fold(false, |found, byte| found | chars::is_control(byte));
    if !has_control {
        return text;
    }
    reading.record(DefectKind::ControlCharacter, at);
    Cow::Owned(text.chars().map(|c| if is_control(c) { ' ' } else { c }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Defect;

    fn skipped(text: &str) -> (usize, Option<String>, bool) {
        let mut defects = Defects::new();
        let mut lexer = Lexer::new(text);
        lexer.skip_cfws(&mut Reading::new(&mut defects));
        let comment = lexer.take_comment().map(str::to_owned);
        (lexer.at(), comment, defects.is_empty())
    }

    #[test]
    fn comments() {
        assert_eq!(skipped("  x"), (2, None, true));
        assert_eq!(skipped(" (a) (b(c)\\)d)\r\n x"), (17, Some("b(c)\\)d".into()), true));
        assert_eq!(skipped("()x"), (2, Some(String::new()), true));
        assert_eq!(skipped("(\\ü)x"), (5, Some("\\ü".into()), true));
        for open in ["(a", "((a)", "(a\\", "(\\)", "("] {
            assert_eq!(skipped(open), (open.len(), Some(open[1..].into()), false), "{open}");
        }
        let deep = "(".repeat(100_000) + &")".repeat(100_000) + "x";
        assert_eq!(skipped(&deep).0, 200_000);
    }

    #[test]
    fn quoted_strings() {
        for (text, meant, rest) in [
            ("\"a b\"c", "a b", "c"),
            ("\"\"", "", ""),
            ("\"a\\\"b\\\\\" x", "a\"b\\", " x"),
            ("\"a\r\n b\\ü\"", "a bü", ""),
            ("\"a\nb\rc\n\nd\"", "abcd", ""),
        ] {
            let mut defects = Defects::new();
            let mut lexer = Lexer::new(text);
            assert_eq!(lexer.quoted_string(&mut Reading::new(&mut defects)), meant);
            assert_eq!(lexer.rest(), rest);
            assert!(defects.is_empty());
        }
        for open in ["\"", "\"a", "\"a\\", "\"a\\\""] {
            let mut defects = Defects::new();
            let mut lexer = Lexer::new(open);
            lexer.quoted_string(&mut Reading::new(&mut defects));
            assert!(lexer.is_done() && defects.has(DefectKind::OpenQuote), "{open}");
        }
    }

    #[test]
    fn controls_are_read_as_spaces() {
        let mut defects = Defects::new();
        let mut reading = Reading { offset: 100, ..Reading::new(&mut defects) };
        assert!(matches!(without_controls("a\tbü".into(), 0, &mut reading), Cow::Borrowed("a\tbü")));
        assert_eq!(without_controls("a\tb\0\u{85}\x7f\r\nc".into(), 7, &mut reading), "a\tb \u{85}   c");
        assert_eq!(defects.as_slice(), [Defect { kind: DefectKind::ControlCharacter, offset: 107 }]);
    }

    #[test]
    fn long_text_is_read_as_short_text() {
        for length in [0, 1, 127, 128, 129, 1000] {
            let mut text = "a".repeat(length).into_bytes();
            assert_eq!(valid_utf8(&text).map(str::len), Some(length));
            text.extend_from_slice("ü".as_bytes());
            assert_eq!(valid_utf8(&text).map(str::len), Some(length + 2));
            assert_eq!(valid_utf8(&text[..length + 1]), None);
        }
    }

    #[test]
    fn octets_that_mean_nothing_are_replaced() {
        let mut defects = Defects::new();
        let mut reading = Reading { offset: 100, ..Reading::new(&mut defects) };
        assert_eq!(reading.utf8("grün".as_bytes()), "grün");
        assert_eq!(reading.utf8(b"gr\xfcn"), "gr\u{fffd}n");
        assert_eq!(reading.trimmed(b" \r\n x \r\n"), b"x");
        assert_eq!(reading.offset, 104);
        assert_eq!(reading.utf8(b"\xff"), "\u{fffd}");
        assert_eq!(defects.iter().map(|defect| defect.offset).collect::<Vec<_>>(), [102, 104]);
    }
}
