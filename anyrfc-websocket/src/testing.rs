//! A server of ours, for tests and examples (feature `testing`).
//!
//! It plays the server role of [`proto::Connection`]
//! on loopback. It is a peer for tests, not a server product: no routing, no
//! back-pressure between connections, one task each.

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
        Self::serve(TcpListener::bind(address).await?, None)
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
        Self::serve(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?, Some(tls))
    }

    fn serve(listener: TcpListener, tls: Option<(TlsServerConfig, TlsConfig)>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (server_tls, client_tls) = tls.unzip();
        let server_tls = server_tls.map(Arc::new);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let tls = server_tls.clone();
                tokio::spawn(async move {
                    // What becomes of one connection is its client's business.
                    let _ = match tls {
                        None => echo(stream).await,
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
        Ok((stream, _)) => echo(stream).await,
        Err(_) => Ok(()),
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
    let mut driver = accept(stream, config);
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
