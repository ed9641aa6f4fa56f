//! Tokens in files.
