//! Pushed requests (RFC 9126).
