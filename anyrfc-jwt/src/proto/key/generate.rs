//! New keys.

use std::sync::Arc;

use anyrfc_core::Secret;
use aws_lc_rs::{encoding::AsDer as _, rand, rsa};

use crate::{
    Error,
    codec::der::{self, public_of},
    types::{Curve, Jwk, JwsAlgorithm, Material},
};

/// The system gives no randomness.
fn no_randomness() -> Error {
    Error::usage("the system gave no random octets")
}

/// So many random octets.
fn random(len: usize) -> Result<Secret<Vec<u8>>, Error> {
    let mut octets = Secret::new(vec![0; len]);
    rand::fill(octets.expose_mut()).map_err(|_| no_randomness())?;
    Ok(octets)
}

impl Jwk {
    /// A new key for signing, drawn at random; an RSA key of 2048 bits. Its `alg` is set.
    ///
    /// # Errors
    /// `Usage` where the system gives no randomness.
    pub fn generate(algorithm: JwsAlgorithm) -> Result<Self, Error> {
        use JwsAlgorithm as A;
        let jwk = match algorithm {
            A::Hs256 => Self::symmetric(std::mem::take(random(32)?.expose_mut())),
            A::Hs384 => Self::symmetric(std::mem::take(random(48)?.expose_mut())),
            A::Hs512 => Self::symmetric(std::mem::take(random(64)?.expose_mut())),
            A::Rs256 | A::Rs384 | A::Rs512 | A::Ps256 | A::Ps384 | A::Ps512 => {
                Self::generate_rsa(rsa::KeySize::Rsa2048)?
            }
            A::Es256 => Self::generate_on(Curve::P256)?,
            A::Es384 => Self::generate_on(Curve::P384)?,
            A::Es512 => Self::generate_on(Curve::P521)?,
            A::EdDsa | A::Ed25519 => Self::generate_on(Curve::Ed25519)?,
        };
        Ok(jwk.with_algorithm(algorithm))
    }

    /// A new key on this curve, drawn at random.
    ///
    /// # Errors
    /// `Usage` where the system gives no randomness.
    pub fn generate_on(curve: Curve) -> Result<Self, Error> {
        // A number drawn that is not below the order of the curve is drawn again; for P-521, of
        // whose octets 7 bits are not used, those are cleared first.
        for _ in 0..64 {
            let mut d = random(curve.size())?;
            if let (Curve::P521, Some(first)) = (curve, d.expose_mut().first_mut()) {
                *first &= 1;
            }
            if let Some((x, y)) = public_of(curve, d.expose()) {
                return Ok(Self::from_material(Material::Curve { curve, x, y, d: Some(Arc::new(d)) }));
            }
        }
        Err(no_randomness())
    }

    /// A new RSA key of this size.
    fn generate_rsa(size: rsa::KeySize) -> Result<Self, Error> {
        let pair = rsa::KeyPair::generate(size).map_err(|_| no_randomness())?;
        let der = pair.as_der().map_err(|_| no_randomness())?;
        der::from_der(der.as_ref())
    }
}
