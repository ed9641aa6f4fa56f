//! JSON Web Tokens and what they stand on: JWS, JWE, JWK and JWT (RFC 7515 to 7519).
//!
//! A token comes from whoever sent it. So nothing that it says of itself decides anything here: the
//! *key* knows which algorithms it is for, the *caller* says which issuer and which audience are
//! meant, and what a header points at is never followed. Keys are parsed once; the cryptography is
//! aws-lc-rs, whichever provider TLS uses. There is no clock, no network and no global state.
//!
//! ```
//! use anyrfc_jwt::{Jwk, JwsAlgorithm, SigningKey, sign, verify, Header, JwsLimits};
//!
//! let key = SigningKey::from_jwk(&Jwk::generate(JwsAlgorithm::EdDsa)?, JwsAlgorithm::EdDsa)?;
//! let token = sign(b"payload", &Header::new(JwsAlgorithm::EdDsa), &key)?;
//! let verified = verify(&token, key.verifying_key(), &JwsLimits::default())?;
//! assert_eq!(verified.payload(), b"payload");
//! # Ok::<(), anyrfc_jwt::Error>(())
//! ```
//!
//! | what for | begin with |
//! |---|---|
//! | a JWT, made | [`Encoder`], [`Claims`] |
//! | a JWT, believed | [`Validation`], [`AccessTokenValidation`] (RFC 9068) |
//! | a signature over anything | [`Signer`], [`sign`], [`verify`], [`JsonJws`], [`sign_detached`] (RFC 7797) |
//! | encryption | [`jwe`] |
//! | keys | [`Jwk`], [`JwkSet`], [`SigningKey`], [`VerifyingKey`], [`KeySet`], [`Thumbprint`] (RFC 7638) |
//! | a server's keys | [`JwkSetCache`] |
//!
//! | module | holds |
//! |---|---|
//! | [`types`] | validated values: headers, keys, claims, dates |
//! | [`codec`] | base64url, JSON, the serialisations, PEM and DER |
//! | [`proto`] | what the RFCs tell to do: sign, verify, encrypt, decrypt, validate |
//! | `rfc7515` … `rfc9068` | the requirements |
//! | `compliance` | the checks that prove them (feature `compliance`) |
//!
//! # Errors
//! Of kind `Protocol` where the input is not what the RFCs say; `Auth`, with a [`Rejection`], where a
//! well-formed token is not to be believed; `Limit` beyond a bound; `Unsupported` for what is not
//! implemented; `Usage` for keys and combinations that cannot be. Each names the statement.
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `jsonwebtoken` | the keys of that crate, and a provider for it |
//! | `compliance` | the suite, and `Compliance::validate_compliance()` |
//! | `testing` | the RFCs' keys and tokens, and forged ones, for tests of your own |
//!
//! Features only ever add.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod codec;
#[cfg(feature = "compliance")]
pub mod compliance;
pub mod error;
#[cfg(feature = "jsonwebtoken")]
pub mod jsonwebtoken;
pub mod proto;
pub mod rfc7515;
pub mod rfc7516;
pub mod rfc7517;
pub mod rfc7518;
pub mod rfc7519;
pub mod rfc7638;
pub mod rfc7797;
pub mod rfc8037;
pub mod rfc8725;
pub mod rfc9068;
#[cfg(feature = "testing")]
pub mod testing;
pub mod types;

#[cfg(feature = "compliance")]
pub use compliance::Compliance;
pub use error::{Detail, Error, Rejection};
pub use proto::*;
pub use types::*;

// Of core, what this crate shows.
pub use anyrfc_core::{ErrorKind, Fault, Requirement, Secret};

/// The README's examples, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
