//! One HTTP/2 connection for many WebSockets.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use anyrfc_core::{
    CredentialReason,
    transport::{ConnectionInfo, Deadline, Stream},
};
use bytes::Bytes;
use h2::client::SendRequest;

use super::{
    Builder, HttpVersion, fault,
    open::{Ready, before, open, start},
    stream::Wheel,
    watch::{Seen, Watch},
};
use crate::{Error, WebSocketClient, WebSocketUri, client::connect};

/// So much is read before the streams have their turn.
const TURN: usize = 256 << 10;

/// An HTTP/2 connection on which WebSockets to one server are opened (RFC 8441).
///
/// It comes with an [`Http2Driver`], which has to be polled for anything to happen on any
/// of them; this crate spawns no task itself.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = anyrfc_websocket::testing::EchoServer::start_http2().await?;
/// # let url = server.url();
/// use anyrfc_websocket::Http2Session;
///
/// let (session, driver) = Http2Session::connect(&url).await?;
/// let driving = tokio::spawn(driver);
/// let (mut one, mut two) = tokio::try_join!(session.open(&url), session.open(&url))?;
/// one.send_text("first").await?;
/// two.send_text("second").await?;
/// assert_eq!(two.next().await?.unwrap().as_text(), Some("second"));
/// assert_eq!(one.next().await?.unwrap().as_text(), Some("first"));
/// one.close().await?;
/// two.close().await?;
/// drop(session);
/// // Nobody needs the connection any more.
/// driving.await??;
/// # Ok(()) }
/// ```
///
/// # At most one connection in CONNECTING
/// The rule of RFC 6455, section 4.1, counts connections: it is kept while the session
/// connects. Its streams are opened side by side, as many as the server allows.
#[derive(Clone)]
pub struct Http2Session {
    sender: SendRequest<Bytes>,
    seen: Arc<Seen>,
    builder: Arc<Builder>,
    uri: Arc<WebSocketUri>,
    info: Arc<ConnectionInfo>,
}

impl fmt::Debug for Http2Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http2Session")
            .field("uri", &self.uri)
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}

impl Http2Session {
    /// Connects with the defaults to the server of this WebSocket URL; see
    /// [`Builder::http2_session`].
    ///
    /// # Errors
    /// As [`Builder::http2_session`].
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection attempt.
    pub async fn connect(url: &str) -> Result<(Self, Http2Driver), Error> {
        Builder::default().http2_session(url).await
    }

    /// Opens a WebSocket with the options of the builder that made this session.
    ///
    /// The [`Http2Driver`] must be polled meanwhile, by another task or beside this future.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](anyrfc_core::ErrorKind::Usage) for a URL of another server;
    /// otherwise as [`WebSocketClient::connect`], with [`Error::http2`] where HTTP/2
    /// itself says no. Redirects are not followed.
    ///
    /// # Cancel safety
    /// Dropping the future resets the stream; the session is not affected.
    pub async fn open(&self, url: &str) -> Result<WebSocketClient, Error> {
        self.open_with(&self.builder, url).await
    }

    /// Opens a WebSocket with the options of `builder`, as far as they are not those of
    /// the connection.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    ///
    /// # Cancel safety
    /// As [`open`](Self::open).
    pub async fn open_with(&self, builder: &Builder, url: &str) -> Result<WebSocketClient, Error> {
        let uri = WebSocketUri::parse(url)?;
        if !uri.same_origin(&self.uri) {
            return Err(Error::usage("the URL is of another server than the session"));
        }
        let time = builder.config.limits.connect_time.min(builder.config.handshake_timeout);
        let deadline = Deadline::after(time);
        let mut reason = CredentialReason::Needed;
        let mut request = builder.request(uri)?;
        loop {
            request = connect::authenticate(builder, request, reason).await?;
            let wheel = Wheel::shared(Arc::clone(&self.seen));
            let opening = open(builder, &request, self.sender.clone(), wheel, deadline);
            let refused = match before(deadline, "the answer to the opening handshake", opening).await {
                Ok(opened) => {
                    let authority = request.uri().authority();
                    let info = ConnectionInfo::clone(&self.info);
                    return opened.into_client(builder, info, &authority).await;
                }
                Err(error) => error,
            };
            let asked_for = refused.kind() == anyrfc_core::ErrorKind::Auth && builder.credentials.is_some();
            if !asked_for || reason == CredentialReason::Rejected {
                return Err(refused);
            }
            reason = CredentialReason::Rejected;
        }
    }

