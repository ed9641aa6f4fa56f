//! The claims of a JWT (RFC 7519, section 4).
