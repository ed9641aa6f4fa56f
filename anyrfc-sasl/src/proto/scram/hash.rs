//! The hash functions of SCRAM.

use anyrfc_core::Secret;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use zeroize::Zeroize as _;

use super::derivation::Derivation;
use crate::MechanismName;

/// The hash function of a SCRAM mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ScramHash {
    /// SHA-1 (RFC 5802).
    Sha1,
    /// SHA-256 (RFC 7677).
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl ScramHash {
    /// Every one, the weakest first.
    pub const ALL: [Self; 4] = [Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The mechanism with this hash function, bound to the channel or not.
    #[must_use]
    pub const fn mechanism(self, plus: bool) -> MechanismName {
        match (self, plus) {
            (Self::Sha1, false) => MechanismName::SCRAM_SHA_1,
            (Self::Sha1, true) => MechanismName::SCRAM_SHA_1_PLUS,
            (Self::Sha256, false) => MechanismName::SCRAM_SHA_256,
            (Self::Sha256, true) => MechanismName::SCRAM_SHA_256_PLUS,
            (Self::Sha384, false) => MechanismName::SCRAM_SHA_384,
            (Self::Sha384, true) => MechanismName::SCRAM_SHA_384_PLUS,
            (Self::Sha512, false) => MechanismName::SCRAM_SHA_512,
            (Self::Sha512, true) => MechanismName::SCRAM_SHA_512_PLUS,
        }
    }

    /// `Hi(str, salt, i)`, all at once. It blocks for as long as it takes: logins
    /// do it in slices. For servers, and to measure it.
    ///
    /// ```
    /// use anyrfc_sasl::ScramHash;
    /// assert_eq!(ScramHash::Sha256.derive(b"pencil", b"salt", 4096).expose().len(), 32);
    /// ```
    #[must_use]
    pub fn derive(self, password: &[u8], salt: &[u8], iterations: u32) -> Secret<Vec<u8>> {
        let mut derivation = Derivation::new(self, password, salt, iterations);
        loop {
            if let Some(salted_password) = derivation.work() {
                return salted_password;
            }
        }
    }

    /// `H(str)`
    pub(crate) fn hash(self, data: &[u8]) -> Secret<Vec<u8>> {
        Secret::new(match self {
            Self::Sha1 => moved(Sha1::digest(data)),
            Self::Sha256 => moved(Sha256::digest(data)),
            Self::Sha384 => moved(Sha384::digest(data)),
            Self::Sha512 => moved(Sha512::digest(data)),
        })
    }

    /// `HMAC(key, str)`, the string in parts.
    pub(crate) fn hmac(self, key: &[u8], parts: &[&[u8]]) -> Secret<Vec<u8>> {
        /// HMAC takes keys of any length.
        macro_rules! hmac {
            ($hash:ty) => {
                match Hmac::<$hash>::new_from_slice(key) {
                    Ok(mut mac) => {
                        parts.iter().for_each(|part| mac.update(part));
                        moved(mac.finalize().into_bytes())
                    }
                    Err(_) => Vec::new(),
                }
            };
        }
        Secret::new(match self {
            Self::Sha1 => hmac!(Sha1),
            Self::Sha256 => hmac!(Sha256),
            Self::Sha384 => hmac!(Sha384),
            Self::Sha512 => hmac!(Sha512),
        })
    }
}

/// What a hash function gave, and nothing left where it stood.
fn moved(mut output: impl AsMut<[u8]>) -> Vec<u8> {
    let bytes = output.as_mut().to_vec();
    output.as_mut().zeroize();
    bytes
}

/// What follows from a password, a salt and an iteration count (RFC 5802, section 3).
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) client: Secret<Vec<u8>>,
    pub(crate) server: Secret<Vec<u8>>,
}

impl Keys {
    /// `ClientKey` and `ServerKey` of a salted password.
    pub(crate) fn of(hash: ScramHash, salted_password: &[u8]) -> Self {
        Self {
            client: hash.hmac(salted_password, &[b"Client Key"]),
            server: hash.hmac(salted_password, &[b"Server Key"]),
        }
    }

    pub(crate) fn duplicate(&self) -> Self {
        let copy = |key: &Secret<Vec<u8>>| Secret::new(key.expose().clone());
        Self { client: copy(&self.client), server: copy(&self.server) }
    }

    /// `ClientProof`
    pub(crate) fn proof(&self, hash: ScramHash, auth_message: &[&[u8]]) -> Secret<Vec<u8>> {
        let stored = hash.hash(self.client.expose());
        let mut proof = hash.hmac(stored.expose(), auth_message);
        proof.expose_mut().iter_mut().zip(self.client.expose()).for_each(|(bit, key)| *bit ^= key);
        proof
    }

    /// `ServerSignature`
    pub(crate) fn signature(&self, hash: ScramHash, auth_message: &[&[u8]]) -> Secret<Vec<u8>> {
        hash.hmac(self.server.expose(), auth_message)
    }
}
