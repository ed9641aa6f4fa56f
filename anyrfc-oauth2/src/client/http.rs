//! What sends a request: the trait, on types of the crate `http`.
