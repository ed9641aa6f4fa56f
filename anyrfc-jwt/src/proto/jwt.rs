//! Making and reading JWTs (RFC 7519, section 7).
