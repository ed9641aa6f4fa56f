//! Signed requests and signed responses (RFC 9101, JARM).
