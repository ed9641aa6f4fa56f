//! What of aws-lc-rs stands behind each algorithm.

use std::fmt;

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    rsa, signature as raw,
    signature::{EcdsaKeyPair, Ed25519KeyPair, ParsedPublicKey},
};

use super::fitness::{self, unfit};
use crate::{
    Error, Rejection, Secret,
    codec::der,
    rfc7515, rfc7518, rfc8037, rfc8725,
    types::{Curve, Jwk, JwsAlgorithm, Material},
};

/// A signature: for the elliptic curves R and S at full length, not DER (RFC 7518, section 3.4).
#[derive(Clone)]
pub struct Signature(Octets);

#[derive(Clone)]
enum Octets {
    /// All but RSA: the longest is that of ES512.
    Short {
        octets: [u8; 132],
        len: usize,
    },
    Long(Vec<u8>),
}

impl Signature {
    /// A copy of at most 132 octets.
    fn short(from: &[u8]) -> Option<Self> {
        let mut octets = [0; 132];
        octets.get_mut(..from.len())?.copy_from_slice(from);
        Some(Self(Octets::Short { octets, len: from.len() }))
    }
}

impl AsRef<[u8]> for Signature {
    fn as_ref(&self) -> &[u8] {
        match &self.0 {
            Octets::Short { octets, len } => octets.get(..*len).unwrap_or_default(),
            Octets::Long(octets) => octets,
        }
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({} octets)", self.as_ref().len())
    }
}

/// What signs.
pub(super) enum Signing {
    Hmac(Box<hmac::Key>),
    Rsa { pair: rsa::KeyPair, padding: &'static dyn raw::RsaEncoding, len: usize },
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// What verifies.
pub(super) enum Verifying {
    Hmac(Box<hmac::Key>),
    Public(ParsedPublicKey),
}

/// The HMAC of an algorithm.
fn hmac_of(algorithm: JwsAlgorithm) -> hmac::Algorithm {
    match algorithm {
        JwsAlgorithm::Hs384 => hmac::HMAC_SHA384,
        JwsAlgorithm::Hs512 => hmac::HMAC_SHA512,
        _ => hmac::HMAC_SHA256,
    }
}

/// The RSA padding of an algorithm.
fn padding_of(algorithm: JwsAlgorithm) -> &'static dyn raw::RsaEncoding {
    match algorithm {
        JwsAlgorithm::Rs384 => &raw::RSA_PKCS1_SHA384,
        JwsAlgorithm::Rs512 => &raw::RSA_PKCS1_SHA512,
        JwsAlgorithm::Ps256 => &raw::RSA_PSS_SHA256,
        JwsAlgorithm::Ps384 => &raw::RSA_PSS_SHA384,
        JwsAlgorithm::Ps512 => &raw::RSA_PSS_SHA512,
        _ => &raw::RSA_PKCS1_SHA256,
    }
}

/// The ECDSA of a curve.
fn ecdsa_of(curve: Curve) -> &'static raw::EcdsaSigningAlgorithm {
    match curve {
        Curve::P384 => &raw::ECDSA_P384_SHA384_FIXED_SIGNING,
        Curve::P521 => &raw::ECDSA_P521_SHA512_FIXED_SIGNING,
        _ => &raw::ECDSA_P256_SHA256_FIXED_SIGNING,
    }
}

/// The verification of an algorithm with a public key.
fn verification_of(algorithm: JwsAlgorithm) -> &'static dyn raw::VerificationAlgorithm {
    match algorithm {
        JwsAlgorithm::Rs384 => &raw::RSA_PKCS1_2048_8192_SHA384,
        JwsAlgorithm::Rs512 => &raw::RSA_PKCS1_2048_8192_SHA512,
        JwsAlgorithm::Ps256 => &raw::RSA_PSS_2048_8192_SHA256,
        JwsAlgorithm::Ps384 => &raw::RSA_PSS_2048_8192_SHA384,
        JwsAlgorithm::Ps512 => &raw::RSA_PSS_2048_8192_SHA512,
        JwsAlgorithm::Es256 => &raw::ECDSA_P256_SHA256_FIXED,
        JwsAlgorithm::Es384 => &raw::ECDSA_P384_SHA384_FIXED,
        JwsAlgorithm::Es512 => &raw::ECDSA_P521_SHA512_FIXED,
        JwsAlgorithm::EdDsa | JwsAlgorithm::Ed25519 => &raw::ED25519,
        _ => &raw::RSA_PKCS1_2048_8192_SHA256,
    }
}

/// The point of a curve, uncompressed.
pub(crate) fn point(x: &[u8], y: &[u8]) -> Vec<u8> {
    [&[4], x, y].concat()
}

