//! What a client says of itself (RFC 7591).
