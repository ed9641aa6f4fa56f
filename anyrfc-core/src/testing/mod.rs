//! The test kit.

pub mod pki;
