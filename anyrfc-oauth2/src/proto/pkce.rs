//! Proof keys (RFC 7636).
