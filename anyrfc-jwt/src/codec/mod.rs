//! Bytes to types and back, pure.

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
