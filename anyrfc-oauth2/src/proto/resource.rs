//! Using a token at a resource (RFC 6750, RFC 9728, RFC 9470).
