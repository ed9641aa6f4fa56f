//! Real sockets for the checks: each check has a loopback address of its own,
//! because the gate of CONNECTING is one for the whole process and goes by
//! address. Servers and proxies are scripted byte by byte.

use std::{
    future::Future,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use anyrfc_core::{
    BoxFuture,
    transport::{Proxy, Resolve, Target},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha1::{Digest as _, Sha1};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::{TcpListener, TcpStream},
};

use super::support::{NaiveFrame, naive_frame};
use crate::{Builder, Error, WebSocketClient};

/// What must happen happens within this time.
const SOON: Duration = Duration::from_secs(10);
/// What must not happen is waited for so long.
const QUIET: Duration = Duration::from_millis(100);

/// The loopback address of one check.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) ip: Ipv4Addr,
    /// Whether all of 127.0.0.0/8 can be bound to.
    whole: bool,
}

impl Place {
    /// Another address that nobody else uses, where the system has them all.
    pub(super) fn neighbour(self, n: u8) -> Option<Ipv4Addr> {
        let [a, b, c, d] = self.ip.octets();
        self.whole.then(|| Ipv4Addr::new(a, b, c, d ^ (n + 1)))
    }

    pub(super) async fn listen(self) -> Server {
        Server::on(self.ip).await
    }

    /// A builder for which every host name stands for this address.
    pub(super) fn builder(self) -> Builder {
        let names = Names(self.ip.into());
        WebSocketClient::builder().transport(move |connector| connector.resolver(names))
    }
}

/// Runs a check on real sockets, at the address that belongs to its name.
pub(super) fn on_sockets<F: Future<Output = ()>>(name: &str, check: impl FnOnce(Place) -> F) {
    /// Where the system has a single loopback address, one check at a time uses it.
    static SINGLE: Mutex<()> = Mutex::new(());
    let digest = Sha1::digest(name);
    let ip = Ipv4Addr::new(127, 1 + digest[0] % 254, digest[1], 64 + digest[2] % 64);
    let whole = std::net::TcpListener::bind((ip, 0)).is_ok();
    let single = (!whole).then(|| SINGLE.lock().unwrap_or_else(PoisonError::into_inner));
    let place = Place { ip: if whole { ip } else { Ipv4Addr::LOCALHOST }, whole };
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(async { tokio::time::timeout(3 * SOON, check(place)).await })
        .expect("the check hangs");
    drop(single);
}

/// Names behind a proxy share the places for hosts of unknown address: checks
/// that count them, or need one soon, take turns.
pub(super) fn names_turn() -> Turn {
    static TURN: Mutex<()> = Mutex::new(());
    Turn { _guard: TURN.lock().unwrap_or_else(PoisonError::into_inner) }
}

/// Held across awaits on purpose: each check has a thread and a runtime of its own.
pub(super) struct Turn {
    _guard: MutexGuard<'static, ()>,
}

/// What must happen soon.
#[track_caller]
pub(super) fn soon<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let caller = std::panic::Location::caller();
    async move {
        match tokio::time::timeout(SOON, future).await {
            Ok(output) => output,
            Err(_) => panic!("nothing happens at {caller}"),
        }
    }
}

/// Whether `future` is not ready for a while.
pub(super) async fn stays_pending<F: Future>(future: F) -> bool {
    tokio::time::timeout(QUIET, future).await.is_err()
}

/// A connection attempt in a task of its own, given up when dropped.
#[derive(Debug)]
pub(super) struct Connecting(tokio::task::JoinHandle<Result<WebSocketClient, Error>>);

impl Connecting {
    pub(super) fn start(builder: &Builder, url: impl Into<String>) -> Self {
        let (builder, url) = (builder.clone(), url.into());
        Self(tokio::spawn(async move { builder.connect(&url).await }))
    }

    #[track_caller]
    pub(super) fn result(mut self) -> impl Future<Output = Result<WebSocketClient, Error>> {
        soon(async move { (&mut self.0).await.expect("a task") })
    }

    #[track_caller]
    pub(super) fn opened(self) -> impl Future<Output = WebSocketClient> {
        let result = self.result();
        async { result.await.unwrap_or_else(|error| panic!("not opened: {error:?}")) }
    }

    #[track_caller]
    pub(super) fn failed(self) -> impl Future<Output = Error> {
        let result = self.result();
        async { result.await.expect_err("it did not fail") }
    }
}

impl Drop for Connecting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Every name stands for one address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names(pub(super) IpAddr);

