//! Accepting connections, for servers that tests and tools need.

use std::{
    fmt,
    future::poll_fn,
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use super::{Connection, ConnectionInfo, Deadline, KeepAlive, connector::TcpSettings};
use crate::{BoxFuture, Error};

/// How long a client may take for its handshake, unless the builder says otherwise.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);
/// How often to look for a port that is free in both families.
const PORT_TRIES: usize = 16;

/// What comes before the first byte of the protocol: TLS, as the server.
///
/// Every `Fn(Connection) -> impl Future<Output = Result<Connection, Error>>` is one.
pub trait Handshake: Send + Sync {
    /// Turns what was accepted into what the protocol speaks on.
    ///
    /// # Errors
    /// It did not work out; only this connection is lost.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection.
    fn handshake(&self, connection: Connection) -> BoxFuture<'_, Result<Connection, Error>>;
}

impl<F, R> Handshake for F
where
    F: Fn(Connection) -> R + Send + Sync,
    R: Future<Output = Result<Connection, Error>> + Send + 'static,
{
    fn handshake(&self, connection: Connection) -> BoxFuture<'_, Result<Connection, Error>> {
        Box::pin(self(connection))
    }
}

/// Listens on several TCP and Unix sockets at once.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), anyrfc_core::Error> {
/// use anyrfc_core::transport::{Connector, Listener, Target};
/// let mut listener = Listener::builder().tcp(([127, 0, 0, 1], 0)).bind()?;
/// let connector = Connector::new(Target::tcp("127.0.0.1", listener.port().unwrap())?);
/// let (client, incoming) = tokio::join!(connector.connect(), listener.accept());
/// // The handshake is the connection's own affair: a server runs it in the
/// // connection's task, and goes on to accept.
/// let server = incoming?.handshake().await?;
/// assert_eq!(server.info().peer, client?.info().local);
/// # Ok(()) }
/// ```
pub struct Listener {
    sockets: Vec<Bound>,
    /// Who is asked first, so that a busy socket does not starve the others.
    turn: usize,
    tcp: TcpSettings,
    handshake: Option<Arc<dyn Handshake>>,
    handshake_timeout: Duration,
}

#[derive(Debug)]
enum Bound {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener, PathBuf),
}

impl Bound {
    fn poll_accept(&self, cx: &mut Context<'_>, tcp: &TcpSettings) -> Poll<io::Result<Connection>> {
        match self {
            Self::Tcp(listener) => listener.poll_accept(cx).map(|accepted| {
                let (stream, _) = accepted?;
                tcp.apply(&SockRef::from(&stream))?;
                Connection::from_tcp(stream)
            }),
            #[cfg(unix)]
            Self::Unix(listener, path) => listener.poll_accept(cx).map(|accepted| {
                let (stream, _) = accepted?;
                Ok(Connection::from_unix(stream)?.with_path(path.clone()))
            }),
        }
    }
}

impl Listener {
    /// Nothing is bound yet.
    #[must_use]
    pub fn builder() -> ListenerBuilder {
        ListenerBuilder::default()
    }

    /// The TCP addresses it listens on, with the ports that the system chose.
    #[must_use]
    pub fn local_addrs(&self) -> Vec<SocketAddr> {
        let tcp = |socket: &Bound| match socket {
            Bound::Tcp(listener) => listener.local_addr().ok(),
            #[cfg(unix)]
            Bound::Unix(..) => None,
        };
        self.sockets.iter().filter_map(tcp).collect()
    }

    /// The port of the first TCP socket.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.local_addrs().first().map(SocketAddr::port)
    }

    /// The next connection, its handshake still to be done.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when the system has no resources left; the listener
    /// goes on to work when it has them again. A client that is gone before it
    /// was accepted is none.
    ///
    /// # Cancel safety
    /// Cancel-safe: no connection is lost.
    pub async fn accept(&mut self) -> Result<Incoming, Error> {
        poll_fn(|cx| self.poll_accept(cx)).await
    }

    /// As [`accept`](Self::accept).
    ///
    /// # Errors
    /// As [`accept`](Self::accept).
    ///
    /// # Cancel safety
    /// Nothing is lost when the caller stops polling.
    pub fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<Result<Incoming, Error>> {
        let count = self.sockets.len();
        let (before, first) = self.sockets.split_at(self.turn.min(count));
        for (index, socket) in (self.turn..).zip(first).chain((0..).zip(before)) {
            loop {
                let Poll::Ready(accepted) = socket.poll_accept(cx, &self.tcp) else { break };
                let connection = match accepted {
                    Ok(connection) => connection,
                    Err(error) if is_clients_own(&error) => continue,
                    Err(error) => return Poll::Ready(Err(Error::io("accepting failed", error))),
                };
                let next = index.saturating_add(1);
                self.turn = if next < count { next } else { 0 };
                return Poll::Ready(Ok(Incoming {
                    connection,
                    handshake: self.handshake.clone(),
                    timeout: self.handshake_timeout,
                }));
            }
        }
        Poll::Pending
    }
}

