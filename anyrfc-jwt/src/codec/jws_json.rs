//! The JSON serialisations of JWS (RFC 7515, section 7.2).
