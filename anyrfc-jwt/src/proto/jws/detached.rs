//! Payloads that travel apart (RFC 7515, appendix F), or as they are (RFC 7797).

use super::{JwsLimits, Verified, VerifiedSignature, encoded, fits, named, try_keys};
use crate::{
    Error, Rejection,
    codec::{base64url, compact},
    proto::{KeySource, SigningKey},
    rfc7797,
    types::Header,
};

/// A compact JWS without its payload, which travels apart (RFC 7515, appendix F).
///
/// # Errors
/// `Usage` where `alg` or `x5c` of the header is not that of the key.
pub fn sign_detached(payload: &[u8], header: &Header, key: &SigningKey) -> Result<String, Error> {
    let token = super::sign(payload, header, key)?;
    let parts = compact::jws(&token)?;
    Ok(format!("{}..{}", parts.header, parts.signature))
}

/// The header with `b64` false, encoded.
fn unencoded(header: &Header, key: &SigningKey) -> Result<String, Error> {
    fits(header, key)?;
    let mut header = named(header, key).into_owned();
    header.b64 = Some(false);
    Ok(base64url::encode(header.to_json().as_bytes()))
}

/// The signature under an encoded header of a payload as it is (RFC 7797, section 3).
fn raw_signature(header: &str, payload: &[u8], key: &SigningKey) -> Result<String, Error> {
    let signature = key.sign(&[header.as_bytes(), b".", payload].concat())?;
    Ok(base64url::encode(signature.as_ref()))
}

/// A compact JWS without its payload, which travels apart and is signed as it is: `b64` is false
/// (RFC 7797, section 5).
///
/// # Errors
/// `Usage` where `alg` or `x5c` of the header is not that of the key.
pub fn sign_unencoded_detached(payload: &[u8], header: &Header, key: &SigningKey) -> Result<String, Error> {
    let header = unencoded(header, key)?;
    let signature = raw_signature(&header, payload, key)?;
    Ok(format!("{header}..{signature}"))
}

/// A compact JWS with its payload in it as it is: `b64` is false (RFC 7797, section 5.2).
///
/// # Errors
/// `Usage` where `alg` or `x5c` of the header is not that of the key, and where the payload has a period, is
/// empty, or has something else than printable ASCII.
pub fn sign_unencoded(payload: &str, header: &Header, key: &SigningKey) -> Result<String, Error> {
    if !is_unencoded(payload) {
        return Err(Error::usage("the payload cannot be in a compact JWS as it is")
            .with_requirement(rfc7797::COMPACT_PAYLOAD_HAS_NO_PERIOD));
    }
    let header = unencoded(header, key)?;
    let signature = raw_signature(&header, payload.as_bytes(), key)?;
    Ok(format!("{header}.{payload}.{signature}"))
}

/// Whether a payload may be in a compact JWS as it is: printable ASCII and space, but no period. An
/// empty one cannot be told from one that travels apart.
fn is_unencoded(payload: &str) -> bool {
    !payload.is_empty() && payload.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'.')
}

/// Verifies a compact JWS without its payload, which came apart: encoded when it was signed or, with
/// `b64` false, as it is.
///
/// # Errors
/// As [`verify`](super::verify), but `b64` is understood; `Usage` where a payload is in it.
pub fn verify_detached<K: KeySource + ?Sized>(
    token: &str,
    payload: &[u8],
    keys: &K,
    limits: &JwsLimits,
) -> Result<VerifiedSignature, Error> {
    limits.check(token.len())?;
    let parts = compact::jws(token)?;
    if !parts.payload.is_empty() {
        return Err(Error::usage("the JWS has a payload of its own"));
    }
    let header = super::header_of(&parts, limits)?;
    let input = if header.is_base64() {
        [parts.signing_input, &base64url::encode(payload)].concat().into_bytes()
    } else {
        [parts.signing_input.as_bytes(), payload].concat()
    };
    try_keys(header, &input, &parts.signature_octets()?, keys, limits)
}

/// Verifies a compact JWS whose payload is in it as it is: `b64` has to be false (RFC 7797, section 5.2).
///
/// # Errors
/// As [`verify`](super::verify); `Auth` with [`Rejection::Critical`] where `b64` is not false.
pub fn verify_unencoded<K: KeySource + ?Sized>(
    token: &str,
    keys: &K,
    limits: &JwsLimits,
) -> Result<Verified, Error> {
    limits.check(token.len())?;
    let parts = compact::jws(token)?;
    let header = super::header_of(&parts, limits)?;
    if header.is_base64() {
        encoded(&header)?;
        return Err(Error::rejected(Rejection::Critical, rfc7797::CRIT_LISTS_B64, "`b64` is not false"));
    }
    if !is_unencoded(parts.payload) {
        return Err(Error::malformed(rfc7797::COMPACT_PAYLOAD_MAY_BE_PRINTABLE, "it has something else"));
    }
    let signature =
        try_keys(header, parts.signing_input.as_bytes(), &parts.signature_octets()?, keys, limits)?;
    Ok(Verified { signature, payload: parts.payload.as_bytes().to_vec() })
}
