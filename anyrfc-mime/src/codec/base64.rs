//! Base64 in both directions, a piece at a time (RFC 2045, section 6.8).

use encodify::base64::{self, MIME};

use crate::types::{DefectKind, Defects};

/// Octets of a full line: 76 characters.
const LINE: usize = 57;

/// Encodes a body in lines of 76 characters, CRLF between them and none at the end.
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    /// The beginning of a line.
    pending: Vec<u8>,
    /// Whether a line was written, so that the next one is another.
    begun: bool,
}

impl Encoder {
    /// An encoder at the beginning of a body.
    #[must_use]
    pub const fn new() -> Self {
        Self { pending: Vec::new(), begun: false }
    }

    /// Encodes more of the body onto `out`; what makes no full line waits for more.
    pub fn push(&mut self, mut input: &[u8], out: &mut Vec<u8>) {
        if !self.pending.is_empty() {
            let missing = LINE.saturating_sub(self.pending.len());
            let Some((head, rest)) = input.split_at_checked(missing) else {
                self.pending.extend_from_slice(input);
                return;
            };
            self.pending.extend_from_slice(head);
            input = rest;
            let line = std::mem::take(&mut self.pending);
            self.lines(&line, out);
            self.pending = line;
            self.pending.clear();
        }
        let (lines, rest) = input.split_at(input.len().saturating_sub(input.len() % LINE));
        self.lines(lines, out);
        self.pending.extend_from_slice(rest);
    }

    /// Encodes what is left, and begins another body.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let rest = std::mem::take(&mut self.pending);
        self.lines(&rest, out);
        self.begun = false;
    }

    fn lines(&mut self, input: &[u8], out: &mut Vec<u8>) {
        if input.is_empty() {
            return;
        }
        if self.begun {
            out.extend_from_slice(b"\r\n");
        }
        self.begun = true;
        MIME.encode_append(input, out);
        // The engine ends the last line too.
        out.truncate(out.len().saturating_sub(2));
    }
}

/// How many octets [`Encoder`] makes of `length`.
#[must_use]
pub const fn encoded_len(length: u64) -> u64 {
    let characters = length.div_ceil(3).saturating_mul(4);
    let breaks = characters.saturating_sub(1) / 76;
    characters.saturating_add(breaks.saturating_mul(2))
}

/// Encodes a whole body, as [`Encoder`] does.
#[must_use]
pub fn encode(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(MIME.encoded_len(input.len()));
    let mut encoder = Encoder::new();
    encoder.push(input, &mut out);
    encoder.finish(&mut out);
    out
}

/// Decodes a body. White space is passed over, other characters outside the alphabet too, and
/// what follows padding is decoded as well.
#[derive(Clone, Debug)]
pub struct Decoder {
    quantum: base64::Decoder,
    offset: u64,
    padded: bool,
    seen: Seen,
}

/// Which defects were noted: each is, once.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    junk: bool,
    after_padding: bool,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// A decoder at the beginning of a body.
    #[must_use]
    pub fn new() -> Self {
        Self { quantum: MIME.decoder(), offset: 0, padded: false, seen: Seen::default() }
    }

    /// Decodes more of the body onto `out`. Each kind of defect is noted once, its offset counted
    /// from the beginning of the body.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>, defects: &mut Defects) {
        let mut rest = input;
        while !rest.is_empty() {
            let (block, after) = rest.split_at_checked(block_len(rest)).unwrap_or((rest, &[]));
            if !self.quantum.is_aligned() || self.padded || !decode_whole(block, out) {
                self.push_slowly(block, out, defects);
            }
            self.offset = self.offset.saturating_add(block.len() as u64);
            rest = after;
        }
    }

    /// Octet by octet where something is in the way.
    fn push_slowly(&mut self, input: &[u8], out: &mut Vec<u8>, defects: &mut Defects) {
        let mut rest = input;
        while !rest.is_empty() {
            let taken = self.quantum.decode_symbols(rest, out);
            if taken > 0 && self.padded {
                self.padded = false;
                if !self.seen.after_padding {
                    self.seen.after_padding = true;
                    defects.record(DefectKind::DataAfterPadding, self.at(input, rest));
                }
            }
            rest = rest.get(taken..).unwrap_or_default();
            let Some((&byte, after)) = rest.split_first() else { return };
            match byte {
                b'=' => {
                    self.quantum.pad(out);
                    self.padded = true;
                }
                b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c => {}
                _ if self.seen.junk => {}
                _ => {
                    self.seen.junk = true;
                    defects.record(DefectKind::NotBase64, self.at(input, rest));
                }
            }
            rest = after;
        }
    }

    const fn at(&self, input: &[u8], rest: &[u8]) -> u64 {
        self.offset.saturating_add(input.len().saturating_sub(rest.len()) as u64)
    }

    /// Decodes what is left.
    pub fn finish(self, out: &mut Vec<u8>, defects: &mut Defects) {
        if !self.quantum.is_aligned() {
            defects.record(DefectKind::IncompleteBase64, self.offset);
        }
        self.quantum.finish(out);
    }
}

