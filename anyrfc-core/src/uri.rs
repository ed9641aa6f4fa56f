//! URIs as RFC 3986 has them.
