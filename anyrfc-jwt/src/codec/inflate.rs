//! Inflating with a limit (RFC 7516, section 4.1.3).
