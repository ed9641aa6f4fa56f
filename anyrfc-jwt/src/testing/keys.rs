//! Known keys as objects.

use super::{rfc7515, rfc7520, rfc8037};
use crate::{
    Error,
    codec::base64url,
    proto::{SigningKey, VerifyingKey},
    types::{Jwk, JwsAlgorithm},
};

/// A private key on P-384, made for these tests.
const ES384_KEY: &str = concat!(
    r#"{"kty":"EC","crv":"P-384","x":"J4e5d3I_UW7ar9dx9itBH67M1dyNtH9ZY-UhJzkyP--xADOr5-lHHiCCHtxQnCmX","#,
    r#""y":"SoxuMXqVZdnLn2GEu86hvCJYpKdIg6kWAecl7hQGuTKL_wPgJzZrxLAyC9YaAE__","#,
    r#""d":"6vIgC027koBhYVPtPYHEWEgpl33Sb6JlV2uTKANov1sjnzWswC9_UNzyIGyqSSTY"}"#
);

/// A key that everybody knows, fit for this algorithm: of RFC 7515, RFC 7520 or RFC 8037.
///
/// # Errors
/// None, unless the reading of keys is broken.
pub fn jwk(algorithm: JwsAlgorithm) -> Result<Jwk, Error> {
    use JwsAlgorithm as A;
    let text = match algorithm {
        A::Hs256 | A::Hs384 | A::Hs512 => rfc7515::HS256_KEY,
        A::Rs256 | A::Rs384 | A::Rs512 | A::Ps256 | A::Ps384 | A::Ps512 => rfc7515::RS256_KEY,
        A::Es256 => rfc7515::ES256_KEY,
        A::Es384 => ES384_KEY,
        A::Es512 => rfc7520::EC_PRIVATE,
        A::EdDsa | A::Ed25519 => rfc8037::PRIVATE_KEY,
    };
    Jwk::parse(text.as_bytes())
}

/// The same as an object that signs.
///
/// # Errors
/// None, unless the reading of keys is broken.
pub fn signing_key(algorithm: JwsAlgorithm) -> Result<SigningKey, Error> {
    SigningKey::from_jwk(&jwk(algorithm)?, algorithm)
}

/// The same as an object that verifies.
///
/// # Errors
/// None, unless the reading of keys is broken.
pub fn verifying_key(algorithm: JwsAlgorithm) -> Result<VerifyingKey, Error> {
    VerifyingKey::from_jwk(&jwk(algorithm)?, algorithm)
}

/// A compact JWS of whatever header and payload, each encoded as it is, with a right signature.
///
/// # Errors
/// `Usage` where the key fails.
pub fn forged(header: &str, payload: &[u8], key: &SigningKey) -> Result<String, Error> {
    let input = format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(payload));
    let signature = key.sign(input.as_bytes())?;
    Ok(format!("{input}.{}", base64url::encode(signature.as_ref())))
}
