//! base64url as JOSE has it (RFC 7515, section 2): no padding, no white space, and one text for
//! each value.

use std::fmt;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

/// What is not base64url, or not the one way to write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotBase64Url;

impl fmt::Display for NotBase64Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not base64url")
    }
}

impl std::error::Error for NotBase64Url {}

/// `BASE64URL(octets)`.
///
/// ```
/// assert_eq!(anyrfc_jwt::codec::base64url::encode(&[3, 236, 255, 224, 193]), "A-z_4ME");
/// ```
#[must_use]
pub fn encode(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// The same, behind what `out` holds already.
pub fn encode_into(octets: &[u8], out: &mut String) {
    URL_SAFE_NO_PAD.encode_string(octets, out);
}

/// How long the text of so many octets is.
#[must_use]
pub const fn encoded_len(octets: usize) -> usize {
    // Only what no memory can hold saturates.
    octets.saturating_mul(4).div_ceil(3)
}

/// The octets, where `text` is the one way to write them: no padding, no white space, no other
/// alphabet, and no bits left over that are not zero.
///
/// # Errors
/// [`NotBase64Url`] for everything else.
pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, NotBase64Url> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| NotBase64Url)
}

/// base64 with the common alphabet and padding, as `x5c` has it (RFC 7515, section 4.1.6).
pub(crate) fn encode_standard(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// See [`encode_standard`].
pub(crate) fn decode_standard(text: &str) -> Result<Vec<u8>, NotBase64Url> {
    STANDARD.decode(text).map_err(|_| NotBase64Url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_text_for_each_value() {
        assert_eq!(decode("A-z_4ME").unwrap(), [3, 236, 255, 224, 193]);
        assert!(decode("").unwrap().is_empty());
        for loose in [
            "A-z_4ME=",
            "A+z/4ME",
            "A-z_ 4ME",
            " A-z_4ME",
            "A-z_4ME\n",
            "A-z_\r\n4ME",
            "A-z_4MF",
            "A",
            "AAAAA",
            "AB",
            "AAB",
            "A-z_4M\u{0}",
            "A-z_4Mé",
            "====",
            "A.A",
        ] {
            assert_eq!(decode(loose), Err(NotBase64Url), "{loose:?}");
        }
    }

    #[test]
    fn every_short_value_comes_back_and_its_length_is_foretold() {
        for len in 0..70_usize {
            let octets: Vec<u8> = (0..len).map(|at| (at * 37 + len) as u8).collect();
            let text = encode(&octets);
            assert_eq!(text.len(), encoded_len(len));
            assert_eq!(decode(&text).unwrap(), octets);
        }
    }

    #[test]
    fn of_all_texts_of_two_letters_those_with_zero_bits_left_over_decode() {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let decodable = alphabet
            .iter()
            .flat_map(|a| alphabet.iter().map(move |b| [*a, *b]))
            .filter(|t| decode(t).is_ok());
        assert_eq!(decodable.count(), 256);
    }
}
