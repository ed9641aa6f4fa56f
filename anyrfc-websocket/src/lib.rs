//! WebSocket.
#![forbid(unsafe_code)]

#[cfg(feature = "client")]
pub mod client;
pub mod codec;
#[cfg(feature = "compliance")]
pub mod compliance;
pub mod error;
pub mod proto;
pub mod rfc6455;
pub mod rfc7692;
#[cfg(feature = "testing")]
pub mod testing;
pub mod types;

#[cfg(feature = "client")]
pub use client::{Builder, MessageReader, MessageWriter, Receiver, Sender, WebSocketClient};
pub use error::{Detail, Error, Refusal};
pub use types::*;
