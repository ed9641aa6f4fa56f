//! Base64url without padding, strictly (RFC 7515, section 2).
