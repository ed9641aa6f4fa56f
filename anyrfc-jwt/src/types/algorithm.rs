//! The names of algorithms (RFC 7518, sections 3.1, 4.1 and 5.1; RFC 8037, section 3.1).

use std::fmt;

use crate::{Error, ErrorKind, Rejection, rfc7515, rfc7516, rfc7518};

/// Declares a closed list of names, in which case counts.
macro_rules! names {
    ($(#[$meta:meta])* pub enum $type:ident { $($(#[$doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $type { $($(#[$doc])* $variant,)+ }

        impl $type {
            /// All of them, in the order of the RFCs.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The registered name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The one of this name, if there is one.
            fn find(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

names! {
    /// How something is signed (RFC 7518, section 3.1; RFC 8037, section 3.1).
    pub enum JwsAlgorithm {
        /// HMAC with SHA-256.
        Hs256 = "HS256",
        /// HMAC with SHA-384.
        Hs384 = "HS384",
        /// HMAC with SHA-512.
        Hs512 = "HS512",
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        Rs256 = "RS256",
        /// RSASSA-PKCS1-v1_5 with SHA-384.
        Rs384 = "RS384",
        /// RSASSA-PKCS1-v1_5 with SHA-512.
        Rs512 = "RS512",
        /// RSASSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// RSASSA-PSS with SHA-384.
        Ps384 = "PS384",
        /// RSASSA-PSS with SHA-512.
        Ps512 = "PS512",
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256",
        /// ECDSA on P-384 with SHA-384.
        Es384 = "ES384",
        /// ECDSA on P-521 with SHA-512.
        Es512 = "ES512",
        /// EdDSA on the curve of the key, here Ed25519.
        EdDsa = "EdDSA",
        /// EdDSA on Ed25519, by the name that says so (RFC 9864).
        Ed25519 = "Ed25519",
    }
}

names! {
    /// How the content encryption key reaches the recipient (RFC 7518, section 4.1).
    pub enum JweAlgorithm {
        /// RSAES-PKCS1-v1_5.
        Rsa1_5 = "RSA1_5",
        /// RSAES-OAEP with SHA-1 and its MGF1.
        RsaOaep = "RSA-OAEP",
        /// RSAES-OAEP with SHA-256 and its MGF1.
        RsaOaep256 = "RSA-OAEP-256",
        /// AES Key Wrap of 128 bits.
        A128Kw = "A128KW",
        /// AES Key Wrap of 192 bits.
        A192Kw = "A192KW",
        /// AES Key Wrap of 256 bits.
        A256Kw = "A256KW",
        /// The shared key encrypts the content itself.
        Dir = "dir",
        /// Agreement on the content encryption key itself.
        EcdhEs = "ECDH-ES",
        /// Agreement on a key that wraps by `A128KW`.
        EcdhEsA128Kw = "ECDH-ES+A128KW",
        /// Agreement on a key that wraps by `A192KW`.
        EcdhEsA192Kw = "ECDH-ES+A192KW",
        /// Agreement on a key that wraps by `A256KW`.
        EcdhEsA256Kw = "ECDH-ES+A256KW",
        /// Wrapping by AES GCM of 128 bits.
        A128GcmKw = "A128GCMKW",
        /// Wrapping by AES GCM of 192 bits.
        A192GcmKw = "A192GCMKW",
        /// Wrapping by AES GCM of 256 bits.
        A256GcmKw = "A256GCMKW",
        /// A password, HMAC SHA-256 and `A128KW`.
        Pbes2Hs256A128Kw = "PBES2-HS256+A128KW",
        /// A password, HMAC SHA-384 and `A192KW`.
        Pbes2Hs384A192Kw = "PBES2-HS384+A192KW",
        /// A password, HMAC SHA-512 and `A256KW`.
        Pbes2Hs512A256Kw = "PBES2-HS512+A256KW",
    }
}

names! {
    /// How content is encrypted (RFC 7518, section 5.1).
    pub enum ContentEncryption {
        /// AES-128 in CBC with HMAC SHA-256.
        A128CbcHs256 = "A128CBC-HS256",
        /// AES-192 in CBC with HMAC SHA-384.
        A192CbcHs384 = "A192CBC-HS384",
        /// AES-256 in CBC with HMAC SHA-512.
        A256CbcHs512 = "A256CBC-HS512",
        /// AES-128 in GCM.
        A128Gcm = "A128GCM",
        /// AES-192 in GCM.
        A192Gcm = "A192GCM",
        /// AES-256 in GCM.
        A256Gcm = "A256GCM",
    }
}

/// What goes wrong with a name that is in none of the lists.
fn unknown_algorithm(name: &str) -> Error {
    // "None", "nOnE": whatever the case, it was tried to have no signature at all.
    if name.eq_ignore_ascii_case("none") {
        return Error::rejected(
            Rejection::Algorithm,
            rfc7518::UNSECURED_IS_REFUSED_BY_DEFAULT,
            "the algorithm is none",
        );
    }
    Error::new(ErrorKind::Unsupported, "the algorithm is not known here")
        .with_requirement(rfc7515::UNUSABLE_ALG_IS_INVALID)
}

impl JwsAlgorithm {
    /// The algorithm of this name, in which case counts.
    ///
    /// # Errors
    /// `Auth` with [`Rejection::Algorithm`] for `none` in whatever case; `Unsupported` for every
    /// other name.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        Self::find(name).ok_or_else(|| unknown_algorithm(name))
    }

    /// Whether both sides hold the same secret.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::Hs256 | Self::Hs384 | Self::Hs512)
    }
}

impl JweAlgorithm {
    /// The algorithm of this name, in which case counts.
    ///
    /// # Errors
    /// `Auth` with [`Rejection::Algorithm`] for `none` in whatever case; `Unsupported` for every
    /// other name.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        Self::find(name).ok_or_else(|| unknown_algorithm(name))
    }
}

impl ContentEncryption {
    /// The encryption of this name, in which case counts.
    ///
    /// # Errors
    /// `Unsupported` where there is none.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        Self::find(name).ok_or_else(|| {
            Error::new(ErrorKind::Unsupported, "the content encryption is not known here")
                .with_requirement(rfc7516::UNUSABLE_ENC_FAILS)
        })
    }
}

