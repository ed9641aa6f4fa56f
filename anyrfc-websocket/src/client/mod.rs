//! The async client: thin, over core's driver and transport.

mod builder;
mod connect;
mod end;
mod feed;
mod gate;
#[cfg(feature = "http2")]
pub(crate) mod http2;
mod inner;
mod io;
mod options;
mod pieces;
mod reconnect;
mod split;

use std::{
    future::poll_fn,
    task::{Context, Poll, ready},
    time::Duration,
};

use anyrfc_core::{
    Deviations, DriveError, Driver, ErrorKind, Output, ProtocolClient, ProtocolState, TlsInfo, transport,
};
use bytes::Bytes;
use http::HeaderMap;

#[cfg(feature = "http2")]
pub use self::http2::{Http2Driver, Http2Session, HttpVersion};
use self::inner::Inner;
pub use self::{
    builder::Builder,
    end::End,
    feed::Feed,
    pieces::{MessageReader, MessageWriter},
    reconnect::{Event, ReconnectPolicy, ReconnectingClient},
    split::{Receiver, ReuniteError, Sender},
};
use crate::{
    CloseCode, CloseFrame, Error, Kind, Message, MessageRef, Utf8Bytes,
    codec::deflate::Agreed,
    error::{Detail, Waited},
    proto::{self, Delivery},
    rfc6455,
};

/// An open WebSocket connection (RFC 6455).
///
/// There is no unconnected client: [`connect`](Self::connect) or
/// [`builder`](Self::builder) make one, [`close`](Self::close) ends it. Pings
/// are answered, and deadlines kept, while any of its methods is polled; see
/// [`drive`](Self::drive).
///
/// It is also a `Stream` of messages and a `Sink` for them.
///
/// # Cancel safety
/// Every method may be dropped at any await: a message is either queued or
/// not, never half, and nothing received is lost.
#[derive(Debug)]
pub struct WebSocketClient {
    inner: Inner<transport::Connection>,
}

