//! Seconds since the epoch (RFC 7519, section 2).
