//! What happens, as a stream (RFC 9051, section 6.3.13; RFC 2177).

use std::{
    future::{Future as _, poll_fn},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_core::Stream;
use tokio::time::{Instant, Sleep, sleep};

use super::{Event, ImapClient, context::Contexts};
use crate::{
    Error, ErrorKind,
    codec::command::{Noop, Notifying},
    proto::Ticket,
};

/// What happens in the selected mailbox, or, where none is selected, on the server; a `Stream`
/// of [`Event`]s that ends with the connection.
///
/// Where [`notify`](ImapClient::notify) is in force that decides what is told, and IDLE is used only
/// for what the server would otherwise hold back.
///
/// Nothing happens while it is not polled. Dropped, it gives the connection back: IDLE is
/// ended by the next command, or by [`done`](Self::done).
#[derive(Debug)]
#[must_use = "nothing is watched unless events are taken"]
pub struct Watch<'a> {
    client: &'a mut ImapClient,
    mode: Mode,
    /// How often to ask, where IDLE is not to be had; never where it has to be.
    interval: Option<Duration>,
    /// Whether NOTIFY does without IDLE.
    listening: bool,
}

#[derive(Debug)]
enum Mode {
    /// Nothing was asked yet.
    Before,
    Idling(Ticket<()>, Instant),
    /// The server is asked.
    Asking(Ticket<()>),
    /// The server is not asked before this.
    Resting(Pin<Box<Sleep>>),
    Over,
}

impl ImapClient {
    /// What happens on the server, as a stream: as [`Selected::watch`](super::Selected::watch), and also
    /// where no mailbox is selected, as far as the server then tells anything.
    pub fn watch(&mut self) -> Watch<'_> {
        let interval = self.origin.builder.poll_interval;
        Watch::new(self, interval)
    }
}

/// IDLE that ends sooner than that is no better than asking.
const WORTH_IT: Duration = Duration::from_secs(1);

impl<'a> Watch<'a> {
    pub(super) const fn new(client: &'a mut ImapClient, interval: Duration) -> Self {
        Self { client, mode: Mode::Before, interval: Some(interval), listening: false }
    }

    pub(super) fn idle(client: &'a mut ImapClient) -> Result<Self, Error> {
        let ticket = client.inner.order(|connection| connection.idle())?;
        Ok(Self { client, mode: Mode::Idling(ticket, Instant::now()), interval: None, listening: false })
    }

    /// The next event; `None` once the connection has ended in order.
    ///
    /// # Errors
    /// What ended the connection, or why the server does not say what happens.
    ///
    /// # Cancel safety
    /// Cancel-safe: no event is lost.
    pub async fn next(&mut self) -> Result<Option<Event>, Error> {
        poll_fn(|cx| self.poll_event(cx)).await.transpose()
    }

    /// Whether the server tells by itself what happens, as opposed to being asked now and then.
    #[must_use]
    pub fn is_idling(&self) -> bool {
        if self.is_told_anyway() {
            return matches!(self.mode, Mode::Resting(_));
        }
        matches!(self.mode, Mode::Idling(..)) && self.client.is_idling()
    }

    /// Stops watching, and waits until the server has taken note. Events that came are kept.
    ///
    /// # Errors
    /// What ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: the next command waits for the same.
    pub async fn done(mut self) -> Result<(), Error> {
        match std::mem::replace(&mut self.mode, Mode::Over) {
            Mode::Idling(ticket, _) => {
                self.client.inner.order(|connection| {
                    connection.stop_idling();
                    Ok(())
                })?;
                self.client.inner.finish(ticket).await
            }
            Mode::Asking(ticket) => self.client.inner.finish(ticket).await,
            Mode::Before | Mode::Resting(_) | Mode::Over => Ok(()),
        }
    }

