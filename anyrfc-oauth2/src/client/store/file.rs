//! Tokens in an encrypted file.
