//! Client identifiers (RFC 6749, section 2.2).
