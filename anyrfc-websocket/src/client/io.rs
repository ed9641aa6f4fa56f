//! The client as a `Stream` of messages and a `Sink` for them.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::{FusedStream, Stream};
use futures_sink::Sink;

use super::WebSocketClient;
use crate::{Error, Message};

impl Stream for WebSocketClient {
    type Item = Result<Message, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_message(cx).map(Result::transpose)
    }
}

impl FusedStream for WebSocketClient {
    fn is_terminated(&self) -> bool {
        self.inner.driver.is_finished()
    }
}

impl Sink<Message> for WebSocketClient {
    type Error = Error;

    #[inline]
    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.is_writable() { Poll::Ready(Ok(())) } else { self.get_mut().poll_writable(cx) }
    }

    #[inline]
    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        self.get_mut().queue(message)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.get_mut().poll_drained(cx)
    }

    /// Starts the closing handshake and flushes it; the stream side then ends
    /// with the peer's Close.
    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let this = self.get_mut();
        if this.inner.driver.is_finished() {
            return Poll::Ready(Ok(()));
        }
        this.queue(Message::Close(Some(crate::CloseCode::NORMAL.into())))?;
        this.poll_drained(cx)
    }
}
