//! Messages on their way: what is shared by sending one, and many.

use std::task::{Context, Poll};

use bytes::Bytes;

use super::inner::Inner;
use crate::{
    Error,
    codec::supply::{Reading, Supply},
    proto::{DeliveryId, Payload, Submission},
    types::{Content, Envelope, Facts, Offered, SendReport, WireMessage},
};

/// A message that was submitted.
pub(super) struct Delivering<'m> {
    pub(super) id: DeliveryId,
    /// Where the rest of it comes from.
    reading: Option<Reading<'m>>,
    /// A piece that was read, until it is known whether it is the last.
    held: Option<Bytes>,
    /// Whether anything of it was asked for.
    begun: bool,
}

/// The message as the server takes it.
pub(super) fn content<'m>(inner: &Inner, message: impl WireMessage<'m>) -> Result<Content<'m>, Error> {
    let connection = inner.connection().filter(|connection| !connection.phase().is_over());
    let Some(connection) = connection else { return Err(inner.over()) };
    let offered = connection.capabilities().map(Offered::of).unwrap_or_default();
    message.content(offered)
}

/// What the state machine is given of a message, and what stays here.
pub(super) fn payload(supply: Supply<'_>) -> (Payload, Option<Reading<'_>>) {
    match supply {
        Supply::Whole(bytes) => (Payload::Whole(bytes), None),
        Supply::Stream(reading) => (Payload::Streamed, Some(reading)),
        Supply::Url(url) => (Payload::Url(url), None),
    }
}

impl<'m> Delivering<'m> {
    /// Submits a message.
    pub(super) fn begin(
        inner: &mut Inner,
        envelope: Envelope,
        message: impl WireMessage<'m>,
        windowed: bool,
    ) -> Result<Self, Error> {
        let (facts, supply) = content(inner, message)?.open()?;
        let (payload, reading) = payload(supply);
        let submission = Submission { envelope, facts, payload, windowed };
        let id = inner.order(|connection| connection.send(submission))?;
        inner.await_report(id);
        Ok(Self { id, reading, held: None, begun: false })
    }

    /// Submits a message of which this is known, or gives it back.
    #[expect(clippy::result_large_err, reason = "it is given back seldom, and moved once")]
    pub(super) fn supplied(
        inner: &mut Inner,
        envelope: Envelope,
        facts: Facts,
        supply: Supply<'m>,
    ) -> Result<Self, (Error, Option<Supply<'m>>)> {
        let (payload, reading) = payload(supply);
        let submission = Submission { envelope, facts, payload, windowed: false };
        match inner.order(|connection| connection.send(submission)) {
            Ok(id) => {
                inner.await_report(id);
                Ok(Self { id, reading, held: None, begun: false })
            }
            Err(error) => Err((error, reading.map(Supply::Stream))),
        }
    }

    /// The stream, where nothing of it was asked for.
    pub(super) fn into_untouched(self) -> Option<Supply<'m>> {
        self.reading.filter(|_| !self.begun).map(Supply::Stream)
    }

    /// One that was submitted otherwise.
    pub(super) const fn submitted(id: DeliveryId, reading: Option<Reading<'m>>) -> Self {
        Self { id, reading, held: None, begun: false }
    }

    /// Hands over what is wanted of the message, as far as it is there. Whether something was.
    pub(super) fn feed(&mut self, inner: &mut Inner, cx: &mut Context<'_>) -> bool {
        let wanted =
            |inner: &Inner| inner.connection().and_then(crate::proto::Connection::wanting) == Some(self.id);
        let Some(reading) = &mut self.reading else { return false };
        let mut fed = false;
        while wanted(inner) {
            self.begun = true;
            let (piece, last) = match reading.poll_piece(cx) {
                Poll::Pending => return fed,
                Poll::Ready(Ok(Some(piece))) => match self.held.replace(piece) {
                    Some(held) => (held, false),
                    None => continue,
                },
                Poll::Ready(Ok(None)) => (self.held.take().unwrap_or_default(), true),
                Poll::Ready(Err(error)) => {
                    self.give_up(inner, error);
                    return true;
                }
            };
            let id = self.id;
            fed = true;
            if let Err(error) = inner.order(|connection| connection.provide(id, piece, last)) {
                self.give_up(inner, error);
                return true;
            }
            if last {
                break;
            }
        }
        fed
    }

    /// It is not to be delivered any more.
    pub(super) fn give_up(&self, inner: &mut Inner, error: Error) {
        let id = self.id;
        let _ = inner.order(|connection| {
            connection.abandon(id, error);
            Ok(())
        });
    }

    /// Drives the connection until it is known what became of the message.
    pub(super) fn poll(
        &mut self,
        inner: &mut Inner,
        cx: &mut Context<'_>,
    ) -> Poll<Result<SendReport, Error>> {
        loop {
            if let Some(report) = inner.take_report(self.id) {
                return Poll::Ready(Ok(report));
            }
            match inner.poll_on(cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => return Poll::Ready(inner.take_report(self.id).ok_or(error)),
                Poll::Pending if self.feed(inner, cx) => {}
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

/// What was lost by dropping a future.
pub(super) fn dropped() -> Error {
    Error::closed("whoever sent the message has stopped waiting for it")
}
