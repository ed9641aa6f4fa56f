//! The listener of a native app (RFC 8252, section 7.3).
