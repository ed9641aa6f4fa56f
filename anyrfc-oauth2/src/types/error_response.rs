//! What an endpoint refuses, and why (RFC 6749, section 5.2).