impl Resolve for Names {
    fn resolve<'a>(&'a self, _: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { Ok(vec![SocketAddr::new(self.0, port)]) })
    }
}

/// A listener whose connections the check plays by hand.
#[derive(Debug)]
pub(super) struct Server(TcpListener);

impl Server {
    pub(super) async fn on(ip: Ipv4Addr) -> Self {
        Self(TcpListener::bind((ip, 0)).await.expect("a free port"))
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.0.local_addr().expect("bound")
    }

    pub(super) fn port(&self) -> u16 {
        self.address().port()
    }

    /// `scheme://address/path`.
    pub(super) fn url(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://{}{path}", self.address())
    }

    /// The next connection, which must come soon.
    pub(super) async fn accept(&self) -> Peer<TcpStream> {
        Peer::new(soon(self.0.accept()).await.expect("accepted").0)
    }

    /// Whether nobody connects for a while.
    pub(super) async fn is_quiet(&self) -> bool {
        stays_pending(self.0.accept()).await
    }

    /// Whether nobody has connected up to now.
    pub(super) async fn was_quiet(&self) -> bool {
        tokio::time::timeout(Duration::from_millis(5), self.0.accept()).await.is_err()
    }
}

/// A request head, read naively: split at CRLF, and fields at their first colon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) line: String,
    /// Names in lower case.
    pub(super) fields: Vec<(String, String)>,
}

impl Head {
    fn read(text: &str) -> Self {
        let mut lines = text.split("\r\n");
        let line = lines.next().expect("a first line").to_owned();
        let field = |text: &str| {
            let (name, value) = text.split_once(':').expect("a colon");
            (name.to_ascii_lowercase(), value.trim_matches([' ', '\t']).to_owned())
        };
        Self { line, fields: lines.filter(|line| !line.is_empty()).map(field).collect() }
    }

    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        self.fields.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The value of a field that is there once.
    #[track_caller]
    pub(super) fn one(&self, name: &str) -> &str {
        let all = self.all(name);
        assert_eq!(all.len(), 1, "{name} in {self:?}");
        all[0]
    }

    /// An accepting answer to this request.
    pub(super) fn answer(&self) -> String {
        let key = format!("{}258EAFA5-E914-47DA-95CA-C5AB0DC85B11", self.one("sec-websocket-key"));
        let accept = STANDARD.encode(Sha1::digest(key));
        format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {accept}\r\n\r\n"
        )
    }
}

/// The far end of a stream.
#[derive(Debug)]
pub(super) struct Peer<S> {
    pub(super) stream: S,
    /// Read ahead.
    ahead: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Peer<S> {
    pub(super) const fn new(stream: S) -> Self {
        Self { stream, ahead: Vec::new() }
    }

    /// Reads once more; whether anything came.
    async fn more(&mut self) -> io::Result<bool> {
        Ok(soon(self.stream.read_buf(&mut self.ahead)).await? > 0)
    }

    /// Exactly so many bytes.
    pub(super) async fn take(&mut self, count: usize) -> Vec<u8> {
        while self.ahead.len() < count {
            assert!(self.more().await.expect("read"), "the stream ends within {count} bytes");
        }
        self.ahead.drain(..count).collect()
    }

    /// The next request head; what follows it is kept.
    pub(super) async fn head(&mut self) -> Head {
        loop {
            if let Some(at) = self.ahead.windows(4).position(|four| four == b"\r\n\r\n") {
                let head: Vec<u8> = self.ahead.drain(..at + 4).collect();
                return Head::read(std::str::from_utf8(&head).expect("ASCII"));
            }
            let ended = !self.more().await.expect("read");
            assert!(!ended, "the stream ends within a head: {:?}", String::from_utf8_lossy(&self.ahead));
        }
    }

    /// The next frame.
    pub(super) async fn frame(&mut self) -> NaiveFrame {
        loop {
            if let Some((frame, used)) = naive_frame(&self.ahead) {
                self.ahead.drain(..used);
                return frame;
            }
            assert!(self.more().await.expect("read"), "the stream ends within a frame");
        }
    }

    pub(super) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        soon(self.stream.write_all(bytes.as_ref())).await.expect("written");
        soon(self.stream.flush()).await.expect("flushed");
    }

    /// Reads a request and accepts it.
    pub(super) async fn open(&mut self) -> Head {
        let head = self.head().await;
        self.write(head.answer()).await;
        head
    }

