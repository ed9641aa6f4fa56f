//! DEFLATE (RFC 1951) by the letter, slow and plain: a judge of what the real
//! compressor makes, and a hand to write what no compressor would. Nothing is
//! shared with `codec`.

use std::sync::LazyLock;

/// `length`: base and extra bits of the codes 257 to 285 (section 3.2.5).
const LENGTHS: [(usize, u32); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];
/// `distance`: base and extra bits of the codes 0 to 29 (section 3.2.5).
const DISTANCES: [(usize, u32); 30] = [
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 0),
    (5, 1),
    (7, 1),
    (9, 2),
    (13, 2),
    (17, 3),
    (25, 3),
    (33, 4),
    (49, 4),
    (65, 5),
    (97, 5),
    (129, 6),
    (193, 6),
    (257, 7),
    (385, 7),
    (513, 8),
    (769, 8),
    (1025, 9),
    (1537, 9),
    (2049, 10),
    (3073, 10),
    (4097, 11),
    (6145, 11),
    (8193, 12),
    (12289, 12),
    (16385, 13),
    (24577, 13),
];
/// In which order the lengths of the code length codes stand (section 3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// What a sender takes off the end of a message (RFC 7692, section 7.2.1).
pub(super) const TAIL: [u8; 4] = [0x00, 0x00, 0xFF, 0xFF];

/// A block as it was found (section 3.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) last: bool,
    /// 0 without compression, 1 with fixed, 2 with dynamic codes.
    pub(super) kind: u32,
    pub(super) size: usize,
}

/// Inflates the messages of one direction, and takes notes.
#[derive(Clone, Debug, Default)]
pub(super) struct Judge {
    /// All that was inflated; distances reach back into it.
    text: Vec<u8>,
    pub(super) blocks: Vec<Block>,
    /// The longest distance there was.
    pub(super) farthest: usize,
    /// Before this there is nothing to refer to.
    start: usize,
    /// Judges by what a receiver has to take, not by what a sender may write.
    receives: bool,
}

struct Reader<'a> {
    bytes: &'a [u8],
    /// In bits.
    at: usize,
}

impl Reader<'_> {
    fn bit(&mut self) -> Result<u32, &'static str> {
        let byte = self.bytes.get(self.at / 8).ok_or("it ends inside a block")?;
        let bit = byte >> (self.at % 8) & 1;
        self.at += 1;
        Ok(bit.into())
    }

    fn bits(&mut self, count: u32) -> Result<usize, &'static str> {
        let mut sum = 0;
        for i in 0..count {
            sum |= (self.bit()? as usize) << i;
        }
        Ok(sum)
    }

    /// Whole bytes, from where one begins.
    fn slice(&mut self, length: usize) -> Result<&[u8], &'static str> {
        let start = self.at / 8;
        self.at += length * 8;
        self.bytes.get(start..start + length).ok_or("it ends inside a block")
    }

    fn align(&mut self) {
        self.at = self.at.div_ceil(8) * 8;
    }

    /// One symbol, bit by bit.
    fn symbol(&mut self, code: &Code) -> Result<usize, &'static str> {
        let (mut bits, mut first, mut before) = (0, 0, 0);
        for count in code.counts.iter().skip(1) {
            bits = bits << 1 | self.bit()? as usize;
            if bits < first + count {
                return code.symbols.get(before + bits - first).copied().ok_or("no such code");
            }
            before += count;
            first = (first + count) << 1;
        }
        Err("no such code")
    }
}

/// A prefix code by the lengths of its symbols (section 3.2.2).
struct Code {
    /// How many symbols there are of each length.
    counts: [usize; 16],
    /// By length, and within a length by value.
    symbols: Vec<usize>,
}

