//! One type for every byte stream.

use std::{
    any::Any,
    fmt,
    io::{self, IoSlice},
    net::SocketAddr,
    path::PathBuf,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Buf as _, Bytes, BytesMut};
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::TcpStream,
};

use super::{Deadline, Pass, ReadHalf, WriteHalf};
use crate::{Error, TlsInfo};

/// Everything that can be inside a [`Connection`]: a name for the bounds, never implemented by hand.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for T {}

/// What is known of a connection, kept through every wrapper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionInfo {
    /// Our address, on IP.
    pub local: Option<SocketAddr>,
    /// The address at the other end, on IP; behind a proxy, the proxy's.
    pub peer: Option<SocketAddr>,
    /// The path of the Unix socket that was connected to or accepted on.
    pub path: Option<PathBuf>,
    /// Whether a proxy stands between us and the peer.
    pub proxied: bool,
    /// What TLS settled, once it has.
    pub tls: Option<TlsInfo>,
}

impl ConnectionInfo {
    /// Whether the peer is reached by IPv6, where it is reached by IP.
    #[must_use]
    pub fn is_ipv6(&self) -> Option<bool> {
        self.peer.or(self.local).map(|address| address.is_ipv6())
    }
}

/// A byte stream to a peer: TCP, Unix, TLS, through a proxy, or any stream of
/// the caller's, in one concrete type.
///
/// Reading and writing need `&mut`, so two readers, or two writers, of one
/// connection do not compile; [`into_split`](Self::into_split) gives one reader
/// and one writer.
///
/// ```compile_fail,E0499
/// # use anyrfc_core::transport::Connection;
/// use tokio::io::AsyncReadExt as _;
/// async fn two_readers(mut connection: Connection) {
///     let (mut one, mut two) = ([0; 1], [0; 1]);
///     let first = connection.read(&mut one);
///     let second = connection.read(&mut two); // borrowed already
///     drop((first, second));
/// }
/// ```
///
/// Dropping it closes it without ceremony and never blocks;
/// [`close`](Self::close) says goodbye first.
pub struct Connection {
    io: Io,
    /// Bytes that were read ahead and belong to the next reader.
    unread: Bytes,
    info: Box<ConnectionInfo>,
    /// What an admission gave; see [`take_pass`](Self::take_pass).
    pass: Option<Pass>,
}

pub(super) enum Io {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
    Boxed(Box<dyn Stream>),
}

impl Connection {
    /// Any stream: in-memory pipes, an SSH channel, two halves joined by [`tokio::io::join`].
    ///
    /// tokio's `TcpStream` and `UnixStream` are seen for what they are: their addresses are known,
    /// and they work as those do that were connected here.
    pub fn from_stream(stream: impl Stream) -> Self {
        let mut stream = Some(stream);
        // The types stay out of the signatures, which outlive the releases of tokio.
        let any: &mut dyn Any = &mut stream;
        if let Some(tcp) = any.downcast_mut::<Option<TcpStream>>().and_then(Option::take) {
            let (local, peer) = (tcp.local_addr().ok(), tcp.peer_addr().ok());
            return Self::new(Io::Tcp(tcp), ConnectionInfo { local, peer, ..ConnectionInfo::default() });
        }
        #[cfg(unix)]
        if let Some(unix) = any.downcast_mut::<Option<UnixStream>>().and_then(Option::take) {
            let path = unix_path(&unix).ok().flatten();
            return Self::new(Io::Unix(unix), ConnectionInfo { path, ..ConnectionInfo::default() });
        }
        let Some(stream) = stream else { unreachable!("what was taken has been returned") };
        Self::new(Io::Boxed(Box::new(stream)), ConnectionInfo::default())
    }

    /// A TCP connection made elsewhere.
    ///
    /// # Errors
    /// It is not connected.
    pub(super) fn from_tcp(stream: TcpStream) -> io::Result<Self> {
        let info = ConnectionInfo {
            local: Some(stream.local_addr()?),
            peer: Some(stream.peer_addr()?),
            ..ConnectionInfo::default()
        };
        Ok(Self::new(Io::Tcp(stream), info))
    }

    /// A Unix connection made elsewhere. The path is the peer's, or our own where it has none.
    ///
    /// # Errors
    /// It is not connected.
    #[cfg(unix)]
    pub(super) fn from_unix(stream: UnixStream) -> io::Result<Self> {
        let path = unix_path(&stream)?;
        Ok(Self::new(Io::Unix(stream), ConnectionInfo { path, ..ConnectionInfo::default() }))
    }

    pub(super) fn new(io: Io, info: ConnectionInfo) -> Self {
        Self { io, unread: Bytes::new(), info: Box::new(info), pass: None }
    }

    /// Puts a layer (TLS, compression, a recorder) over this connection. What
    /// was known of it stays known.
    ///
    /// Bytes that were pushed back are first read by the layer.
    #[must_use]
    pub fn wrap<S: Stream>(self, layer: impl FnOnce(Self) -> S) -> Self {
        let info = self.info.clone();
        Self { io: Io::Boxed(Box::new(layer(self))), unread: Bytes::new(), info, pass: None }
    }

    /// What is known of the connection.
    #[must_use]
    pub const fn info(&self) -> &ConnectionInfo {
        &self.info
    }

    /// Says what is known, for streams made elsewhere.
    #[must_use]
    pub fn with_info(mut self, info: ConnectionInfo) -> Self {
        *self.info = info;
        self
    }

