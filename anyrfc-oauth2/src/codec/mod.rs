//! Bytes to types and back, pure.

pub mod callback;
pub mod challenge;
pub mod form;
pub mod json;
