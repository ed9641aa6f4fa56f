//! What goes wrong, and which statement of the RFC it breaks.

use std::fmt;

use anyrfc_core::ErrorKind;
use http::{HeaderMap, StatusCode};

use crate::{
    CloseCode, SubprotocolError, WebSocketUriError,
    codec::handshake::{HandshakeFault, RequestError},
};

/// The answer of a server that did not accept the handshake.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refusal {
    /// The status, anything but 101.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body, at most [`Refusal::BODY_MAX`] bytes of it.
    pub body: bytes::Bytes,
    /// Whether the body was cut at the limit or by the end of the stream.
    pub truncated: bool,
}

impl Refusal {
    /// The most bytes of a body that are kept.
    pub const BODY_MAX: usize = 64 << 10;

    pub(crate) const fn new(
        status: StatusCode,
        headers: HeaderMap,
        body: bytes::Bytes,
        truncated: bool,
    ) -> Self {
        Self { status, headers, body, truncated }
    }
}

/// What is known beyond the error's kind.
#[derive(Debug, Default)]
#[non_exhaustive]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
    /// The server answered the handshake with another status than 101.
    Refused(Box<Refusal>),
    /// We failed the connection with this code.
    Failed(CloseCode),
    /// A deadline passed.
    TimedOut {
        /// What did not come in time.
        waited_for: Waited,
        /// The code we then failed the connection with, if we said any.
        code: Option<CloseCode>,
    },
    /// A reconnecting client has no connection at present: nothing was sent.
    NotConnected,
    /// HTTP/2 ended the stream or the connection below it.
    #[cfg(feature = "http2")]
    Http2(Http2Failure),
}

/// What did not come in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Waited {
    /// The answer to the opening handshake.
    Handshake,
    /// The answer to a keep-alive ping.
    Pong,
    /// Anything at all.
    Traffic,
    /// More of a message that had begun.
    Message,
    /// The peer's Close.
    Close,
    /// That the peer takes a byte of what is written.
    Writing,
}

impl fmt::Display for Waited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Handshake => "the answer to the opening handshake",
            Self::Pong => "the answer to a keep-alive ping",
            Self::Traffic => "a single byte",
            Self::Message => "more of a message that had begun",
            Self::Close => "the answer to Close",
            Self::Writing => "the peer's taking what is written",
        })
    }
}

/// How HTTP/2 ended a stream, or the connection below it (RFC 9113, section 5.4).
#[cfg(feature = "http2")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Http2Failure {
    /// The error code (RFC 9113, section 7): 7 is `REFUSED_STREAM`, 8 `CANCEL`, 11
    /// `ENHANCE_YOUR_CALM`.
    pub code: u32,
    /// Whether the whole connection went (`GOAWAY`), not one stream of it (`RST_STREAM`).
    pub connection: bool,
    /// Whether the server said so; otherwise it was us, for what the server did.
    pub by_peer: bool,
    /// Whether the server did nothing with the stream, so that the same may be
    /// asked again on another connection (RFC 9113, section 8.7).
    pub retriable: bool,
}

anyrfc_core::error_type! {
    /// What went wrong: a kind, whose fault, and the RFC statement that was broken.
    pub struct Error { detail: Detail }
}

impl Error {
    /// The server's answer, where it did not accept the handshake.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        if let Detail::Refused(refusal) = self.detail() { Some(refusal) } else { None }
    }

    /// How HTTP/2 ended the stream, where it did.
    #[cfg(feature = "http2")]
    #[must_use]
    pub fn http2(&self) -> Option<&Http2Failure> {
        if let Detail::Http2(failure) = self.detail() { Some(failure) } else { None }
    }

    /// The code we sent when we failed the connection.
    #[must_use]
    pub fn close_code(&self) -> Option<CloseCode> {
        match self.detail() {
            Detail::Failed(code) => Some(*code),
            Detail::TimedOut { code, .. } => *code,
            _ => None,
        }
    }

    /// What did not come in time, where a deadline of the open connection, of
    /// its handshakes or of sending has passed.
    #[must_use]
    pub fn waited_for(&self) -> Option<Waited> {
        if let Detail::TimedOut { waited_for, .. } = self.detail() { Some(*waited_for) } else { None }
    }

    /// The server redirected to what is no WebSocket URI: its fault, not the caller's.
    #[cfg(feature = "client")]
    pub(crate) fn bad_redirect(error: WebSocketUriError) -> Self {
        Self::violation(error.requirement(), error.to_string()).with_source(error)
    }

    /// The server did not accept the handshake.
    pub(crate) fn refused(refusal: Refusal) -> Self {
        let auth = refusal.status == StatusCode::UNAUTHORIZED;
        let kind = if auth { ErrorKind::Auth } else { ErrorKind::Refused };
        let message = format!("the server answered the opening handshake with {}", refusal.status);
        Self::new(kind, message).with_detail(Detail::Refused(Box::new(refusal)))
    }

    pub(crate) fn closed(message: &'static str) -> Self {
        Self::new(ErrorKind::Closed, message)
    }
}

impl From<anyrfc_core::Error> for Error {
    fn from(error: anyrfc_core::Error) -> Self {
        let made = Self::new(error.kind(), error.to_string()).with_fault(error.fault());
        let made = match error.requirement() {
            Some(requirement) => made.with_requirement(requirement),
            None => made,
        };
        made.with_source(error)
    }
}

/// For `?` after copying into or out of a message: what the connection itself failed with
/// comes out again as it went in.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        if let Some(own) = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            return own.clone();
        }
        Self::new(ErrorKind::Io, "reading or writing failed").with_source(error)
    }
}

impl From<HandshakeFault> for Error {
    fn from(fault: HandshakeFault) -> Self {
        Self::new(fault.kind(), fault.to_string()).with_requirement(fault.requirement()).with_source(fault)
    }
}

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        Self::new(error.kind(), error.to_string()).with_requirement(error.requirement()).with_source(error)
    }
}

impl From<WebSocketUriError> for Error {
    fn from(error: WebSocketUriError) -> Self {
        Self::new(error.kind(), error.to_string()).with_requirement(error.requirement()).with_source(error)
    }
}

impl From<SubprotocolError> for Error {
    fn from(error: SubprotocolError) -> Self {
        Self::usage(error.to_string()).with_requirement(error.requirement()).with_source(error)
    }
}
