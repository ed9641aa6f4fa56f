//! Quoted-printable in both directions, a piece at a time (RFC 2045, section 6.7).

use std::borrow::Cow;

use memchr::memchr;

use super::hex;
use crate::types::{DefectKind, Defects};

/// The most characters of a line before the `=` of a soft line break.
const LINE: usize = 75;

/// The most white space at a line's end that a transport may have put there. More is content.
const PADDING: usize = 256;

/// So many octets decide what is held: padding, an escape or the end of the line.
const DECISIVE: usize = PADDING + 4;

/// What CR and LF are to an [`Encoder`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Breaks {
    /// CRLF and LF are line breaks of text, written as CRLF.
    #[default]
    Text,
    /// CR and LF are octets like any others.
    Binary,
}

/// Encodes a body in lines of at most 76 characters.
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    breaks: Breaks,
    /// Characters of the present line.
    column: usize,
    /// A space, tab or CR whose form depends on what follows.
    pending: Option<u8>,
}

/// Whether `byte` stands for itself inside a line: white space too, where something follows.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t') && byte != b'='
}

impl Encoder {
    /// An encoder at the beginning of a body.
    #[must_use]
    pub const fn new(breaks: Breaks) -> Self {
        Self { breaks, column: 0, pending: None }
    }

    /// Encodes more of the body onto `out`.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        let mut rest = input;
        while let Some((&byte, after)) = rest.split_first() {
            let text = self.breaks == Breaks::Text;
            match self.pending.take() {
                Some(b'\r') if byte == b'\n' => {
                    self.hard_break(out);
                    rest = after;
                    continue;
                }
                Some(b'\r') => self.escape(b'\r', out),
                Some(space) if text && matches!(byte, b'\r' | b'\n') => self.escape(space, out),
                Some(space) => self.plain(&[space], out),
                None => {}
            }
            if text && byte == b'\n' {
                self.hard_break(out);
                rest = after;
                continue;
            }
            if text && byte == b'\r' {
                self.pending = Some(byte);
                rest = after;
                continue;
            }
            let run = rest.iter().position(|&byte| !is_plain(byte)).unwrap_or(rest.len());
            let (plain, after_run) = rest.split_at(run);
            match plain.split_last() {
                None => {
                    self.escape(byte, out);
                    rest = after;
                }
                Some((&last, before)) if matches!(last, b' ' | b'\t') => {
                    self.plain(before, out);
                    self.pending = Some(last);
                    rest = after_run;
                }
                Some(_) => {
                    self.plain(plain, out);
                    rest = after_run;
                }
            }
        }
    }

    /// Encodes what is left, and begins another body.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if let Some(byte) = self.pending.take() {
            self.escape(byte, out);
        }
        self.column = 0;
    }

    fn plain(&mut self, mut text: &[u8], out: &mut Vec<u8>) {
        while !text.is_empty() {
            if self.column >= LINE {
                self.soft_break(out);
            }
            // A dot at the beginning of a line does not pass everywhere (RFC 2049, section 3).
            if self.column == 0
                && let [b'.', after @ ..] = text
            {
                self.escape(b'.', out);
                text = after;
                continue;
            }
            let (now, later) = text.split_at(text.len().min(LINE.saturating_sub(self.column)));
            out.extend_from_slice(now);
            self.column = self.column.saturating_add(now.len());
            text = later;
        }
    }

    fn escape(&mut self, byte: u8, out: &mut Vec<u8>) {
        if self.column > LINE - 3 {
            self.soft_break(out);
        }
        out.extend_from_slice(&[b'=', hex::digit(byte >> 4), hex::digit(byte & 15)]);
        self.column = self.column.saturating_add(3);
    }

    fn soft_break(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"=\r\n");
        self.column = 0;
    }

    fn hard_break(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\r\n");
        self.column = 0;
    }
}

/// Encodes a whole body, as [`Encoder`] does.
#[must_use]
pub fn encode(input: &[u8], breaks: Breaks) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len().saturating_add(input.len() / 8));
    let mut encoder = Encoder::new(breaks);
    encoder.push(input, &mut out);
    encoder.finish(&mut out);
    out
}

/// Decodes a body. White space at the end of a line is padding and deleted; what is no escape is
/// left as it is.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    /// An escape that has begun, or white space that may be padding.
    held: Vec<u8>,
    /// Where `held`, or else the next piece, begins.
    offset: u64,
    bad_escape: bool,
}

