//! For users of the crate `jsonwebtoken`: its keys and JWKs become ours and back, and its
//! `encode` and `decode` sign and verify through ours.
//!
//! ```
//! use anyrfc_jwt::{proto::SigningKey, types::JwsAlgorithm};
//! use jsonwebtoken::EncodingKey;
//!
//! let theirs = EncodingKey::from_secret(&[7; 32]);
//! let ours = SigningKey::from_encoding_key(&theirs, JwsAlgorithm::Hs256)?;
//! assert_eq!(ours.algorithm(), JwsAlgorithm::Hs256);
//! // What RFC 7518, section 3.2, does not allow is no key here.
//! assert!(SigningKey::from_encoding_key(&theirs, JwsAlgorithm::Hs512).is_err());
//! # Ok::<_, anyrfc_jwt::Error>(())
//! ```
//!
//! Once at the start of a program, [`PROVIDER`] is installed by
//! `anyrfc_jwt::jsonwebtoken::PROVIDER.install_default()`. That crate hands its provider the bytes
//! of a key for each token, so there they are parsed for each token too: a
//! [`SigningKey`] is parsed once.

use ::jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind, EncodingKey,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{self, ErrorKind as TheirKind, new_error},
    jwk::{self, EllipticCurve, ThumbprintHash},
    signature::{Error as SignatureError, Signer, Verifier},
};
use aws_lc_rs::digest;

use crate::{
    Error, ErrorKind, Secret,
    codec::{base64url, der},
    proto::{SigningKey, VerifyingKey},
    types::{Algorithms, Curve, Jwk, JwsAlgorithm, Material},
};

/// The algorithms that both know.
const BOTH: [(JwsAlgorithm, Algorithm); 12] = [
    (JwsAlgorithm::Hs256, Algorithm::HS256),
    (JwsAlgorithm::Hs384, Algorithm::HS384),
    (JwsAlgorithm::Hs512, Algorithm::HS512),
    (JwsAlgorithm::Rs256, Algorithm::RS256),
    (JwsAlgorithm::Rs384, Algorithm::RS384),
    (JwsAlgorithm::Rs512, Algorithm::RS512),
    (JwsAlgorithm::Ps256, Algorithm::PS256),
    (JwsAlgorithm::Ps384, Algorithm::PS384),
    (JwsAlgorithm::Ps512, Algorithm::PS512),
    (JwsAlgorithm::Es256, Algorithm::ES256),
    (JwsAlgorithm::Es384, Algorithm::ES384),
    (JwsAlgorithm::EdDsa, Algorithm::EdDSA),
];

/// `Unsupported` for ES512 and for the name Ed25519, which that crate does not have.
impl TryFrom<JwsAlgorithm> for Algorithm {
    type Error = Error;

    fn try_from(ours: JwsAlgorithm) -> Result<Self, Error> {
        let found = BOTH.into_iter().find(|(one, _)| *one == ours);
        found.map(|(_, theirs)| theirs).ok_or_else(not_theirs)
    }
}

/// `Unsupported` for one that only a later version of that crate has.
impl TryFrom<Algorithm> for JwsAlgorithm {
    type Error = Error;

    fn try_from(theirs: Algorithm) -> Result<Self, Error> {
        let found = BOTH.into_iter().find(|(_, one)| *one == theirs);
        found.map(|(ours, _)| ours).ok_or_else(not_theirs)
    }
}

fn not_theirs() -> Error {
    Error::new(ErrorKind::Unsupported, "the algorithm is not one of both crates")
}

/// The public members of a key; symmetric ones do not leave this way.
impl TryFrom<&Jwk> for jwk::Jwk {
    type Error = Error;

    fn try_from(ours: &Jwk) -> Result<Self, Error> {
        let object = ours.to_object()?;
        serde_json::from_value(object.into()).map_err(|_| not_theirs())
    }
}

/// The key is checked as one that is read.
impl TryFrom<&jwk::Jwk> for Jwk {
    type Error = Error;

