//! Requests to a resource with a token.