/// What `alg` names: in a JWS how it is signed, in a JWE how its key travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// It is a JWS.
    Jws(JwsAlgorithm),
    /// It is a JWE.
    Jwe(JweAlgorithm),
}

impl Algorithm {
    /// The algorithm of this name, in which case counts.
    ///
    /// # Errors
    /// `Auth` with [`Rejection::Algorithm`] for `none` in whatever case; `Unsupported` for every
    /// other name.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        JwsAlgorithm::find(name)
            .map(Self::Jws)
            .or_else(|| JweAlgorithm::find(name).map(Self::Jwe))
            .ok_or_else(|| unknown_algorithm(name))
    }

    /// The registered name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jws(algorithm) => algorithm.name(),
            Self::Jwe(algorithm) => algorithm.name(),
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<JwsAlgorithm> for Algorithm {
    fn from(algorithm: JwsAlgorithm) -> Self {
        Self::Jws(algorithm)
    }
}

impl From<JweAlgorithm> for Algorithm {
    fn from(algorithm: JweAlgorithm) -> Self {
        Self::Jwe(algorithm)
    }
}

/// A set of signature algorithms: what a key is allowed to verify (RFC 8725, section 3.1).
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Algorithms(u16);

impl Algorithms {
    /// None at all.
    pub const EMPTY: Self = Self(0);

    /// With this one too.
    #[must_use]
    pub const fn with(self, algorithm: JwsAlgorithm) -> Self {
        Self(self.0 | 1 << algorithm as u16)
    }

    /// Whether this one is among them.
    #[must_use]
    pub const fn contains(self, algorithm: JwsAlgorithm) -> bool {
        self.0 & (1 << algorithm as u16) != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in the order of the RFCs.
    pub fn iter(self) -> impl Iterator<Item = JwsAlgorithm> {
        JwsAlgorithm::ALL.iter().copied().filter(move |algorithm| self.contains(*algorithm))
    }
}

impl fmt::Debug for Algorithms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl From<JwsAlgorithm> for Algorithms {
    fn from(algorithm: JwsAlgorithm) -> Self {
        Self::EMPTY.with(algorithm)
    }
}

impl FromIterator<JwsAlgorithm> for Algorithms {
    fn from_iter<I: IntoIterator<Item = JwsAlgorithm>>(algorithms: I) -> Self {
        algorithms.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl From<&[JwsAlgorithm]> for Algorithms {
    fn from(algorithms: &[JwsAlgorithm]) -> Self {
        algorithms.iter().copied().collect()
    }
}

impl<const N: usize> From<[JwsAlgorithm; N]> for Algorithms {
    fn from(algorithms: [JwsAlgorithm; N]) -> Self {
        algorithms.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_algorithm_and_case_counts() {
        for algorithm in JwsAlgorithm::ALL {
            assert_eq!(JwsAlgorithm::from_name(algorithm.name()).unwrap(), *algorithm);
            let other = algorithm.name().to_ascii_lowercase();
            assert_eq!(JwsAlgorithm::from_name(&other).unwrap_err().kind(), ErrorKind::Unsupported);
            assert!(JweAlgorithm::from_name(algorithm.name()).is_err());
        }
        for algorithm in JweAlgorithm::ALL {
            assert_eq!(Algorithm::from_name(algorithm.name()).unwrap(), Algorithm::Jwe(*algorithm));
        }
        for encryption in ContentEncryption::ALL {
            assert_eq!(ContentEncryption::from_name(encryption.name()).unwrap(), *encryption);
        }
        assert_eq!(ContentEncryption::from_name("A128CBC").unwrap_err().kind(), ErrorKind::Unsupported);
    }

    #[test]
    fn none_is_refused_in_every_case() {
        for bits in 0..16_u32 {
            let name: String = "none"
                .chars()
                .enumerate()
                .map(|(at, letter)| if bits >> at & 1 == 1 { letter.to_ascii_uppercase() } else { letter })
                .collect();
            let error = Algorithm::from_name(&name).unwrap_err();
            assert_eq!(
                (error.kind(), error.rejection()),
                (ErrorKind::Auth, Some(Rejection::Algorithm)),
                "{name}"
            );
        }
        for near in ["", "none ", " none", "no", "n\u{6f}ne\0"] {
            assert_eq!(Algorithm::from_name(near).unwrap_err().kind(), ErrorKind::Unsupported, "{near:?}");
        }
    }

    #[test]
    fn a_set_holds_what_was_put_in() {
        let set = Algorithms::from([JwsAlgorithm::Es256, JwsAlgorithm::Ed25519]);
        assert!(set.contains(JwsAlgorithm::Es256) && set.contains(JwsAlgorithm::Ed25519));
        assert!(!set.contains(JwsAlgorithm::EdDsa) && !set.contains(JwsAlgorithm::Hs256));
        assert_eq!(set.iter().collect::<Algorithms>(), set);
        assert!(Algorithms::EMPTY.is_empty() && Algorithms::EMPTY.iter().next().is_none());
    }
}
