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
pub mod rfc8441;
#[cfg(feature = "testing")]
pub mod testing;
pub mod types;
mod wire;

#[cfg(feature = "client")]
pub use client::{
    Builder, End, MessageReader, MessageWriter, Receiver, Reconnect, ReconnectingClient, Sender,
    WebSocketClient,
};
#[cfg(feature = "http2")]
pub use client::{Http2Driver, Http2Session, HttpVersion};
#[cfg(feature = "http2")]
pub use error::Http2Failure;
pub use error::{Detail, Error, Refusal, Waited};
pub use proto::KeepAlive;
pub use types::*;
