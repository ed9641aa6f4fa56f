//! Encrypting a key by RSA (RFC 7518, sections 4.2 and 4.3).

use anyrfc_core::Secret;
use aws_lc_rs::{
    error::Unspecified,
    rand,
    rsa::{
        OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPrivateDecryptingKey,
        OaepPublicEncryptingKey, Pkcs1PrivateDecryptingKey, Pkcs1PublicEncryptingKey, PrivateDecryptingKey,
        PublicEncryptingKey, PublicKeyComponents,
    },
};
use subtle::{Choice, ConditionallySelectable};

/// How the key is padded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Padding {
    Pkcs1,
    OaepSha1,
    OaepSha256,
}

impl Padding {
    fn oaep(self) -> Option<&'static OaepAlgorithm> {
        match self {
            Self::Pkcs1 => None,
            Self::OaepSha1 => Some(&OAEP_SHA1_MGF1SHA1),
            Self::OaepSha256 => Some(&OAEP_SHA256_MGF1SHA256),
        }
    }
}

/// The public key of modulus `n` and exponent `e`.
pub(super) fn public_key(n: &[u8], e: &[u8]) -> Result<PublicEncryptingKey, Unspecified> {
    PublicKeyComponents { n, e }.try_into()
}

/// The private key in PKCS #8, whose numbers have to belong together.
pub(super) fn private_key(pkcs8: &Secret<Vec<u8>>) -> Result<PrivateDecryptingKey, Unspecified> {
    PrivateDecryptingKey::from_pkcs8(pkcs8.expose()).map_err(|_| Unspecified)
}

/// Encrypts `cek` to `key`.
pub(super) fn encrypt(
    key: &PublicEncryptingKey,
    padding: Padding,
    cek: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    let mut encrypted = vec![0; key.key_size_bytes()];
    let len = match padding.oaep() {
        Some(algorithm) => {
            OaepPublicEncryptingKey::new(key.clone())?.encrypt(algorithm, cek, &mut encrypted, None)?.len()
        }
        None => Pkcs1PublicEncryptingKey::new(key.clone())?.encrypt(cek, &mut encrypted)?.len(),
    };
    encrypted.truncate(len);
    Ok(encrypted)
}

/// Decrypts a key of `cek_len` octets. Where `encrypted` does not hold one (the padding is wrong, or
/// the length) the result is a random key, drawn beforehand in every case: what goes wrong is then
/// the tag of the content, and nobody learns why (RFC 7516, section 11.5).
pub(super) fn decrypt(
    key: &PrivateDecryptingKey,
    padding: Padding,
    encrypted: &[u8],
    cek_len: usize,
) -> Result<Secret<Vec<u8>>, Unspecified> {
    let mut cek = Secret::new(vec![0; cek_len]);
    rand::fill(cek.expose_mut())?;
    let mut found = Secret::new(vec![0; key.key_size_bytes()]);
    let len = match padding.oaep() {
        Some(algorithm) => OaepPrivateDecryptingKey::new(key.clone())?
            .decrypt(algorithm, encrypted, found.expose_mut(), None)
            .map(|found| found.len()),
        None => Pkcs1PrivateDecryptingKey::new(key.clone())?
            .decrypt(encrypted, found.expose_mut())
            .map(|found| found.len()),
    };
    let good = Choice::from(u8::from(len == Ok(cek_len)));
    for (octet, found) in cek.expose_mut().iter_mut().zip(found.expose()) {
        octet.conditional_assign(found, good);
    }
    Ok(cek)
}
