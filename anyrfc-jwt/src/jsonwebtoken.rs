//! The keys of the crate `jsonwebtoken`, and its signatures made by ours.
