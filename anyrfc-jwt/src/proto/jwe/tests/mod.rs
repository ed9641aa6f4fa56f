//! The examples of the RFCs, and everything that somebody might try.

mod hostile;
mod json;
mod keys;
mod parameters;
mod round;
mod vectors;

use super::{
    DecryptionKey, EncryptionKey, Limits,
    content::{self, Sealing},
    decrypt,
};
use crate::{
    Error, ErrorKind, Rejection, Requirement,
    codec::{base64url, json::Object},
    types::{ContentEncryption, Curve, JweAlgorithm, Jwk},
};

/// The RSA key of RFC 7520, section 5.1, without what it says about itself.
fn rsa() -> Jwk {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../../../testing/jwe.json")).unwrap();
    let mut key =
        vectors.as_array().unwrap().iter().find(|one| one["name"] == "RFC 7520 5.1").unwrap()["key"].clone();
    key.as_object_mut().unwrap().retain(|name, _| !matches!(name.as_str(), "use" | "kid"));
    Jwk::parse(key.to_string().as_bytes()).unwrap()
}

/// A new key on the curve.
fn curve_key(curve: Curve) -> Jwk {
    Jwk::generate_on(curve).unwrap()
}

/// Keys that fit `alg`; for `dir` also `enc`.
fn jwks(alg: JweAlgorithm, enc: ContentEncryption) -> Vec<Jwk> {
    let oct = |len: usize| vec![Jwk::symmetric((0..len).map(|at| at as u8 ^ 0x5a).collect())];
    match alg {
        JweAlgorithm::Rsa1_5 | JweAlgorithm::RsaOaep | JweAlgorithm::RsaOaep256 => vec![rsa()],
        JweAlgorithm::A128Kw | JweAlgorithm::A128GcmKw => oct(16),
        JweAlgorithm::A192Kw | JweAlgorithm::A192GcmKw => oct(24),
        JweAlgorithm::A256Kw | JweAlgorithm::A256GcmKw => oct(32),
        JweAlgorithm::Dir => oct(content::key_len(enc)),
        JweAlgorithm::EcdhEs
        | JweAlgorithm::EcdhEsA128Kw
        | JweAlgorithm::EcdhEsA192Kw
        | JweAlgorithm::EcdhEsA256Kw => {
            [Curve::P256, Curve::P384, Curve::P521, Curve::X25519].map(curve_key).into()
        }
        _ => oct(20),
    }
}

/// The two keys of a JWK: what encrypts, in a thousand rounds if it is a password, and what decrypts.
fn pair(jwk: &Jwk, alg: JweAlgorithm) -> (EncryptionKey, DecryptionKey) {
    let sender = EncryptionKey::from_jwk(&jwk.to_public().unwrap_or_else(|| jwk.clone()), alg).unwrap();
    let sender = sender.clone().with_iterations(1000).unwrap_or(sender);
    (sender, DecryptionKey::from_jwk(jwk, alg).unwrap())
}

/// A token by somebody who writes what he likes, and knows the key of the content.
fn forged(header: &str, encrypted_key: &[u8], enc: ContentEncryption, cek: &[u8], content: &[u8]) -> String {
    let protected = base64url::encode(header.as_bytes());
    let iv = vec![3; content::iv_len(enc)];
    let mut ciphertext = content.to_vec();
    let tag = Sealing::new(enc, cek).unwrap().seal(&iv, protected.as_bytes(), &mut ciphertext).unwrap();
    let parts = [encrypted_key, &iv, &ciphertext, &tag].map(base64url::encode);
    format!("{protected}.{}", parts.join("."))
}

/// What is wrong with the token, in the eyes of this key.
fn refusal(token: &str, key: &DecryptionKey) -> Error {
    decrypt(token, key, &Limits::default()).unwrap_err()
}

#[track_caller]
fn assert_malformed(error: &Error, requirement: &'static Requirement) {
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(requirement)), "{error}");
}

#[track_caller]
fn assert_rejected(error: &Error, why: Rejection) {
    assert_eq!((error.kind(), error.rejection()), (ErrorKind::Auth, Some(why)), "{error}");
}

/// The header of a token.
fn header_of(token: &str) -> Object {
    let header = base64url::decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice(&header).unwrap()
}
