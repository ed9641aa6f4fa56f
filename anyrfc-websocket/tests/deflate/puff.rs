//! An inflater by the letter of RFC 1951, one bit at a time: slow, strict, and
//! nobody else's. It also tells how far back a message refers.

#[derive(Clone, Debug, Default)]
pub(crate) struct Puff {
    /// All that was ever inflated: the window, and more.
    pub(crate) history: Vec<u8>,
    /// Before this there is nothing to refer to.
    pub(crate) start: usize,
    /// The greatest distance of a reference.
    pub(crate) farthest: usize,
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Found<T> = Result<T, &'static str>;

impl Bits<'_> {
    fn bit(&mut self) -> Found<u32> {
        let byte = *self.bytes.get(self.at / 8).ok_or("the end")?;
        let bit = byte >> (self.at % 8) & 1;
        self.at += 1;
        Ok(bit.into())
    }

    fn number(&mut self, count: u32) -> Found<u32> {
        let mut value = 0;
        for i in 0..count {
            value |= self.bit()? << i;
        }
        Ok(value)
    }

    fn align(&mut self) {
        self.at = self.at.div_ceil(8) * 8;
    }
}

/// Canonical Huffman codes (section 3.2.2).
struct Codes {
    count: [usize; 16],
    symbols: Vec<usize>,
}

impl Codes {
    fn new(lengths: &[u8]) -> Self {
        let mut count = [0; 16];
        for &length in lengths {
            count[usize::from(length)] += 1;
        }
        count[0] = 0;
        let mut symbols: Vec<usize> = (0..lengths.len()).filter(|&i| lengths[i] > 0).collect();
        symbols.sort_by_key(|&i| (lengths[i], i));
        Self { count, symbols }
    }

    /// How much of the code space is unused; negative when there are too many codes.
    fn left(&self) -> i64 {
        self.count[1..].iter().fold(1, |left, &count| left * 2 - count as i64)
    }

    fn read(&self, bits: &mut Bits<'_>) -> Found<usize> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for length in 1..16 {
            code |= bits.bit()? as usize;
            let count = self.count[length];
            if code < first + count {
                return Ok(self.symbols[index + code - first]);
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Err("no such code")
    }
}

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

impl Puff {
    /// Inflates the payload of one message, which must end as RFC 7692 says.
    pub(crate) fn message(&mut self, payload: &[u8]) -> Found<Vec<u8>> {
        let whole = [payload, &[0, 0, 0xFF, 0xFF]].concat();
        let mut bits = Bits { bytes: &whole, at: 0 };
        let from = self.history.len();
        let mut ended = false;
        while bits.at < whole.len() * 8 {
            ended = self.block(&mut bits, payload.len() * 8)?;
        }
        if !ended {
            return Err("the end is not that of an empty block");
        }
        Ok(self.history[from..].to_vec())
    }

    /// Whether it was an empty block without compression, of which exactly the header
    /// was in the message. It may be marked as the last.
    fn block(&mut self, bits: &mut Bits<'_>, payload: usize) -> Found<bool> {
        let last = bits.bit()? == 1;
        let mut ending = false;
        match bits.number(2)? {
            0 => {
                bits.align();
                let header = bits.at;
                let length = bits.number(16)?;
                if bits.number(16)? != !length & 0xFFFF {
                    return Err("LEN and NLEN");
                }
                for _ in 0..length {
                    let byte = bits.number(8)? as u8;
                    self.history.push(byte);
                }
                ending = length == 0 && header == payload;
            }
            1 => {
                let mut lengths = [8_u8; 288];
                lengths[144..256].fill(9);
                lengths[256..280].fill(7);
                self.codes(bits, &Codes::new(&lengths), &Codes::new(&[5; 30]))?;
            }
            2 => {
                let (literals, distances) = dynamic(bits)?;
                self.codes(bits, &literals, &distances)?;
            }
            _ => return Err("BTYPE 11"),
        }
        if last {
            bits.align();
        }
        Ok(ending)
    }

    fn codes(&mut self, bits: &mut Bits<'_>, literals: &Codes, distances: &Codes) -> Found<()> {
        loop {
            match literals.read(bits)? {
                symbol @ 0..=255 => self.history.push(symbol as u8),
                256 => return Ok(()),
                symbol => {
                    let (base, extra) = *LENGTHS.get(symbol - 257).ok_or("no such length")?;
                    let length = base + bits.number(extra)? as usize;
                    let (base, extra) = *DISTANCES.get(distances.read(bits)?).ok_or("no such distance")?;
                    let distance = base + bits.number(extra)? as usize;
                    if distance > self.history.len() - self.start {
                        return Err("too far back");
                    }
                    self.farthest = self.farthest.max(distance);
                    for _ in 0..length {
                        self.history.push(self.history[self.history.len() - distance]);
                    }
                }
            }
        }
    }
}

fn dynamic(bits: &mut Bits<'_>) -> Found<(Codes, Codes)> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let literals = bits.number(5)? as usize + 257;
    let distances = bits.number(5)? as usize + 1;
    let count = bits.number(4)? as usize + 4;
    if literals > 286 || distances > 30 {
        return Err("too many codes");
    }
    let mut lengths = [0; 19];
    for &slot in &ORDER[..count] {
        lengths[slot] = bits.number(3)? as u8;
    }
    let codes = Codes::new(&lengths);
    if codes.left() != 0 {
        return Err("code lengths");
    }
    let mut lengths = Vec::new();
    while lengths.len() < literals + distances {
        let (value, times) = match codes.read(bits)? {
            16 => (*lengths.last().ok_or("nothing to repeat")?, 3 + bits.number(2)?),
            17 => (0, 3 + bits.number(3)?),
            18 => (0, 11 + bits.number(7)?),
            length => (length as u8, 1),
        };
        lengths.extend(std::iter::repeat_n(value, times as usize));
    }
    if lengths.len() > literals + distances || lengths[256] == 0 {
        return Err("too many lengths, or no end");
    }
    let (first, second) = lengths.split_at(literals);
    let (literals, distances) = (Codes::new(first), Codes::new(second));
    for codes in [&literals, &distances] {
        // A single code may leave the space incomplete.
        if codes.left() < 0 || codes.left() > 0 && (codes.symbols.len() > 1) {
            return Err("an incomplete or over-subscribed set of codes");
        }
    }
    Ok((literals, distances))
}
