//! Keys that are parsed once (RFC 7518, section 3; RFC 8725, sections 3.1 and 3.5).
//!
//! A key object knows what it may do before it does anything: the algorithms it is allowed for,
//! its `use` and `key_ops`, its size. What is wrong with a key is said when the object is made,
//! and a token that names another algorithm is refused before any cryptography.

pub(super) mod fitness;
mod generate;
pub(super) mod primitive;
mod signing;
mod source;
mod verifying;

pub use primitive::Signature;
pub use signing::SigningKey;
pub use source::{Candidates, KeySet, KeySource};
pub use verifying::VerifyingKey;

#[cfg(test)]
mod tests;
