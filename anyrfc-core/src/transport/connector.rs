//! The object that can connect again.

use std::{
    any::Any,
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use socket2::SockRef;
use tokio::net::{TcpSocket, TcpStream};

use super::{
    ATTEMPT_DELAY, ATTEMPT_DELAY_MAX, ATTEMPT_DELAY_MIN, Connection, Deadline, FamilyOrder, Proxy, Resolve,
    SystemResolver, Target, deadline::timed_out, interleave, race::Race,
};
use crate::{BoxFuture, Error, ErrorKind, Limits, error::ErrorDetail};

/// So many addresses of one host are tried at most, however many the DNS names.
const ADDRESSES_MAX: usize = 64;

/// Makes connections, as often as asked: for pools, for reconnection, and for
/// tests, where a closure that returns an in-memory stream is one too.
pub trait Connect: Send + Sync {
    /// A new connection, before `deadline`.
    ///
    /// # Errors
    /// None could be made.
    ///
    /// # Cancel safety
    /// Dropping the future gives up, and closes what was opened.
    fn connect_within(&self, deadline: Deadline) -> BoxFuture<'_, Result<Connection, Error>>;
}

impl<F, R> Connect for F
where
    F: Fn() -> R + Send + Sync,
    R: Future<Output = Result<Connection, Error>> + Send,
{
    fn connect_within(&self, deadline: Deadline) -> BoxFuture<'_, Result<Connection, Error>> {
        Box::pin(async move { deadline.run("connecting", self()).await })
    }
}

impl Connect for Connector {
    fn connect_within(&self, deadline: Deadline) -> BoxFuture<'_, Result<Connection, Error>> {
        Box::pin(self.connect_within(deadline))
    }
}

/// The right to go on that an [`Admission`] gave; given back when dropped.
pub type Pass = Box<dyn Any + Send + Sync>;

/// Says when a TCP connection may be begun: a protocol that allows only one
/// connection attempt at a time to one address (RFC 6455, section 4.1), say.
pub trait Admission: Send + Sync + fmt::Debug {
    /// Waits until a connection to `address` may be begun. The pass is kept in
    /// the connection until it is [taken](Connection::take_pass) or dropped.
    ///
    /// # Cancel safety
    /// Dropping the future gives up the place in the queue.
    fn admit(&self, address: IpAddr) -> BoxFuture<'_, Pass>;
}

/// When TCP asks whether the peer is still there (RFC 9293, section 3.8.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeepAlive {
    /// After so long without traffic.
    pub idle: Duration,
    /// Then again after so long without an answer.
    pub interval: Duration,
    /// So many times, before the connection counts as lost. Where the system can tell.
    pub retries: u32,
}

impl Default for KeepAlive {
    /// After a minute, every ten seconds, six times: a dead peer is known within two minutes.
    fn default() -> Self {
        Self { idle: Duration::from_secs(60), interval: Duration::from_secs(10), retries: 6 }
    }
}

impl KeepAlive {
    /// After `idle` without traffic, and the usual otherwise.
    #[must_use]
    pub fn after(idle: Duration) -> Self {
        Self { idle, ..Self::default() }
    }

    /// How long to wait for an answer, and how often to ask.
    #[must_use]
    pub const fn probes(mut self, interval: Duration, retries: u32) -> Self {
        self.interval = interval;
        self.retries = retries;
        self
    }

    fn apply(self, socket: &SockRef<'_>) -> io::Result<()> {
        let keepalive = socket2::TcpKeepalive::new().with_time(self.idle).with_interval(self.interval);
        #[cfg(any(unix, windows))]
        let keepalive = keepalive.with_retries(self.retries);
        socket.set_tcp_keepalive(&keepalive)
    }
}

/// What every new TCP socket is given, ours and accepted ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct TcpSettings {
    pub(super) nodelay: bool,
    pub(super) keepalive: Option<KeepAlive>,
}

impl Default for TcpSettings {
    fn default() -> Self {
        Self { nodelay: true, keepalive: None }
    }
}

impl TcpSettings {
    pub(super) fn apply(&self, socket: &SockRef<'_>) -> io::Result<()> {
        socket.set_tcp_nodelay(self.nodelay)?;
        self.keepalive.map_or(Ok(()), |keepalive| keepalive.apply(socket))
    }
}

/// Connects to one [`Target`], again and again, with the same settings.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), anyrfc_core::Error> {
/// # let mut listener = anyrfc_core::transport::Listener::builder().tcp(([127, 0, 0, 1], 0)).bind()?;
/// # let port = listener.port().unwrap();
/// use std::time::Duration;
/// use anyrfc_core::transport::{Connector, Target};
///
/// let connector = Connector::new(Target::tcp("127.0.0.1", port)?).timeout(Duration::from_secs(10));
/// let connection = connector.connect().await?;
/// assert_eq!(connection.info().peer.unwrap().port(), port);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Connector {
    target: Target,
    timeout: Option<Duration>,
    attempt_delay: Duration,
    order: FamilyOrder,
    most: usize,
    bind: Option<SocketAddr>,
    tcp: TcpSettings,
    proxy: Option<Arc<Proxy>>,
    resolver: Arc<dyn Resolve>,
    admission: Option<Arc<dyn Admission>>,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("target", &self.target)
            .field("timeout", &self.timeout)
            .field("attempt_delay", &self.attempt_delay)
            .field("order", &self.order)
            .field("most", &self.most)
            .field("bind", &self.bind)
            .field("tcp", &self.tcp)
            .field("proxy", &self.proxy)
            .field("resolver", &self.resolver)
            .field("admission", &self.admission)
            .finish()
    }
}

