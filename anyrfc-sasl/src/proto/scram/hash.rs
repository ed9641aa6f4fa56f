//! The hash functions of SCRAM.

use anyrfc_core::Secret;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use zeroize::{Zeroize as _, ZeroizeOnDrop};

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
            Self::Sha1 => Sha1::digest(data).to_vec(),
            Self::Sha256 => Sha256::digest(data).to_vec(),
            Self::Sha384 => Sha384::digest(data).to_vec(),
            Self::Sha512 => Sha512::digest(data).to_vec(),
        })
    }

    /// `HMAC(key, str)`, the string in parts.
    pub(crate) fn hmac(self, key: &[u8], parts: &[&[u8]]) -> Secret<Vec<u8>> {
        Keyed::new(self, key).sign(parts)
    }
}

/// HMAC (RFC 2104) that has taken its key in already: only the message is left to hash.
#[derive(Clone)]
pub(crate) enum Keyed {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
    Sha512(Hmac<Sha512>),
}

impl Keyed {
    pub(crate) fn new(hash: ScramHash, key: &[u8]) -> Self {
        /// A key of any length as one of the block's.
        macro_rules! keyed {
            ($hash:ty) => {{
                let mut block = hmac::digest::Key::<Hmac<$hash>>::default();
                let hashed = (key.len() > block.len()).then(|| hash.hash(key));
                let key = hashed.as_ref().map_or(key, |hashed| hashed.expose());
                block.iter_mut().zip(key).for_each(|(byte, key)| *byte = *key);
                let keyed = Hmac::<$hash>::new(&block);
                block.zeroize();
                keyed
            }};
        }
        match hash {
            ScramHash::Sha1 => Self::Sha1(keyed!(Sha1)),
            ScramHash::Sha256 => Self::Sha256(keyed!(Sha256)),
            ScramHash::Sha384 => Self::Sha384(keyed!(Sha384)),
            ScramHash::Sha512 => Self::Sha512(keyed!(Sha512)),
        }
    }

    /// `HMAC(key, str)`, the string in parts.
    pub(crate) fn sign(&self, parts: &[&[u8]]) -> Secret<Vec<u8>> {
        macro_rules! sign {
            ($keyed:expr) => {{
                let mut mac = $keyed.clone();
                parts.iter().for_each(|part| mac.update(part));
                mac.finalize().into_bytes().to_vec()
            }};
        }
        Secret::new(match self {
            Self::Sha1(keyed) => sign!(keyed),
            Self::Sha256(keyed) => sign!(keyed),
            Self::Sha384(keyed) => sign!(keyed),
            Self::Sha512(keyed) => sign!(keyed),
        })
    }
}

/// What follows from a password, a salt and an iteration count (RFC 5802, section 3).
pub(crate) struct Keys {
    client: Key,
    /// With `StoredKey`.
    stored: Keyed,
    /// With `ServerKey`.
    server: Keyed,
}

/// `ClientKey`, in a place that is wiped; no hash is longer than 64 octets.
#[derive(ZeroizeOnDrop)]
struct Key {
    octets: [u8; 64],
}

impl Keys {
    /// `ClientKey` and `ServerKey` of a salted password.
    pub(crate) fn of(hash: ScramHash, salted_password: &[u8]) -> Self {
        let salted = Keyed::new(hash, salted_password);
        let client = salted.sign(&[b"Client Key"]);
        let stored = hash.hash(client.expose());
        let server = salted.sign(&[b"Server Key"]);
        let mut key = Key { octets: [0; 64] };
        key.octets.iter_mut().zip(client.expose()).for_each(|(to, octet)| *to = *octet);
        Self {
            client: key,
            stored: Keyed::new(hash, stored.expose()),
            server: Keyed::new(hash, server.expose()),
        }
    }

    /// `ClientProof`
    pub(crate) fn proof(&self, auth_message: &[&[u8]]) -> Secret<Vec<u8>> {
        let mut proof = self.stored.sign(auth_message);
        proof.expose_mut().iter_mut().zip(self.client.octets).for_each(|(bit, key)| *bit ^= key);
        proof
    }

    /// `ServerSignature`
    pub(crate) fn signature(&self, auth_message: &[&[u8]]) -> Secret<Vec<u8>> {
        self.server.sign(auth_message)
    }
}
