//! How a client proves who it is (RFC 6749, section 2.3; RFC 7523; RFC 8705).
