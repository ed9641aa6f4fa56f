//! The hash functions of SCRAM.

use std::fmt;

use anyrfc_core::Secret;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use zeroize::{Zeroize as _, ZeroizeOnDrop, Zeroizing};

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
    pub(crate) fn hash(self, data: &[u8]) -> Digest {
        match self {
            Self::Sha1 => Digest::of(Sha1::digest(data)),
            Self::Sha256 => Digest::of(Sha256::digest(data)),
            Self::Sha384 => Digest::of(Sha384::digest(data)),
            Self::Sha512 => Digest::of(Sha512::digest(data)),
        }
    }

    /// `HMAC(key, str)`, the string in parts.
    pub(crate) fn hmac(self, key: &[u8], parts: &[&[u8]]) -> Digest {
        Mac::new(self, key).of(parts)
    }
}

/// The value of a hash function, which is wiped.
#[derive(Clone)]
pub(crate) struct Digest {
    bytes: [u8; 64],
    length: usize,
}

impl Drop for Digest {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl ZeroizeOnDrop for Digest {}

impl Digest {
    /// Takes a value over, and wipes it where it stood.
    fn of(mut value: impl AsMut<[u8]>) -> Self {
        let value = value.as_mut();
        let mut digest = Self { bytes: [0; 64], length: value.len() };
        digest.bytes.iter_mut().zip(value.iter()).for_each(|(byte, value)| *byte = *value);
        value.zeroize();
        digest
    }

    pub(crate) fn expose(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn expose_mut(&mut self) -> &mut [u8] {
        self.bytes.get_mut(..self.length).unwrap_or_default()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({} bytes)", self.length)
    }
}

/// HMAC with a key that has been taken in: what comes before the text is done once.
#[derive(Clone)]
pub(crate) enum Mac {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
    Sha512(Hmac<Sha512>),
}

impl Mac {
    pub(crate) fn new(hash: ScramHash, key: &[u8]) -> Self {
        /// A key longer than a block stands for its hash (RFC 2104, section 2), a
        /// shorter one for itself with zeroes behind.
        macro_rules! keyed {
            ($hash:ty, $block:literal) => {{
                let mut block = Zeroizing::new([0; $block]);
                let digest = (key.len() > $block).then(|| hash.hash(key));
                let key = digest.as_ref().map_or(key, Digest::expose);
                block.iter_mut().zip(key).for_each(|(byte, key)| *byte = *key);
                Hmac::<$hash>::new((&*block).into())
            }};
        }
        match hash {
            ScramHash::Sha1 => Self::Sha1(keyed!(Sha1, 64)),
            ScramHash::Sha256 => Self::Sha256(keyed!(Sha256, 64)),
            ScramHash::Sha384 => Self::Sha384(keyed!(Sha384, 128)),
            ScramHash::Sha512 => Self::Sha512(keyed!(Sha512, 128)),
        }
    }

    /// The code of a text in parts.
    pub(crate) fn of(&self, parts: &[&[u8]]) -> Digest {
        macro_rules! of {
            ($mac:expr) => {{
                let mut mac = $mac.clone();
                parts.iter().for_each(|part| mac.update(part));
                Digest::of(mac.finalize().into_bytes())
            }};
        }
        match self {
            Self::Sha1(mac) => of!(mac),
            Self::Sha256(mac) => of!(mac),
            Self::Sha384(mac) => of!(mac),
            Self::Sha512(mac) => of!(mac),
        }
    }
}

/// What follows from a password, a salt and an iteration count (RFC 5802, section 3).
pub(crate) struct Keys {
    /// `ClientKey`
    client: Digest,
    /// HMAC with `StoredKey`
    stored: Mac,
    /// HMAC with `ServerKey`
    server: Mac,
}

impl Keys {
    /// The keys of a salted password.
    pub(crate) fn of(hash: ScramHash, salted_password: &[u8]) -> Self {
        let salted = Mac::new(hash, salted_password);
        let client = salted.of(&[b"Client Key"]);
        let stored = Mac::new(hash, hash.hash(client.expose()).expose());
        let server = Mac::new(hash, salted.of(&[b"Server Key"]).expose());
        Self { client, stored, server }
    }

    /// `ClientProof`
    pub(crate) fn proof(&self, auth_message: &[&[u8]]) -> Digest {
        let mut proof = self.stored.of(auth_message);
        proof.expose_mut().iter_mut().zip(self.client.expose()).for_each(|(bit, key)| *bit ^= key);
        proof
    }

    /// `ServerSignature`
    pub(crate) fn signature(&self, auth_message: &[&[u8]]) -> Digest {
        self.server.of(auth_message)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}
