//! WebSocket.
#![forbid(unsafe_code)]

pub mod codec;
pub mod rfc6455;
pub mod types;

pub use types::*;
