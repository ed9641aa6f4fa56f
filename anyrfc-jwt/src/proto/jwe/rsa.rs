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

use crate::types::SecretBytes;

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

/// The private key of all these numbers, which have to belong together. `factors` are `p`, `q`, `dp`,
/// `dq` and `qi`.
pub(super) fn private_key(
    n: &[u8],
    e: &[u8],
    d: &SecretBytes,
    factors: &[SecretBytes; 5],
) -> Result<PrivateDecryptingKey, Unspecified> {
    let mut numbers = Secret::new(der(INTEGER, &[0]));
    let private = std::iter::once(d).chain(factors).map(|number| number.expose().as_slice());
    for number in [n, e].into_iter().chain(private) {
        let significant = number.iter().position(|octet| *octet != 0).unwrap_or(number.len());
        let mut positive = Secret::new(Vec::with_capacity(number.len() + 1));
        // A number whose first bit is set would be negative.
        positive.expose_mut().push(0);
        positive.expose_mut().extend_from_slice(number.get(significant..).unwrap_or_default());
        let first = usize::from(positive.expose().get(1).is_some_and(|octet| octet & 0x80 == 0));
        let encoded = Secret::new(der(INTEGER, positive.expose().get(first..).unwrap_or_default()));
        let mut longer = Secret::new(Vec::with_capacity(numbers.expose().len() + encoded.expose().len()));
        longer.expose_mut().extend_from_slice(numbers.expose());
        longer.expose_mut().extend_from_slice(encoded.expose());
        numbers = longer;
    }
    let key = Secret::new(der(SEQUENCE, numbers.expose()));
    let key = Secret::new(der(OCTET_STRING, key.expose()));
    let pkcs8 = Secret::new([&der(INTEGER, &[0]), RSA_ENCRYPTION, key.expose().as_slice()].concat());
    let pkcs8 = Secret::new(der(SEQUENCE, pkcs8.expose()));
    PrivateDecryptingKey::from_pkcs8(pkcs8.expose()).map_err(|_| Unspecified)
}

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
/// The algorithm identifier of RSA (RFC 8017, appendix A.1).
const RSA_ENCRYPTION: &[u8] =
    &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// Octets of DER, of less than 64 KiB, as no key here has more.
fn der(tag: u8, value: &[u8]) -> Vec<u8> {
    let [.., high, low] = value.len().to_be_bytes();
    let mut octets = Vec::with_capacity(value.len() + 4);
    match value.len() {
        0..=0x7f => octets.extend([tag, low]),
        0x80..=0xff => octets.extend([tag, 0x81, low]),
        _ => octets.extend([tag, 0x82, high, low]),
    }
    octets.extend_from_slice(value);
    octets
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
