//! The authorization request and what comes back (RFC 6749, section 4.1).
