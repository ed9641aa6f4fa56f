//! Everything about a connection that is not the default.

use std::{fmt, sync::Arc, time::Duration};

use super::{WebSocketClient, connect, options::SEND_TIMEOUT};
use crate::{Deflate, Error, Subprotocols, WebSocketUri, codec::handshake::Request, proto::Config};
use anyrfc_core::{
    CredentialSource, Credentials, Limits, Secret, Security, Tolerance,
    tls::TlsConfig,
    transport::{Connect, Connector, Proxy, Stream},
};

/// Chooses the proxy for a URI, as a proxy auto-configuration would.
pub(super) type ProxySelector = Arc<dyn Fn(&WebSocketUri) -> Result<Option<Arc<Proxy>>, Error> + Send + Sync>;

/// Settles how the transport is made.
pub(super) type Configure = Arc<dyn Fn(Connector) -> Connector + Send + Sync>;

/// Options of a connection; ends in [`connect`](Self::connect).
///
/// An option that cannot be sent (a header with a line break, a subprotocol
/// that is no token) is an error of `connect`, before anything is sent.
#[derive(Clone)]
#[must_use = "a builder does nothing until it connects"]
pub struct Builder {
    pub(super) config: Config,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) origin: Option<String>,
    pub(super) subprotocols: Vec<String>,
    pub(super) credentials: Option<Arc<dyn CredentialSource>>,
    pub(super) security: Option<Security>,
    pub(super) configure: Configure,
    pub(super) proxy: Option<ProxySelector>,
    pub(super) connect: Option<Arc<dyn Connect>>,
    pub(super) send_timeout: Option<Duration>,
    pub(super) redirects: u8,
    pub(super) gate: bool,
    #[cfg(feature = "http2")]
    pub(super) http: super::HttpVersion,
    #[cfg(feature = "http2")]
    pub(super) http2_window: u32,
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Builder")
            .field("config", &self.config)
            .field("headers", &names)
            .field("origin", &self.origin)
            .field("subprotocols", &self.subprotocols)
            .field("redirects", &self.redirects)
            .finish_non_exhaustive()
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            config: Config::default(),
            headers: Vec::new(),
            origin: None,
            subprotocols: Vec::new(),
            credentials: None,
            security: None,
            configure: Arc::new(|connector| connector),
            proxy: None,
            connect: None,
            send_timeout: Some(SEND_TIMEOUT),
            redirects: 0,
            gate: true,
            #[cfg(feature = "http2")]
            http: super::HttpVersion::default(),
            #[cfg(feature = "http2")]
            http2_window: super::http2::WINDOW,
        }
    }
}