impl Code {
    fn new(lengths: &[usize]) -> Self {
        let mut counts = [0; 16];
        let mut symbols: Vec<usize> = (0..lengths.len()).filter(|symbol| lengths[*symbol] > 0).collect();
        for symbol in &symbols {
            counts[lengths[*symbol]] += 1;
        }
        symbols.sort_by_key(|symbol| lengths[*symbol]);
        Self { counts, symbols }
    }

    /// How much of the code space is unused; negative where there are too many codes.
    fn unused(&self) -> i64 {
        self.counts.iter().skip(1).fold(1, |unused, count| unused * 2 - *count as i64)
    }
}

/// The codes of literals and of distances that stand in the RFC (section 3.2.6).
static FIXED: LazyLock<[Code; 2]> = LazyLock::new(|| {
    let literals = [vec![8; 144], vec![9; 112], vec![7; 24], vec![8; 8]].concat();
    [Code::new(&literals), Code::new(&[5; 30])]
});

impl Judge {
    /// Lets pass what every receiver has to: a last block at the end of a message, and
    /// whatever one is padded with.
    #[allow(dead_code)] // the tests of deflate judge by it, and read this file as theirs
    pub(super) fn of_receivers() -> Self {
        Self { receives: true, ..Self::default() }
    }

    /// From here on nothing refers to what came before.
    #[allow(dead_code)] // as above
    pub(super) fn forget(&mut self) {
        self.start = self.text.len();
    }

    /// The payload of a compressed message (RFC 7692, section 7.2.2): with the tail
    /// put back, whole blocks, of which the last one is empty and without compression.
    pub(super) fn message(&mut self, payload: &[u8]) -> Result<Vec<u8>, &'static str> {
        self.stream(&[payload, &TAIL].concat())
    }

    /// The payload of a fragment that others follow: the same, its tail in place.
    pub(super) fn stream(&mut self, bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
        let start = self.text.len();
        let mut reader = Reader { bytes, at: 0 };
        loop {
            let block = self.block(&mut reader)?;
            self.blocks.push(block);
            if reader.at == bytes.len() * 8 {
                let ends = block.kind == 0 && block.size == 0 && (self.receives || !block.last);
                return if ends { Ok(self.text[start..].to_vec()) } else { Err("no empty block at its end") };
            }
        }
    }

    fn block(&mut self, reader: &mut Reader<'_>) -> Result<Block, &'static str> {
        let start = self.text.len();
        let last = reader.bit()? == 1;
        let kind = reader.bits(2)? as u32;
        match kind {
            0 => {
                reader.align();
                let (length, complement) = (reader.bits(16)?, reader.bits(16)?);
                if length ^ complement != 0xFFFF {
                    return Err("a length that is not that of its complement");
                }
                self.text.extend_from_slice(reader.slice(length)?);
            }
            1 => {
                let [literals, distances] = &*FIXED;
                self.symbols(reader, literals, distances)?;
            }
            2 => {
                let (literals, distances) = codes(reader)?;
                self.symbols(reader, &literals, &distances)?;
            }
            _ => return Err("a block of the reserved type"),
        }
        if last && self.receives {
            reader.align();
        } else if last {
            // RFC 7692, section 7.2.1: zeros up to the next byte.
            while !reader.at.is_multiple_of(8) {
                if reader.bit()? == 1 {
                    return Err("a last block that is not padded with zeros");
                }
            }
        }
        Ok(Block { last, kind, size: self.text.len() - start })
    }

    fn symbols(
        &mut self,
        reader: &mut Reader<'_>,
        literals: &Code,
        distances: &Code,
    ) -> Result<(), &'static str> {
        loop {
            let symbol = reader.symbol(literals)?;
            match symbol {
                0..=255 => self.text.push(symbol as u8),
                256 => return Ok(()),
                _ => {
                    let (base, extra) = LENGTHS.get(symbol - 257).ok_or("no such length")?;
                    let length = base + reader.bits(*extra)?;
                    let (base, extra) = DISTANCES.get(reader.symbol(distances)?).ok_or("no such distance")?;
                    let distance = base + reader.bits(*extra)?;
                    if distance > self.text.len() - self.start {
                        return Err("a distance beyond the beginning");
                    }
                    self.farthest = self.farthest.max(distance);
                    for _ in 0..length {
                        self.text.push(self.text[self.text.len() - distance]);
                    }
                }
            }
        }
    }

    /// How many blocks there were of each type.
    pub(super) fn kinds(&self) -> [usize; 3] {
        [0, 1, 2].map(|kind| self.blocks.iter().filter(|block| block.kind == kind).count())
    }
}

