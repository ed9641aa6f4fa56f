//! Two halves for two tasks.

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use anyrfc_core::{
    ProtocolState,
    driver::{Half, Wakers},
};
use futures_core::Stream;
use futures_sink::Sink;

use super::{End, WebSocketClient};
use crate::{CloseFrame, Error, Message};

/// What both halves share. The lock is held while polling, never across an await.
#[derive(Debug)]
struct Shared {
    client: Mutex<WebSocketClient>,
    wakers: Wakers,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, WebSocketClient> {
        // All state is consistent after every poll, even one that panicked.
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll<R>(
        &self,
        half: Half,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut WebSocketClient, &mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        self.wakers.poll(half, cx, |cx| poll(&mut self.lock(), cx))
    }
}

pub(super) fn split(client: WebSocketClient) -> (Sender, Receiver) {
    let shared = Arc::new(Shared { client: Mutex::new(client), wakers: Wakers::new() });
    (Sender(Arc::clone(&shared)), Receiver(shared))
}

/// The half that sends; see [`WebSocketClient::split`].
#[derive(Debug)]
pub struct Sender(Arc<Shared>);

/// The half that receives; see [`WebSocketClient::split`].
#[derive(Debug)]
pub struct Receiver(Arc<Shared>);

/// The halves belong to different connections; both are given back.
#[derive(Debug)]
pub struct ReuniteError(pub Sender, pub Receiver);

impl fmt::Display for ReuniteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the halves belong to different connections")
    }
}

impl std::error::Error for ReuniteError {}

impl Sender {
    /// Sends a message; see [`WebSocketClient::send`].
    ///
    /// # Errors
    /// As [`WebSocketClient::send`].
    ///
    /// # Cancel safety
    /// As [`WebSocketClient::send`].
    pub async fn send(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        self.feed(message).await?;
        self.flush().await
    }

    /// Queues a message; see [`WebSocketClient::feed`].
    ///
    /// # Errors
    /// As [`WebSocketClient::send`].
    ///
    /// # Cancel safety
    /// As [`WebSocketClient::feed`].
    pub async fn feed(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        let message = message.into();
        poll_fn(|cx| self.0.poll(Half::Writer, cx, WebSocketClient::poll_writable)).await?;
        self.queue(message)
    }

    /// Sends a message, never compressed; see [`WebSocketClient::send_uncompressed`].
    ///
    /// # Errors
    /// As [`WebSocketClient::send`].
    ///
    /// # Cancel safety
    /// As [`WebSocketClient::send`].
    pub async fn send_uncompressed(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        self.feed_uncompressed(message).await?;
        self.flush().await
    }

    /// Queues a message, never compressed; see [`WebSocketClient::feed_uncompressed`].
    ///
    /// # Errors
    /// As [`WebSocketClient::send`].
    ///
    /// # Cancel safety
    /// As [`WebSocketClient::feed`].
    pub async fn feed_uncompressed(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        let message = message.into();
        poll_fn(|cx| self.0.poll(Half::Writer, cx, WebSocketClient::poll_writable)).await?;
        self.command(|client| client.command(|connection, out| connection.send_uncompressed(out, message)))
    }

    /// Gives back the memory of compression, of both directions; see
    /// [`WebSocketClient::release_contexts`].
    pub fn release_contexts(&mut self) {
        self.0.lock().release_contexts();
    }

    /// Waits until the operating system has everything that was queued.
    ///
    /// # Errors
    /// What ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: what was queued stays queued.
    pub async fn flush(&mut self) -> Result<(), Error> {
        poll_fn(|cx| self.0.poll(Half::Writer, cx, WebSocketClient::poll_drained)).await
    }

    /// Starts the closing handshake; the receiving half then ends with the
    /// peer's Close.
    ///
    /// # Errors
    /// What ended the connection before.
    ///
    /// # Cancel safety
    /// Cancel-safe: Close is queued at once, and leaves with the next call that is polled.
    pub async fn close(&mut self, frame: Option<CloseFrame>) -> Result<(), Error> {
        self.queue(Message::Close(frame))?;
        self.flush().await
    }

    fn queue(&self, message: Message) -> Result<(), Error> {
        self.command(|client| client.queue(message))
    }

    fn command(&self, command: impl FnOnce(&mut WebSocketClient) -> Result<(), Error>) -> Result<(), Error> {
        let queued = command(&mut self.0.lock());
        // The other half may flush it, and minds the deadline of a Close.
        self.0.wakers.wake();
        queued
    }

    /// Where the connection stands.
    #[must_use]
    pub fn state(&self) -> ProtocolState {
        self.0.lock().state()
    }

    /// How long the last ping took to be answered; see [`WebSocketClient::latency`].
    #[must_use]
    pub fn latency(&self) -> Option<Duration> {
        self.0.lock().latency()
    }

    /// How the connection ended; see [`WebSocketClient::end`].
    #[must_use]
    pub fn end(&self) -> Option<End> {
        self.0.lock().end()
    }

    /// Makes one client of both halves again.
    ///
    /// # Errors
    /// [`ReuniteError`] with both halves when they are of different connections.
    pub fn reunite(self, receiver: Receiver) -> Result<WebSocketClient, ReuniteError> {
        if !Arc::ptr_eq(&self.0, &receiver.0) {
            return Err(ReuniteError(self, receiver));
        }
        drop(receiver);
        match Arc::try_unwrap(self.0) {
            Ok(shared) => Ok(shared.client.into_inner().unwrap_or_else(PoisonError::into_inner)),
            // Not reached: there are only ever two halves, and the other one was dropped.
            Err(shared) => Err(ReuniteError(Self(Arc::clone(&shared)), Receiver(shared))),
        }
    }
}

impl Receiver {
    /// The next message; see [`WebSocketClient::next`].
    ///
    /// # Errors
    /// As [`WebSocketClient::next`].
    ///
    /// # Cancel safety
    /// As [`WebSocketClient::next`].
    pub async fn next(&mut self) -> Result<Option<Message>, Error> {
        poll_fn(|cx| self.0.poll(Half::Reader, cx, WebSocketClient::poll_message)).await
    }

    /// How long the last ping took to be answered; see [`WebSocketClient::latency`].
    #[must_use]
    pub fn latency(&self) -> Option<Duration> {
        self.0.lock().latency()
    }

    /// How the connection ended; see [`WebSocketClient::end`].
    #[must_use]
    pub fn end(&self) -> Option<End> {
        self.0.lock().end()
    }

    /// Where the connection stands.
    #[must_use]
    pub fn state(&self) -> ProtocolState {
        self.0.lock().state()
    }
}

impl Stream for Receiver {
    type Item = Result<Message, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll(Half::Reader, cx, WebSocketClient::poll_message).map(Result::transpose)
    }
}

impl Sink<Message> for Sender {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll(Half::Writer, cx, WebSocketClient::poll_writable)
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        self.queue(message)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll(Half::Writer, cx, WebSocketClient::poll_drained)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll(Half::Writer, cx, |client, cx| Pin::new(client).poll_close(cx))
    }
}
