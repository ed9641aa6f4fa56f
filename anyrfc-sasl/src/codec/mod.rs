//! Bytes to values and back, one function a grammar rule.

pub mod base64;
pub mod bearer;
pub mod digest;
pub mod gs2;
pub mod plain;
pub mod scram;