    /// What else is told than events.
    pub(super) const fn contexts(&mut self) -> &mut Contexts {
        &mut self.client.inner.contexts
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Event, Error>>> {
        loop {
            match ready!(self.poll_turn(cx)) {
                Some(Ok(None)) => {}
                Some(Ok(Some(event))) => return Poll::Ready(Some(Ok(event))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    /// One turn: an event, or perhaps something else has happened.
    pub(super) fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Option<Event>, Error>>> {
        if let Some(event) = self.client.inner.events.pop() {
            return Poll::Ready(Some(Ok(Some(event))));
        }
        let turned = match &mut self.mode {
            Mode::Before => self.begin(),
            Mode::Idling(ticket, _) | Mode::Asking(ticket) => {
                let id = ticket.id();
                match self.client.inner.take_ended(id) {
                    Some(completion) => self.ended(completion),
                    None => ready!(self.client.inner.poll_on(cx)),
                }
            }
            Mode::Resting(until) => match until.as_mut().poll(cx) {
                Poll::Ready(()) => self.ask(),
                // Meanwhile the server may say something by itself.
                Poll::Pending => ready!(self.client.inner.poll_on(cx)),
            },
            Mode::Over => return Poll::Ready(None),
        };
        if let Err(error) = turned {
            self.mode = Mode::Over;
            return Poll::Ready(match error.kind() {
                // The last event was its BYE.
                ErrorKind::Closed if error.refusal().is_some() => None,
                _ => Some(Err(error)),
            });
        }
        Poll::Ready(Some(Ok(None)))
    }

    /// Whether the server tells everything without IDLE. What waits for a command that allows it
    /// (`SELECTED-DELAYED`) is told under IDLE.
    fn is_told_anyway(&self) -> bool {
        matches!(self.client.notifying(), Notifying::AtOnce | Notifying::Others)
    }

    fn begin(&mut self) -> Result<(), Error> {
        if let (true, Some(_)) = (self.is_told_anyway(), self.interval) {
            self.listen();
            return Ok(());
        }
        match self.client.inner.order(crate::proto::Connection::idle) {
            Ok(ticket) => {
                self.mode = Mode::Idling(ticket, Instant::now());
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::Unsupported && self.interval.is_some() => self.ask(),
            Err(error) => Err(error),
        }
    }

    /// NOOP is how a server without IDLE is made to tell (RFC 9051, section 6.1.2).
    fn ask(&mut self) -> Result<(), Error> {
        self.mode = Mode::Asking(self.client.inner.submit(Noop)?);
        Ok(())
    }

    fn ended(&mut self, completion: crate::proto::Completion) -> Result<(), Error> {
        // Some servers end IDLE by themselves after a while; those that do at once are no use.
        let idled = matches!(self.mode, Mode::Idling(_, since) if since.elapsed() >= WORTH_IT);
        match (completion.outcome, self.interval) {
            (Ok(_), Some(_)) if idled => self.mode = Mode::Before,
            (Ok(_), Some(_)) if self.is_told_anyway() => self.listen(),
            // The server has stopped to tell.
            (Ok(_), Some(_)) if std::mem::take(&mut self.listening) => self.mode = Mode::Before,
            (Ok(_), Some(interval)) => self.rest(interval),
            (Ok(_), None) => self.mode = Mode::Over,
            // A server that offers IDLE and refuses it, or asks for fewer commands, is asked now and then.
            (Err(error), Some(interval)) if error.kind() == ErrorKind::Refused || unsupported(&error) => {
                let delay = error.throttle().and_then(|throttle| throttle.delay).unwrap_or_default();
                self.rest(interval.max(delay));
            }
            (Err(error), _) => return Err(error),
        }
        Ok(())
    }

    /// Waits for what the server tells by itself, and now and then asks whether it is there: as often
    /// as IDLE would be renewed, and for the same reasons.
    fn listen(&mut self) {
        self.listening = true;
        let renewal =
            self.client.inner.connection().map(|connection| connection.config().deadlines.idle_renewal);
        self.rest(renewal.unwrap_or(WORTH_IT));
    }

    fn rest(&mut self, interval: Duration) {
        // Not the sum of now and that: the caller's interval may be longer than any clock runs.
        self.mode = Mode::Resting(Box::pin(sleep(interval)));
    }
}

fn unsupported(error: &Error) -> bool {
    error.kind() == ErrorKind::Unsupported && error.is_unsent()
}

impl Stream for Watch<'_> {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}
