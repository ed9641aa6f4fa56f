//! What a contestant has to be able to do, and the opening handshake for those
//! that take over a connection that is open already.

use std::{error::Error, future::Future, hint::black_box, net::SocketAddr};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};

use super::Result;
use crate::row::Who;

/// A byte stream that a contestant is put on.
pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin + 'static {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Wire for T {}

/// A library under test.
pub(super) trait Library: 'static {
    const WHO: Who;
    type Session<T: Wire>: Session;

    /// Opens a WebSocket on a stream on which nothing was said yet.
    fn over<T: Wire>(stream: T) -> impl Future<Output = Result<Self::Session<T>>>;

    /// Opens one over TCP.
    fn connect(server: SocketAddr, path: &str) -> impl Future<Output = Result<Self::Session<TcpStream>>>;
}

/// An open connection.
pub(super) trait Session {
    type Error: Into<Box<dyn Error>>;

    /// Receives one message, looks at it and drops it.
    fn receive(&mut self, seen: &mut Seen) -> impl Future<Output = Result<()>>;
    /// Sends one binary message; it may wait in a buffer.
    fn feed(&mut self, payload: &Bytes) -> impl Future<Output = std::result::Result<(), Self::Error>>;
    /// Everything leaves.
    fn flush(&mut self) -> impl Future<Output = std::result::Result<(), Self::Error>>;
}

/// What a contestant saw, so that nobody can leave work out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) messages: usize,
    bytes: usize,
}

impl Seen {
    /// Everybody looks at every message like this.
    #[inline]
    pub(super) fn look(&mut self, payload: &[u8]) {
        self.messages += 1;
        self.bytes += payload.len();
        black_box(payload.first());
    }

    pub(super) fn expect(&self, messages: usize, size: usize) -> Result<()> {
        let expected = Self { messages, bytes: messages * size };
        if *self == expected { Ok(()) } else { Err(format!("saw {self:?} instead of {expected:?}").into()) }
    }
}

/// Bytes of the header a client sends before so large a payload.
pub(super) const fn client_header(size: usize) -> usize {
    match size {
        0..126 => 6,
        126..0x1_0000 => 8,
        _ => 14,
    }
}

/// A TCP connection on which the opening handshake is done.
pub(super) async fn connected(server: SocketAddr, path: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    open(&mut stream, path).await?;
    Ok(stream)
}

/// The opening handshake, for contestants whose own is not what is measured.
pub(super) async fn open<T: Wire>(stream: &mut T, path: &str) -> Result<()> {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    if head.starts_with(b"HTTP/1.1 101 ") { Ok(()) } else { Err("the handshake was refused".into()) }
}
