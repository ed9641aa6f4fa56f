//! Bytes to types and back, pure.

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

pub mod base64url;
pub mod compact;
pub mod der;
mod header;
pub mod inflate;
pub mod json;
pub mod jwe_json;
mod jwk;
mod jwk_set;
pub mod jws_json;