    /// Addresses and TLS of the connection.
    #[must_use]
    pub fn connection_info(&self) -> &ConnectionInfo {
        &self.info
    }
}

/// Turns the connection of an [`Http2Session`]: to be spawned, or polled beside everything else.
///
/// Done when the connection has ended: in order once the session and all its clients are
/// gone, or the server has said goodbye and the last stream is over. Dropped before, it
/// takes the connection with it, and the clients end with an error.
#[must_use = "nothing happens on the session's connection unless its driver is polled"]
pub struct Http2Driver {
    connection: Option<h2::client::Connection<Watch, Bytes>>,
    seen: Arc<Seen>,
}

impl fmt::Debug for Http2Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http2Driver").field("ended", &self.connection.is_none()).finish_non_exhaustive()
    }
}

impl Future for Http2Driver {
    type Output = Result<(), Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let this = self.get_mut();
        let Some(connection) = &mut this.connection else { return Poll::Ready(Ok(())) };
        this.seen.allow(TURN);
        let polled = Pin::new(connection).poll(cx);
        if polled.is_pending() && this.seen.is_starved() {
            cx.waker().wake_by_ref();
        }
        let ended = ready!(polled);
        this.connection = None;
        Poll::Ready(ended.map_err(|error| fault::error(&error, &this.seen, None)))
    }
}

impl Builder {
    /// Connects to the server of this WebSocket URL by HTTP/2, for many WebSockets on one
    /// connection. Redirects are not followed.
    ///
    /// # Errors
    /// As [`WebSocketClient::connect`];
    /// [`ErrorKind::Unsupported`](anyrfc_core::ErrorKind::Unsupported) where the server does
    /// not choose HTTP/2, or has no WebSocket on it.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection attempt.
    pub async fn http2_session(&self, url: &str) -> Result<(Http2Session, Http2Driver), Error> {
        let builder = self.clone().http(HttpVersion::Http2);
        let uri = WebSocketUri::parse(url)?;
        let deadline = Deadline::after(builder.config.limits.connect_time);
        let (stream, tls) = connect::reach(&builder, &uri, deadline).await?;
        session(builder, uri, stream, tls, deadline).await
    }

    /// The same over a stream of the caller's, which for `wss` is wrapped in TLS first.
    ///
    /// # Errors
    /// As [`http2_session`](Self::http2_session).
    ///
    /// # Cancel safety
    /// Dropping the future drops the stream.
    pub async fn http2_session_over(
        &self,
        url: &str,
        stream: impl Stream,
    ) -> Result<(Http2Session, Http2Driver), Error> {
        let builder = self.clone().http(HttpVersion::Http2);
        let uri = WebSocketUri::parse(url)?;
        let deadline = Deadline::after(builder.config.limits.connect_time);
        let tls = connect::tls(&builder, &uri)?;
        let stream = anyrfc_core::transport::Connection::from_stream(stream);
        session(builder, uri, stream, tls, deadline).await
    }
}

async fn session(
    builder: Builder,
    uri: WebSocketUri,
    mut stream: anyrfc_core::transport::Connection,
    tls: Option<anyrfc_core::TlsConfig>,
    deadline: Deadline,
) -> Result<(Http2Session, Http2Driver), Error> {
    // Given up when the connection is ready, or has failed.
    let pass = stream.take_pass();
    let stream = connect::secure(&uri, stream, tls, deadline).await?;
    super::is_chosen(&builder, &uri, &stream)?;
    let info = Arc::new(stream.info().clone());
    let deadline = deadline.at_most(builder.config.handshake_timeout);
    let Ready { sender, connection, seen } =
        before(deadline, "the start of HTTP/2", start(&builder, stream)).await?;
    drop(pass);
    let driver = Http2Driver { connection: Some(connection), seen: Arc::clone(&seen) };
    Ok((Http2Session { sender, seen, builder: Arc::new(builder), uri: Arc::new(uri), info }, driver))
}
