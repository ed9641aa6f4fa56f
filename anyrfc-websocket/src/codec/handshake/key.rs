//! `Sec-WebSocket-Key` and `Sec-WebSocket-Accept` (RFC 6455, sections 4.1 and 4.2.2).

use std::fmt;

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use sha1::{Digest as _, Sha1};

/// A `Sec-WebSocket-Key`: 16 bytes in base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

/// The value of `Sec-WebSocket-Key` is not 16 bytes in base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyError;

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the WebSocket key is not 16 bytes in base64")
    }
}

impl std::error::Error for KeyError {}

/// Bits that a last character leaves unused may be set, as they are in the RFC's own example.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

impl Key {
    /// The key of a nonce, which must be random and used for one connection only.
    #[must_use]
    pub fn new(nonce: [u8; 16]) -> Self {
        Self(STANDARD.encode(nonce))
    }

    /// `Sec-WebSocket-Key`, as a server reads it.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn parse(value: &[u8]) -> Result<Self, KeyError> {
        let nonce = LENIENT.decode(value).map_err(|_| KeyError)?;
        let text = std::str::from_utf8(value).map_err(|_| KeyError)?;
        if nonce.len() == 16 { Ok(Self(text.to_owned())) } else { Err(KeyError) }
    }

    /// The base64 text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The `Sec-WebSocket-Accept` that answers `key`.
#[must_use]
pub fn accept_for(key: &Key) -> String {
    let mut hash = Sha1::new();
    hash.update(&key.0);
    hash.update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    STANDARD.encode(hash.finalize())
}
