//! Everything about a connection that is not the default.

use std::{fmt, sync::Arc, time::Duration};

use anyrfc_core::{
    Limits, Security, Tolerance,
    tls::TlsConfig,
    transport::{Connect, Connection, Connector, Proxy, Stream},
};
use anyrfc_sasl::{KeyCache, Policy};

use super::{ImapClient, connect, server::Server};
use crate::{
    Error,
    proto::Config,
    types::{Capability, LanguageRange},
};

/// Settles how the transport is made.
type Configure = Arc<dyn Fn(Connector) -> Connector + Send + Sync>;

/// Chooses the proxy for a server, when connecting.
type ProxySelector = Arc<dyn Fn(&Server) -> Result<Option<Arc<Proxy>>, Error> + Send + Sync>;

/// How long a command waits for a server that takes nothing, by default.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);
/// How often [`watch`](super::Selected::watch) asks a server without IDLE, by default.
const POLL_INTERVAL: Duration = Duration::from_secs(60);
/// How many unsolicited events are kept, by default.
const EVENTS_MAX: usize = 1024;

/// When the client says what it is (RFC 2971).
///
/// Whatever the policy, [`ImapClient::id`] says it when asked to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Identify {
    /// After the login, to servers that are known to refuse mailboxes to
    /// clients that have not: those of Coremail, by their greeting, and any that says
    /// so when a mailbox is selected. Name and version of this crate, no more.
    #[default]
    WhenAsked,
    /// After each login, wherever the server can take it.
    Always,
    /// Never unasked.
    Never,
}

/// Options of a connection; ends in [`connect`](Self::connect).
#[derive(Clone)]
#[must_use = "a builder does nothing until it connects"]
pub struct Builder {
    pub(super) config: Config,
    pub(super) security: Option<Security>,
    configure: Configure,
    proxy: Option<ProxySelector>,
    connect: Option<Arc<dyn Connect>>,
    pub(super) send_timeout: Option<Duration>,
    pub(super) policy: Policy,
    pub(super) cache: Option<KeyCache>,
    pub(super) identify: Identify,
    pub(super) rev2: bool,
    pub(super) enable: Vec<Capability>,
    pub(super) languages: Vec<LanguageRange>,
    pub(super) compress: bool,
    pub(super) poll_interval: Duration,
    pub(super) events_max: usize,
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("config", &self.config)
            .field("security", &self.security)
            .field("policy", &self.policy)
            .field("identify", &self.identify)
            .field("rev2", &self.rev2)
            .field("languages", &self.languages)
            .finish_non_exhaustive()
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            config: Config::default(),
            security: None,
            configure: Arc::new(|connector| connector),
            proxy: None,
            connect: None,
            send_timeout: Some(SEND_TIMEOUT),
            policy: Policy::default(),
            cache: None,
            identify: Identify::default(),
            rev2: true,
            enable: Vec::new(),
            languages: Vec::new(),
            compress: false,
            poll_interval: POLL_INTERVAL,
            events_max: EVENTS_MAX,
        }
    }
}

impl Builder {
    /// How much the server may make us hold. Used are `line`, `literal`, `message`,
    /// `nesting`, `buffered` and `connect_time`. By default they are those of [`Limits`], but for
    /// `line` (1 MiB) and `nesting` (128): [`Config`]'s are the ones to begin with.
    ///
    /// ```
    /// let mut limits = anyrfc_imap::proto::Config::default().limits;
    /// limits.literal = 1 << 20;
    /// let builder = anyrfc_imap::ImapClient::builder().limits(limits);
    /// ```
    pub fn limits(mut self, limits: Limits) -> Self {
        self.config.limits = limits;
        self
    }

