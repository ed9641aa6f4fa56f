//! Bytes to values and back, one function a grammar rule.

pub mod base64;
pub mod plain;
