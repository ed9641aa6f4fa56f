//! Tokens that renew themselves.