impl WebSocketClient {
    /// Connects with the defaults: TLS verified for `wss`, 30 s for everything
    /// up to the open connection, no redirects.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a URL that is none, [`ErrorKind::Io`],
    /// [`ErrorKind::Tls`] and [`ErrorKind::Timeout`] on the way,
    /// [`ErrorKind::Refused`] with the answer in [`Error::refusal`] when the server
    /// says no, [`ErrorKind::Protocol`] with the statement it broke.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection attempt.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        // Boxed, as in `Builder::connect`.
        Box::pin(async { Self::builder().connect(url).await }).await
    }

    /// For everything that is not the default.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) const fn new(driver: Driver<proto::Connection, transport::Connection>) -> Self {
        Self { inner: Inner { driver, reading: false, failure: None } }
    }

    #[inline]
    fn connection(&self) -> &proto::Connection {
        self.inner.driver.machine()
    }

    /// The next message, or `None` once the connection has been closed in
    /// order. Pings among them have been answered; a Close is the last.
    ///
    /// # Errors
    /// What ended the connection, once; after that `None`.
    ///
    /// # Cancel safety
    /// Cancel-safe: nothing is lost.
    pub async fn next(&mut self) -> Result<Option<Message>, Error> {
        poll_fn(|cx| self.poll_message(cx)).await
    }

    /// The next message, borrowed from the read buffer: the fastest way to
    /// receive many small ones.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    ///
    /// # Cancel safety
    /// Cancel-safe: nothing is lost.
    pub async fn next_ref(&mut self) -> Result<Option<MessageRef<'_>>, Error> {
        if self.inner.reading {
            poll_fn(|cx| self.inner.poll_drain_pieces(cx)).await?;
        }
        self.inner.driver.command().0.deliver(Delivery::Whole);
        match poll_fn(|cx| self.inner.poll_event(cx)).await {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Err(self.inner.failed(error)),
        }
        match self.inner.driver.take_pending() {
            Some(proto::Event::Message(message)) => Ok(Some(message)),
            _ => Ok(None),
        }
    }

    #[inline]
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Message>, Error>> {
        self.inner.poll_message(cx)
    }

    /// Whether a message may be queued at once.
    #[inline]
    fn is_writable(&self) -> bool {
        self.inner.driver.is_ready() && !self.connection().is_sending()
    }

    /// Ready when a message may be queued.
    #[inline(never)]
    fn poll_writable(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        loop {
            if let Err(error) = ready!(self.inner.driver.poll_ready(cx)) {
                return Poll::Ready(Err(self.inner.failed(error)));
            }
            if !self.connection().is_sending() {
                return Poll::Ready(Ok(()));
            }
            ready!(self.poll_drained(cx))?;
        }
    }

    fn poll_drained(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.driver.poll_flush(cx).map_err(|error| self.inner.failed(error))
    }

    fn queue(&mut self, message: Message) -> Result<(), Error> {
        if let Message::Close(frame) = message {
            let now = self.inner.driver.now();
            return self.command(|connection, _| connection.close(frame, now));
        }
        self.command(|connection, out| connection.send(out, message))
    }

    #[inline]
    fn command(
        &mut self,
        command: impl FnOnce(&mut proto::Connection, &mut Output) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.inner.driver.is_finished() {
            return Err(self.inner.ended());
        }
        let (connection, out) = self.inner.driver.command();
        command(connection, out)
    }

    /// Sends a message and waits until the operating system has it.
    ///
    /// While the peer takes nothing, control traffic is still read and answered.
    ///
    /// # Errors
    /// [`ErrorKind::Closed`] once closing has begun, or what ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: the message is queued whole or not at all; once queued it
    /// leaves with the next call that is polled.
    pub async fn send(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        self.feed(message).await?;
        self.flush().await
    }

    /// Queues a message, waiting only while the output is full. Many small
    /// messages then leave with one system call at the next
    /// [`flush`](Self::flush), `send` or receive.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// Cancel-safe: the message is queued whole or not at all.
    #[inline]
    pub fn feed(&mut self, message: impl Into<Message>) -> Feed<'_> {
        Feed::new(self, message.into())
    }

    /// Queues a message whose bytes are borrowed, to send many small ones without a
    /// [`Bytes`] for each. They are copied, all of them: a large message is better
    /// given to [`feed`](Self::feed), which moves it to the output piece by piece.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// As [`feed`](Self::feed).
    #[inline]
    pub async fn feed_ref(&mut self, message: impl Into<MessageRef<'_>>) -> Result<(), Error> {
        let message = message.into();
        if !self.is_writable() {
            poll_fn(|cx| self.poll_writable(cx)).await?;
        }
        match message {
            MessageRef::Binary(bytes) => self.queue_slice(Kind::Binary, bytes),
            MessageRef::Text(text) => self.queue_slice(Kind::Text, text.as_bytes()),
            other => self.queue(other.to_owned()),
        }
    }

    /// Sends a message whose bytes are borrowed, as [`feed_ref`](Self::feed_ref)
    /// queues it, and waits until the operating system has it.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// As [`send`](Self::send).
    pub async fn send_ref(&mut self, message: impl Into<MessageRef<'_>>) -> Result<(), Error> {
        self.feed_ref(message).await?;
        self.flush().await
    }

    #[inline]
    fn queue_slice(&mut self, kind: Kind, payload: &[u8]) -> Result<(), Error> {
        self.command(|connection, out| connection.send_valid(out, kind, payload))
    }

    /// Sends a message as [`send`](Self::send) does, but never compressed: for one
    /// that holds a secret, or what an attacker chose (RFC 7692, section 8).
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// As [`send`](Self::send).
    pub async fn send_uncompressed(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        self.feed_uncompressed(message).await?;
        self.flush().await
    }

    /// Queues a message as [`feed`](Self::feed) does, but never compressed.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// As [`feed`](Self::feed).
    pub async fn feed_uncompressed(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        let message = message.into();
        poll_fn(|cx| self.poll_writable(cx)).await?;
        self.command(|connection, out| connection.send_uncompressed(out, message))
    }

    /// Waits until the operating system has everything that was queued.
    ///
    /// # Errors
    /// What ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: what was queued stays queued.
    pub async fn flush(&mut self) -> Result<(), Error> {
        poll_fn(|cx| self.poll_drained(cx)).await
    }

    /// Sends a text message.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// As [`send`](Self::send).
    pub async fn send_text(&mut self, text: impl Into<Utf8Bytes>) -> Result<(), Error> {
        self.send(Message::Text(text.into())).await
    }

    /// Sends a binary message.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// As [`send`](Self::send).
    pub async fn send_binary(&mut self, bytes: impl Into<Bytes>) -> Result<(), Error> {
        self.send(Message::Binary(bytes.into())).await
    }

    /// Sends a ping of at most 125 bytes (RFC 6455, section 5.5.2); its pong
    /// comes back through [`next`](Self::next).
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a longer payload; otherwise as [`send`](Self::send).
    ///
    /// # Cancel safety
    /// As [`send`](Self::send).
    pub async fn ping(&mut self, payload: impl Into<Bytes>) -> Result<(), Error> {
        self.send(Message::Ping(payload.into())).await
    }

    /// Sends a pong that answers no ping (RFC 6455, section 5.5.3).
    ///
    /// # Errors
    /// As [`ping`](Self::ping).
    ///
    /// # Cancel safety
    /// As [`send`](Self::send).
    pub async fn pong(&mut self, payload: impl Into<Bytes>) -> Result<(), Error> {
        self.send(Message::Pong(payload.into())).await
    }

    /// The next message as a reader, for those larger than memory: it comes in
    /// pieces as they arrive. `None` once the connection has ended. Pings are
    /// answered, pongs passed over.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    ///
    /// # Cancel safety
    /// Cancel-safe. A reader that is dropped half-way has the rest of its
    /// message drained by the next call that receives.
    pub async fn next_reader(&mut self) -> Result<Option<MessageReader<'_>>, Error> {
        self.inner.driver.command().0.deliver(Delivery::Chunks);
        poll_fn(|cx| self.poll_first_piece(cx))
            .await
            .map(|found| found.map(|kind| MessageReader::new(self, kind)))
    }

    /// A writer for one message whose length need not be known: it is sent in
    /// fragments as they are written (RFC 6455, section 5.4).
    pub const fn writer(&mut self, kind: Kind) -> MessageWriter<'_> {
        MessageWriter::new(self, kind)
    }

    /// Does nothing but let pings be answered and deadlines be kept, until a
    /// message is there to be taken or the connection has ended.
    ///
    /// # Errors
    /// What ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: nothing is lost.
    pub async fn drive(&mut self) -> Result<(), Error> {
        match poll_fn(|cx| self.inner.poll_event(cx)).await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.inner.failed(error)),
        }
    }

    /// Closes with code 1000, and waits for the peer's Close and the end of
    /// TCP. Returns the peer's Close frame, `None` where it had no body.
    /// Messages that still arrive are dropped; receive them before, or use
    /// [`Message::Close`] with [`send`](Self::send) and go on receiving.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`] when the peer does not answer in time (5 s by
    /// default), or what ended the connection instead.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection.
    pub async fn close(self) -> Result<Option<CloseFrame>, Error> {
        self.close_with(CloseCode::NORMAL.into()).await
    }

    /// Closes with a code and reason; see [`close`](Self::close).
    ///
    /// # Errors
    /// As [`close`](Self::close).
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection.
    pub async fn close_with(mut self, frame: CloseFrame) -> Result<Option<CloseFrame>, Error> {
        if !self.inner.driver.is_finished() {
            self.queue(Message::Close(Some(frame)))?;
        }
        while self.next_ref().await?.is_some() {}
        match self.connection().peer_close() {
            Some(frame) => Ok(frame.clone()),
            None => Err(self.inner.ended()),
        }
    }

    /// Where the connection stands.
    #[must_use]
    pub fn state(&self) -> ProtocolState {
        self.inner.state()
    }

    /// How the connection ended; `None` as long as it has not.
    #[must_use]
    pub fn end(&self) -> Option<End> {
        self.inner.end()
    }

    /// How long the last ping took to be answered, a keep-alive ping or one of
    /// the caller: from its leaving the client until its pong was read. Time in
    /// which nobody polled the client counts.
    #[must_use]
    pub fn latency(&self) -> Option<Duration> {
        self.connection().latency()
    }

    /// The subprotocol the server chose, if any.
    #[must_use]
    pub fn subprotocol(&self) -> Option<&str> {
        self.connection().opened().and_then(|opening| opening.subprotocol())
    }

    /// The parameters of permessage-deflate (RFC 7692), where the server accepted it.
    #[must_use]
    pub fn compression(&self) -> Option<Agreed> {
        self.connection().opened().and_then(|opening| opening.deflate())
    }

    /// Gives back the memory of compression, for a connection that is going to be idle;
    /// see [`proto::Connection::release_contexts`].
    pub fn release_contexts(&mut self) {
        self.inner.driver.command().0.release_contexts();
    }

    /// The header fields of the server's answer.
    #[must_use]
    pub fn response_headers(&self) -> Option<&HeaderMap> {
        self.connection().opened().and_then(|opening| opening.response_headers())
    }

    /// The peer's Close frame, once it has come; the inner `None` stands for
    /// one without a body.
    #[must_use]
    pub fn peer_close(&self) -> Option<&Option<CloseFrame>> {
        self.connection().peer_close()
    }

    /// What was forgiven, or done against the letter of the RFC on request.
    #[must_use]
    pub fn deviations(&self) -> &Deviations {
        self.connection().deviations()
    }

    /// Bytes of memory that the connection holds for buffers at present: what has
    /// arrived and was not taken, what waits to be sent, and room for more: at
    /// most 4 KiB while nothing happens. What [compression](Self::release_contexts)
    /// takes is not counted.
    #[must_use]
    pub fn buffer_capacity(&self) -> usize {
        self.inner.driver.capacity() + self.connection().capacity()
    }

    /// Addresses and TLS of the connection.
    #[must_use]
    pub fn connection_info(&self) -> &transport::ConnectionInfo {
        self.inner.driver.stream().info()
    }

    /// What TLS has settled; `None` on plaintext.
    #[must_use]
    pub fn tls_info(&self) -> Option<&TlsInfo> {
        self.connection_info().tls.as_ref()
    }

    /// One half to send and one to receive, for two tasks.
    ///
    /// On TCP and Unix sockets no lock stands between them where data goes; control
    /// frames, closing, and streams that cannot be split otherwise (TLS, HTTP/2, those of
    /// the caller) have locks that are held for a single poll, never across an await.
    /// Pings are answered, and deadlines kept, while either half is polled and has to wait.
    #[must_use]
    pub fn split(self) -> (Sender, Receiver) {
        split::split(self)
    }
}

