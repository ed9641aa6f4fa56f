//! The same server on a socket of loopback.

use std::{io, sync::Arc};

use anyrfc_core::{
    http1::{BodyReader, Framing, HeadLimits, HeadReader, RequestHead, ResponseHead},
    tls::TlsServerConfig,
    transport::{Connection, Listener},
};
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, future::Either, stream::FuturesUnordered};
use http::{HeaderValue, Request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{
    certificate::ClientCertificate,
    reply::{Answer, Delivery},
    server::AuthorizationServer,
};

/// The most of a request's body.
const BODY: usize = 1 << 20;
/// What blanks are written by.
static BLANKS: [u8; 64 << 10] = [b' '; 64 << 10];

/// An [`AuthorizationServer`] on loopback, over HTTP/1.1, with or without TLS.
///
/// It takes the origin of its socket for its issuer, and `/api` below it for the protected
/// resource. It is served [`beside`](Self::beside) the client under test, in one task.
///
/// ```
/// use anyrfc_oauth2::testing::{AuthorizationServer, Place, Served};
///
/// let server = AuthorizationServer::default();
/// anyrfc_core::testing::run(async {
///     let served = Served::plain(server.clone())?;
///     let address = served.origin().trim_start_matches("http://").to_owned();
///     served.beside(tokio::net::TcpStream::connect(address)).await?;
///     Ok::<_, Box<dyn std::error::Error>>(())
/// })?;
/// server.assert_nothing_sent_to(Place::Token);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Served {
    server: AuthorizationServer,
    listener: Listener,
    origin: String,
    mutual: Option<(Listener, String)>,
}

impl Served {
    /// On a free port of `127.0.0.1`, in the clear.
    ///
    /// # Errors
    /// There is no port to be had.
    pub fn plain(server: AuthorizationServer) -> Result<Self, anyrfc_core::Error> {
        let listener = Listener::builder().tcp(([127, 0, 0, 1], 0)).bind()?;
        let origin = format!("http://127.0.0.1:{}", listener.port().unwrap_or_default());
        Ok(Self::at(server, listener, origin, None))
    }

    /// On a free port of `127.0.0.1`, under TLS for `localhost`.
    ///
    /// With `mutual`, a second port asks for client certificates; the aliases of RFC 8705,
    /// section 5, lead there.
    ///
    /// # Errors
    /// There is no port to be had.
    pub fn tls(
        server: AuthorizationServer,
        tls: TlsServerConfig,
        mutual: Option<TlsServerConfig>,
    ) -> Result<Self, anyrfc_core::Error> {
        let bind = |tls: TlsServerConfig| {
            let handshake = move |connection: Connection| {
                let tls = tls.clone();
                async move {
                    let (stream, info) = tls.accept(connection).await?;
                    Ok(Connection::from_stream(stream).with_tls_info(info))
                }
            };
            let listener = Listener::builder().tcp(([127, 0, 0, 1], 0)).handshake(handshake).bind()?;
            let origin = format!("https://localhost:{}", listener.port().unwrap_or_default());
            Ok::<_, anyrfc_core::Error>((listener, origin))
        };
        let (listener, origin) = bind(tls)?;
        let mutual = mutual.map(bind).transpose()?;
        Ok(Self::at(server, listener, origin, mutual))
    }

    fn at(
        server: AuthorizationServer,
        listener: Listener,
        origin: String,
        mutual: Option<(Listener, String)>,
    ) -> Self {
        server.configure(|options| {
            options.issuer.clone_from(&origin);
            options.resource = format!("{origin}/api");
            options.mtls_origin = mutual.as_ref().map(|(_, origin)| origin.clone());
        });
        Self { server, listener, origin, mutual }
    }

    /// Scheme, host and port: the issuer.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The server that is served.
    #[must_use]
    pub const fn server(&self) -> &AuthorizationServer {
        &self.server
    }

    /// Serves while the client under test runs, and returns what that returns.
    ///
    /// # Cancel safety
    /// Dropping the future drops both.
    pub async fn beside<T>(self, client: impl Future<Output = T>) -> T {
        let served = std::pin::pin!(self.run());
        let client = std::pin::pin!(client);
        match futures_util::future::select(client, served).await {
            Either::Left((output, _)) => output,
            Either::Right(_) => unreachable!("it serves until it is dropped"),
        }
    }

    /// Serves until it is dropped.
    ///
    /// # Cancel safety
    /// Dropping the future ends all its connections; what was handled stays so.
    pub async fn run(self) {
        let Self { server, listener, origin, mutual } = self;
        let plain = accept(server.clone(), listener, Arc::from(origin));
        match mutual {
            Some((listener, origin)) => {
                futures_util::future::join(plain, accept(server, listener, Arc::from(origin))).await;
            }
            None => plain.await,
        }
    }
}

/// Accepts, and serves what was accepted, all in one task.
async fn accept(server: AuthorizationServer, mut listener: Listener, origin: Arc<str>) {
    let mut connections = FuturesUnordered::new();
    loop {
        let next = {
            let accepted = std::pin::pin!(listener.accept());
            if connections.is_empty() {
                Some(accepted.await)
            } else {
                match futures_util::future::select(accepted, connections.next()).await {
                    Either::Left((accepted, _)) => Some(accepted),
                    Either::Right(_) => None,
                }
            }
        };
        // A connection that failed was one client's affair.
        let Some(Ok(incoming)) = next else { continue };
        let (server, origin) = (server.clone(), Arc::clone(&origin));
        connections.push(async move {
            let Ok(connection) = incoming.handshake().await else { return };
            let _ = Talk::new(server, origin, connection).run().await;
        });
    }
}

