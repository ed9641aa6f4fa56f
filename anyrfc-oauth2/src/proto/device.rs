//! The device flow (RFC 8628).