impl Builder {
    /// A further header field of the request, a cookie say. Those that belong
    /// to the protocol are refused: they have methods of their own.
    pub fn header(mut self, name: impl Into<String>, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.into(), value.as_ref().to_vec()));
        self
    }

    /// The `Origin` field, for a client that acts for a web page (RFC 6455, section 10.2).
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Offers a subprotocol; those offered first are preferred (RFC 6455, section 1.9).
    pub fn subprotocol(mut self, name: impl Into<String>) -> Self {
        self.subprotocols.push(name.into());
        self
    }

    /// Basic authentication (RFC 7617), sent to this server only.
    pub fn basic_auth(self, user: impl Into<String>, password: impl Into<Secret<String>>) -> Self {
        self.credentials(Credentials::password(user, password))
    }

    /// A bearer token (RFC 6750), sent to this server only.
    pub fn bearer_auth(self, token: impl Into<Secret<String>>) -> Self {
        self.credentials(Credentials::bearer(token))
    }

    /// Where credentials come from: asked when connecting, and once more when
    /// the server answers 401. A token becomes Bearer, a password Basic.
    pub fn credentials(mut self, source: impl CredentialSource + 'static) -> Self {
        self.credentials = Some(Arc::new(source));
        self
    }

    /// How much the peer may make us hold. Used are `header_block`, `headers`,
    /// `frame`, `message`, `fragments`, `buffered` and `connect_time`.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.config.limits = limits;
        self
    }

    /// How strictly the peer is held to the RFC.
    pub const fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.config.tolerance = tolerance;
        self
    }

    /// Offers to compress messages (permessage-deflate, RFC 7692). Off by default:
    /// [`Deflate`] says what it costs, and what it may betray of a secret.
    ///
    /// ```
    /// use anyrfc_websocket::{Deflate, WebSocketClient};
    ///
    /// let builder = WebSocketClient::builder().compression(Deflate::default());
    /// ```
    pub fn compression(mut self, deflate: Deflate) -> Self {
        self.config.compression = Some(deflate);
        self
    }

    /// How long the opening handshake may take, within the total of
    /// [`Limits::connect_time`] (30 s by default).
    pub const fn handshake_timeout(mut self, limit: Duration) -> Self {
        self.config.handshake_timeout = limit;
        self
    }

    /// How long to wait for the peer's Close, and for the end of TCP after it
    /// (5 s by default).
    pub const fn close_timeout(mut self, limit: Duration) -> Self {
        self.config.close_timeout = limit;
        self
    }

    /// How the connection is secured; it must agree with the URL: TLS for
    /// `wss`, plaintext for `ws`. There is no StartTLS in this protocol.
    pub fn security(mut self, security: Security) -> Self {
        self.security = Some(security);
        self
    }

    /// TLS with own roots, a client certificate and so on, for `wss`.
    pub fn tls(self, config: TlsConfig) -> Self {
        self.security(Security::Tls(config))
    }

    /// How the transport is made: resolver, bind address, keep-alive, delay
    /// between attempts. How long it may take is [`Limits::connect_time`],
    /// whatever the connector's own timeout.
    ///
    /// ```
    /// use anyrfc_websocket::transport::KeepAlive;
    /// let builder = anyrfc_websocket::WebSocketClient::builder()
    ///     .transport(|connector| connector.keepalive(KeepAlive::default()));
    /// ```
    pub fn transport(mut self, settle: impl Fn(Connector) -> Connector + Send + Sync + 'static) -> Self {
        self.configure = Arc::new(settle);
        self
    }

    /// Through this proxy, for every URL.
    pub fn proxy(self, proxy: impl Into<Arc<Proxy>>) -> Self {
        let proxy = proxy.into();
        self.proxy_selector(move |_| Some(Arc::clone(&proxy)))
    }

    /// Chooses a proxy by the WebSocket URI, as proxy auto-configuration does
    /// (RFC 6455, section 4.1, step 3); `None` connects directly. The URI is
    /// rebuilt from its components, without credentials.
    ///
    /// Where the proxy resolves the name, each name counts as a host of its own,
    /// and in this process at most 32 of them are being connected to at a time.
    pub fn proxy_selector(
        mut self,
        select: impl Fn(&WebSocketUri) -> Option<Arc<Proxy>> + Send + Sync + 'static,
    ) -> Self {
        self.proxy = Some(Arc::new(move |uri: &WebSocketUri| Ok(select(uri))));
        self
    }

    /// Follows up to so many redirects of the handshake (none by default);
    /// never from `wss` to `ws`, and credentials stay with their origin.
    pub const fn redirects(mut self, most: u8) -> Self {
        self.redirects = most;
        self
    }

    /// Does not wait while this process is already connecting to the same
    /// address. RFC 6455, section 4.1, asks to; that it was not done stands in
    /// [`WebSocketClient::deviations`].
    pub const fn connect_concurrently(mut self) -> Self {
        self.gate = false;
        self
    }

    /// Connects.
    ///
    /// # Errors
    /// As [`WebSocketClient::connect`].
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection attempt.
    pub async fn connect(&self, url: &str) -> Result<WebSocketClient, Error> {
        // Boxed: it is large, done soon, and otherwise carried along by the caller's
        // future for as long as that lives.
        Box::pin(connect::connect(self, WebSocketUri::parse(url)?)).await
    }

    /// Connects to a URI that was parsed before.
    ///
    /// # Errors
    /// As [`WebSocketClient::connect`].
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection attempt.
    pub async fn connect_uri(&self, uri: WebSocketUri) -> Result<WebSocketClient, Error> {
        Box::pin(connect::connect(self, uri)).await
    }

    /// Opens the WebSocket over a stream of the caller's, which for `wss` is
    /// wrapped in TLS first. Redirects are not followed.
    ///
    /// # Errors
    /// As [`WebSocketClient::connect`].
    ///
    /// # Cancel safety
    /// Dropping the future drops the stream.
    pub async fn connect_over(&self, url: &str, stream: impl Stream) -> Result<WebSocketClient, Error> {
        Box::pin(connect::over(self, WebSocketUri::parse(url)?, stream)).await
    }

    /// The request for `uri`, checked before anything is sent.
    pub(super) fn request(&self, uri: WebSocketUri) -> Result<Request, Error> {
        let mut request = Request::new(uri)?;
        if let Some(origin) = &self.origin {
            request = request.origin(origin)?;
        }
        if !self.subprotocols.is_empty() {
            request = request.subprotocols(Subprotocols::from_names(&self.subprotocols)?);
        }
        for (name, value) in &self.headers {
            request = request.header(name.as_str(), value.as_slice())?;
        }
        Ok(request)
    }
}