/// One connection.
struct Talk {
    server: AuthorizationServer,
    origin: Arc<str>,
    connection: Connection,
    certificate: Option<ClientCertificate>,
    input: BytesMut,
}

impl Talk {
    fn new(server: AuthorizationServer, origin: Arc<str>, connection: Connection) -> Self {
        let certificates = connection.info().tls.as_ref().map(|tls| tls.peer_certificates.as_slice());
        let certificate = certificates.and_then(<[_]>::first).cloned().map(ClientCertificate::new);
        Self { server, origin, connection, certificate, input: BytesMut::new() }
    }

    async fn run(mut self) -> io::Result<()> {
        while let Some((head, body)) = self.read().await? {
            let close = head.headers.get("connection").is_some_and(|value| value.as_bytes() == b"close");
            // In absolute form only by those who take it for a proxy.
            let url = format!("{}{}", self.origin, head.target);
            let Ok(uri) = url.parse() else { return Err(io::ErrorKind::InvalidInput.into()) };
            let mut request = Request::new(body);
            *request.method_mut() = head.method;
            *request.uri_mut() = uri;
            *request.headers_mut() = head.headers;
            if let Some(certificate) = &self.certificate {
                request.extensions_mut().insert(certificate.clone());
            }
            let answer = self.server.handle(request);
            self.write(answer).await?;
            if close {
                break;
            }
        }
        self.connection.shutdown().await
    }

    /// A request, whole; `None` at the end.
    async fn read(&mut self) -> io::Result<Option<(RequestHead, Bytes)>> {
        let mut reader = HeadReader::<RequestHead>::new(HeadLimits::default());
        let head = loop {
            match reader.advance(&self.input) {
                Ok(Some((head, length))) => {
                    let _ = self.input.split_to(length);
                    break head;
                }
                Ok(None) => {}
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            }
            if self.connection.read_buf(&mut self.input).await? == 0 {
                return Ok(None);
            }
        };
        let framing = match (head.headers.get("transfer-encoding"), head.headers.get("content-length")) {
            (Some(_), _) => Framing::Chunked,
            (None, Some(length)) => {
                let length = length.to_str().ok().and_then(|length| length.parse().ok());
                Framing::Length(length.ok_or(io::ErrorKind::InvalidData)?)
            }
            (None, None) => Framing::None,
        };
        let mut body = BodyReader::new(framing, BODY);
        loop {
            let taken = body.advance(&self.input);
            let _ = self.input.split_to(taken);
            if body.is_ended() {
                break;
            }
            if self.connection.read_buf(&mut self.input).await? == 0 {
                body.eof();
            }
        }
        let body = body.finish();
        if body.is_truncated() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some((head, body.bytes)))
    }

    async fn write(&mut self, answer: Answer) -> io::Result<()> {
        match answer.delivery {
            Delivery::After(time) => tokio::time::sleep(time).await,
            Delivery::Never => std::future::pending().await,
            Delivery::Dropped => return Err(io::ErrorKind::ConnectionAborted.into()),
            _ => {}
        }
        let (parts, body) = answer.response.into_parts();
        let mut head = ResponseHead::new(parts.status);
        head.headers = parts.headers;
        if answer.delivery == Delivery::Endless {
            head.headers.insert("transfer-encoding", HeaderValue::from_static("chunked"));
        } else {
            let length = body.len() as u64 + answer.padding;
            head.headers.insert("content-length", HeaderValue::from(length));
        }
        let mut octets = Vec::new();
        head.write(&mut octets).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        match answer.delivery {
            Delivery::Endless => {
                octets.extend_from_slice(format!("{:x}\r\n", body.len()).as_bytes());
                octets.extend_from_slice(&body);
                self.connection.write_all(&octets).await?;
                let head = format!("\r\n{:x}\r\n", BLANKS.len());
                loop {
                    self.connection.write_all(head.as_bytes()).await?;
                    self.connection.write_all(&BLANKS).await?;
                }
            }
            Delivery::Dripping(time) => {
                self.connection.write_all(&octets).await?;
                for octet in &body {
                    self.connection.write_all(std::slice::from_ref(octet)).await?;
                    self.connection.flush().await?;
                    tokio::time::sleep(time).await;
                }
            }
            Delivery::Cut => {
                octets.extend_from_slice(body.split_last().map_or(&[][..], |(_, most)| most));
                self.connection.write_all(&octets).await?;
                self.connection.flush().await?;
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            _ => {
                octets.extend_from_slice(&body);
                self.connection.write_all(&octets).await?;
            }
        }
        let mut left = answer.padding;
        while left > 0 {
            let size = usize::try_from(left).unwrap_or(usize::MAX).min(BLANKS.len());
            self.connection.write_all(BLANKS.get(..size).unwrap_or(&BLANKS)).await?;
            left -= size as u64;
        }
        self.connection.flush().await
    }
}
