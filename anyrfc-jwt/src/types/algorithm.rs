//! The algorithms of JWS and JWE by their registered names (RFC 7518, RFC 8037).
