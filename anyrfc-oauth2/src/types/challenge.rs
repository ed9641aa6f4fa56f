//! What a resource asks for (RFC 6750, section 3; RFC 9470).
