//! Revocation (RFC 7009).
