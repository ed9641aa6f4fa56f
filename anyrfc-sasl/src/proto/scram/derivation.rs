//! `Hi()` (RFC 5802, section 2.2), which is PBKDF2 (RFC 8018) with one block,
//! in slices.
//!
//! Nearly all of a SCRAM login's time is spent here. Each iteration is an HMAC
//! of one hash value, and an HMAC of something that short is two calls of the
//! compression function, once the states behind the padded key are known. So
//! the loop is made of the bare compression functions of `sha1` and `sha2`
//! (which use the processor's instructions where it has them), and it can stop
//! anywhere.

use std::fmt;

use anyrfc_core::Secret;
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use super::hash::ScramHash;

/// A salted password in the making.
pub(crate) enum Derivation {
    Sha1(Sha1Loop),
    Sha256(Sha256Loop),
    Sha384(Sha384Loop),
    Sha512(Sha512Loop),
}

/// How many iterations make a slice: about a third of a millisecond where the
/// processor has no instructions for the hash, far less where it has.
const fn slice(hash: ScramHash) -> u32 {
    match hash {
        ScramHash::Sha1 | ScramHash::Sha256 => 768,
        ScramHash::Sha384 | ScramHash::Sha512 => 384,
    }
}

impl Derivation {
    pub(crate) fn new(hash: ScramHash, password: &[u8], salt: &[u8], iterations: u32) -> Self {
        // A key longer than a block stands for its hash (RFC 2104, section 2).
        let block = match hash {
            ScramHash::Sha1 | ScramHash::Sha256 => 64,
            ScramHash::Sha384 | ScramHash::Sha512 => 128,
        };
        let hashed = (password.len() > block).then(|| hash.hash(password));
        let key = hashed.as_ref().map_or(password, |hashed| hashed.expose());
        let first = hash.hmac(key, &[salt, &1u32.to_be_bytes()]);
        let (first, left) = (first.expose(), iterations.saturating_sub(1));
        match hash {
            ScramHash::Sha1 => Self::Sha1(Sha1Loop::new(key, first, left)),
            ScramHash::Sha256 => Self::Sha256(Sha256Loop::new(key, first, left)),
            ScramHash::Sha384 => Self::Sha384(Sha384Loop::new(key, first, left)),
            ScramHash::Sha512 => Self::Sha512(Sha512Loop::new(key, first, left)),
        }
    }

    /// One more slice; the salted password when that was the last one.
    pub(crate) fn work(&mut self) -> Option<Secret<Vec<u8>>> {
        match self {
            Self::Sha1(state) => state.run(slice(ScramHash::Sha1)),
            Self::Sha256(state) => state.run(slice(ScramHash::Sha256)),
            Self::Sha384(state) => state.run(slice(ScramHash::Sha384)),
            Self::Sha512(state) => state.run(slice(ScramHash::Sha512)),
        }
    }
}

impl fmt::Debug for Derivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Derivation(..)")
    }
}

/// Declares the loop of one hash function: its words, its block, its initial
/// hash value (FIPS 180-4, section 5.3), how many words come out, and its
/// compression function.
macro_rules! derivation_loop {
    ($name:ident: $word:ty, $words:literal words, $out:literal out, $block:literal block, $initial:expr, $compress:path) => {
        /// The state between two iterations.
        pub(crate) struct $name {
            /// Behind the key padded for the inner hash.
            inner: [$word; $words],
            /// Behind the key padded for the outer one.
            outer: [$word; $words],
            /// The last value, with the padding of its hash behind it.
            block: [u8; $block],
            /// All values so far, added up.
            sum: [$word; $out],
            left: u32,
        }

        impl Drop for $name {
            fn drop(&mut self) {
                self.inner.zeroize();
                self.outer.zeroize();
                self.block.zeroize();
                self.sum.zeroize();
                self.left.zeroize();
            }
        }

        impl ZeroizeOnDrop for $name {}

        impl $name {
            const WORD: usize = size_of::<$word>();
            /// The length of what every hash is of: the key's block and a value.
            const BITS: u64 = ($block + $out * size_of::<$word>() as u64) * 8;

            fn new(key: &[u8], first: &[u8], left: u32) -> Self {
                let padded = |pad: u8| {
                    let mut block = [pad; $block];
                    block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
                    let mut state: [$word; $words] = $initial;
                    $compress(&mut state, std::slice::from_ref(&block));
                    block.zeroize();
                    state
                };
                let mut block = [0; $block];
                block.iter_mut().zip(first).for_each(|(byte, value)| *byte = *value);
                // The bit behind the value, and the length of what was hashed.
                let (_, length) = block.split_at_mut($out * Self::WORD);
                length.iter_mut().take(1).for_each(|byte| *byte = 0x80);
                length.iter_mut().rev().zip(Self::BITS.to_le_bytes()).for_each(|(byte, bits)| *byte = bits);
                let mut sum = [0; $out];
                for (word, bytes) in sum.iter_mut().zip(first.as_chunks::<{ size_of::<$word>() }>().0) {
                    *word = <$word>::from_be_bytes(*bytes);
                }
                Self { inner: padded(0x36), outer: padded(0x5c), block, sum, left }
            }

            fn run(&mut self, most: u32) -> Option<Secret<Vec<u8>>> {
                let count = most.min(self.left);
                let Self { inner, outer, block, sum, .. } = self;
                let mut state = *inner;
                for _ in 0..count {
                    for start in [&*inner, &*outer] {
                        state = *start;
                        $compress(&mut state, std::slice::from_ref(block));
                        let words = block.as_chunks_mut::<{ size_of::<$word>() }>().0;
                        for (bytes, word) in words.iter_mut().zip(state.iter().take($out)) {
                            *bytes = word.to_be_bytes();
                        }
                    }
                    let words = block.as_chunks::<{ size_of::<$word>() }>().0;
                    for (sum, bytes) in sum.iter_mut().zip(words) {
                        *sum ^= <$word>::from_be_bytes(*bytes);
                    }
                }
                state.zeroize();
                self.left = self.left.saturating_sub(count);
                (self.left == 0).then(|| {
                    let mut key = Vec::with_capacity($out * Self::WORD);
                    self.sum.iter().for_each(|word| key.extend_from_slice(&word.to_be_bytes()));
                    Secret::new(key)
                })
            }
        }
    };
}

