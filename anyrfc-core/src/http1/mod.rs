//! One HTTP/1.1 head reader and writer (RFC 9112).
