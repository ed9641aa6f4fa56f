//! Bytes to types and back, pure: one function a grammar rule.

pub mod handshake;
