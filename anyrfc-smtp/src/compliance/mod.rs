//! The proofs, one file per section of the RFC.
