//! Bytes to values and back, pure: one function a rule of the grammars.

pub mod base64;
pub(crate) mod hex;
pub mod quoted_printable;
pub mod utf8_address;