impl Connector {
    /// Connects to `target` with the usual settings: [`Limits::connect_time`]
    /// for everything together, Happy Eyeballs with 250 ms between attempts,
    /// `TCP_NODELAY`, no proxy, the system's resolver.
    pub fn new(target: impl Into<Target>) -> Self {
        Self {
            target: target.into(),
            timeout: Some(Limits::default().connect_time),
            attempt_delay: ATTEMPT_DELAY,
            order: FamilyOrder::default(),
            most: ADDRESSES_MAX,
            bind: None,
            tcp: TcpSettings::default(),
            proxy: None,
            resolver: Arc::new(SystemResolver),
            admission: None,
        }
    }

    /// How long resolution, TCP, the proxy and whatever follows under
    /// [`deadline`](Self::deadline) may take in all; `None` for as long as the system allows. Under
    /// [`connect_within`](Self::connect_within), as the clients connect, the caller's deadline counts instead.
    #[must_use]
    pub fn timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.timeout = limit.into();
        self
    }

    /// How long to wait for one address before the next is tried as well
    /// (Connection Attempt Delay), kept between 10 ms and 2 s. It covers TCP only.
    #[must_use]
    pub fn attempt_delay(mut self, delay: Duration) -> Self {
        self.attempt_delay = delay.clamp(ATTEMPT_DELAY_MIN, ATTEMPT_DELAY_MAX);
        self
    }

    /// Which family is tried first.
    #[must_use]
    pub const fn family_order(mut self, order: FamilyOrder) -> Self {
        self.order = order;
        self
    }

    /// How many addresses of the host are tried at the most (64, which is also the most that
    /// can be asked for); at least one is.
    #[must_use]
    pub fn addresses_max(mut self, most: usize) -> Self {
        self.most = most.clamp(1, ADDRESSES_MAX);
        self
    }

    /// Our own address; port 0 for any. Only addresses of its family are tried.
    #[must_use]
    pub fn bind(mut self, local: impl Into<SocketAddr>) -> Self {
        self.bind = Some(local.into());
        self
    }

    /// Whether small writes leave at once (`TCP_NODELAY`; on by default).
    #[must_use]
    pub const fn nodelay(mut self, on: bool) -> Self {
        self.tcp.nodelay = on;
        self
    }

    /// Whether TCP asks an idle peer if it is still there (off by default).
    #[must_use]
    pub fn keepalive(mut self, keepalive: impl Into<Option<KeepAlive>>) -> Self {
        self.tcp.keepalive = keepalive.into();
        self
    }

    /// Through this proxy. The environment is never asked.
    #[must_use]
    pub fn proxy(mut self, proxy: impl Into<Arc<Proxy>>) -> Self {
        self.proxy = Some(proxy.into());
        self
    }

    /// Whether it goes through a proxy.
    #[must_use]
    pub const fn is_proxied(&self) -> bool {
        self.proxy.is_some()
    }

    /// Who says when a TCP connection may be begun (nobody by default).
    #[must_use]
    pub fn admission(mut self, admission: impl Admission + 'static) -> Self {
        self.admission = Some(Arc::new(admission));
        self
    }

    /// Who looks names up.
    #[must_use]
    pub fn resolver(mut self, resolver: impl Resolve + 'static) -> Self {
        self.resolver = Arc::new(resolver);
        self
    }

    /// What it connects to.
    #[must_use]
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// The end of a connection attempt that begins now, for the steps that
    /// follow [`connect_within`](Self::connect_within): TLS, a greeting.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.timeout.map_or(Deadline::never(), Deadline::after)
    }

    /// A new connection, within the connector's own time.
    ///
    /// # Errors
    /// As [`connect_within`](Self::connect_within).
    ///
    /// # Cancel safety
    /// Dropping the future gives up, and closes what was opened.
    pub async fn connect(&self) -> Result<Connection, Error> {
        self.connect_within(self.deadline()).await
    }

    /// A new connection, before `deadline`.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`] naming the step; [`ErrorKind::Io`] when the name
    /// has no address or no address could be reached, with every attempt in
    /// [`ErrorDetail::Connect`]; behind a proxy also [`ErrorKind::Refused`],
    /// [`ErrorKind::Auth`], [`ErrorKind::Unsupported`], [`ErrorKind::Protocol`],
    /// [`ErrorKind::Limit`] and [`ErrorKind::Closed`] for what the proxy did.
    ///
    /// # Cancel safety
    /// Dropping the future gives up, and closes what was opened.
    pub async fn connect_within(&self, deadline: Deadline) -> Result<Connection, Error> {
        let Some(proxy) = &self.proxy else { return self.open(&self.target, deadline).await };
        if !proxy.resolves_locally() || self.target.address().is_some() {
            let stream = self.open(proxy.target(), deadline).await?;
            return deadline.run(proxy.step(), proxy.tunnel(stream, &self.target)).await;
        }
        // The proxy is given one address at a time, in order.
        let mut failed = Error::new(ErrorKind::Io, "the host has no address");
        for address in self.addresses(&self.target, deadline).await? {
            let stream = self.open(proxy.target(), deadline).await?;
            match deadline.run(proxy.step(), proxy.tunnel(stream, &address.into())).await {
                // This address cannot be reached from there; perhaps the next can.
                Err(error) if matches!(error.detail(), ErrorDetail::SocksReply(_)) => failed = error,
                result => return result,
            }
        }
        Err(failed)
    }

    /// A connection without a proxy.
    async fn open(&self, target: &Target, deadline: Deadline) -> Result<Connection, Error> {
        if let Some(path) = target.path() {
            return deadline.run("connecting to the Unix socket", connect_unix(path)).await;
        }
        let addresses = match target.address() {
            Some(address) => vec![address],
            None => self.addresses(target, deadline).await?,
        };
        let usable =
            addresses.into_iter().filter(|to| self.bind.is_none_or(|from| from.is_ipv4() == to.is_ipv4()));
        let mut race = Race::new(usable, self.attempt_delay, |address| self.connect_tcp(address));
        match deadline.wait(std::future::poll_fn(|cx| race.poll(cx))).await {
            Some(Some((_, (stream, pass)))) => {
                let lost = |error| Error::io("the connection was lost at once", error);
                Ok(Connection::from_tcp(stream).map_err(lost)?.with_pass(pass))
            }
            Some(None) => Err(unreachable_target(target, race.into_failures())),
            None => {
                let attempts = race.into_failures();
                Err(timed_out(&format!("connecting to {target}"))
                    .with_detail(ErrorDetail::Connect { attempts }))
            }
        }
    }

    async fn addresses(&self, target: &Target, deadline: Deadline) -> Result<Vec<SocketAddr>, Error> {
        let (Some(host), Some(port)) = (target.lookup(), target.port()) else {
            return Err(Error::usage("a Unix socket cannot be reached through a proxy"));
        };
        let lookup = async {
            let failed = |error| Error::io(format!("looking up {host} failed"), error);
            self.resolver.resolve(host, port).await.map_err(failed)
        };
        let found = deadline.run("looking up the host name", lookup).await?;
        if found.is_empty() {
            return Err(Error::new(ErrorKind::Io, format!("{host} has no address")));
        }
        let mut list = interleave(found, self.order);
        list.truncate(self.most);
        Ok(list)
    }

    async fn connect_tcp(&self, address: SocketAddr) -> io::Result<(TcpStream, Option<Pass>)> {
        let pass = match &self.admission {
            Some(admission) => Some(admission.admit(address.ip()).await),
            None => None,
        };
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        if let Some(local) = self.bind {
            if local.port() != 0 {
                // Several attempts, and connections still in TIME-WAIT, share the port.
                socket.set_reuseaddr(true)?;
            }
            socket.bind(local)?;
        }
        let stream = socket.connect(address).await?;
        if stream.local_addr()? == stream.peer_addr()? {
            // Nobody listens there: the system happened to choose that very port
            // for us, and simultaneous open (RFC 9293, section 3.5) did the rest.
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        self.tcp.apply(&SockRef::from(&stream))?;
        Ok((stream, pass))
    }
}

