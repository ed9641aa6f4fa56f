//! A WebSocket client that shows that it keeps to the RFC.
//!
//! Most WebSocket libraries *say* that they implement [RFC 6455]; where one does not,
//! you find out in production, from a server that closed with a number. In this
//! crate every normative statement of the RFC is a constant ([`rfc6455`]), every one
//! that binds a client is proven by a check that runs against the real code, and
//! an error names the statement that the server broke. It exists so that "is it us or
//! is it them?" has an answer. The same holds for compression ([RFC 7692], [`rfc7692`])
//! and for WebSocket over HTTP/2 ([RFC 8441], [`rfc8441`]).
//!
//! [RFC 6455]: https://www.rfc-editor.org/rfc/rfc6455
//! [RFC 7692]: https://www.rfc-editor.org/rfc/rfc7692
//! [RFC 8441]: https://www.rfc-editor.org/rfc/rfc8441
//!
//! ```
//! # #[cfg(feature = "testing")]
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), anyrfc_websocket::Error> {
//! # let server = anyrfc_websocket::testing::EchoServer::start().await?;
//! # let url = &server.url();
//! use anyrfc_websocket::{Message, WebSocketClient};
//!
//! let mut client = WebSocketClient::connect(url).await?;
//! client.send_text("hello").await?;
//! assert_eq!(client.next().await?, Some(Message::text("hello")));
//! client.close().await?;
//! # Ok(()) }
//! # #[cfg(not(feature = "testing"))] fn main() {}
//! ```
//!
//! # A tour
//!
#![cfg_attr(
    feature = "client",
    doc = "* [`WebSocketClient`] is an open connection: [`send`](WebSocketClient::send),\n  [`next`](WebSocketClient::next), [`close`](WebSocketClient::close). It is a `Stream` of\n  messages and a `Sink` for them, and [`split`](WebSocketClient::split) makes two halves for two tasks.\n* [`Builder`] settles what is not the default: headers, subprotocols, credentials, TLS,\n  proxies, limits, deadlines, redirects.\n* [`MessageWriter`] and [`MessageReader`] move messages that are larger than memory."
)]
//! * [`Message`] is what travels: text, binary, ping, pong and Close. Text is
//!   [`Utf8Bytes`], validated as it arrives and shared when cloned; a [`CloseFrame`] holds
//!   a [`CloseCode`], of which only those can be built that may travel.
//! * [`Error`] has a [`kind`](Error::kind), says whose [`fault`](Error::fault) it is, and which
//!   [`requirement`](Error::requirement) was broken; a server's refusal of the handshake
//!   comes with its status, fields and body in [`Error::refusal`].
//! * [`proto::Connection`] is the protocol itself, without I/O, clock or task, for any
//!   runtime or none; below it stand [`codec`] (bytes and types, pure) and [`types`].
//!
//! # What it promises
//! * **Cancel-safe.** Every future may be dropped at any await: a message is queued whole or
//!   not at all, and nothing received is lost.
//! * **Bounded.** Every wait for an answer has a deadline and every buffer a limit
//!   ([`Limits`]), with safe defaults. What a peer announces reserves nothing. Of a flood of
//!   pings the latest is answered. An open connection may be silent for as long as it likes.
//! * **Nothing behind your back.** No task is spawned and no lock held across an await. Pings
//!   are answered, and deadlines kept, while the client is polled.
//! * **Strict and polite.** What breaks the protocol fails the connection with the right close
//!   code; what many servers get harmlessly wrong is a matter of [`Tolerance`], and counted.
//!
//! # States
//! CONNECTING, OPEN, CLOSING and CLOSED of the RFC, with CLOSING told apart by who has said
//! Close. The table is [`proto::State::TRANSITIONS`]; this is its picture (Mermaid):
//!
//! ```text
//! stateDiagram-v2
//!     Connecting --> Open : Established
//!     Connecting --> Failed : EndOfStream
//!     Connecting --> Failed : Deadline
//!     Connecting --> Failed : Fault
//!     Open --> CloseSent : SendClose
//!     Open --> Closing : ReceiveClose
//!     Open --> Failed : EndOfStream
//!     Open --> Failed : Deadline
//!     Open --> Failed : Fault
//!     CloseSent --> Closing : ReceiveClose
//!     CloseSent --> Failed : EndOfStream
//!     CloseSent --> Failed : Deadline
//!     CloseSent --> Failed : Fault
//!     Closing --> Closed : EndOfStream
//!     Closing --> Closed : Deadline
//! ```
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `client` (default) | the async client on tokio; without it, types, codec and state machine only |
//! | `tls-aws-lc-rs` (default), `tls-ring` | the cryptography of TLS |
//! | `platform-verifier` (default), `webpki-roots` | the trust anchors of TLS |
//! | `http2` | WebSocket over HTTP/2 (RFC 8441) |
//! | `tracing` (default) | logs; the wire itself at TRACE only |
//! | `serde` | its traits on plain values |
//! | `compliance` | the suite, and `WebSocketClient::validate_compliance()` |
//! | `testing` | the server role and an embedded server, for tests of your own |
//!
//! Features only ever add.
// Allowed in `codec::simd` only.
#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

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
    Builder, End, Feed, MessageReader, MessageWriter, Receiver, ReconnectPolicy, ReconnectingClient, Sender,
    WebSocketClient,
};
#[cfg(feature = "http2")]
pub use client::{Http2Driver, Http2Session, HttpVersion};
#[cfg(feature = "http2")]
pub use error::Http2Failure;
pub use error::{Detail, Error, Refusal, Waited};
pub use proto::KeepAlive;
pub use types::*;

// Of core, what this crate shows.
pub use anyrfc_core::{
    BoxFuture, CredentialReason, CredentialRequest, CredentialSource, Credentials, Deviation, Deviations,
    Eof, ErrorKind, Fault, Limits, Machine, Output, ProtocolClient, ProtocolState, Requirement, Secret, Step,
    TlsInfo, Tolerance,
    credentials::CredentialError,
    http1::{RequestHead, ResponseHead},
    uri::Host,
};
#[cfg(feature = "client")]
pub use anyrfc_core::{Security, tls, transport};

/// The README's examples, compiled.
#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../README.md")]
struct Readme;