derivation_loop!(Sha1Loop: u32, 5 words, 5 out, 64 block,
    [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0],
    sha1::block_api::compress);
derivation_loop!(Sha256Loop: u32, 8 words, 8 out, 64 block,
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19],
    sha2::block_api::compress256);
derivation_loop!(Sha384Loop: u64, 8 words, 6 out, 128 block,
    [
        0xcbbb_9d5d_c105_9ed8, 0x629a_292a_367c_d507, 0x9159_015a_3070_dd17, 0x152f_ecd8_f70e_5939,
        0x6733_2667_ffc0_0b31, 0x8eb4_4a87_6858_1511, 0xdb0c_2e0d_64f9_8fa7, 0x47b5_481d_befa_4fa4,
    ],
    sha2::block_api::compress512);
derivation_loop!(Sha512Loop: u64, 8 words, 8 out, 128 block,
    [
        0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
    ],
    sha2::block_api::compress512);

#[cfg(test)]
mod tests {
    use super::*;

    fn derive(hash: ScramHash, password: &[u8], salt: &[u8], iterations: u32) -> (Vec<u8>, usize) {
        let mut derivation = Derivation::new(hash, password, salt, iterations);
        let mut slices = 1;
        loop {
            match derivation.work() {
                Some(key) => return (key.expose().clone(), slices),
                None => slices += 1,
            }
        }
    }

    /// As PBKDF2 is written, by a crate that is not ours.
    fn plain(hash: ScramHash, password: &[u8], salt: &[u8], iterations: u32) -> Vec<u8> {
        let mut value = hash.hmac(password, &[salt, &[0, 0, 0, 1]]).expose().to_vec();
        let mut sum = value.clone();
        for _ in 1..iterations {
            value = hash.hmac(password, &[&value]).expose().to_vec();
            sum.iter_mut().zip(&value).for_each(|(sum, value)| *sum ^= value);
        }
        sum
    }

    /// RFC 6070, section 2, the vectors of one block.
    #[test]
    fn the_vectors_of_rfc_6070() {
        for (iterations, expected) in [
            (1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"),
            (2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"),
            (4096, "4b007901b765489abead49d926f721d065a429c1"),
        ] {
            let (key, _) = derive(ScramHash::Sha1, b"password", b"salt", iterations);
            assert_eq!(key.iter().map(|byte| format!("{byte:02x}")).collect::<String>(), expected);
        }
    }

    #[test]
    fn every_hash_agrees_with_pbkdf2_as_it_is_written() {
        for hash in ScramHash::ALL {
            for length in [0, 1, 63, 64, 65, 127, 128, 129, 300] {
                let password = vec![b'p'; length];
                for iterations in [1, 2, 3, 50] {
                    let (key, slices) = derive(hash, &password, b"salt", iterations);
                    assert_eq!(
                        key,
                        plain(hash, &password, b"salt", iterations),
                        "{hash:?} {length} {iterations}"
                    );
                    assert_eq!(slices, 1);
                }
            }
        }
    }

    #[test]
    fn slices_end_where_they_should() {
        for hash in ScramHash::ALL {
            let slice = slice(hash);
            for (iterations, expected) in [(slice, 1), (slice + 1, 1), (slice + 2, 2), (2 * slice + 1, 2)] {
                let (key, slices) = derive(hash, b"password", b"salt", iterations);
                assert_eq!(slices, expected, "{hash:?} {iterations}");
                assert_eq!(key, plain(hash, b"password", b"salt", iterations));
            }
        }
    }
}
