//! What an authorization server says of itself (RFC 8414; OpenID Connect Discovery).
