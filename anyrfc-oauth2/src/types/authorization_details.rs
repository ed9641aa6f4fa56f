//! Rich authorization requests (RFC 9396).
