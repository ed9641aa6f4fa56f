//! WebSocket.
#![forbid(unsafe_code)]

pub mod codec;
#[cfg(feature = "compliance")]
pub mod compliance;
pub mod error;
pub mod proto;
pub mod rfc6455;
pub mod types;

pub use error::{Detail, Error, Refusal};
pub use types::*;
