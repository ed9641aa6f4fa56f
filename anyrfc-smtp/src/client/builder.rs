//! Everything about a connection that is not the default.

use std::{fmt, net::Ipv4Addr, sync::Arc, time::Duration};

use anyrfc_core::{
    Limits, Security, Tolerance,
    tls::TlsConfig,
    transport::{Connect, Connection, ConnectionInfo, Connector, FamilyOrder, Proxy, Stream},
};
use anyrfc_sasl::{KeyCache, Policy};

use super::{SmtpClient, connect, server::Server};
use crate::{
    Error,
    proto::{Config, Deadlines},
    types::{EhloName, TransferPreference},
};

/// Settles how the transport is made.
type Configure = Arc<dyn Fn(Connector) -> Connector + Send + Sync>;

/// Chooses the proxy for a server, when connecting.
type ProxySelector = Arc<dyn Fn(&Server) -> Result<Option<Arc<Proxy>>, Error> + Send + Sync>;

/// How long it may take to reach the server, by default.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long what is written waits for a server that takes nothing, by default (RFC 5321, section 4.5.3.2.5).
const SEND_TIMEOUT: Duration = Duration::from_secs(3 * 60);

/// Options of a connection; ends in [`connect`](Self::connect).
#[derive(Clone)]
#[must_use = "a builder does nothing until it connects"]
pub struct Builder {
    pub(super) config: Config,
    name: Option<EhloName>,
    pub(super) security: Option<Security>,
    configure: Configure,
    proxy: Option<ProxySelector>,
    connect: Option<Arc<dyn Connect>>,
    pub(super) connect_timeout: Duration,
    pub(super) send_timeout: Option<Duration>,
    pub(super) policy: Policy,
    pub(super) cache: Option<KeyCache>,
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("config", &self.config)
            .field("name", &self.name)
            .field("security", &self.security)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            config: Config::new(EhloName::address(Ipv4Addr::LOCALHOST)),
            name: None,
            security: None,
            configure: Arc::new(|connector| connector),
            proxy: None,
            connect: None,
            connect_timeout: CONNECT_TIMEOUT,
            send_timeout: Some(SEND_TIMEOUT),
            policy: Policy::default(),
            cache: None,
        }
    }
}

impl Builder {
    /// Who says hello: the name of this host, where it has one that others know. Otherwise its address is said, as
    /// the connection has it (RFC 5321, section 4.1.4).
    pub fn name(mut self, name: impl Into<EhloName>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// How much the server may make us hold. Used are `line`, `header_block` and `list`, for one reply, and
    /// `connect_time`, for everything up to where commands may be sent. By default `line` is 4 KiB here, `header_block`
    /// 128 KiB, `list` 1000, and `connect_time` 15 minutes, since each step has its own [deadline](Self::deadlines):
    /// those of [`Config`] are the ones to begin with.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.config.limits = limits;
        self
    }