impl Signing {
    /// Of a key that has been found fit for `algorithm`.
    pub(super) fn new(jwk: &Jwk, algorithm: JwsAlgorithm) -> Result<Self, Error> {
        let not_private = || unfit(rfc8725::ALGORITHM_OF_THE_KEY_IS_CHECKED, "the key is not a private one");
        match &jwk.material {
            Material::Oct { k } => Ok(Self::Hmac(Box::new(hmac::Key::new(hmac_of(algorithm), k.expose())))),
            Material::Rsa { n, e, private } => {
                let private = private.as_ref().ok_or_else(not_private)?;
                fitness::factors(private)?;
                let der: Secret<Vec<u8>> = der::rsa_private_key(n, e, private)?;
                let pair = rsa::KeyPair::from_der(der.expose()).map_err(|_| {
                    unfit(rfc7518::RSA_PRIVATE_KEY_HAS_D, "the members of the RSA key do not belong together")
                })?;
                let len = pair.public_modulus_len();
                Ok(Self::Rsa { pair, padding: padding_of(algorithm), len })
            }
            Material::Curve { curve: Curve::Ed25519, x, d, .. } => {
                let d = d.as_ref().ok_or_else(not_private)?;
                Ed25519KeyPair::from_seed_and_public_key(d.expose(), x).map(Self::Ed25519).map_err(|_| {
                    unfit(rfc8037::X_IS_PRESENT, "the private and the public key do not belong together")
                })
            }
            Material::Curve { curve, x, y, d } => {
                let d = d.as_ref().ok_or_else(not_private)?;
                EcdsaKeyPair::from_private_key_and_public_key(ecdsa_of(*curve), d.expose(), &point(x, y))
                    .map(Self::Ecdsa)
                    .map_err(|_| {
                        unfit(
                            rfc8725::INVALID_CURVE_POINTS_ARE_REFUSED,
                            "the private and the public key do not belong together",
                        )
                    })
            }
        }
    }

    /// How many octets a signature has.
    pub(super) const fn len(&self, algorithm: JwsAlgorithm) -> usize {
        match (self, algorithm) {
            (Self::Rsa { len, .. }, _) => *len,
            (_, JwsAlgorithm::Hs256) => 32,
            (_, JwsAlgorithm::Hs384) => 48,
            (_, JwsAlgorithm::Es384) => 96,
            (_, JwsAlgorithm::Es512) => 132,
            _ => 64,
        }
    }

    /// `input`, signed.
    pub(super) fn sign(&self, input: &[u8]) -> Result<Signature, Error> {
        let failed = || Error::usage("the key cannot sign");
        match self {
            Self::Hmac(key) => Signature::short(hmac::sign(key, input).as_ref()),
            Self::Ed25519(pair) => Signature::short(pair.try_sign(input).map_err(|_| failed())?.as_ref()),
            Self::Ecdsa(pair) => {
                Signature::short(pair.sign(&SystemRandom::new(), input).map_err(|_| failed())?.as_ref())
            }
            Self::Rsa { pair, padding, len } => {
                let mut octets = vec![0; *len];
                pair.sign(*padding, &SystemRandom::new(), input, &mut octets).map_err(|_| failed())?;
                Some(Signature(Octets::Long(octets)))
            }
        }
        .ok_or_else(failed)
    }
}

impl Verifying {
    /// Of a key that has been found fit for `algorithm`.
    pub(super) fn new(jwk: &Jwk, algorithm: JwsAlgorithm) -> Result<Self, Error> {
        let verification = verification_of(algorithm);
        let parsed = match &jwk.material {
            Material::Oct { k } => {
                return Ok(Self::Hmac(Box::new(hmac::Key::new(hmac_of(algorithm), k.expose()))));
            }
            Material::Rsa { n, e, .. } => ParsedPublicKey::new(verification, der::rsa_public_key(n, e)),
            Material::Curve { curve: Curve::Ed25519, x, .. } => ParsedPublicKey::new(verification, x),
            Material::Curve { x, y, .. } => ParsedPublicKey::new(verification, point(x, y)),
        };
        parsed.map(Self::Public).map_err(|_| match &jwk.material {
            Material::Rsa { .. } => unfit(rfc7518::RSA_KEY_HAS_N_AND_E, "the RSA key is not well-formed"),
            _ => unfit(rfc8725::INVALID_CURVE_POINTS_ARE_REFUSED, "the point is not on the curve"),
        })
    }

    /// Whether `signature` is one of `input`.
    pub(super) fn verify(
        &self,
        algorithm: JwsAlgorithm,
        input: &[u8],
        signature: &[u8],
    ) -> Result<(), Error> {
        let wrong = |requirement, what| Err(Error::rejected(Rejection::Signature, requirement, what));
        match algorithm {
            JwsAlgorithm::Es256 if signature.len() != 64 => {
                return wrong(rfc7518::ES256_SIGNATURE_IS_64_OCTETS, "it has another length");
            }
            JwsAlgorithm::Es384 if signature.len() != 96 => {
                return wrong(rfc7518::LONGER_ECDSA_SIGNATURES_ARE_MEASURED, "it has another length");
            }
            JwsAlgorithm::Es512 if signature.len() != 132 => {
                return wrong(rfc7518::LONGER_ECDSA_SIGNATURES_ARE_MEASURED, "it has another length");
            }
            _ => {}
        }
        let verified = match self {
            // Compares in constant time.
            Self::Hmac(key) => hmac::verify(key, input, signature),
            Self::Public(key) => key.verify_sig(input, signature),
        };
        verified.or_else(|_| wrong(rfc7515::NO_VALID_SIGNATURE_IS_INVALID, "the signature is wrong"))
    }
}
