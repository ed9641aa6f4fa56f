//! The digest that names a key (RFC 7638).

use std::fmt;

use aws_lc_rs::digest;

/// The hash of a thumbprint (RFC 9278, section 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ThumbprintHash {
    /// SHA-256, which everybody has.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl ThumbprintHash {
    /// Its name in the registry of named information (RFC 6920).
    const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }
}

/// The thumbprint of a key; shown, it is its base64url.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Thumbprint {
    hash: ThumbprintHash,
    octets: Box<[u8]>,
}

impl Thumbprint {
    /// Of the canonical form of a key (RFC 7638, section 3).
    pub(crate) fn of(canonical: &str, hash: ThumbprintHash) -> Self {
        let algorithm = match hash {
            ThumbprintHash::Sha256 => &digest::SHA256,
            ThumbprintHash::Sha384 => &digest::SHA384,
            ThumbprintHash::Sha512 => &digest::SHA512,
        };
        Self { hash, octets: digest::digest(algorithm, canonical.as_bytes()).as_ref().into() }
    }

    /// The octets of the digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.octets
    }

    /// The thumbprint as a URI (RFC 9278, section 3).
    #[must_use]
    pub fn to_uri(&self) -> String {
        format!("urn:ietf:params:oauth:jwk-thumbprint:{}:{self}", self.hash.name())
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Thumbprint({self})")
    }
}