/// What ended the connection; `None` when that was told before.
fn failure(error: DriveError<Error>) -> Option<Error> {
    match error {
        DriveError::Machine(error) => Some(error),
        // A stream of ours (HTTP/2) says itself what happened.
        DriveError::Io(error) if told(&error).is_some() => told(&error).cloned(),
        DriveError::Io(error) => Some(lost(error)),
        DriveError::InputLimit(bytes) => {
            Some(Error::new(ErrorKind::Limit, format!("the peer sends more than {bytes} bytes in one piece")))
        }
        _ => None,
    }
}

fn lost(error: std::io::Error) -> Error {
    let timed_out = error.kind() == std::io::ErrorKind::TimedOut;
    let lost = if timed_out && error.raw_os_error().is_none() {
        // By the driver's stall limit; otherwise the system gave up on the peer.
        Error::new(ErrorKind::Timeout, "the peer takes nothing of what is written to it")
            .with_detail(Detail::TimedOut { waited_for: Waited::Writing, code: None })
    } else {
        let kind = if timed_out { ErrorKind::Timeout } else { ErrorKind::Io };
        Error::new(kind, "the connection was lost")
    };
    lost.with_requirement(rfc6455::LOST_TRANSPORT_FAILS).with_source(error)
}

/// The error of ours inside one of I/O.
fn told(error: &std::io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

impl ProtocolClient for WebSocketClient {
    type Error = Error;

    fn state(&self) -> ProtocolState {
        Self::state(self)
    }

    async fn close(self) -> Result<(), Error> {
        Self::close(self).await.map(drop)
    }
}
