//! `WWW-Authenticate` (RFC 9110, section 11.6.1).
