//! Encrypting and decrypting (RFC 7516, section 5).
