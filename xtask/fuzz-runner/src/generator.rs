//! Inputs made from a corpus, the same for the same seed.

/// The longest input, unless one of the corpus is longer.
const LONGEST: usize = 4096;
/// Numbers at the edges of what formats and languages can hold.
const EDGES: [u64; 20] = [
    0,
    1,
    7,
    8,
    15,
    16,
    31,
    32,
    63,
    64,
    125,
    126,
    127,
    128,
    255,
    256,
    0x7FFF,
    0xFFFF,
    0x7FFF_FFFF,
    u64::MAX >> 1,
];

/// Makes one input after the other.
#[derive(Clone, Debug)]
pub struct Generator {
    random: u64,
    corpus: Vec<Vec<u8>>,
    dictionary: Vec<Vec<u8>>,
    longest: usize,
}

impl Generator {
    /// Inputs from `corpus`, with parts of `dictionary` put in.
    #[must_use]
    pub fn new(seed: u64, corpus: Vec<Vec<u8>>, dictionary: Vec<Vec<u8>>) -> Self {
        let longest = corpus.iter().map(Vec::len).max().unwrap_or(0).max(LONGEST);
        Self { random: seed, corpus, dictionary, longest }
    }

    /// SplitMix64.
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 where that is 0.
    fn below(&mut self, bound: usize) -> usize {
        let bound = bound.max(1) as u64;
        (self.random() % bound) as usize
    }

    /// A length, short ones more often.
    fn length(&mut self, most: usize) -> usize {
        let bits = self.below(most.max(1).ilog2() as usize + 2);
        self.below((1 << bits).min(most + 1))
    }

    /// The next input.
    pub fn next_input(&mut self) -> Vec<u8> {
        let mut input = match self.below(16) {
            // From nothing: random bytes, or a row of words.
            0 => {
                let length = self.length(256);
                (0..length).map(|_| self.random() as u8).collect()
            }
            1 if !self.dictionary.is_empty() => {
                let words = 1 + self.below(12);
                (0..words).flat_map(|_| self.word()).collect()
            }
            _ => self.entry(),
        };
        // One change often, many seldom.
        let changes = 1 + self.length(12);
        for _ in 0..changes {
            self.change(&mut input);
        }
        input.truncate(self.longest);
        input
    }

    fn entry(&mut self) -> Vec<u8> {
        let index = self.below(self.corpus.len());
        self.corpus.get(index).cloned().unwrap_or_default()
    }

    fn word(&mut self) -> Vec<u8> {
        let index = self.below(self.dictionary.len());
        self.dictionary.get(index).cloned().unwrap_or_default()
    }

    /// A part of `length` bytes: where it begins and ends.
    fn part(&mut self, length: usize) -> (usize, usize) {
        let start = self.below(length);
        (start, start + self.length(length - start))
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let kind = self.below(13);
        match kind {
            // A bit, a byte, an edge.
            0 => {
                let bit = self.below(8);
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << bit;
                }
            }
            1 => {
                let new = self.random() as u8;
                if let Some(byte) = input.get_mut(at) {
                    *byte = new;
                }
            }
            2 => {
                let step = 1 + self.below(16) as u8;
                let up = self.below(2) == 0;
                if let Some(byte) = input.get_mut(at) {
                    *byte = if up { byte.wrapping_add(step) } else { byte.wrapping_sub(step) };
                }
            }
            3 => {
                let edge = EDGES[self.below(EDGES.len())].wrapping_add(self.below(3) as u64).wrapping_sub(1);
                let width = 1 << self.below(4);
                let bytes = edge.to_be_bytes();
                overwrite(input, at, &bytes[8 - width..]);
            }
            4 => {
                let edge = EDGES[self.below(EDGES.len())].to_string();
                insert(input, at, edge.as_bytes());
            }
            // Something put in.
            5 => {
                let byte = self.random() as u8;
                input.insert(at, byte);
            }
            6 | 7 if !self.dictionary.is_empty() => {
                let word = self.word();
                if kind == 6 { insert(input, at, &word) } else { overwrite(input, at, &word) }
            }
            8 => {
                // So much of the same that limits are reached, at times.
                let (start, end) = self.part(input.len());
                let part = input.get(start..end).unwrap_or_default().to_vec();
                let times = if self.below(8) == 0 { 1 + self.below(200) } else { 1 };
                let room = self.longest.saturating_sub(input.len()) / part.len().max(1);
                insert(input, at, &part.repeat(times.min(room)));
            }
            // Something of another input.
            9 => {
                let other = self.entry();
                let (start, end) = self.part(other.len());
                insert(input, at, other.get(start..end).unwrap_or_default());
            }
            10 => {
                let other = self.entry();
                let from = self.below(other.len());
                input.truncate(at);
                input.extend_from_slice(other.get(from..).unwrap_or_default());
            }
            // Something left out.
            11 => {
                let (start, end) = self.part(input.len());
                input.drain(start..end);
            }
            12 => input.truncate(at),
            _ => {
                let other = self.below(input.len());
                if at < input.len() {
                    input.swap(at, other);
                }
            }
        }
    }
}

fn insert(input: &mut Vec<u8>, at: usize, part: &[u8]) {
    let tail = input.split_off(at.min(input.len()));
    input.extend_from_slice(part);
    input.extend_from_slice(&tail);
}

fn overwrite(input: &mut Vec<u8>, at: usize, part: &[u8]) {
    let tail = input.split_off((at + part.len()).min(input.len()));
    input.truncate(at);
    input.extend_from_slice(part);
    input.extend_from_slice(&tail);
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn generator(seed: u64) -> Generator {
        let corpus = vec![b"GET / HTTP/1.1\r\n\r\n".to_vec(), vec![0x81, 0], Vec::new()];
        Generator::new(seed, corpus, vec![b"websocket".to_vec()])
    }

    #[test]
    fn the_same_seed_makes_the_same_inputs() {
        let (mut a, mut b, mut c) = (generator(1), generator(1), generator(2));
        let rows: [Vec<Vec<u8>>; 3] =
            [&mut a, &mut b, &mut c].map(|g| (0..500).map(|_| g.next_input()).collect());
        assert_eq!(rows[0], rows[1]);
        assert_ne!(rows[0], rows[2]);
    }

    #[test]
    fn inputs_differ_and_are_not_too_long() {
        let mut generator = generator(3);
        let inputs: HashSet<Vec<u8>> = (0..10_000).map(|_| generator.next_input()).collect();
        assert!(inputs.len() > 6_000, "{}", inputs.len());
        assert!(inputs.iter().all(|input| input.len() <= LONGEST));
        assert!(inputs.iter().any(|input| input.len() > 1000));
        assert!(inputs.iter().any(|input| input.windows(9).any(|w| w == b"websocket")));
    }

    #[test]
    fn nothing_to_start_from_is_enough() {
        let mut generator = Generator::new(4, Vec::new(), Vec::new());
        let inputs: HashSet<Vec<u8>> = (0..1000).map(|_| generator.next_input()).collect();
        assert!(inputs.len() > 100);
    }
}