    /// Says what TLS settled.
    #[must_use]
    pub fn with_tls_info(mut self, tls: TlsInfo) -> Self {
        self.info.tls = Some(tls);
        self
    }

    /// Keeps what an [`Admission`](super::Admission) gave until it is taken or the connection dropped.
    #[must_use]
    pub fn with_pass(mut self, pass: impl Into<Option<Pass>>) -> Self {
        self.pass = pass.into();
        self
    }

    /// What the connector's [`Admission`](super::Admission) gave for this
    /// connection: drop it when the next one may be begun.
    pub const fn take_pass(&mut self) -> Option<Pass> {
        self.pass.take()
    }

    pub(super) fn proxied(mut self) -> Self {
        self.info.proxied = true;
        self
    }

    pub(super) fn with_path(mut self, path: PathBuf) -> Self {
        self.info.path = Some(path);
        self
    }

    /// Pushes bytes back: they are read next, before those pushed back earlier.
    pub fn unread(&mut self, bytes: Bytes) {
        if self.unread.is_empty() {
            self.unread = bytes;
        } else if !bytes.is_empty() {
            let mut all = BytesMut::with_capacity(bytes.len().saturating_add(self.unread.len()));
            all.extend_from_slice(&bytes);
            all.extend_from_slice(&self.unread);
            self.unread = all.freeze();
        }
    }

    /// What was pushed back and not read since. Bytes that arrived before a TLS
    /// handshake was asked for were sent in plaintext: nothing may take them for secured.
    #[must_use]
    pub fn buffered(&self) -> &[u8] {
        &self.unread
    }

    /// One reader and one writer. There is no lock between them on TCP and Unix
    /// sockets; other streams share one that is held for a single poll only.
    ///
    /// The writing half shuts the writing side down when it is dropped, on TCP and Unix sockets.
    /// [`ReadHalf::reunite`] makes one connection of both again.
    #[must_use]
    pub fn into_split(self) -> (ReadHalf, WriteHalf) {
        super::split::split(self.io, self.unread, *self.info)
    }

    /// Ends the connection: what is buffered below is flushed, TLS sends its
    /// `close_notify`, TCP its `FIN`, all within `limit`. Nothing more is read.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) when the peer does not take
    /// the last bytes in time, else what the stream failed with. The connection
    /// is gone in either case.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection.
    pub async fn close(mut self, limit: Duration) -> Result<(), Error> {
        let shutdown = async { self.shutdown().await.map_err(|error| Error::io("closing failed", error)) };
        Deadline::after(limit).run("closing", shutdown).await
    }

    /// Ends the connection at once and without a goodbye: bytes in flight are
    /// lost, and on TCP the peer sees a reset. A layered connection is dropped.
    pub fn abort(self) {
        if let Io::Tcp(stream) = &self.io {
            // Without it the peer sees an orderly end; there is nobody to tell.
            let _ = socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO));
        }
    }
}

/// The peer's path, or our own where it has none.
#[cfg(unix)]
fn unix_path(stream: &UnixStream) -> io::Result<Option<PathBuf>> {
    let path = |address: tokio::net::unix::SocketAddr| address.as_pathname().map(PathBuf::from);
    Ok(path(stream.peer_addr()?).or(path(stream.local_addr()?)))
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.io {
            Io::Tcp(_) => "Tcp",
            #[cfg(unix)]
            Io::Unix(_) => "Unix",
            Io::Boxed(_) => "Boxed",
        };
        f.debug_struct("Connection")
            .field("io", &format_args!("{kind}"))
            .field("unread", &self.unread.len())
            .field("info", &self.info)
            .finish()
    }
}

/// Serves what was pushed back; whether there was any.
#[inline]
pub(super) fn read_unread(unread: &mut Bytes, buf: &mut ReadBuf<'_>) -> bool {
    if unread.is_empty() {
        return false;
    }
    let count = unread.len().min(buf.remaining());
    buf.put_slice(unread.get(..count).unwrap_or_default());
    unread.advance(count);
    true
}

impl AsyncRead for Connection {
    #[inline]
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if read_unread(&mut this.unread, buf) {
            return Poll::Ready(Ok(()));
        }
        match &mut this.io {
            Io::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
            #[cfg(unix)]
            Io::Unix(stream) => Pin::new(stream).poll_read(cx, buf),
            Io::Boxed(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

/// The same call on whichever stream is inside.
macro_rules! forward {
    ($self:ident, $stream:ident => $call:expr) => {
        match &mut $self.get_mut().io {
            Io::Tcp($stream) => {
                let $stream = Pin::new($stream);
                $call
            }
            #[cfg(unix)]
            Io::Unix($stream) => {
                let $stream = Pin::new($stream);
                $call
            }
            Io::Boxed($stream) => {
                let $stream = Pin::new($stream);
                $call
            }
        }
    };
}

impl AsyncWrite for Connection {
    #[inline]
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        forward!(self, stream => stream.poll_write(cx, bytes))
    }

    #[inline]
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        forward!(self, stream => stream.poll_write_vectored(cx, slices))
    }

    fn is_write_vectored(&self) -> bool {
        match &self.io {
            Io::Tcp(stream) => stream.is_write_vectored(),
            #[cfg(unix)]
            Io::Unix(stream) => stream.is_write_vectored(),
            Io::Boxed(stream) => stream.is_write_vectored(),
        }
    }

    #[inline]
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, stream => stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, stream => stream.poll_shutdown(cx))
    }
}
