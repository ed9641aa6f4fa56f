//! Bytes to types and back, pure.

pub mod callback;
pub mod challenge;
mod document;
pub mod form;
pub mod json;
