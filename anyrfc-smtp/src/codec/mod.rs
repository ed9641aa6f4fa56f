//! Bytes and types, pure: replies are read, commands and messages written.

pub mod blind;
pub mod command;
pub mod dot;
mod headers;
mod label;
pub mod lines;
#[cfg(feature = "mime")]
mod mime;
pub mod reply;
pub mod scan;
mod sign;
pub mod supply;
