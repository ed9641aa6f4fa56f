//! What several checks use. Base64 comes from its own crate and JSON from `serde_json`: a mistake made
//! alike on both sides must not prove itself.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::{
    Error, ErrorKind, Rejection, Requirement,
    proto::{JwsLimits, SigningKey, VerifyingKey},
    testing,
    types::{Jwk, JwsAlgorithm},
};

/// The limits that hold unless others are set.
pub(super) const LIMITS: JwsLimits = JwsLimits::DEFAULT;

/// Octets in base64url.
pub(super) fn encode(octets: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// And back.
pub(super) fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

/// The JSON of a text.
pub(super) fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The header of a compact JWS or JWE.
pub(super) fn header_of(token: &str) -> Value {
    serde_json::from_slice(&decode(token.split('.').next().expect("a part"))).expect("JSON")
}

/// A key from its JSON.
pub(super) fn jwk(text: &str) -> Jwk {
    Jwk::parse(text.as_bytes()).expect("a key")
}

/// The known key that signs by this algorithm.
pub(super) fn signing(algorithm: JwsAlgorithm) -> SigningKey {
    testing::signing_key(algorithm).expect("a key that signs")
}

/// The known key that verifies by this algorithm.
pub(super) fn verifying(algorithm: JwsAlgorithm) -> VerifyingKey {
    testing::verifying_key(algorithm).expect("a key that verifies")
}

/// The signature of whatever text, in base64url.
pub(super) fn signature(key: &SigningKey, input: &str) -> String {
    encode(key.sign(input.as_bytes()).expect("a signature"))
}

/// A compact JWS of an encoded header and payload as they are, and rightly signed.
pub(super) fn compact(key: &SigningKey, header: &str, payload: &str) -> String {
    let input = format!("{header}.{payload}");
    format!("{input}.{}", signature(key, &input))
}

/// How something was refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) kind: ErrorKind,
    pub(super) why: Option<Rejection>,
    pub(super) broken: Option<&'static Requirement>,
}

/// How it was refused; it is wrong to take it.
pub(super) fn refused<T>(result: Result<T, Error>, what: &str) -> Refusal {
    match result {
        Ok(_) => panic!("taken, though it is wrong: {what}"),
        Err(error) => Refusal { kind: error.kind(), why: error.rejection(), broken: error.requirement() },
    }
}

/// It is refused as malformed, and this is what it breaks.
pub(super) fn malformed<T>(result: Result<T, Error>, broken: &'static Requirement, what: &str) {
    let refusal = Refusal { kind: ErrorKind::Protocol, why: None, broken: Some(broken) };
    assert_eq!(refused(result, what), refusal, "{what}");
}

/// It is well-formed and not taken for this reason, and this is what it breaks.
pub(super) fn rejected<T>(
    result: Result<T, Error>,
    why: Rejection,
    broken: &'static Requirement,
    what: &str,
) {
    let refusal = Refusal { kind: ErrorKind::Auth, why: Some(why), broken: Some(broken) };
    assert_eq!(refused(result, what), refusal, "{what}");
}

/// The caller asked for what must not be made.
pub(super) fn unusable<T>(result: Result<T, Error>, broken: &'static Requirement, what: &str) {
    let refusal = Refusal { kind: ErrorKind::Usage, why: None, broken: Some(broken) };
    assert_eq!(refused(result, what), refusal, "{what}");
}