    /// How strictly the server is held to the RFC.
    pub const fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.config.tolerance = tolerance;
        self
    }

    /// How the connection is secured; it must agree with the URL: TLS from the first
    /// byte for `imaps`; for `imap` STARTTLS, which is the default there, or
    /// [`Security::Plaintext`], which has to be asked for.
    pub fn security(mut self, security: Security) -> Self {
        self.security = Some(security);
        self
    }

    /// TLS from the first byte with own roots, a client certificate and so on, for `imaps`.
    pub fn tls(self, config: TlsConfig) -> Self {
        self.security(Security::Tls(config))
    }

    /// STARTTLS with own roots, a client certificate and so on, for `imap`.
    pub fn start_tls(self, config: TlsConfig) -> Self {
        self.security(Security::StartTls(config))
    }

    /// Which ways to log in are allowed. Unless the policy says otherwise, nothing that
    /// gives a password or a token away is used on a connection that others can read.
    pub fn sasl(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Remembers what a login by password has computed, so that the next takes no time.
    pub fn key_cache(mut self, cache: &KeyCache) -> Self {
        self.cache = Some(cache.clone());
        self
    }

    /// When the client says what it is.
    pub const fn identify(mut self, identify: Identify) -> Self {
        self.identify = identify;
        self
    }

    /// In which language the server is to write, the first that it knows (RFC 5255): asked for before
    /// the login, so that what is said to that can be read, and again where that is to be done.
    /// Servers without LANGUAGE write English.
    pub fn languages(mut self, ranges: impl Into<Vec<LanguageRange>>) -> Self {
        self.languages = ranges.into();
        self
    }

    /// Does not switch servers that know both revisions to IMAP4rev2 after the login
    /// (RFC 9051, section 6.3.1).
    pub const fn without_rev2(mut self) -> Self {
        self.rev2 = false;
        self
    }

    /// Switches these on after each login, as far as the server has them (RFC 5161): later on, once a mailbox was
    /// selected, that cannot be done any more. With [`Capability::QResync`] a
    /// [synchronisation](ImapClient::sync) takes one command, on any connection at any time.
    pub fn enable(mut self, capabilities: impl IntoIterator<Item = Capability>) -> Self {
        self.enable.extend(capabilities);
        self
    }

    /// Compresses after each login, where the server can do so (off by default); see
    /// [`ImapClient::compress`] for what it costs. A server that refuses is left alone.
    pub const fn compress(mut self, yes: bool) -> Self {
        self.compress = yes;
        self
    }

    /// How long the server may be silent while it owes an answer (two minutes by default).
    pub const fn response_timeout(mut self, limit: Duration) -> Self {
        self.config.deadlines.command = limit;
        self
    }

    /// How long a command may wait for a server that takes not a single byte of it
    /// (30 s by default).
    pub fn send_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.send_timeout = limit.into();
        self
    }

    /// After so long IDLE is renewed (5 minutes by default): often enough that no router on the way forgets
    /// the connection, and a dead one is found out (RFC 2177 asks for 29 minutes at most).
    pub const fn idle_renewal(mut self, interval: Duration) -> Self {
        self.config.deadlines.idle_renewal = interval;
        self
    }

    /// How often [`watch`](super::Selected::watch) asks a server that has no IDLE (a minute by default).
    pub const fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = interval;
        self
    }

    /// How many unsolicited events are kept until they are taken (1024 by default). Beyond it
    /// the oldest go, and [`Event::Missed`](super::Event::Missed) says so.
    pub const fn events_max(mut self, most: usize) -> Self {
        self.events_max = most;
        self
    }

    /// How the transport is made: resolver, bind address, keep-alive, delay between attempts. How long it
    /// may take is [`Limits::connect_time`], whatever the connector's own timeout.
    ///
    /// ```
    /// use anyrfc_imap::transport::KeepAlive;
    /// let builder = anyrfc_imap::ImapClient::builder()
    ///     .transport(|connector| connector.keepalive(KeepAlive::default()));
    /// ```
    pub fn transport(mut self, settle: impl Fn(Connector) -> Connector + Send + Sync + 'static) -> Self {
        self.configure = Arc::new(settle);
        self
    }

    /// Through this proxy.
    pub fn proxy(mut self, proxy: impl Into<Arc<Proxy>>) -> Self {
        let proxy = proxy.into();
        self.proxy = Some(Arc::new(move |_| Ok(Some(Arc::clone(&proxy)))));
        self
    }

    /// Through the proxy that the environment asks for when connecting (`all_proxy`, except
    /// for whom `no_proxy` lists); see [`Proxy::from_env`]. Without this the environment is
    /// never asked.
    pub fn proxy_from_env(mut self) -> Self {
        self.proxy = Some(Arc::new(|server: &Server| {
            let target = server.target()?;
            Ok(Proxy::from_env(server.scheme, &target)?.map(Arc::new))
        }));
        self
    }

    /// Connects by this instead of opening a TCP connection to the URL's host: over a Unix
    /// socket, through an SSH channel, in memory. Options of the transport and the proxy do
    /// not apply.
    pub fn connector(mut self, connect: Arc<dyn Connect>) -> Self {
        self.connect = Some(connect);
        self
    }

    /// Connects: `imaps://host[:port]`, or `imap://host[:port]` for STARTTLS.
    ///
    /// # Errors
    /// As [`ImapClient::connect`].
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection attempt.
    pub async fn connect(&self, url: &str) -> Result<ImapClient, Error> {
        let server = Server::parse(url)?;
        // Boxed: it is large, and done soon.
        Box::pin(connect::connect(Arc::new(self.clone()), server)).await
    }

    /// Speaks IMAP over a stream of the caller's, secured as the URL says. Where a login takes
    /// a second connection, there is none: that is an error then.
    ///
    /// # Errors
    /// As [`ImapClient::connect`].
    ///
    /// # Cancel safety
    /// Dropping the future drops the stream.
    pub async fn connect_over(&self, url: &str, stream: impl Stream) -> Result<ImapClient, Error> {
        let server = Server::parse(url)?;
        let stream = Connection::from_stream(stream);
        Box::pin(connect::over(Arc::new(self.clone()), server, stream)).await
    }

    /// The caller's own way to connect, or one of ours.
    pub(super) fn connector_for(&self, server: &Server) -> Result<Arc<dyn Connect>, Error> {
        if let Some(own) = &self.connect {
            return Ok(Arc::clone(own));
        }
        let mut connector = (self.configure)(Connector::new(server.target()?));
        if let Some(select) = &self.proxy
            && let Some(proxy) = select(server)?
        {
            connector = connector.proxy(proxy);
        }
        Ok(Arc::new(connector))
    }
}