    fn try_from(theirs: &jwk::Jwk) -> Result<Self, Error> {
        let text = serde_json::to_vec(theirs).map_err(|_| Error::usage("the JWK cannot be written"))?;
        Self::parse(Secret::new(text).expose())
    }
}

/// What verifies a signature by this key; of a symmetric one, its secret.
impl TryFrom<&Jwk> for DecodingKey {
    type Error = Error;

    fn try_from(ours: &Jwk) -> Result<Self, Error> {
        Ok(match &ours.material {
            Material::Oct { k } => Self::from_secret(k.expose()),
            Material::Rsa { n, e, .. } => Self::from_rsa_raw_components(n, e),
            Material::Curve { curve: Curve::P256 | Curve::P384, x, y, .. } => {
                Self::from_ec_der(&[&[4], x.as_slice(), y].concat())
            }
            Material::Curve { curve: Curve::Ed25519, x, .. } => Self::from_ed_der(x),
            Material::Curve { .. } => return Err(not_theirs()),
        })
    }
}

impl SigningKey {
    /// A key of the crate `jsonwebtoken`.
    ///
    /// # Errors
    /// `Usage` where it is not fit for `algorithm`: of another family, too short, or wrong in itself.
    pub fn from_encoding_key(key: &EncodingKey, algorithm: JwsAlgorithm) -> Result<Self, Error> {
        check_family(key.family(), algorithm)?;
        match key.family() {
            AlgorithmFamily::Hmac => Self::hmac(algorithm, &Secret::new(key.as_bytes().to_vec())),
            _ => Self::from_der(key.as_bytes(), algorithm),
        }
    }
}

impl VerifyingKey {
    /// A key of the crate `jsonwebtoken`, for these algorithms and no other.
    ///
    /// # Errors
    /// `Usage` where no algorithm is allowed, or it is not fit for one of them: of another family,
    /// too short, or wrong in itself.
    pub fn from_decoding_key(key: &DecodingKey, algorithms: impl Into<Algorithms>) -> Result<Self, Error> {
        let algorithms = algorithms.into();
        for algorithm in algorithms.iter() {
            check_family(key.family(), algorithm)?;
        }
        let bytes = match key.kind() {
            DecodingKeyKind::RsaModulusExponent { n, e } => return Self::from_jwk(&rsa(n, e)?, algorithms),
            DecodingKeyKind::SecretOrDer(bytes) => bytes,
        };
        let of_curve = |curve: Curve, x: &[u8], y: &[u8]| {
            let key = Jwk::from_material(Material::Curve { curve, x: x.to_vec(), y: y.to_vec(), d: None });
            Self::from_jwk(&key, algorithms)
        };
        match (key.family(), bytes.as_slice()) {
            (AlgorithmFamily::Hmac, secret) => Self::hmac(algorithms, &Secret::new(secret.to_vec())),
            (AlgorithmFamily::Ec, [4, point @ ..]) if point.len() == 64 => {
                point.split_at_checked(32).map_or_else(not_a_key, |(x, y)| of_curve(Curve::P256, x, y))
            }
            (AlgorithmFamily::Ec, [4, point @ ..]) if point.len() == 96 => {
                point.split_at_checked(48).map_or_else(not_a_key, |(x, y)| of_curve(Curve::P384, x, y))
            }
            (AlgorithmFamily::Ed, x) if x.len() == 32 => of_curve(Curve::Ed25519, x, &[]),
            (_, der) => Self::from_der(der, algorithms),
        }
    }
}

fn not_a_key<T>() -> Result<T, Error> {
    Err(Error::usage("the key is none of this algorithm"))
}

