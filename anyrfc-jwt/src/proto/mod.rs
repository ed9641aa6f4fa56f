//! The procedures of the RFCs: keys, signatures, encryption, validation. Nothing here reads a clock or the network.

mod at_jwt;
mod cache;
pub mod jwe;
mod jws;
mod jwt;
mod key;
mod validation;
