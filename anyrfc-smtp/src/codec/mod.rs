//! Bytes and types, pure: replies are read, commands and messages written.

pub mod command;
pub mod dot;
mod headers;
pub mod lines;
pub mod reply;
pub mod scan;
pub mod supply;
