//! JWK Sets (RFC 7517, section 5).