impl Decoder {
    /// A decoder at the beginning of a body.
    #[must_use]
    pub const fn new() -> Self {
        Self { held: Vec::new(), offset: 0, bad_escape: false }
    }

    /// Decodes more of the body onto `out`. Each kind of defect is noted once, its offset counted
    /// from the beginning of the body.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>, defects: &mut Defects) {
        let mut rest = input;
        while !self.held.is_empty() && !rest.is_empty() {
            // Up to the end of the line, or as much as decides what is held.
            let end = memchr(b'\n', rest).map_or(rest.len(), |at| at.saturating_add(1)).min(DECISIVE);
            let (piece, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            let mut held = std::mem::take(&mut self.held);
            held.extend_from_slice(piece);
            let done = self.lines(&held, false, out, defects);
            held.drain(..done);
            self.held = held;
            rest = after;
        }
        if !rest.is_empty() {
            let done = self.lines(rest, false, out, defects);
            self.held.extend_from_slice(rest.get(done..).unwrap_or_default());
        }
    }

    /// Decodes what is left.
    pub fn finish(mut self, out: &mut Vec<u8>, defects: &mut Defects) {
        let held = std::mem::take(&mut self.held);
        self.lines(&held, true, out, defects);
    }

    /// Decodes lines; how much of an incomplete one is done as well.
    fn lines(&mut self, data: &[u8], last: bool, out: &mut Vec<u8>, defects: &mut Defects) -> usize {
        let mut rest = data;
        while let Some(at) = memchr(b'\n', rest) {
            let (line, after) = rest.split_at_checked(at.saturating_add(1)).unwrap_or((rest, &[]));
            self.line(line, out, defects);
            rest = after;
        }
        if last {
            self.line(rest, out, defects);
            return data.len();
        }
        let undecided = undecided(rest);
        let sure = rest.get(..rest.len().saturating_sub(undecided)).unwrap_or_default();
        self.content(sure, out, defects);
        self.offset = self.offset.saturating_add(sure.len() as u64);
        data.len().saturating_sub(undecided)
    }

    /// One line with its end.
    fn line(&mut self, line: &[u8], out: &mut Vec<u8>, defects: &mut Defects) {
        let (text, end) = match line {
            [text @ .., b'\r', b'\n'] => (text, &b"\r\n"[..]),
            [text @ .., b'\n'] => (text, &b"\n"[..]),
            text => (text, &b""[..]),
        };
        match without_padding(text) {
            [text @ .., b'='] => self.content(text, out, defects),
            text => {
                self.content(text, out, defects);
                out.extend_from_slice(end);
            }
        }
        self.offset = self.offset.saturating_add(line.len() as u64);
    }

    fn content(&mut self, text: &[u8], out: &mut Vec<u8>, defects: &mut Defects) {
        let mut rest = text;
        while let Some(at) = memchr(b'=', rest) {
            let (plain, escape) = rest.split_at(at);
            out.extend_from_slice(plain);
            if let [_, high, low, after @ ..] = escape
                && let Some(byte) = hex::pair(*high, *low)
            {
                out.push(byte);
                rest = after;
                continue;
            }
            if !self.bad_escape {
                self.bad_escape = true;
                let at = text.len().saturating_sub(escape.len());
                defects.record(DefectKind::BadEscape, self.offset.saturating_add(at as u64));
            }
            out.push(b'=');
            rest = escape.get(1..).unwrap_or_default();
        }
        out.extend_from_slice(rest);
    }
}

/// `text` without the padding at its end.
fn without_padding(text: &[u8]) -> &[u8] {
    let content = text.iter().rposition(|&byte| !matches!(byte, b' ' | b'\t'));
    let kept = content.map_or(0, |at| at.saturating_add(1));
    let least = text.len().saturating_sub(PADDING);
    text.get(..kept.max(least)).unwrap_or(text)
}

/// How many octets at the end of an incomplete line depend on what follows.
fn undecided(line: &[u8]) -> usize {
    let before_cr = line.strip_suffix(b"\r").unwrap_or(line);
    let text = without_padding(before_cr);
    let escape = match text {
        [.., b'='] => 1,
        // Only where nothing stands between.
        [.., b'=', _] if text.len() == line.len() => 2,
        _ => 0,
    };
    line.len().saturating_sub(text.len()).saturating_add(escape)
}

