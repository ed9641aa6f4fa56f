//! Validated values in the RFC's own words.

mod close;
mod message;

pub use close::{CloseCode, CloseFrame, ReasonTooLong};
pub use message::{Chunk, ChunkRef, Kind, Message, MessageRef, Utf8Bytes, Utf8Slice};
