//! Where tokens are kept.