/// The two codes of a block with dynamic ones (section 3.2.7).
fn codes(reader: &mut Reader<'_>) -> Result<(Code, Code), &'static str> {
    let (literals, distances) = (reader.bits(5)? + 257, reader.bits(5)? + 1);
    let count = reader.bits(4)? + 4;
    if literals > 286 || distances > 30 {
        return Err("more codes than there are symbols");
    }
    let mut of_lengths = [0; 19];
    for symbol in ORDER.iter().take(count) {
        of_lengths[*symbol] = reader.bits(3)?;
    }
    let of_lengths = Code::new(&of_lengths);
    if of_lengths.unused() != 0 {
        return Err("an incomplete or crowded code of lengths");
    }
    let mut lengths: Vec<usize> = Vec::new();
    while lengths.len() < literals + distances {
        let symbol = reader.symbol(&of_lengths)?;
        let (value, times) = match symbol {
            16 => (*lengths.last().ok_or("nothing to repeat")?, 3 + reader.bits(2)?),
            17 => (0, 3 + reader.bits(3)?),
            18 => (0, 11 + reader.bits(7)?),
            length => (length, 1),
        };
        lengths.extend(std::iter::repeat_n(value, times));
    }
    if lengths.len() != literals + distances {
        return Err("more lengths than there are codes");
    }
    if lengths.get(256) == Some(&0) {
        return Err("a block that has no end");
    }
    let distances = Code::new(&lengths.split_off(literals));
    let literals = Code::new(&lengths);
    for code in [&literals, &distances] {
        // One code alone may leave room (section 3.2.7).
        if code.unused() < 0 || code.unused() > 0 && code.symbols.len() > 1 {
            return Err("an incomplete or crowded code");
        }
    }
    Ok((literals, distances))
}

/// Writes blocks bit by bit.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    /// Bits used of the last byte, 8 where it is full.
    used: u32,
}

impl Bits {
    pub(super) fn new() -> Self {
        Self { bytes: Vec::new(), used: 8 }
    }

    /// Numbers stand with their lowest bit first.
    fn number(mut self, value: usize, count: u32) -> Self {
        for i in 0..count {
            if self.used == 8 {
                self.bytes.push(0);
                self.used = 0;
            }
            if let Some(byte) = self.bytes.last_mut() {
                *byte |= ((value >> i & 1) as u8) << self.used;
            }
            self.used += 1;
        }
        self
    }

    /// Codes stand with their highest bit first.
    fn code(mut self, code: usize, length: u32) -> Self {
        for i in (0..length).rev() {
            self = self.number(code >> i & 1, 1);
        }
        self
    }

    /// The beginning of a block.
    fn head(self, last: bool, kind: usize) -> Self {
        self.number(last.into(), 1).number(kind, 2)
    }

    /// One or more blocks without compression.
    pub(super) fn stored(mut self, last: bool, data: &[u8]) -> Self {
        let pieces: Vec<&[u8]> = if data.is_empty() { vec![data] } else { data.chunks(65_535).collect() };
        for (index, piece) in pieces.iter().enumerate() {
            self = self.head(last && index + 1 == pieces.len(), 0);
            self.used = 8;
            self = self.number(piece.len(), 16).number(!piece.len(), 16);
            self.bytes.extend_from_slice(piece);
        }
        self
    }

