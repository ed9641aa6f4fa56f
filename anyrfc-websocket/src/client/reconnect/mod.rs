//! A client that connects again.

mod policy;

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use anyrfc_core::{Backoff, BoxFuture, ErrorKind};
use futures_core::{FusedStream, Stream};
use tokio::time::{Instant, Sleep};

pub use self::policy::ReconnectPolicy;
use super::{Builder, End, WebSocketClient};
use crate::{CloseFrame, Error, Message, WebSocketUri, error::Detail};

/// What a [`ReconnectingClient`] reports.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// There is a connection: the place to subscribe, each time anew.
    Connected {
        /// The how-manieth attempt in a row this was, from 1; a stable
        /// connection starts the count anew.
        attempt: u32,
    },
    /// A message. A Close of the peer is told by `Disconnected` instead.
    Message(Message),
    /// The connection has ended, or an attempt to make one has failed. Whatever
    /// was sent before and not answered yet may or may not have arrived.
    Disconnected {
        /// How.
        reason: End,
        /// When the next attempt begins; `None` where there will be none: this
        /// is the last event.
        retry_in: Option<Duration>,
    },
}

/// A WebSocket that is connected again whenever it ends, as its
/// [`ReconnectPolicy`] policy has it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = anyrfc_websocket::testing::EchoServer::start().await?;
/// # let url = server.url();
/// use anyrfc_websocket::{KeepAlive, ReconnectPolicy, ReconnectingClient, WebSocketClient, client::Event};
///
/// let builder = WebSocketClient::builder().keep_alive(KeepAlive::default());
/// let mut client = ReconnectingClient::new(builder, [url], ReconnectPolicy::default())?;
/// while let Some(event) = client.next().await {
///     match event {
///         Event::Connected { .. } => client.send("subscribe ticker").await?,
///         Event::Message(message) => {
///             println!("{message:?}");
/// #           break;
///         }
///         Event::Disconnected { reason, retry_in } => eprintln!("{reason}; again in {retry_in:?}"),
///         _ => {}
///     }
/// }
/// # Ok(()) }
/// ```
///
/// No task works in the background: connecting, waiting and keep-alive all
/// advance while [`next`](Self::next) is polled.
///
/// Nothing is sent twice and nothing is kept for later. While there is no
/// connection, [`send`](Self::send) is an error at once; what was sent before
/// `Disconnected` is for the caller to repeat, who alone knows whether it should be.
///
/// # Cancel safety
/// Every method may be dropped at any await; an attempt that is under way goes
/// on with the next call of [`next`](Self::next).
pub struct ReconnectingClient {
    builder: Builder,
    urls: Vec<WebSocketUri>,
    /// The index of the URL in use.
    current: usize,
    policy: ReconnectPolicy,
    delays: Backoff,
    attempt: u32,
    phase: Phase,
}