/// An RSA key of its numbers, which may have zeros in front.
fn rsa(n: &[u8], e: &[u8]) -> Result<Jwk, Error> {
    let number = |octets: &[u8]| {
        let zeros = octets.iter().take_while(|octet| **octet == 0).count();
        base64url::encode(octets.get(zeros..).unwrap_or_default())
    };
    Jwk::parse(format!(r#"{{"kty":"RSA","n":"{}","e":"{}"}}"#, number(n), number(e)).as_bytes())
}

fn check_family(family: AlgorithmFamily, algorithm: JwsAlgorithm) -> Result<(), Error> {
    let theirs = Algorithm::try_from(algorithm)?;
    if theirs.family() == family { Ok(()) } else { not_a_key() }
}

/// Signs and verifies for the crate `jsonwebtoken`, and computes what its JWKs need.
///
/// Keys that RFC 7518 does not allow, such as a short secret for HMAC, are refused.
pub static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| {
        let ours =
            JwsAlgorithm::try_from(*algorithm).map_err(|_| new_error(TheirKind::UnsupportedAlgorithm))?;
        let key = SigningKey::from_encoding_key(key, ours).map_err(provider)?;
        Ok(Box::new(Ours { algorithm: *algorithm, ours, key }))
    },
    verifier_factory: |algorithm, key| {
        let ours =
            JwsAlgorithm::try_from(*algorithm).map_err(|_| new_error(TheirKind::UnsupportedAlgorithm))?;
        let key = VerifyingKey::from_decoding_key(key, ours).map_err(provider)?;
        Ok(Box::new(Ours { algorithm: *algorithm, ours, key }))
    },
    key_utils: KeyUtils {
        rsa_pub_components_from_private_key: rsa_components,
        rsa_pub_components_from_public_key: rsa_components,
        ec_pub_components_from_private_key: ec_components,
        ed_pub_components_from_private_key: ed_component,
        compute_digest,
    },
};

/// An error of ours where that crate wants one of its own. Ours quotes neither keys nor tokens.
fn provider(error: Error) -> errors::Error {
    new_error(TheirKind::Provider(error.to_string()))
}

/// A key of ours under the name that the algorithm has in that crate.
struct Ours<K> {
    algorithm: Algorithm,
    ours: JwsAlgorithm,
    key: K,
}

impl Signer<Vec<u8>> for Ours<SigningKey> {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        let signature = self.key.sign(message).map_err(SignatureError::from_source)?;
        Ok(signature.as_ref().to_vec())
    }
}

impl JwtSigner for Ours<SigningKey> {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl Verifier<Vec<u8>> for Ours<VerifyingKey> {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        self.key.verify(self.ours, message, signature).map_err(SignatureError::from_source)
    }
}

impl JwtVerifier for Ours<VerifyingKey> {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

fn rsa_components(key: &[u8]) -> errors::Result<(Vec<u8>, Vec<u8>)> {
    match der::from_der(key).map_err(provider)?.material {
        Material::Rsa { n, e, .. } => Ok((n, e)),
        _ => Err(new_error(TheirKind::InvalidKeyFormat)),
    }
}

fn ec_components(key: &[u8], algorithm: Algorithm) -> errors::Result<(EllipticCurve, Vec<u8>, Vec<u8>)> {
    match (der::from_der(key).map_err(provider)?.material, algorithm) {
        (Material::Curve { curve: Curve::P256, x, y, .. }, Algorithm::ES256) => {
            Ok((EllipticCurve::P256, x, y))
        }
        (Material::Curve { curve: Curve::P384, x, y, .. }, Algorithm::ES384) => {
            Ok((EllipticCurve::P384, x, y))
        }
        _ => Err(new_error(TheirKind::InvalidEcdsaKey)),
    }
}

fn ed_component(key: &[u8], curve: &EllipticCurve) -> errors::Result<Vec<u8>> {
    match (der::from_der(key).map_err(provider)?.material, curve) {
        (Material::Curve { curve: Curve::Ed25519, x, .. }, EllipticCurve::Ed25519) => Ok(x),
        _ => Err(new_error(TheirKind::InvalidEddsaKey)),
    }
}

fn compute_digest(data: &[u8], hash: ThumbprintHash) -> errors::Result<Vec<u8>> {
    let algorithm = match hash {
        ThumbprintHash::SHA256 => &digest::SHA256,
        ThumbprintHash::SHA384 => &digest::SHA384,
        ThumbprintHash::SHA512 => &digest::SHA512,
        _ => return Err(new_error(TheirKind::UnsupportedAlgorithm)),
    };
    Ok(digest::digest(algorithm, data).as_ref().to_vec())
}
