//! What receives: the same for a whole client and for its receiving half.

use std::task::{Context, Poll, ready};

use anyrfc_core::{DriveError, Driver, Machine as _, ProtocolState};
use tokio::io::{AsyncRead, AsyncWrite};

use super::failure;
use crate::{
    Error, Message,
    proto::{self, Delivery, OwnedEvent, State},
};

/// A driver over a connection, and what is remembered of it.
#[derive(Debug)]
pub(super) struct Inner<T> {
    pub(super) driver: Driver<proto::Connection, T>,
    /// A reader has begun to take a message in pieces.
    pub(super) reading: bool,
    /// What ended it, as told to the caller.
    pub(super) failure: Option<Error>,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Inner<T> {
    #[inline]
    pub(super) fn connection(&self) -> &proto::Connection {
        self.driver.machine()
    }

    /// Whether an event waits to be taken. Pings and the peer's Close are answered before
    /// that is handed over, as far as the stream takes it: whoever then works on a
    /// message for long, or stops at Close, has not kept the peer waiting.
    #[inline]
    pub(super) fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, DriveError<Error>>> {
        let found = ready!(self.driver.poll_pending(cx));
        if matches!(found, Ok(true)) && self.connection().wants_write() {
            self.driver.offer(cx);
        }
        Poll::Ready(found)
    }

    #[inline]
    pub(super) fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Message>, Error>> {
        if self.reading {
            ready!(self.poll_drain_pieces(cx))?;
        }
        self.driver.command().0.deliver(Delivery::Whole);
        loop {
            if let Err(error) = ready!(self.poll_event(cx)) {
                return Poll::Ready(Err(self.failed(error)));
            }
            match self.driver.take_pending_owned() {
                Some(OwnedEvent::Message(message)) => return Poll::Ready(Ok(Some(message))),
                // Neither comes here: the handshake is over, and pieces were drained.
                Some(OwnedEvent::Chunk(_) | OwnedEvent::Open) => {}
                None => return Poll::Ready(Ok(None)),
            }
        }
    }

    /// Keeps the reason, so that a later `send` can tell it too.
    pub(super) fn failed(&mut self, error: DriveError<Error>) -> Error {
        let Some(error) = failure(error) else { return self.ended() };
        self.failure = Some(error.clone());
        error
    }

    #[cold]
    pub(super) fn ended(&self) -> Error {
        self.failure.clone().unwrap_or_else(|| Error::closed("the connection has ended"))
    }

    /// Drains what a dropped reader left; a message it never touched stays whole.
    pub(super) fn poll_drain_pieces(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.driver.command().0.deliver(Delivery::Whole);
        while self.reading && self.driver.machine().is_in_pieces() {
            match ready!(self.poll_event(cx)) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return Poll::Ready(Err(self.failed(error))),
            }
            if self.driver.machine().waiting_data().is_none() {
                // Control traffic in between is for the caller.
                return Poll::Ready(Ok(()));
            }
            if let Some(Ok(OwnedEvent::Chunk(chunk))) = ready!(self.driver.poll_next(cx)) {
                self.reading = !chunk.last;
            }
        }
        self.reading = false;
        Poll::Ready(Ok(()))
    }

    /// Where the connection stands.
    pub(super) fn state(&self) -> ProtocolState {
        if self.driver.is_finished() && self.connection().phase() != State::Failed {
            return ProtocolState::Disconnected;
        }
        self.connection().state()
    }
}