/// How much of `input` is decoded at once: what the cache holds, so that looking at it twice costs
/// little; whole lines where there are any, which are whole quanta most of the time.
fn block_len(input: &[u8]) -> usize {
    const BLOCK: usize = 16 << 10;
    let Some(block) = input.get(..BLOCK) else { return input.len() };
    memchr::memrchr(b'\n', block).map_or(BLOCK, |at| at.saturating_add(1))
}

/// Decodes `input` at once if that is all the same: whole quanta without padding and nothing else
/// between but white space.
fn decode_whole(input: &[u8], out: &mut Vec<u8>) -> bool {
    let before = out.len();
    if let Ok(decoded) = MIME.decode_append(input, out)
        && decoded % 3 == 0
    {
        // As many symbols as were decoded, and nothing else but line breaks: the usual.
        let count = |byte| memchr::memchr_iter(byte, input).count();
        let symbols = (decoded / 3).saturating_mul(4);
        let breaks = count(b'\n').saturating_add(count(b'\r'));
        if symbols.saturating_add(breaks) == input.len() || symbols == count_symbols(input) {
            return true;
        }
    }
    out.truncate(before);
    false
}

/// How many octets are neither white space nor another control character.
fn count_symbols(input: &[u8]) -> usize {
    /// So many that an octet can count them, which the compiler does many at once.
    const AT_ONCE: usize = 240;
    let count =
        |piece: &[u8]| piece.iter().fold(0_u8, |count, &byte| count.wrapping_add(u8::from(byte > b' ')));
    input.chunks(AT_ONCE).map(|piece| usize::from(count(piece))).sum()
}

/// Decodes a whole body, as [`Decoder`] does.
#[must_use]
pub fn decode(input: &[u8], defects: &mut Defects) -> Vec<u8> {
    // With room for what the kernel writes ahead.
    let mut out = Vec::with_capacity(MIME.decoded_len_estimate(input.len()).saturating_add(64));
    let (lines, rest) = last_line(input);
    let mut decoder = Decoder::new();
    decoder.push(lines, &mut out, defects);
    decoder.push(rest, &mut out, defects);
    decoder.finish(&mut out, defects);
    out
}

/// What stands before the last line with symbols, and the rest: padding is in the way of no other.
fn last_line(input: &[u8]) -> (&[u8], &[u8]) {
    let symbols = input.iter().rposition(|&byte| byte > b' ' && byte != b'=').unwrap_or_default();
    let last_break = memchr::memrchr(b'\n', input.get(..symbols).unwrap_or_default());
    input.split_at(last_break.map_or(0, |at| at.saturating_add(1)))
}