#[cfg(unix)]
async fn connect_unix(path: &std::path::Path) -> Result<Connection, Error> {
    let failed = |error| Error::io(format!("connecting to {} failed", path.display()), error);
    let stream = tokio::net::UnixStream::connect(path).await.map_err(failed)?;
    Ok(Connection::from_unix(stream).map_err(failed)?.with_path(path.to_owned()))
}

#[cfg(not(unix))]
async fn connect_unix(_: &std::path::Path) -> Result<Connection, Error> {
    Err(Error::new(ErrorKind::Unsupported, "this system has no Unix sockets"))
}

fn unreachable_target(target: &Target, attempts: Vec<(SocketAddr, io::Error)>) -> Error {
    let Some((_, last)) = attempts.last() else {
        return Error::usage(format!("{target} has no address of the family that is bound to"));
    };
    let source = last.raw_os_error().map_or_else(|| last.kind().into(), io::Error::from_raw_os_error);
    let addresses = if attempts.len() == 1 { "address" } else { "addresses" };
    let message = format!("cannot connect to {target}, {} {addresses} tried", attempts.len());
    let all_timed_out = attempts.iter().all(|(_, error)| error.kind() == io::ErrorKind::TimedOut);
    let kind = if all_timed_out { ErrorKind::Timeout } else { ErrorKind::Io };
    Error::new(kind, message).with_source(source).with_detail(ErrorDetail::Connect { attempts })
}
