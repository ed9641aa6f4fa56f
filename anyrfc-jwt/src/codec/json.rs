//! JSON that refuses what is said twice (RFC 7515, section 4; RFC 8725, section 2.4).