    /// A block with fixed codes: `data`, then matches of a length and a distance.
    pub(super) fn fixed(mut self, last: bool, data: &[u8], matches: &[(usize, usize)]) -> Self {
        self = self.head(last, 1);
        for byte in data {
            let value = usize::from(*byte);
            self = if value < 144 { self.code(0x30 + value, 8) } else { self.code(0x190 + value - 144, 9) };
        }
        for &(length, distance) in matches {
            let code = |table: &[(usize, u32)], value: usize| {
                let code =
                    table.iter().rposition(|(base, _)| *base <= value).expect("not below the first base");
                (code, value - table[code].0, table[code].1)
            };
            let (symbol, rest, extra) = code(&LENGTHS, length);
            self = if symbol < 23 { self.code(symbol + 1, 7) } else { self.code(0xC0 + symbol - 23, 8) };
            self = self.number(rest, extra);
            let (symbol, rest, extra) = code(&DISTANCES, distance);
            self = self.code(symbol, 5).number(rest, extra);
        }
        self.code(0, 7)
    }

    /// Zeros up to the next byte: what the end of a last block asks for.
    pub(super) fn padded(mut self) -> Self {
        self.used = 8;
        self
    }

    /// The bytes as they are; the last one is filled up with zeros.
    pub(super) fn bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The payload of a message: with the header of an empty block, whose tail goes.
    pub(super) fn message(self) -> Vec<u8> {
        let bytes = self.stored(false, b"").bytes();
        bytes[..bytes.len() - TAIL.len()].to_vec()
    }

    /// The payload of a fragment that others follow.
    pub(super) fn fragment(self) -> Vec<u8> {
        self.stored(false, b"").bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: [u8; 7] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00];

    #[test]
    fn the_judge_and_the_hand_know_the_examples() {
        let mut judge = Judge::default();
        assert_eq!(judge.message(&HELLO), Ok(b"Hello".to_vec()));
        assert_eq!(judge.message(&[0xF2, 0x00, 0x11, 0x00, 0x00]), Ok(b"Hello".to_vec()));
        assert_eq!((judge.farthest, judge.kinds()), (5, [2, 2, 0]));
        assert_eq!(
            Judge::default().message(&[0xF2, 0x00, 0x11, 0x00, 0x00]),
            Err("a distance beyond the beginning")
        );
        for bad in [&HELLO[..6], &HELLO[..4], &[], &[0x06], &[0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]] {
            assert!(Judge::default().message(bad).is_err(), "{bad:x?}");
        }
        assert_eq!(Bits::new().fixed(false, b"Hello", &[]).message(), HELLO);
        assert_eq!(Bits::new().fixed(false, b"H", &[(4, 5)]).message(), [0xF2, 0x00, 0x11, 0x00, 0x00]);
        let stored = [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00];
        assert_eq!(Bits::new().stored(false, b"Hello").message(), stored);
        let last = [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00];
        assert_eq!(Bits::new().fixed(true, b"Hello", &[]).padded().message(), last);
    }

    #[test]
    fn what_the_hand_writes_the_judge_reads() {
        let text: Vec<u8> = (0..70_000_u32).map(|i| (i.wrapping_mul(i) >> 7) as u8).collect();
        for distance in [1, 2, 4, 5, 24, 192, 193, 256, 257, 1024, 1025, 24_577, 32_767, 32_768] {
            for length in [3, 4, 10, 11, 12, 114, 115, 257, 258] {
                let payload = Bits::new()
                    .stored(false, &text)
                    .fixed(false, b"\x8F\x90", &[(length, distance)])
                    .message();
                let mut judge = Judge::default();
                let made = judge.message(&payload).unwrap();
                let mut expected = [&text[..], b"\x8F\x90"].concat();
                for _ in 0..length {
                    expected.push(expected[expected.len() - distance]);
                }
                assert!(made == expected, "{length} {distance}");
                assert_eq!((judge.farthest, judge.kinds()), (distance, [3, 1, 0]));
            }
        }
    }
}
