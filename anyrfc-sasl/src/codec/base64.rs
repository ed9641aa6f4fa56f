//! Base64 (RFC 4648, section 4) as SASL profiles use it.

use anyrfc_core::Secret;
use base64::{Engine as _, encoded_len, engine::general_purpose::STANDARD};

/// What is no Base64 with its padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotBase64;

impl std::fmt::Display for NotBase64 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not Base64")
    }
}

impl std::error::Error for NotBase64 {}

/// Encodes a response. What it came from and what comes out is wiped.
#[must_use]
pub fn encode(response: &Secret<Vec<u8>>) -> Secret<String> {
    let bytes = response.expose();
    let mut text = String::with_capacity(encoded_len(bytes.len(), true).unwrap_or_default());
    STANDARD.encode_string(bytes, &mut text);
    Secret::new(text)
}

/// Encodes an initial response for protocols in which an empty one would be
/// none at all: it is a single equals sign (RFC 4959, section 3; RFC 4954, section 4).
///
/// ```
/// use anyrfc_sasl::{Secret, codec::base64};
/// assert_eq!(base64::encode_initial(&Secret::new(vec![])).expose(), "=");
/// assert_eq!(base64::encode_initial(&Secret::new(b"user".to_vec())).expose(), "dXNlcg==");
/// ```
#[must_use]
pub fn encode_initial(response: &Secret<Vec<u8>>) -> Secret<String> {
    if response.expose().is_empty() { Secret::new(String::from("=")) } else { encode(response) }
}

/// Decodes a challenge: canonical Base64 with padding, nothing before, between
/// or behind.
///
/// # Errors
/// It is anything else.
pub fn decode(challenge: &[u8]) -> Result<Vec<u8>, NotBase64> {
    STANDARD.decode(challenge).map_err(|_| NotBase64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict() {
        assert_eq!(decode(b""), Ok(vec![]));
        assert_eq!(decode(b"Zm9v"), Ok(b"foo".to_vec()));
        for wrong in
            ["=", "Zg", "Zg=", "Zh==", "Zm9v ", " Zm9v", "Zm9v\n", "Zm-v", "Zm9v====", "Zm9vZg=Z", "\0"]
        {
            assert_eq!(decode(wrong.as_bytes()), Err(NotBase64), "{wrong:?}");
        }
    }

    #[test]
    fn empty_is_not_absent() {
        assert_eq!(encode_initial(&Secret::new(vec![])).expose(), "=");
        assert_eq!(encode(&Secret::new(vec![])).expose(), "");
        assert_eq!(encode_initial(&Secret::new(vec![0])).expose(), "AA==");
    }
}
