//! JWK thumbprints (RFC 7638).