/// Decodes a whole body, as [`Decoder`] does; borrowed where there is nothing to decode.
#[must_use]
pub fn decode<'a>(input: &'a [u8], defects: &mut Defects) -> Cow<'a, [u8]> {
    if memchr(b'=', input).is_none() && !has_padding(input) {
        return Cow::Borrowed(input);
    }
    let mut out = Vec::with_capacity(input.len());
    Decoder::new().lines(input, true, &mut out, defects);
    Cow::Owned(out)
}

fn has_padding(input: &[u8]) -> bool {
    let mut lines = input.split(|&byte| byte == b'\n');
    lines.any(|line| {
        let text = line.strip_suffix(b"\r").unwrap_or(line);
        matches!(text, [.., b' ' | b'\t'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode_in(input: &[u8], size: usize) -> (Vec<u8>, Vec<(DefectKind, u64)>) {
        let (mut out, mut defects) = (Vec::new(), Defects::new());
        let mut decoder = Decoder::new();
        input.chunks(size).for_each(|piece| decoder.push(piece, &mut out, &mut defects));
        decoder.finish(&mut out, &mut defects);
        (out, defects.iter().map(|defect| (defect.kind, defect.offset)).collect())
    }

    fn encode_in(input: &[u8], size: usize, breaks: Breaks) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = Encoder::new(breaks);
        input.chunks(size).for_each(|piece| encoder.push(piece, &mut out));
        encoder.finish(&mut out);
        out
    }

    #[test]
    fn text() {
        for (input, output) in [
            ("Grüße,\nJürgen\r\n", "Gr=C3=BC=C3=9Fe,\r\nJ=C3=BCrgen\r\n"),
            ("a = b", "a =3D b"),
            ("a \nb\t\r\nc ", "a=20\r\nb=09\r\nc=20"),
            ("a  \n", "a =20\r\n"),
            ("a\rb\r", "a=0Db=0D"),
            (".\n..\na.", "=2E\r\n=2E.\r\na."),
            ("\0\x7f\x1b", "=00=7F=1B"),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8(encode(input.as_bytes(), Breaks::Text)).unwrap(), output);
        }
        assert_eq!(encode(b"a\r\nb \n", Breaks::Binary), b"a=0D=0Ab =0A");
    }

    #[test]
    fn what_is_encoded_is_decoded_in_any_pieces() {
        let mut inputs: Vec<Vec<u8>> = vec![
            (0..=255).collect(),
            b"x".repeat(1000),
            b" ".repeat(1000),
            b"word ".repeat(100),
            "ü".repeat(200).into_bytes(),
            b"line\r\n".repeat(50),
        ];
        inputs.extend((70..80).map(|n| b"=".repeat(n)));
        inputs.extend((70..80).map(|n| [b"a".repeat(n), b" \r\n".to_vec()].concat()));
        for input in inputs {
            for breaks in [Breaks::Text, Breaks::Binary] {
                let encoded = encode(&input, breaks);
                for line in encoded.split(|&byte| byte == b'\n') {
                    let line = line.strip_suffix(b"\r").unwrap_or(line);
                    assert!(line.len() <= 76, "{}", line.escape_ascii());
                    assert!(!matches!(line, [.., b' ' | b'\t']) && line.is_ascii());
                }
                for size in [1, 2, 3, 7, 100, 1460] {
                    let (out, defects) = decode_in(&encoded, size);
                    assert!(defects.is_empty(), "{defects:?}");
                    if breaks == Breaks::Binary {
                        assert_eq!(out, input);
                    }
                    assert_eq!(encode_in(&input, size, breaks), encoded, "encoded in pieces of {size}");
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_is_left_as_it_is() {
        use DefectKind::BadEscape;
        for (input, output, defects) in [
            ("a=\r\nb=\nc", "abc", vec![]),
            ("a= \t\r\nb", "ab", vec![]),
            ("a  \r\nb \t\nc ", "a\r\nb\nc", vec![]),
            ("=c3=bc", "ü", vec![]),
            ("a=", "a", vec![]),
            ("a=4", "a=4", vec![(BadEscape, 1)]),
            ("a=4 ", "a=4", vec![(BadEscape, 1)]),
            ("=ZZ=4Z==", "=ZZ=4Z=", vec![(BadEscape, 0)]),
            ("==41", "=A", vec![(BadEscape, 0)]),
            ("==\r\nx", "=x", vec![(BadEscape, 0)]),
            ("a\rb \r\r\nc", "a\rb \r\r\nc", vec![]),
            ("a\r", "a\r", vec![]),
            ("a \r", "a \r", vec![]),
            ("= x", "= x", vec![(BadEscape, 0)]),
            ("", "", vec![]),
        ] {
            for size in [1, 2, 3, 4, 100] {
                let (out, found) = decode_in(input.as_bytes(), size);
                assert_eq!(
                    out.escape_ascii().to_string(),
                    output.as_bytes().escape_ascii().to_string(),
                    "{input:?} in {size}"
                );
                assert_eq!(found, defects, "{input:?} in {size}");
            }
            assert_eq!(decode(input.as_bytes(), &mut Defects::new()), output.as_bytes(), "{input:?}");
        }
    }

    #[test]
    fn lines_are_filled_to_the_last_column() {
        let a = |count| "a".repeat(count);
        for (input, output) in [
            (a(75), a(75)),
            (a(76), a(75) + "=\r\na"),
            (a(150), a(75) + "=\r\n" + &a(75)),
            (a(72) + "=", a(72) + "=3D"),
            (a(73) + "=", a(73) + "=\r\n=3D"),
            (a(72) + "=b", a(72) + "=3D=\r\nb"),
            (a(75) + "\n" + &a(75), a(75) + "\r\n" + &a(75)),
            (a(74) + " b", a(74) + " =\r\nb"),
            (a(75) + ".", a(75) + "=\r\n=2E"),
            ("=".repeat(26), "=3D".repeat(25) + "=\r\n=3D"),
        ] {
            assert_eq!(String::from_utf8(encode(input.as_bytes(), Breaks::Text)).unwrap(), output);
        }
    }

    #[test]
    fn what_has_nothing_to_decode_is_not_copied() {
        for (input, borrowed) in
            [("a b\r\n\r\nc", true), ("", true), ("a=20", false), ("a \r\nb", false), ("a\nb\t", false)]
        {
            let decoded = decode(input.as_bytes(), &mut Defects::new());
            assert_eq!(matches!(decoded, Cow::Borrowed(_)), borrowed, "{input:?}");
        }
    }

    #[test]
    fn a_defect_stands_where_it_stands() {
        for size in [1, 2, 3, 5, 100] {
            for (input, offset) in [
                ("ab\r\nc=3D=x", 8),
                ("abc=\r\n  =x", 8),
                ("a=3Db \r\n=", u64::MAX),
                ("line\nline\n=", u64::MAX),
                ("a \r\nb =\tc", 6),
            ] {
                let (_, defects) = decode_in(input.as_bytes(), size);
                let found = defects.first().map_or(u64::MAX, |(_, offset)| *offset);
                assert_eq!(found, offset, "{input:?} in {size}");
            }
        }
    }

    #[test]
    fn so_much_padding_goes_and_no_more() {
        for (spaces, kept) in [(0, 0), (1, 0), (PADDING, 0), (PADDING + 1, 1), (PADDING + 300, 300)] {
            for (before, end) in [("a", "\r\n"), ("", "\r\n"), ("a", "\n"), ("a", ""), ("a=", "\r\nb")] {
                let input = format!("{before}{}{end}", " ".repeat(spaces));
                // A soft line break is one only where nothing but padding follows.
                let soft = before.ends_with('=') && kept == 0;
                let meant = if soft { "ab".into() } else { format!("{before}{}{end}", " ".repeat(kept)) };
                for size in [1, 100, 259, 260, 261, 1000] {
                    let (out, _) = decode_in(input.as_bytes(), size);
                    assert_eq!(
                        String::from_utf8(out).unwrap(),
                        meant,
                        "{before:?} {spaces} {end:?} in {size}"
                    );
                }
            }
        }
    }

    #[test]
    fn padding_is_bounded() {
        let long = [b" ".repeat(100_000), b"\r\nx".to_vec()].concat();
        let (out, _) = decode_in(&long, 1000);
        assert_eq!(out, *decode(&long, &mut Defects::new()));
        assert_eq!(out.len(), long.len() - PADDING);
        let mut decoder = Decoder::new();
        decoder.push(&long[..50_000], &mut Vec::new(), &mut Defects::new());
        assert!(decoder.held.len() <= DECISIVE);
    }
}