    /// Whether nothing more arrives for a while, not even the end.
    pub(super) async fn is_silent(&mut self) -> bool {
        let mut byte = [0];
        self.ahead.is_empty() && stays_pending(self.stream.read(&mut byte)).await
    }

    /// All that still comes, and how the stream ends.
    pub(super) async fn rest(&mut self) -> (Vec<u8>, io::Result<()>) {
        loop {
            match self.more().await {
                Ok(true) => {}
                Ok(false) => return (std::mem::take(&mut self.ahead), Ok(())),
                Err(error) => return (std::mem::take(&mut self.ahead), Err(error)),
            }
        }
    }

    /// Ends our side in order.
    pub(super) async fn shut(&mut self) {
        // The other side may be gone already.
        let _ = soon(self.stream.shutdown()).await;
    }
}

impl Peer<TcpStream> {
    /// Ends the connection with a reset.
    pub(super) fn reset(self) {
        anyrfc_core::transport::Connection::from_stream(self.stream).abort();
    }
}

/// The proxies there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Connect,
    Socks5,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Connect, Self::Socks5];

    /// The proxy that `server` plays, as the client is told of it.
    pub(super) fn at(self, server: &Server) -> Proxy {
        let target = Target::from(server.address());
        match self {
            Self::Connect => Proxy::http_connect(target),
            Self::Socks5 => Proxy::socks5(target),
        }
    }

    /// Reads what the client wants: host and port, as they are written.
    pub(super) async fn asked<S: AsyncRead + AsyncWrite + Unpin>(self, peer: &mut Peer<S>) -> (String, u16) {
        match self {
            Self::Connect => {
                let head = peer.head().await;
                let parts: Vec<&str> = head.line.split(' ').collect();
                let ["CONNECT", authority, "HTTP/1.1"] = parts[..] else { panic!("{head:?}") };
                assert_eq!(head.one("host"), authority);
                assert_eq!(head.all("sec-websocket-key"), [""; 0], "a WebSocket request to the proxy");
                let (host, port) = authority.rsplit_once(':').expect("a port");
                (host.to_owned(), port.parse().expect("a port"))
            }
            Self::Socks5 => {
                let [5, methods] = peer.take(2).await[..] else { panic!("no SOCKS5") };
                peer.take(methods.into()).await;
                peer.write([5, 0]).await;
                let [5, 1, 0, form] = peer.take(4).await[..] else { panic!("no CONNECT") };
                let host = match form {
                    1 => {
                        let ip = peer.take(4).await;
                        Ipv4Addr::new(ip[0], ip[1], ip[2], ip[3]).to_string()
                    }
                    3 => {
                        let length = peer.take(1).await[0];
                        String::from_utf8(peer.take(length.into()).await).expect("ASCII")
                    }
                    other => panic!("address type {other}"),
                };
                let port = peer.take(2).await;
                (host, u16::from_be_bytes([port[0], port[1]]))
            }
        }
    }

    /// What a proxy says that has opened the tunnel.
    pub(super) const fn granted(self) -> &'static [u8] {
        match self {
            Self::Connect => b"HTTP/1.1 200 OK\r\n\r\n",
            Self::Socks5 => &[5, 0, 0, 1, 127, 0, 0, 1, 0, 1],
        }
    }
}

/// How many do something at the same time, and how many did at most.
#[derive(Clone, Debug, Default)]
pub(super) struct Crowd(Arc<(AtomicUsize, AtomicUsize)>);

impl Crowd {
    pub(super) fn enter(&self) {
        let now = self.0.0.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.1.fetch_max(now, Ordering::SeqCst);
    }

    pub(super) fn leave(&self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }

    pub(super) fn most(&self) -> usize {
        self.0.1.load(Ordering::SeqCst)
    }
}

/// What went through a stream.
#[derive(Clone, Debug, Default)]
pub(super) struct Tape(Arc<Mutex<[Vec<u8>; 2]>>);

impl Tape {
    fn add(&self, side: usize, bytes: &[u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)[side].extend_from_slice(bytes);
    }

    /// What was read from the stream, and what was written to it.
    pub(super) fn both(&self) -> [Vec<u8>; 2] {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A stream that is recorded.
#[derive(Debug)]
pub(super) struct Tapped<S> {
    pub(super) stream: S,
    pub(super) tape: Tape,
}

impl<S: AsyncRead + Unpin> AsyncRead for Tapped<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.tape.add(0, &buf.filled()[before..]);
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tapped<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if let Poll::Ready(Ok(count)) = written {
            self.tape.add(1, &bytes[..count]);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
