//! Bytes to types and back, pure.

pub mod base64url;
pub mod compact;
pub mod der;
pub mod inflate;
pub mod json;
pub mod jwe_json;
pub mod jws_json;
