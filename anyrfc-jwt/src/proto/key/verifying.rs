//! Keys that verify.

use std::{fmt, sync::Arc};

use anyrfc_core::Secret;

use super::{fitness, primitive::Verifying};
use crate::{
    Error, Rejection,
    codec::der,
    rfc8725,
    types::{Algorithms, Jwk, JwsAlgorithm, KeyOperation},
};

/// A key that verifies by the algorithms it is allowed for; parsed once, cheap to clone.
///
/// ```
/// use anyrfc_jwt::{Rejection, proto::VerifyingKey, types::{Jwk, JwsAlgorithm}};
///
/// let jwk = Jwk::parse(br#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#)?;
/// let key = VerifyingKey::from_jwk(&jwk, JwsAlgorithm::EdDsa)?;
/// let error = key.verify(JwsAlgorithm::Hs256, b"input", b"").unwrap_err();
/// assert_eq!(error.rejection(), Some(Rejection::Algorithm));
/// # Ok::<(), anyrfc_jwt::Error>(())
/// ```
#[derive(Clone)]
pub struct VerifyingKey(Arc<Inner>);

struct Inner {
    algorithms: Algorithms,
    /// One for each algorithm.
    primitives: Vec<(JwsAlgorithm, Arc<Verifying>)>,
    /// The public key; nothing of a symmetric one.
    jwk: Option<Jwk>,
    key_id: Option<String>,
}

impl VerifyingKey {
    /// A key of a JWK, for these algorithms and no other. Its `kid` comes along; what is private
    /// in it stays behind.
    ///
    /// # Errors
    /// `Usage` where no algorithm is allowed, or where the key is of another type, too short or
    /// too long, for another algorithm, use or operation, or wrong in itself.
    pub fn from_jwk(jwk: &Jwk, algorithms: impl Into<Algorithms>) -> Result<Self, Error> {
        let jwk = jwk.to_public().unwrap_or_else(|| jwk.clone());
        Self::new(&jwk, algorithms.into(), |jwk, algorithm| {
            fitness::check(jwk, algorithm, &KeyOperation::Verify)
        })
    }

    /// The counterpart of a key that has been found fit to sign.
    pub(super) fn of_signing(jwk: &Jwk, algorithm: JwsAlgorithm) -> Result<Self, Error> {
        let jwk = jwk.to_public().unwrap_or_else(|| jwk.clone());
        Self::new(&jwk, algorithm.into(), |_, _| Ok(()))
    }

    fn new(
        jwk: &Jwk,
        algorithms: Algorithms,
        check: impl Fn(&Jwk, JwsAlgorithm) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        if algorithms.is_empty() {
            return Err(fitness::unfit(rfc8725::CALLER_NAMES_THE_ALGORITHMS, "no algorithm is allowed"));
        }
        let mut primitives = Vec::new();
        for algorithm in algorithms.iter() {
            check(jwk, algorithm)?;
            primitives.push((algorithm, Arc::new(Verifying::new(jwk, algorithm)?)));
        }
        let key_id = jwk.key_id().map(str::to_owned);
        Ok(Self(Arc::new(Inner { algorithms, primitives, jwk: jwk.to_public(), key_id })))
    }

    /// A key of the first key in PEM: a public key, a certificate (which nobody validates), or the
    /// public half of a private key.
    ///
    /// # Errors
    /// As [`from_jwk`](Self::from_jwk), and `Usage` where there is none.
    pub fn from_pem(pem: &[u8], algorithms: impl Into<Algorithms>) -> Result<Self, Error> {
        Self::from_jwk(&der::from_pem(pem)?, algorithms)
    }

    /// A key of DER: a public key, a certificate (which nobody validates), or the public half of a
    /// private key.
    ///
    /// # Errors
    /// As [`from_jwk`](Self::from_jwk), and `Usage` where it is none of these.
    pub fn from_der(der: &[u8], algorithms: impl Into<Algorithms>) -> Result<Self, Error> {
        Self::from_jwk(&der::from_der(der)?, algorithms)
    }

    /// A key for HMAC, as long as the hash at least.
    ///
    /// # Errors
    /// `Usage` where `secret` is shorter, or an algorithm is no HMAC.
    pub fn hmac(algorithms: impl Into<Algorithms>, secret: &Secret<Vec<u8>>) -> Result<Self, Error> {
        Self::from_jwk(&Jwk::symmetric(secret.expose().clone()), algorithms)
    }

    /// With this `kid`.
    #[must_use]
    pub fn with_key_id(&self, key_id: impl Into<String>) -> Self {
        let key_id = key_id.into();
        Self(Arc::new(Inner {
            algorithms: self.0.algorithms,
            primitives: self.0.primitives.clone(),
            jwk: self.0.jwk.clone().map(|jwk| jwk.with_key_id(key_id.clone())),
            key_id: Some(key_id),
        }))
    }

    /// By what it verifies.
    #[must_use]
    pub fn algorithms(&self) -> Algorithms {
        self.0.algorithms
    }

    /// Its `kid`.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.0.key_id.as_deref()
    }

    /// The public key as a JWK; a symmetric one has none.
    #[must_use]
    pub fn jwk(&self) -> Option<Jwk> {
        self.0.jwk.clone()
    }

    /// Whether the `kid` of a header does not exclude this key: it is equal, or one of them is absent.
    #[must_use]
    pub fn may_be(&self, key_id: Option<&str>) -> bool {
        match (self.key_id(), key_id) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        }
    }

    /// Whether `signature` is one of `input` by `algorithm`.
    ///
    /// # Errors
    /// `Auth`: [`Rejection::Algorithm`] where the key is not allowed for it, before any
    /// cryptography; [`Rejection::Signature`] where it is wrong.
    pub fn verify(&self, algorithm: JwsAlgorithm, input: &[u8], signature: &[u8]) -> Result<(), Error> {
        let primitive = self.0.primitives.iter().find(|(allowed, _)| *allowed == algorithm);
        let Some((_, primitive)) = primitive else {
            return Err(Error::rejected(
                Rejection::Algorithm,
                rfc8725::NO_OTHER_ALGORITHM_IS_USED,
                "the key is not allowed for it",
            ));
        };
        primitive.verify(algorithm, input, signature)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("algorithms", &self.0.algorithms)
            .field("kid", &self.0.key_id)
            .finish_non_exhaustive()
    }
}
