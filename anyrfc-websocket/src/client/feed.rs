//! Queueing a message: what many small ones spend their time with.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use super::WebSocketClient;
use crate::{Error, Kind, Message};

/// Smaller messages are encoded from where they lie: moving them about costs more.
const LARGE: usize = 64 << 10;

/// Waits until a message may be queued, and queues it: see [`WebSocketClient::feed`].
///
/// # Cancel safety
/// Cancel-safe: the message is queued whole or not at all.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Feed<'a> {
    client: &'a mut WebSocketClient,
    /// Until it is queued.
    message: Option<Message>,
}

impl<'a> Feed<'a> {
    #[inline]
    pub(super) const fn new(client: &'a mut WebSocketClient, message: Message) -> Self {
        Self { client, message: Some(message) }
    }
}

impl Future for Feed<'_> {
    type Output = Result<(), Error>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Self { client, message } = self.get_mut();
        if !client.is_writable() {
            ready!(client.poll_writable(cx))?;
        }
        let queued = match message {
            Some(Message::Binary(bytes)) if bytes.len() < LARGE => client.queue_slice(Kind::Binary, bytes),
            Some(Message::Text(text)) if text.as_bytes().len() < LARGE => {
                client.queue_slice(Kind::Text, text.as_bytes())
            }
            _ => return Poll::Ready(message.take().map_or(Ok(()), |message| client.queue(message))),
        };
        *message = None;
        Poll::Ready(queued)
    }
}
