//! One HTTP/1.1 head reader and writer (RFC 9112), for protocols that begin as
//! HTTP: the WebSocket upgrade and the proxy's `CONNECT`.
//!
//! Pure: bytes go in, heads come out. [`HeadReader`] is given all input not yet
//! released, from its first byte, remembers how far it has looked (any chunking
//! costs linear time), and never looks beyond its [`HeadLimits`]. It is strict:
//! one meaning or an error. [`BodyReader`] reads the body of an answer that is
//! not what was hoped for, up to a limit.
//!
//! ```
//! use anyrfc_core::http1::{self, HeadLimits, ResponseHead};
//!
//! let input = b"HTTP/1.1 101 Switching Protocols\r\nConnection: keep-alive, Upgrade\r\n\r\n\x81\x00";
//! let mut reader = http1::HeadReader::<ResponseHead>::new(HeadLimits::default());
//! assert!(reader.advance(&input[..20])?.is_none());
//! let (head, length) = reader.advance(input)?.unwrap();
//! assert_eq!(head.status, 101);
//! assert!(http1::contains_token(&head.headers, &http::header::CONNECTION, "upgrade"));
//! assert_eq!(&input[length..], b"\x81\x00");
//! # Ok::<_, http1::HeadError>(())
//! ```

mod body;
#[cfg(test)]
mod body_tests;
mod error;
mod fields;
mod head;
mod reader;
#[cfg(test)]
mod tests;

pub use body::{Body, BodyEnd, BodyReader, Framing};
pub use error::HeadError;
pub use fields::{Repeated, contains_token, elements, is_token, single, trim_ows};
pub use head::{RequestHead, ResponseHead};
pub use reader::{Head, HeadLimits, HeadReader};
