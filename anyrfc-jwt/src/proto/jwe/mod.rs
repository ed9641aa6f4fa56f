//! Encrypting and decrypting (RFC 7516, section 5).

mod agree;
mod allowed;
mod content;
mod password;
mod rsa;
mod wrap;