/// Whether the error is that of one client which has left, not of the listener.
/// (`InvalidInput` and `NotConnected` are what options and addresses of a dead socket say on some systems.)
fn is_clients_own(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    matches!(
        error.kind(),
        K::ConnectionAborted | K::ConnectionReset | K::ConnectionRefused | K::NotConnected | K::InvalidInput
    )
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener")
            .field("sockets", &self.sockets)
            .field("handshake", &self.handshake.is_some())
            .finish_non_exhaustive()
    }
}

/// An accepted connection whose handshake is still to be done.
///
/// Nobody else waits for it: [`handshake`](Self::handshake) belongs into the
/// connection's own task, so that a client that is slow, silent or not a client
/// at all keeps no other from being accepted.
pub struct Incoming {
    connection: Connection,
    handshake: Option<Arc<dyn Handshake>>,
    timeout: Duration,
}

impl Incoming {
    /// What is known before the handshake.
    #[must_use]
    pub const fn info(&self) -> &ConnectionInfo {
        self.connection.info()
    }

    /// Does the handshake, if the listener has one, within its time (30 s
    /// unless the builder says otherwise).
    ///
    /// # Errors
    /// The handshake's own, or [`ErrorKind::Timeout`](crate::ErrorKind::Timeout). Only this connection is lost.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection.
    pub async fn handshake(self) -> Result<Connection, Error> {
        let Some(handshake) = self.handshake else { return Ok(self.connection) };
        let done = handshake.handshake(self.connection);
        Deadline::after(self.timeout).run("the client's handshake", done).await
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("connection", &self.connection)
            .field("handshake", &self.handshake.is_some())
            .finish_non_exhaustive()
    }
}

/// What to listen on, and how.
#[derive(Clone)]
pub struct ListenerBuilder {
    addresses: Vec<Address>,
    backlog: i32,
    reuse_port: bool,
    tcp: TcpSettings,
    handshake: Option<Arc<dyn Handshake>>,
    handshake_timeout: Duration,
}

#[derive(Clone, Debug)]
enum Address {
    Tcp {
        address: SocketAddr,
        /// Left out where the system does not have this family.
        optional: bool,
    },
    #[cfg(unix)]
    Unix { path: PathBuf, mode: Option<u32> },
}

impl Default for ListenerBuilder {
    fn default() -> Self {
        Self {
            addresses: Vec::new(),
            backlog: 1024,
            reuse_port: false,
            tcp: TcpSettings::default(),
            handshake: None,
            handshake_timeout: HANDSHAKE_TIMEOUT,
        }
    }
}

impl fmt::Debug for ListenerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListenerBuilder")
            .field("addresses", &self.addresses)
            .field("backlog", &self.backlog)
            .field("reuse_port", &self.reuse_port)
            .field("tcp", &self.tcp)
            .field("handshake", &self.handshake.is_some())
            .field("handshake_timeout", &self.handshake_timeout)
            .finish()
    }
}

impl ListenerBuilder {
    /// A TCP address; to be called once for each. All with port 0 share one
    /// free port. IPv6 sockets carry IPv6 only.
    #[must_use]
    pub fn tcp(mut self, address: impl Into<SocketAddr>) -> Self {
        self.addresses.push(Address::Tcp { address: address.into(), optional: false });
        self
    }

    /// Every address of this host, IPv6 and IPv4, on one port; 0 for a free one.
    /// A family that the system does not have is left out.
    #[must_use]
    pub fn dual_stack(mut self, port: u16) -> Self {
        for address in [(Ipv6Addr::UNSPECIFIED, port).into(), (Ipv4Addr::UNSPECIFIED, port).into()] {
            self.addresses.push(Address::Tcp { address, optional: true });
        }
        self
    }

    /// A Unix socket, with these permissions or else those of the umask. A
    /// socket of that path on which nobody listens any more is replaced.
    #[cfg(unix)]
    #[must_use]
    pub fn unix(mut self, path: impl Into<PathBuf>, mode: Option<u32>) -> Self {
        self.addresses.push(Address::Unix { path: path.into(), mode });
        self
    }

    /// How many connections may wait to be accepted (1024).
    #[must_use]
    pub fn backlog(mut self, connections: u16) -> Self {
        self.backlog = connections.into();
        self
    }

    /// Lets several listeners share a TCP port (`SO_REUSEPORT`); nothing where the system has no such thing.
    #[must_use]
    pub const fn reuse_port(mut self, on: bool) -> Self {
        self.reuse_port = on;
        self
    }

