//! The compact serializations: parts of base64url with periods between (RFC 7515, section 7.1; RFC
//! 7516, section 7.1).

use crate::{Error, codec::base64url, rfc7515};

/// Exactly so many parts, whatever is in them.
pub(crate) fn parts<const N: usize>(token: &str) -> Option<[&str; N]> {
    let mut parts = [""; N];
    let mut rest = token.split('.');
    for part in &mut parts {
        *part = rest.next()?;
    }
    rest.next().is_none().then_some(parts)
}

/// The three parts of a compact JWS, still encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JwsParts<'a> {
    /// `BASE64URL(UTF8(JWS Protected Header))`
    pub header: &'a str,
    /// `BASE64URL(JWS Payload)`
    pub payload: &'a str,
    /// `BASE64URL(JWS Signature)`
    pub signature: &'a str,
    /// What is signed: the first two with their period.
    pub signing_input: &'a str,
}

/// Takes a compact JWS apart (RFC 7515, section 7.1).
///
/// # Errors
/// `Protocol` unless there are two periods, exactly.
pub fn jws(token: &str) -> Result<JwsParts<'_>, Error> {
    let [header, payload, signature] = parts(token).ok_or_else(|| {
        Error::malformed(rfc7515::COMPACT_JWS_HAS_TWO_PERIODS, "it has another number of them")
    })?;
    let (signing_input, _) = token.rsplit_once('.').unwrap_or_default();
    Ok(JwsParts { header, payload, signature, signing_input })
}

impl JwsParts<'_> {
    /// The JSON of the header.
    pub(crate) fn header_json(&self) -> Result<Vec<u8>, Error> {
        header(self.header)
    }

    /// The octets of the signature.
    pub(crate) fn signature_octets(&self) -> Result<Vec<u8>, Error> {
        signature(self.signature)
    }
}

/// The octets of a protected header.
pub(crate) fn header(text: &str) -> Result<Vec<u8>, Error> {
    base64url::decode(text)
        .map_err(|_| Error::malformed(rfc7515::HEADER_DECODES_STRICTLY, "it has something else"))
}

/// The octets of a payload.
pub(crate) fn payload(text: &str) -> Result<Vec<u8>, Error> {
    base64url::decode(text)
        .map_err(|_| Error::malformed(rfc7515::PAYLOAD_DECODES_STRICTLY, "it has something else"))
}

/// The octets of a signature.
pub(crate) fn signature(text: &str) -> Result<Vec<u8>, Error> {
    base64url::decode(text)
        .map_err(|_| Error::malformed(rfc7515::SIGNATURE_DECODES_STRICTLY, "it has something else"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn there_are_three_parts_or_none() {
        let parts = jws("a.bc.d").unwrap();
        assert_eq!(
            (parts.header, parts.payload, parts.signature, parts.signing_input),
            ("a", "bc", "d", "a.bc")
        );
        assert_eq!(jws("..").unwrap().signing_input, ".");
        for token in ["", "a", "a.b", "a.b.c.d", "a.b.c.d.e", "...", "a.b.c."] {
            let error = jws(token).unwrap_err();
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Protocol, Some(rfc7515::COMPACT_JWS_HAS_TWO_PERIODS))
            );
        }
        assert_eq!(super::parts::<5>("a.b..d."), Some(["a", "b", "", "d", ""]));
        assert_eq!(super::parts::<5>("a.b..d"), None);
    }
}
