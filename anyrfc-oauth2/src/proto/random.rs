//! Randomness from a seed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

/// Unpredictable bytes from a seed of 32; the same seed gives the same bytes.
pub struct Random(ChaCha20Rng);

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Random(..)")
    }
}

impl Random {
    /// From a seed, which has to come from the operating system.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }

    /// Fills `bytes`.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    /// A seed for another.
    pub fn seed(&mut self) -> [u8; 32] {
        let mut seed = [0; 32];
        self.fill(&mut seed);
        seed
    }

    /// 256 random bits as 43 characters of base64url: a `state`, a `nonce`, a `jti`, a verifier
    /// (RFC 7636, section 7.1).
    pub fn token(&mut self) -> String {
        URL_SAFE_NO_PAD.encode(self.seed())
    }
}
