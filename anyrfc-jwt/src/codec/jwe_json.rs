//! The JSON serialisations of JWE (RFC 7516, section 7.2).
