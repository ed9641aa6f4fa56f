//! Resources, and what they say of themselves (RFC 8707, RFC 9728).
