//! Validated values in the RFC's own words.

mod close;
mod deflate;
mod extension;
mod message;
mod subprotocol;
mod uri;

pub use close::{CloseCode, CloseFrame, ReasonTooLong};
pub use deflate::{Deflate, WindowBits, WindowBitsError};
pub use extension::{Extension, NotAToken, Parameter};
pub use message::{Chunk, ChunkRef, Kind, Message, MessageRef, Utf8Bytes, Utf8Slice};
pub use subprotocol::{Subprotocol, SubprotocolError, Subprotocols};
pub use uri::{WebSocketUri, WebSocketUriError};
