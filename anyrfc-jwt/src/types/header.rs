//! The JOSE header (RFC 7515, section 4; RFC 7516, section 4).
