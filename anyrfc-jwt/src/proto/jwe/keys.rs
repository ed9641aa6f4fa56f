//! Keys that travel encrypted (RFC 7517, section 7).

use super::{Decrypted, DecryptionKeySource, EncryptionKey, Limits, decrypt, encrypt};
use crate::{
    Error, Requirement, rfc7517,
    types::{ContentEncryption, Header, Jwk, JwkSet},
};

const JWK: &str = "jwk+json";
const JWK_SET: &str = "jwk-set+json";

/// Encrypts a key, all of it, what is private too. `cty` says so (RFC 7517, section 7).
///
/// ```
/// use anyrfc_jwt::{
///     proto::jwe::{self, DecryptionKey, EncryptionKey, Limits},
///     types::{ContentEncryption, Header, JweAlgorithm::A256Kw, Jwk, JwsAlgorithm},
/// };
///
/// # fn main() -> Result<(), anyrfc_jwt::Error> {
/// let jwk = Jwk::generate(JwsAlgorithm::Es256)?;
/// let key = EncryptionKey::symmetric(A256Kw, [1; 32])?;
/// let token = jwe::encrypt_jwk(&jwk, &Header::new(A256Kw), &key, ContentEncryption::A256Gcm)?;
/// let key = DecryptionKey::symmetric(A256Kw, [1; 32])?;
/// assert_eq!(jwe::decrypt_jwk(&token, &key, &Limits::default())?.thumbprint(), jwk.thumbprint());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As those of [`encrypt`].
pub fn encrypt_jwk(
    jwk: &Jwk,
    header: &Header,
    key: &EncryptionKey,
    enc: ContentEncryption,
) -> Result<String, Error> {
    encrypt(jwk.to_secret_json().expose().as_bytes(), &header.clone().with_content_type(JWK), key, enc)
}

/// Encrypts a set of keys, all of each. `cty` says so (RFC 7517, section 7).
///
/// # Errors
/// As those of [`encrypt`].
pub fn encrypt_jwk_set(
    set: &JwkSet,
    header: &Header,
    key: &EncryptionKey,
    enc: ContentEncryption,
) -> Result<String, Error> {
    encrypt(set.to_secret_json().expose().as_bytes(), &header.clone().with_content_type(JWK_SET), key, enc)
}

/// Decrypts a key. Where there is a `cty`, it has to say that it is one.
///
/// # Errors
/// As those of [`decrypt`] and [`Jwk::parse`]; `Protocol` for another `cty`.
pub fn decrypt_jwk<K: DecryptionKeySource + ?Sized>(
    token: &str,
    keys: &K,
    limits: &Limits,
) -> Result<Jwk, Error> {
    let decrypted = decrypt(token, keys, limits)?;
    check(&decrypted, JWK, rfc7517::ENCRYPTED_JWK_SAYS_SO)?;
    Jwk::parse(decrypted.plaintext.expose())
}

/// Decrypts a set of keys. Where there is a `cty`, it has to say that it is one.
///
/// # Errors
/// As those of [`decrypt`] and [`JwkSet::parse`]; `Protocol` for another `cty`.
pub fn decrypt_jwk_set<K: DecryptionKeySource + ?Sized>(
    token: &str,
    keys: &K,
    limits: &Limits,
) -> Result<JwkSet, Error> {
    let decrypted = decrypt(token, keys, limits)?;
    check(&decrypted, JWK_SET, rfc7517::ENCRYPTED_JWK_SET_SAYS_SO)?;
    JwkSet::parse(decrypted.plaintext.expose())
}

/// It says that it is `kind`, or nothing, as who knows it otherwise may leave it out.
fn check(decrypted: &Decrypted, kind: &str, broken: &'static Requirement) -> Result<(), Error> {
    let header = &decrypted.header;
    if header.content_type().is_none() || header.is_content_type(kind) {
        return Ok(());
    }
    Err(Error::malformed(broken, "it is another kind of content"))
}
