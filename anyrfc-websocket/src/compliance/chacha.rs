//! The ChaCha key stream with eight rounds, written from its definition, to
//! compare masking keys with.

pub(super) struct ChaCha8 {
    state: [u32; 16],
    block: [u32; 16],
    used: usize,
}

impl ChaCha8 {
    /// Block counter and nonce start at zero.
    pub(super) fn new(seed: [u8; 32]) -> Self {
        let mut state = [0; 16];
        for (word, bytes) in state.iter_mut().zip(b"expand 32-byte k".chunks(4).chain(seed.chunks(4))) {
            *word = bytes.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
        }
        Self { state, block: [0; 16], used: 16 }
    }

    fn refill(&mut self) {
        let mut x = self.state;
        for _ in 0..4 {
            for [a, b, c, d] in [
                [0, 4, 8, 12],
                [1, 5, 9, 13],
                [2, 6, 10, 14],
                [3, 7, 11, 15],
                [0, 5, 10, 15],
                [1, 6, 11, 12],
                [2, 7, 8, 13],
                [3, 4, 9, 14],
            ] {
                for (p, q, s, turn) in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)] {
                    x[p] = x[p].wrapping_add(x[q]);
                    x[s] = (x[s] ^ x[p]).rotate_left(turn);
                }
            }
        }
        for (out, (a, b)) in self.block.iter_mut().zip(x.iter().zip(&self.state)) {
            *out = a.wrapping_add(*b);
        }
        self.used = 0;
        self.state[12] = self.state[12].wrapping_add(1);
    }
}

impl Iterator for ChaCha8 {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.used == 16 {
            self.refill();
        }
        self.used += 1;
        Some(self.block[self.used - 1])
    }
}
