//! Tokens in the operating system's keyring.
