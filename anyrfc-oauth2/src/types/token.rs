//! What a token endpoint grants (RFC 6749, section 5.1).