    /// How strictly the server is held to the RFC.
    pub const fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.config.tolerance = tolerance;
        self
    }

    /// How the connection is secured; it must agree with the URL: TLS from the first byte for `smtps`; for `smtp`
    /// and `lmtp` STARTTLS, which is the default there, or [`Security::Plaintext`], which has to be asked for.
    pub fn security(mut self, security: Security) -> Self {
        self.security = Some(security);
        self
    }

    /// TLS from the first byte with own roots, a client certificate and so on, for `smtps`.
    pub fn tls(self, config: TlsConfig) -> Self {
        self.security(Security::Tls(config))
    }

    /// STARTTLS with own roots, a client certificate and so on, for `smtp` and `lmtp`.
    pub fn start_tls(self, config: TlsConfig) -> Self {
        self.security(Security::StartTls(config))
    }

    /// Which ways to log in are allowed. Unless the policy says otherwise, nothing that gives a password or a token
    /// away is used on a connection that others can read.
    pub fn sasl(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Remembers what a login by password has computed, so that the next takes no time.
    pub fn key_cache(mut self, cache: &KeyCache) -> Self {
        self.cache = Some(cache.clone());
        self
    }

    /// How the bytes of a message go, where the server and the message leave a choice.
    pub const fn transfer(mut self, preference: TransferPreference) -> Self {
        self.config.transfer = preference;
        self
    }

    /// Leaves a server that does not know EHLO, rather than say HELO to it.
    pub const fn without_helo(mut self) -> Self {
        self.config.hello_fallback = false;
        self
    }

    /// How long the server may take for each of its answers (RFC 5321, section 4.5.3.2).
    pub const fn deadlines(mut self, deadlines: Deadlines) -> Self {
        self.config.deadlines = deadlines;
        self
    }

    /// How long it may take to reach the server: to resolve its name, and to open a connection, through a proxy
    /// maybe (30 s by default). What the server says then has its [own time](Self::deadlines).
    pub const fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long what is written may wait for a server that takes not a single byte of it (3 minutes by default).
    pub fn send_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.send_timeout = limit.into();
        self
    }

    /// How the transport is made: resolver, bind address, keep-alive, delay between attempts. The addresses of the
    /// server are tried in the order of the resolver (RFC 5321, section 5.1) unless the connector is told otherwise.
    /// How long it may take is [`connect_timeout`](Self::connect_timeout), whatever the connector's own timeout.
    ///
    /// ```
    /// use anyrfc_smtp::transport::KeepAlive;
    /// let builder = anyrfc_smtp::SmtpClient::builder()
    ///     .transport(|connector| connector.keepalive(KeepAlive::default()));
    /// ```
    pub fn transport(mut self, settle: impl Fn(Connector) -> Connector + Send + Sync + 'static) -> Self {
        self.configure = Arc::new(settle);
        self
    }

    /// Through this proxy.
    pub fn proxy(mut self, proxy: impl Into<Arc<Proxy>>) -> Self {
        let proxy = proxy.into();
        self.proxy = Some(Arc::new(move |server| {
            if server.is_local() {
                return Err(Error::usage("a socket of this host is not reached through a proxy"));
            }
            Ok(Some(Arc::clone(&proxy)))
        }));
        self
    }

    /// Through the proxy that the environment asks for when connecting (`all_proxy`, except for whom `no_proxy`
    /// lists); see [`Proxy::from_env`]. Without this the environment is never asked.
    pub fn proxy_from_env(mut self) -> Self {
        self.proxy = Some(Arc::new(|server: &Server| {
            if server.is_local() {
                return Ok(None);
            }
            let target = server.target()?;
            Ok(Proxy::from_env(server.scheme, &target)?.map(Arc::new))
        }));
        self
    }

    /// Connects by this instead of opening a connection to where the URL leads: through an SSH channel, in memory.
    /// Options of the transport and the proxy do not apply.
    pub fn connector(mut self, connect: Arc<dyn Connect>) -> Self {
        self.connect = Some(connect);
        self
    }

    /// Connects: `smtps://host[:port]`, `smtp://host[:port]` for STARTTLS, `lmtp+unix:/path` or `lmtp://host:port`.
    ///
    /// # Errors
    /// As [`SmtpClient::connect`].
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection attempt.
    pub async fn connect(&self, url: &str) -> Result<SmtpClient, Error> {
        let server = Server::parse(url)?;
        // Boxed: it is large, and done soon.
        Box::pin(connect::connect(Arc::new(self.clone()), server)).await
    }

    /// Speaks SMTP or LMTP over a stream of the caller's, secured as the URL says. Where a login takes a second
    /// connection, there is none: that is an error then.
    ///
    /// # Errors
    /// As [`SmtpClient::connect`].
    ///
    /// # Cancel safety
    /// Dropping the future drops the stream.
    pub async fn connect_over(&self, url: &str, stream: impl Stream) -> Result<SmtpClient, Error> {
        let server = Server::parse(url)?;
        let stream = Connection::from_stream(stream);
        Box::pin(connect::over(Arc::new(self.clone()), server, stream)).await
    }

    /// The caller's own way to connect, or one of ours.
    pub(super) fn connector_for(&self, server: &Server) -> Result<Arc<dyn Connect>, Error> {
        if let Some(own) = &self.connect {
            return Ok(Arc::clone(own));
        }
        // In the order of the resolver (RFC 5321, section 5.1).
        let connector = Connector::new(server.target()?).family_order(FamilyOrder::AsListed);
        let mut connector = (self.configure)(connector);
        if let Some(select) = &self.proxy
            && let Some(proxy) = select(server)?
        {
            connector = connector.proxy(proxy);
        }
        Ok(Arc::new(connector))
    }

    /// Who says hello on this connection.
    pub(super) fn name_on(&self, info: &ConnectionInfo) -> EhloName {
        match (&self.name, info.local) {
            (Some(name), _) => name.clone(),
            (None, Some(local)) => EhloName::address(local.ip()),
            (None, None) => EhloName::address(Ipv4Addr::LOCALHOST),
        }
    }
}
