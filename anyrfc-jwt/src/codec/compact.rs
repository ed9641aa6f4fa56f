//! The compact serialisations (RFC 7515, section 7.1; RFC 7516, section 7.1).