enum Phase {
    /// The next attempt is to begin.
    Begin,
    Connecting(BoxFuture<'static, Result<WebSocketClient, Error>>),
    Connected {
        client: Box<WebSocketClient>,
        since: Instant,
    },
    Waiting(Pin<Box<Sleep>>),
    Over,
}

impl fmt::Debug for ReconnectingClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            Phase::Begin => "Begin",
            Phase::Connecting(_) => "Connecting",
            Phase::Connected { .. } => "Connected",
            Phase::Waiting(_) => "Waiting",
            Phase::Over => "Over",
        };
        f.debug_struct("ReconnectingClient")
            .field("url", &self.url())
            .field("attempt", &self.attempt)
            .field("phase", &format_args!("{phase}"))
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl ReconnectingClient {
    /// Will connect to the first of these URLs, and to the next one in turn
    /// whenever one could not be reached or was not stable. The first attempt
    /// begins with the first call of [`next`](Self::next).
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a URL that is none, or when there is none at all;
    /// [`ErrorKind::Io`] when the operating system gives no randomness.
    pub fn new<U: AsRef<str>>(
        builder: Builder,
        urls: impl IntoIterator<Item = U>,
        policy: ReconnectPolicy,
    ) -> Result<Self, Error> {
        let urls: Vec<_> =
            urls.into_iter().map(|url| WebSocketUri::parse(url.as_ref())).collect::<Result<_, _>>()?;
        if urls.is_empty() {
            return Err(Error::usage("there is no URL to connect to"));
        }
        let delays = policy.delays()?;
        Ok(Self { builder, urls, current: 0, policy, delays, attempt: 0, phase: Phase::Begin })
    }

    /// The next event; `None` after a `Disconnected` without a further attempt.
    ///
    /// # Cancel safety
    /// Cancel-safe: nothing is lost, and an attempt under way goes on.
    pub async fn next(&mut self) -> Option<Event> {
        poll_fn(|cx| self.poll_event(cx)).await
    }

    /// Sends a message, if there is a connection.
    ///
    /// # Errors
    /// [`ErrorKind::Closed`] with [`Detail::NotConnected`] while there is none: nothing was
    /// sent. Otherwise as [`WebSocketClient::send`]; [`next`](Self::next) tells what
    /// becomes of the connection.
    ///
    /// # Cancel safety
    /// As [`WebSocketClient::send`]: a message that was queued when the future was
    /// dropped leaves with the next call, unless `Disconnected` comes first.
    pub async fn send(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        self.connected()?.send(message).await
    }

    /// Queues a message, if there is a connection; see [`WebSocketClient::feed`].
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// As [`WebSocketClient::feed`].
    pub async fn feed(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        self.connected()?.feed(message).await
    }

    /// Waits until the operating system has everything that was queued.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// Cancel-safe: what was queued stays queued as long as the connection lasts.
    pub async fn flush(&mut self) -> Result<(), Error> {
        self.connected()?.flush().await
    }

    /// Closes the connection, if there is one, and makes no further one.
    ///
    /// # Errors
    /// As [`WebSocketClient::close`].
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection.
    pub async fn close(self) -> Result<Option<CloseFrame>, Error> {
        match self.phase {
            Phase::Connected { client, .. } => client.close().await,
            _ => Ok(None),
        }
    }

    /// The connection, while there is one.
    #[must_use]
    pub fn client(&self) -> Option<&WebSocketClient> {
        if let Phase::Connected { client, .. } = &self.phase { Some(client) } else { None }
    }

    /// The connection, while there is one, for everything that has no method
    /// here. If it ends meanwhile, [`next`](Self::next) tells so afterwards.
    pub fn client_mut(&mut self) -> Option<&mut WebSocketClient> {
        if let Phase::Connected { client, .. } = &mut self.phase { Some(client) } else { None }
    }

    /// The URL that is in use, or is tried next.
    #[must_use]
    pub fn url(&self) -> Option<&WebSocketUri> {
        self.urls.get(self.current)
    }

    fn connected(&mut self) -> Result<&mut WebSocketClient, Error> {
        self.client_mut().ok_or_else(|| {
            Error::new(ErrorKind::Closed, "there is no connection at present: nothing was sent")
                .with_detail(Detail::NotConnected)
        })
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        loop {
            match &mut self.phase {
                Phase::Over => return Poll::Ready(None),
                Phase::Begin => {
                    let Some(uri) = self.urls.get(self.current).cloned() else {
                        self.phase = Phase::Over;
                        continue;
                    };
                    self.attempt = self.attempt.saturating_add(1);
                    let builder = self.builder.clone();
                    let connecting = async move { builder.connect_uri(uri).await };
                    self.phase = Phase::Connecting(Box::pin(connecting));
                }
                Phase::Connecting(connecting) => match ready!(connecting.as_mut().poll(cx)) {
                    Ok(client) => {
                        self.phase = Phase::Connected { client: Box::new(client), since: Instant::now() };
                        return Poll::Ready(Some(Event::Connected { attempt: self.attempt }));
                    }
                    Err(error) => return Poll::Ready(Some(self.ended(End::of_attempt(error), false))),
                },
                Phase::Connected { client, since } => {
                    let error = match ready!(client.poll_message(cx)) {
                        Ok(Some(Message::Close(_))) => continue,
                        Ok(Some(message)) => return Poll::Ready(Some(Event::Message(message))),
                        Ok(None) => Error::closed("the connection has ended"),
                        Err(error) => error,
                    };
                    let reason = client.end().unwrap_or_else(|| End::of_attempt(error));
                    let stable = since.elapsed() >= self.policy.stable_after;
                    return Poll::Ready(Some(self.ended(reason, stable)));
                }
                Phase::Waiting(sleep) => {
                    ready!(sleep.as_mut().poll(cx));
                    self.phase = Phase::Begin;
                }
            }
        }
    }

    /// What follows the end of a connection, or of an attempt to make one.
    fn ended(&mut self, reason: End, stable: bool) -> Event {
        if stable {
            self.attempt = 0;
            self.delays.reset();
        } else {
            self.current = (self.current + 1) % self.urls.len().max(1);
        }
        let may = self.policy.attempts.is_none_or(|most| self.attempt < most);
        if !may || !self.policy.wants_retry(&reason) {
            self.phase = Phase::Over;
            return Event::Disconnected { reason, retry_in: None };
        }
        let delay = self.delays.next_delay();
        self.phase = Phase::Waiting(Box::pin(tokio::time::sleep(delay)));
        Event::Disconnected { reason, retry_in: Some(delay) }
    }
}

impl Stream for ReconnectingClient {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        self.get_mut().poll_event(cx)
    }
}

impl FusedStream for ReconnectingClient {
    fn is_terminated(&self) -> bool {
        matches!(self.phase, Phase::Over)
    }
}
