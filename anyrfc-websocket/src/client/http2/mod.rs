//! WebSocket over HTTP/2 (RFC 8441), on the `h2` crate.
//!
//! A client of its own turns its connection whenever it is polled; a session's
//! connection is turned by the driver that the session was made with. Nothing is spawned.

mod fault;
mod open;
mod session;
mod stream;
mod watch;

use anyrfc_core::{ErrorKind, transport::Connection};

pub(super) use self::open::open_alone;
pub use self::session::{Http2Driver, Http2Session};
#[cfg(feature = "testing")]
pub(crate) use self::stream::H2Stream;
use super::Builder;
use crate::{Error, WebSocketUri};

/// Which version of HTTP the opening handshake is made in.
///
/// Over TLS the version is agreed on by ALPN, and HTTP/2 is offered only when it was asked
/// for. In plaintext nothing can be agreed on: [`Http2`](Self::Http2) then starts with
/// HTTP/2 at once ("prior knowledge", RFC 9113, section 3.3), everything else with HTTP/1.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HttpVersion {
    /// HTTP/1.1 (RFC 6455).
    #[default]
    Http1,
    /// HTTP/2 (RFC 8441), or an error of kind [`ErrorKind::Unsupported`].
    Http2,
    /// HTTP/2 where the server chooses it, else HTTP/1.1 on the same connection. A server
    /// that chooses HTTP/2 and then has no WebSocket on it is an error all the same.
    Http2OrHttp1,
}

impl HttpVersion {
    /// What is offered by ALPN, the preferred one first.
    pub(super) const fn alpn(self) -> &'static [&'static str] {
        match self {
            Self::Http1 => &["http/1.1"],
            Self::Http2 => &["h2"],
            Self::Http2OrHttp1 => &["h2", "http/1.1"],
        }
    }
}

impl Builder {
    /// Which version of HTTP to connect by; HTTP/1.1 by default.
    ///
    /// ALPN protocols that a [`TlsConfig`](anyrfc_core::TlsConfig) names itself are offered
    /// instead of ours.
    pub const fn http(mut self, version: HttpVersion) -> Self {
        self.http = version;
        self
    }

    /// How many bytes the server may send on one HTTP/2 stream before they have been
    /// received (RFC 9113, section 6.9); 256 KiB by default, 2³¹ - 1 at most. As much may
    /// be held for each stream of which nobody takes the messages.
    pub fn http2_window(mut self, bytes: u32) -> Self {
        self.http2_window = bytes.clamp(1, (1 << 31) - 1);
        self
    }
}

/// The window of a stream, where nothing else was said.
pub(super) const WINDOW: u32 = 256 << 10;

/// Whether HTTP/2 is what will be spoken on this connection.
pub(super) fn is_chosen(builder: &Builder, uri: &WebSocketUri, stream: &Connection) -> Result<bool, Error> {
    let agreed = stream.info().tls.as_ref().and_then(|tls| tls.alpn.as_deref());
    match builder.http {
        HttpVersion::Http1 => Ok(false),
        HttpVersion::Http2OrHttp1 => Ok(agreed == Some(b"h2")),
        HttpVersion::Http2 if !uri.is_secure() || agreed == Some(b"h2") => Ok(true),
        HttpVersion::Http2 => Err(Error::new(ErrorKind::Unsupported, "the server did not choose HTTP/2")),
    }
}
