//! The closed and open lists of values that a key's members take.

use std::fmt;

use crate::{Error, ErrorKind};

/// `kty` (RFC 7518, section 6.1; RFC 8037, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyType {
    /// `EC`: an elliptic curve of NIST.
    Ec,
    /// `RSA`.
    Rsa,
    /// `oct`: a symmetric key.
    Oct,
    /// `OKP`: Ed25519 and X25519.
    Okp,
}

impl KeyType {
    /// The registered name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ec => "EC",
            Self::Rsa => "RSA",
            Self::Oct => "oct",
            Self::Okp => "OKP",
        }
    }
}

/// `crv` (RFC 7518, section 6.2.1.1; RFC 8037, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Curve {
    /// P-256, for ES256 and ECDH-ES.
    P256,
    /// P-384, for ES384 and ECDH-ES.
    P384,
    /// P-521, for ES512 and ECDH-ES.
    P521,
    /// For EdDSA.
    Ed25519,
    /// For ECDH-ES.
    X25519,
}

impl Curve {
    /// The registered name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::Ed25519 => "Ed25519",
            Self::X25519 => "X25519",
        }
    }

    /// How many octets a coordinate and a private key have.
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Self::P256 | Self::Ed25519 | Self::X25519 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The curve of `kty` that has this name, in which case counts.
    pub(crate) fn from_name(key_type: KeyType, name: &str) -> Result<Self, Error> {
        match (key_type, name) {
            (KeyType::Ec, "P-256") => Ok(Self::P256),
            (KeyType::Ec, "P-384") => Ok(Self::P384),
            (KeyType::Ec, "P-521") => Ok(Self::P521),
            (KeyType::Okp, "Ed25519") => Ok(Self::Ed25519),
            (KeyType::Okp, "X25519") => Ok(Self::X25519),
            (_, "Ed448" | "X448") => {
                Err(Error::new(ErrorKind::Unsupported, "Ed448 and X448 are not implemented"))
            }
            (_, "secp256k1") => Err(Error::new(ErrorKind::Unsupported, "secp256k1 is not implemented")),
            _ => Err(Error::new(ErrorKind::Unsupported, "the curve is not known here")),
        }
    }
}

/// Declares an open list of names: those of the RFC, and whatever else somebody registers.
macro_rules! open_names {
    ($(#[$meta:meta])* pub enum $type:ident { $($(#[$doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$doc])* $variant,)+
            /// Another one, which is never what a key is wanted for here.
            Other(String),
        }

        impl $type {
            /// The registered name.
            #[must_use]
            pub fn name(&self) -> &str {
                match self { $(Self::$variant => $name,)+ Self::Other(name) => name }
            }
        }

        impl From<String> for $type {
            fn from(name: String) -> Self {
                match name.as_str() { $($name => Self::$variant,)+ _ => Self::Other(name) }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", anyrfc_core::escape::Escaped(self.name().as_bytes()))
            }
        }
    };
}

open_names! {
    /// `use` (RFC 7517, section 4.2).
    pub enum KeyUse {
        /// Signatures and MACs.
        Signature = "sig",
        /// Encryption.
        Encryption = "enc",
    }
}

open_names! {
    /// One of `key_ops` (RFC 7517, section 4.3).
    pub enum KeyOperation {
        /// Make a signature or MAC.
        Sign = "sign",
        /// Verify one.
        Verify = "verify",
        /// Encrypt content.
        Encrypt = "encrypt",
        /// Decrypt content.
        Decrypt = "decrypt",
        /// Encrypt a key.
        WrapKey = "wrapKey",
        /// Decrypt a key.
        UnwrapKey = "unwrapKey",
        /// Agree on a key.
        DeriveKey = "deriveKey",
        /// Agree on bits that are not to be a key.
        DeriveBits = "deriveBits",
    }
}

impl KeyOperation {
    /// What the other half of the key does.
    pub(crate) fn counterpart(&self) -> Self {
        match self {
            Self::Sign => Self::Verify,
            Self::Decrypt => Self::Encrypt,
            Self::UnwrapKey => Self::WrapKey,
            other => other.clone(),
        }
    }

    /// What `use` says of a key that does this.
    pub(crate) const fn key_use(&self) -> Option<KeyUse> {
        match self {
            Self::Sign | Self::Verify => Some(KeyUse::Signature),
            Self::Other(_) => None,
            _ => Some(KeyUse::Encryption),
        }
    }
}
