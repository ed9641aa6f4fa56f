//! HTTP by the crate `reqwest`.
