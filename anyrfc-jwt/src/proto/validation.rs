//! What is asked of a JWT (RFC 7519, section 7.2; RFC 8725, section 3).