    /// Whether small writes of accepted connections leave at once (`TCP_NODELAY`; on by default).
    #[must_use]
    pub const fn nodelay(mut self, on: bool) -> Self {
        self.tcp.nodelay = on;
        self
    }

    /// Whether TCP asks an idle client if it is still there (off by default).
    #[must_use]
    pub fn keepalive(mut self, keepalive: impl Into<Option<KeepAlive>>) -> Self {
        self.tcp.keepalive = keepalive.into();
        self
    }

    /// What every connection begins with: TLS, given as a [`TlsServerConfig`](crate::tls::TlsServerConfig), or a closure.
    #[must_use]
    pub fn handshake(mut self, handshake: impl Handshake + 'static) -> Self {
        self.handshake = Some(Arc::new(handshake));
        self
    }

    /// How long it may take.
    #[must_use]
    pub const fn handshake_timeout(mut self, limit: Duration) -> Self {
        self.handshake_timeout = limit;
        self
    }

    /// Binds everything, or nothing. To be called within a tokio runtime.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when an address cannot be had; [`ErrorKind::Usage`](crate::ErrorKind::Usage) when there is none.
    pub fn bind(self) -> Result<Listener, Error> {
        let mut sockets = Vec::new();
        let shared =
            |address: &Address| matches!(address, Address::Tcp { address, .. } if address.port() == 0);
        let sharing = self.addresses.iter().filter(|address| shared(address)).count();
        let mut tries = if sharing > 1 { PORT_TRIES } else { 1 };
        while sockets.is_empty() {
            tries = tries.saturating_sub(1);
            match self.bind_all() {
                Err(error) if tries > 0 && error.kind() == io::ErrorKind::AddrInUse => {}
                result => {
                    sockets = result.map_err(|error| Error::io("binding the listener failed", error))?;
                    break;
                }
            }
        }
        if sockets.is_empty() {
            return Err(Error::usage("a listener needs an address that this system has"));
        }
        Ok(Listener {
            sockets,
            turn: 0,
            tcp: self.tcp,
            handshake: self.handshake,
            handshake_timeout: self.handshake_timeout,
        })
    }

    fn bind_all(&self) -> io::Result<Vec<Bound>> {
        let mut port = 0;
        let mut bound = Vec::with_capacity(self.addresses.len());
        for address in &self.addresses {
            match address {
                Address::Tcp { address, optional } => {
                    let mut address = *address;
                    if address.port() == 0 {
                        address.set_port(port);
                    }
                    match self.bind_tcp(address) {
                        Ok(listener) => {
                            port = listener.local_addr()?.port();
                            bound.push(Bound::Tcp(listener));
                        }
                        Err(error) if *optional && is_family_missing(&error) => {}
                        Err(error) => return Err(error),
                    }
                }
                #[cfg(unix)]
                Address::Unix { path, mode } => {
                    bound.push(Bound::Unix(bind_unix(path, *mode, self.backlog)?, path.clone()));
                }
            }
        }
        Ok(bound)
    }

    fn bind_tcp(&self, address: SocketAddr) -> io::Result<TcpListener> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        // On Windows this would let others steal the port.
        #[cfg(not(windows))]
        socket.set_reuse_address(true)?;
        #[cfg(unix)]
        if self.reuse_port {
            socket.set_reuse_port(true)?;
        }
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        // Once here, so that settings the system refuses are no client's fault later.
        self.tcp.apply(&SockRef::from(&socket))?;
        socket.bind(&address.into())?;
        socket.listen(self.backlog)?;
        TcpListener::from_std(socket.into())
    }
}

fn is_family_missing(error: &io::Error) -> bool {
    // EAFNOSUPPORT has no `ErrorKind` of its own: 97 on Linux, 47 on BSD and macOS, 10047 on Windows.
    error.kind() == io::ErrorKind::AddrNotAvailable || matches!(error.raw_os_error(), Some(97 | 47 | 10_047))
}

#[cfg(unix)]
fn bind_unix(path: &std::path::Path, mode: Option<u32>, backlog: i32) -> io::Result<UnixListener> {
    use std::os::unix::fs::PermissionsExt as _;

    let address = socket2::SockAddr::unix(path)?;
    let open = || {
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        Ok::<_, io::Error>(socket)
    };
    let socket = open()?;
    match socket.bind(&address) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_stale(&open()?, &address, path) => {
            std::fs::remove_file(path)?;
            socket.bind(&address)?;
        }
        result => result?,
    }
    if let Some(mode) = mode {
        // Before `listen`: nobody can connect until the permissions are right.
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))?;
    }
    socket.listen(backlog)?;
    UnixListener::from_std(std::os::fd::OwnedFd::from(socket).into())
}

/// Whether `path` is a socket, and nobody listens on it.
#[cfg(unix)]
fn is_stale(probe: &Socket, address: &socket2::SockAddr, path: &std::path::Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;

    std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket())
        && probe.connect(address).is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}
