//! Keys that sign.

use std::{fmt, sync::Arc};

use anyrfc_core::Secret;

use super::{
    VerifyingKey, fitness,
    primitive::{Signature, Signing},
};
use crate::{
    Error,
    codec::der,
    types::{Jwk, JwsAlgorithm, KeyOperation},
};

/// A key that signs by one algorithm; parsed once, cheap to clone.
///
/// ```
/// use anyrfc_jwt::{proto::SigningKey, types::JwsAlgorithm};
///
/// let key = SigningKey::generate(JwsAlgorithm::Es256)?;
/// let signature = key.sign(b"input")?;
/// key.verifying_key().verify(JwsAlgorithm::Es256, b"input", signature.as_ref())?;
/// # Ok::<(), anyrfc_jwt::Error>(())
/// ```
#[derive(Clone)]
pub struct SigningKey {
    algorithm: JwsAlgorithm,
    signing: Arc<Signing>,
    verifying: VerifyingKey,
}

impl SigningKey {
    /// A key of a private or symmetric JWK. Its `kid` comes along.
    ///
    /// # Errors
    /// `Usage` where the key is not private, of another type, too short or too long, for another
    /// algorithm, use or operation, or wrong in itself; `Unsupported` for an RSA key without
    /// factors.
    pub fn from_jwk(jwk: &Jwk, algorithm: JwsAlgorithm) -> Result<Self, Error> {
        fitness::check(jwk, algorithm, &KeyOperation::Sign)?;
        let signing = Arc::new(Signing::new(jwk, algorithm)?);
        let verifying = VerifyingKey::of_signing(jwk, algorithm)?;
        Ok(Self { algorithm, signing, verifying })
    }

    /// A key of the first private key in PEM: PKCS #8, PKCS #1 or SEC 1, not encrypted.
    ///
    /// # Errors
    /// As [`from_jwk`](Self::from_jwk), and `Usage` where there is none.
    pub fn from_pem(pem: &[u8], algorithm: JwsAlgorithm) -> Result<Self, Error> {
        Self::from_jwk(&der::from_pem(pem)?, algorithm)
    }

    /// A key of DER: PKCS #8, PKCS #1 or SEC 1.
    ///
    /// # Errors
    /// As [`from_jwk`](Self::from_jwk), and `Usage` where it is none of these.
    pub fn from_der(der: &[u8], algorithm: JwsAlgorithm) -> Result<Self, Error> {
        Self::from_jwk(&der::from_der(der)?, algorithm)
    }

    /// A key for HMAC, as long as the hash at least.
    ///
    /// # Errors
    /// `Usage` where `secret` is shorter, or the algorithm is no HMAC.
    pub fn hmac(algorithm: JwsAlgorithm, secret: &Secret<Vec<u8>>) -> Result<Self, Error> {
        Self::from_jwk(&Jwk::symmetric(secret.expose().clone()), algorithm)
    }

    /// A new key, drawn at random; an RSA key of 2048 bits. Where it is to be kept, make a
    /// [`Jwk::generate`] first.
    ///
    /// # Errors
    /// `Usage` where the system gives no randomness.
    pub fn generate(algorithm: JwsAlgorithm) -> Result<Self, Error> {
        Self::from_jwk(&Jwk::generate(algorithm)?, algorithm)
    }

    /// With this `kid`.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<String>) -> Self {
        self.verifying = self.verifying.with_key_id(key_id);
        self
    }

    /// By what it signs.
    #[must_use]
    pub const fn algorithm(&self) -> JwsAlgorithm {
        self.algorithm
    }

    /// Its `kid`, which a token's header is given.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.verifying.key_id()
    }

    /// The public half as a JWK; a symmetric key has none.
    #[must_use]
    pub fn public_jwk(&self) -> Option<Jwk> {
        self.verifying.jwk()
    }

    /// The key that verifies what this one signs, by the same algorithm alone.
    #[must_use]
    pub const fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// How many octets a signature has.
    #[must_use]
    pub fn signature_len(&self) -> usize {
        self.signing.len(self.algorithm)
    }

    /// The signature of `input`, as it is.
    ///
    /// # Errors
    /// `Usage` where the key fails.
    pub fn sign(&self, input: &[u8]) -> Result<Signature, Error> {
        self.signing.sign(input)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("alg", &self.algorithm)
            .field("kid", &self.key_id())
            .finish_non_exhaustive()
    }
}
