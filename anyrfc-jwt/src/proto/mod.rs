//! The procedures of the RFCs: keys, signatures, encryption, validation. Nothing here reads a clock or the network.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects
    )
)]

mod at_jwt;
mod cache;
pub mod jwe;
mod jws;
mod jwt;
mod key;
mod validation;

pub use at_jwt::{AccessTokenClaims, AccessTokenValidation};
pub use cache::{CacheLimits, JwkSetCache, Lookup};
pub use jws::{
    JsonJws, JwsLimits, Signer, Verified, VerifiedJson, VerifiedSignature, peek_header, sign, sign_detached,
    sign_unencoded, sign_unencoded_detached, verify, verify_detached, verify_json, verify_json_detached,
    verify_unencoded,
};
pub use jwt::{Encoder, Jwt, encode, encrypt_jwt};
pub use key::{Candidates, KeySet, KeySource, Signature, SigningKey, VerifyingKey};
pub use validation::Validation;
