//! Signing and verifying (RFC 7515, section 5).
