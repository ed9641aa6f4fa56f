//! Options of a connection that is to live long, and of how it is made.

use std::{sync::Arc, time::Duration};

use anyrfc_core::transport::{Connect, Connection, Deadline, Proxy, Target};

use super::Builder;
use crate::{Error, KeepAlive, WebSocketUri};

/// How long a send waits for a peer that takes nothing, by default.
pub(super) const SEND_TIMEOUT: Duration = Duration::from_secs(30);

impl Builder {
    /// Sends keep-alive pings and fails the connection when a pong is late
    /// (none by default; RFC 6455, section 7.2.1, wants a client not to close
    /// without need). The error is [`Timeout`](anyrfc_core::ErrorKind::Timeout)
    /// with [`Waited::Pong`](crate::Waited::Pong), the code 1008.
    ///
    /// Keep-alive advances while the client is polled; see
    /// [`WebSocketClient::drive`](super::WebSocketClient::drive).
    pub fn keep_alive(mut self, keep_alive: impl Into<Option<KeepAlive>>) -> Self {
        self.config.keep_alive = keep_alive.into();
        self
    }

    /// Fails the connection with code 1001 when the peer has sent not a single
    /// byte for so long (never by default). Pongs count: with
    /// [`keep_alive`](Self::keep_alive) a living peer is never idle.
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.config.idle_timeout = limit.into();
        self
    }

    /// Fails the connection with code 1008 when a message that has begun brings
    /// no further byte for so long (never by default). Pings in between do not help it.
    pub fn message_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.config.message_timeout = limit.into();
        self
    }

    /// Fails the connection when something waits to be written, and the peer
    /// takes not a single byte of it for so long (30 s by default).
    pub fn send_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.send_timeout = limit.into();
        self
    }

    /// Connects by this instead of opening a TCP connection to the URL's host:
    /// over a Unix socket, through an SSH channel, in memory. For `wss` its
    /// stream is wrapped in TLS. Options of the transport and the proxy do not
    /// apply, and redirects, which lead elsewhere, are not followed.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use anyrfc_websocket::transport::{Connector, Target};
    /// let builder = anyrfc_websocket::WebSocketClient::builder()
    ///     .connector(Arc::new(Connector::new(Target::unix("/run/events.sock"))));
    /// ```
    pub fn connector(mut self, connect: Arc<dyn Connect>) -> Self {
        self.connect = Some(connect);
        self
    }

    /// Through the proxy that the environment asks for when connecting:
    /// `https_proxy` for `wss`, `http_proxy` for `ws`, `all_proxy`, except for whom
    /// `no_proxy` lists. See [`Proxy::from_env`] for the rules. Without this the
    /// environment is never asked.
    pub fn proxy_from_env(mut self) -> Self {
        self.proxy = Some(Arc::new(|uri: &WebSocketUri| {
            let scheme = if uri.is_secure() { "wss" } else { "ws" };
            let target = Target::tcp(uri.host().to_string(), uri.port())?;
            Ok(Proxy::from_env(scheme, &target)?.map(Arc::new))
        }));
        self
    }

    /// A stream by the caller's own connector, if there is one.
    pub(super) async fn own_stream(&self, deadline: Deadline) -> Result<Option<Connection>, Error> {
        let Some(connect) = &self.connect else { return Ok(None) };
        Ok(Some(connect.connect_within(deadline).await?))
    }

    /// The proxy for `uri`.
    pub(super) fn proxy_for(&self, uri: &WebSocketUri) -> Result<Option<Arc<Proxy>>, Error> {
        self.proxy.as_ref().map_or(Ok(None), |select| select(uri))
    }
}