/// Decodes a whole body as [`decode`] does, for those who do not ask what is wrong with it.
pub(crate) fn decode_unnoted(input: &[u8]) -> Vec<u8> {
    // What the kernel accepts it decodes as we do; other characters it refuses.
    MIME.decode(input).unwrap_or_else(|_| decode(input, &mut Defects::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_pieces(input: &[u8], size: usize) -> (Vec<u8>, Vec<DefectKind>) {
        let (mut out, mut defects) = (Vec::new(), Defects::new());
        let mut decoder = Decoder::new();
        for piece in input.chunks(size) {
            decoder.push(piece, &mut out, &mut defects);
        }
        decoder.finish(&mut out, &mut defects);
        (out, defects.iter().map(|defect| defect.kind).collect())
    }

    #[test]
    fn what_is_encoded_is_decoded_in_any_pieces() {
        for length in [0, 1, 2, 3, 56, 57, 58, 59, 113, 114, 115, 1000, 10_000] {
            let data: Vec<u8> = (0..length).map(|n: usize| (n * 7 + n / 256) as u8).collect();
            let encoded = encode(&data);
            assert_eq!(encoded.len() as u64, encoded_len(length as u64));
            assert!(encoded.split(|&b| b == b'\n').all(|line| line.len() <= 77));
            for size in [1, 2, 3, 7, 57, 1460, 65_536] {
                let mut pieces = Vec::new();
                let mut encoder = Encoder::new();
                data.chunks(size).for_each(|piece| encoder.push(piece, &mut pieces));
                encoder.finish(&mut pieces);
                assert_eq!(pieces, encoded, "{length} in pieces of {size}");
                assert_eq!(in_pieces(&encoded, size), (data.clone(), vec![]), "{length} in {size}");
            }
            let mut defects = Defects::new();
            assert_eq!(decode(&encoded, &mut defects), data);
            assert!(defects.is_empty());
        }
    }

    #[test]
    fn what_is_wrong_is_noted_and_read_all_the_same() {
        use DefectKind::{DataAfterPadding, IncompleteBase64, NotBase64};
        for (input, output, kinds) in [
            (&b"QQ=="[..], &b"A"[..], &[][..]),
            (b"QUI=", b"AB", &[]),
            (b"Q U\r\nJ\tD", b"ABC", &[]),
            (b"QUJD\nQ", b"ABC", &[IncompleteBase64]),
            (b"QUJD\n\nQ\nUJD", b"ABCABC", &[]),
            (b"Q*UJD!", b"ABC", &[NotBase64]),
            (b"QQ", b"A", &[IncompleteBase64]),
            (b"QUJDQ", b"ABC", &[IncompleteBase64]),
            (b"QQ==QQ==", b"AA", &[DataAfterPadding]),
            (b"QQ==QQ==QQ==", b"AAA", &[DataAfterPadding]),
            (b"QQ==Q", b"A", &[DataAfterPadding, IncompleteBase64]),
            (b"QQ==\r\n \t\x0b\x0c", b"A", &[]),
            (b"QUJD=QUJD", b"ABCABC", &[DataAfterPadding]),
            (b"QQ==\r\n--\r\nfoot", b"A~\x8a-", &[NotBase64, DataAfterPadding]),
            (b"====", b"", &[]),
            (b"\0\xff", b"", &[NotBase64]),
            (b"", b"", &[]),
        ] {
            for size in [1, 2, 3, 5, 100] {
                let (out, found) = in_pieces(input, size);
                assert_eq!(
                    (&*out, &*found),
                    (output, kinds),
                    "{:?} in {size}",
                    input.escape_ascii().to_string()
                );
            }
            let mut defects = Defects::new();
            assert_eq!(decode(input, &mut defects), output);
            assert_eq!(decode_unnoted(input), output);
            assert_eq!(defects.iter().map(|defect| defect.kind).collect::<Vec<_>>(), kinds);
        }
    }

    #[test]
    fn what_is_usual_is_decoded_at_once() {
        for (input, whole) in [
            (&b""[..], true),
            (b"QUJD", true),
            (b"QUJD\r\nQUJD\n", true),
            (b"QU JD\t\r\n", true),
            (&[&[b' '; 300][..], b"QUJD"].concat(), true),
            (b"QUJ", false),
            (b"QUI=", false),
            (b"QUI=QUJD", false),
            (b"QUJD*", false),
            (b"QUJD\xff", false),
        ] {
            let mut out = b"before".to_vec();
            assert_eq!(decode_whole(input, &mut out), whole, "{}", input.escape_ascii());
            if whole {
                assert_eq!(out, [b"before", &*decode(input, &mut Defects::new())].concat());
            } else {
                assert_eq!(out, b"before", "nothing is left behind");
            }
        }
        for (input, rest) in [
            (&b"QUJD\r\nQQ==\r\n\r\n"[..], &b"QQ==\r\n\r\n"[..]),
            (b"QUJD\nQUJD\n=\n", b"QUJD\n=\n"),
            (b"QUJD \n \n", b"QUJD \n \n"),
            (b"QQ==", b"QQ=="),
            (b"\n", b"\n"),
        ] {
            assert_eq!(last_line(input).1, rest, "{}", input.escape_ascii());
        }
    }

    #[test]
    fn blocks_end_with_their_lines() {
        const BLOCK: usize = 16 << 10;
        assert_eq!(block_len(&[b'a'; 100]), 100);
        assert_eq!(block_len(&vec![b'a'; BLOCK - 1]), BLOCK - 1);
        assert_eq!(block_len(&vec![b'a'; 2 * BLOCK]), BLOCK);
        let mut lines = vec![b'a'; 2 * BLOCK];
        (lines[99], lines[BLOCK + 5]) = (b'\n', b'\n');
        assert_eq!(block_len(&lines), 100);
    }

    #[test]
    fn offsets_count_from_the_beginning() {
        let mut defects = Defects::new();
        let (mut out, mut decoder) = (Vec::new(), Decoder::new());
        decoder.push(b"QUJD\r\n", &mut out, &mut defects);
        decoder.push(b"QU*JD", &mut out, &mut defects);
        assert_eq!(defects.as_slice()[0].offset, 8);
        for (input, offset) in [
            (&b"QUJDQ"[..], 5),
            (b"QQ==\nQUJD", 5),
            (&[&b"QUJD".repeat(10_000)[..], b"*QUJD"].concat(), 40_000),
        ] {
            for size in [1, 7, 100_000] {
                let (mut out, mut defects, mut decoder) = (Vec::new(), Defects::new(), Decoder::new());
                input.chunks(size).for_each(|piece| decoder.push(piece, &mut out, &mut defects));
                decoder.finish(&mut out, &mut defects);
                assert_eq!(defects.iter().map(|defect| defect.offset).collect::<Vec<_>>(), [offset]);
            }
        }
    }

    #[test]
    fn the_length_is_known_beforehand() {
        for (length, encoded) in [(0, 0), (1, 4), (3, 4), (57, 76), (58, 82), (114, 154)] {
            assert_eq!(encoded_len(length), encoded, "{length}");
        }
        assert_eq!(encoded_len(u64::MAX), u64::MAX, "more than can be counted");
    }
}
