//! A server of ours, for tests and examples (feature `testing`).
//!
//! It plays the server role of [`proto::Connection`]
//! on loopback. It is a peer for tests, not a server product: no routing, no
//! back-pressure between connections, one task each.

#[cfg(feature = "http2")]
mod http2;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Instant,
};

use anyrfc_core::{
    DriveError, Driver,
    testing::pki::Pki,
    tls::{TlsConfig, TlsServerConfig},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::{
    Deflate, Error, Message, Subprotocols,
    proto::{self, Config, Connection, OwnedEvent},
};

#[cfg(feature = "http2")]
pub use self::http2::echo_http2;

/// Sends back every message it receives, until the client closes or the server is dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use anyrfc_websocket::{WebSocketClient, testing::EchoServer};
///
/// let server = EchoServer::start().await?;
/// let mut client = WebSocketClient::connect(&server.url()).await?;
/// client.send_text("hello").await?;
/// assert_eq!(client.next().await?.unwrap().as_text(), Some("hello"));
/// client.close().await?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct EchoServer {
    address: SocketAddr,
    client_tls: Option<TlsConfig>,
    accepting: JoinHandle<()>,
}

impl EchoServer {
    /// Plaintext, on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// No port could be bound.
    ///
    /// # Cancel safety
    /// Nothing is left behind.
    pub async fn start() -> io::Result<Self> {
        Self::bind((Ipv4Addr::LOCALHOST, 0).into()).await
    }

    /// Plaintext, on this address.
    ///
    /// # Errors
    /// It could not be bound.
    ///
    /// # Cancel safety
    /// Nothing is left behind.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Self::serve(TcpListener::bind(address).await?, None, Http::One)
    }

    /// WebSocket over HTTP/2 (RFC 8441) in plaintext, on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// No port could be bound.
    ///
    /// # Cancel safety
    /// Nothing is left behind.
    #[cfg(feature = "http2")]
    pub async fn start_http2() -> io::Result<Self> {
        Self::serve(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?, None, Http::Two)
    }

    /// As [`start_tls`](Self::start_tls), with HTTP/2 for the clients that offer it.
    ///
    /// # Errors
    /// No port could be bound.
    ///
    /// # Cancel safety
    /// Nothing is left behind.
    #[cfg(feature = "http2")]
    pub async fn start_tls_http2() -> io::Result<Self> {
        let (server, client) = Pki::new().pair(&["localhost", "127.0.0.1"]);
        let tls = (server.alpn(["h2", "http/1.1"]), client);
        Self::serve(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?, Some(tls), Http::One)
    }

    /// TLS for `localhost` and 127.0.0.1 with a certificate made on the spot,
    /// which [`client_tls`](Self::client_tls) trusts.
    ///
    /// # Errors
    /// No port could be bound.
    ///
    /// # Cancel safety
    /// Nothing is left behind.
    pub async fn start_tls() -> io::Result<Self> {
        let tls = Pki::new().pair(&["localhost", "127.0.0.1"]);
        Self::serve(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?, Some(tls), Http::One)
    }

    fn serve(
        listener: TcpListener,
        tls: Option<(TlsServerConfig, TlsConfig)>,
        http: Http,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (server_tls, client_tls) = tls.unzip();
        let server_tls = server_tls.map(Arc::new);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let tls = server_tls.clone();
                tokio::spawn(async move {
                    // What becomes of one connection is its client's business.
                    let _ = match tls {
                        None => echo_by(http, stream).await,
                        Some(tls) => accept_tls(&tls, stream).await,
                    };
                });
            }
        });
        Ok(Self { address, client_tls, accepting })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL to connect to, `ws` or `wss`.
    #[must_use]
    pub fn url(&self) -> String {
        match self.client_tls {
            None => format!("ws://{}/echo", self.address),
            Some(_) => format!("wss://localhost:{}/echo", self.address.port()),
        }
    }

    /// What a client needs to trust the server, where it speaks TLS.
    #[must_use]
    pub fn client_tls(&self) -> Option<TlsConfig> {
        self.client_tls.clone()
    }
}

impl Drop for EchoServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept_tls(tls: &TlsServerConfig, stream: TcpStream) -> Result<(), DriveError<Error>> {
    match tls.accept(stream).await {
        Ok((stream, info)) if info.alpn.as_deref() == Some(b"h2") => echo_by(Http::TWO, stream).await,
        Ok((stream, _)) => echo(stream).await,
        Err(_) => Ok(()),
    }
}

/// What a connection speaks.
#[derive(Clone, Copy)]
enum Http {
    One,
    #[cfg(feature = "http2")]
    Two,
}

impl Http {
    /// Version 2 where this build has it; without it nobody agrees on it.
    #[cfg(feature = "http2")]
    const TWO: Self = Self::Two;
    #[cfg(not(feature = "http2"))]
    const TWO: Self = Self::One;
}

async fn echo_by<T>(http: Http, stream: T) -> Result<(), DriveError<Error>>
where
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    match http {
        Http::One => echo(stream).await,
        #[cfg(feature = "http2")]
        Http::Two => echo_http2(stream, 1 << 20).await,
    }
}

/// Accepts one WebSocket on `stream` and sends back what it receives.
///
/// The subprotocols `chat` and `superchat` are known, and compression is accepted.
///
/// # Errors
/// What ended the connection other than its closing handshake.
///
/// # Cancel safety
/// Dropping the future drops the connection.
pub async fn echo<T: AsyncRead + AsyncWrite + Unpin>(stream: T) -> Result<(), DriveError<Error>> {
    let config = Config { compression: Some(Deflate::default()), ..Config::default() };
    echo_all(accept(stream, config)).await
}

async fn echo_all<T>(mut driver: Driver<Connection, T>) -> Result<(), DriveError<Error>>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(event) = driver.next().await? {
        if let OwnedEvent::Message(message @ (Message::Text(_) | Message::Binary(_))) = event {
            let (connection, out) = driver.command();
            if connection.send(out, message).is_ok() {
                driver.flush().await?;
            }
        }
    }
    Ok(())
}

/// The server role on `stream`, which accepts every valid handshake, and compression
/// where `config` has it; a test then says what happens.
pub fn accept<T: AsyncRead + AsyncWrite + Unpin>(stream: T, config: Config) -> Driver<Connection, T> {
    let known = Subprotocols::from_names(["chat", "superchat"]).unwrap_or_default();
    let opening = proto::Opening::server(known, &config);
    let now: Instant = tokio::time::Instant::now().into_std();
    Driver::new(Connection::new(opening, config, [0; 32], now), stream)
}
