//! What is used once.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A client's nonce: printable ASCII without a comma (`printable` of RFC 5802,
/// section 7), and without what would have to be quoted in DIGEST-MD5.
///
/// ```
/// let nonce = anyrfc_sasl::Nonce::from_seed([7; 32]);
/// assert_eq!(nonce.as_str().len(), 32);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Nonce(String);

/// What is no nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NonceError;

impl fmt::Display for NonceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a nonce is printable ASCII without comma, quote or backslash, at most 256 bytes of it")
    }
}

impl std::error::Error for NonceError {}

impl Nonce {
    /// The most bytes of one.
    pub const MAX: usize = 256;

    /// A nonce of 192 bits from random bytes. The same bytes make the same
    /// nonce: they are to be unpredictable, and used once.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(STANDARD.encode(&seed[..24]))
    }

    /// A nonce that was made elsewhere, in an RFC's example say.
    ///
    /// # Errors
    /// It is empty, too long, or has a character that none may have.
    pub fn from_text(text: impl Into<String>) -> Result<Self, NonceError> {
        let text = text.into();
        let printable = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b',' | b'"' | b'\\');
        if text.is_empty() || text.len() > Self::MAX || !text.bytes().all(printable) {
            return Err(NonceError);
        }
        Ok(Self(text))
    }

    /// As it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nonce({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_nonce_may_hold() {
        for byte in 0..128u8 {
            let text = format!("a{}", char::from(byte));
            let allowed = (0x21..0x7f).contains(&byte) && !b",\"\\".contains(&byte);
            assert_eq!(Nonce::from_text(text).is_ok(), allowed, "{byte:#x}");
        }
        assert_eq!(Nonce::from_text(""), Err(NonceError));
        assert_eq!(Nonce::from_text("é"), Err(NonceError));
        assert!(Nonce::from_text("a".repeat(256)).is_ok());
        assert_eq!(Nonce::from_text("a".repeat(257)), Err(NonceError));
    }

    #[test]
    fn a_seed_makes_one_nonce() {
        assert_eq!(Nonce::from_seed([1; 32]), Nonce::from_seed([1; 32]));
        assert_ne!(Nonce::from_seed([1; 32]), Nonce::from_seed([2; 32]));
        assert_eq!(Nonce::from_text(Nonce::from_seed([255; 32]).as_str()), Ok(Nonce::from_seed([255; 32])));
    }
}
