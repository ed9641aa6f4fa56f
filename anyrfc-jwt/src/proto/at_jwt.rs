//! Access tokens as JWTs (RFC 9068).
