//! The state machine of one connection: no I/O, no clock, no task.
//!
//! ```text
#![doc = "see [`State::mermaid`] for the diagram, [`State::TRANSITIONS`] for the table"]
//! ```

mod config;
mod incoming;
mod opening;
mod outgoing;
mod state;

use std::time::Instant;

use anyrfc_core::{Deviations, Eof, ErrorKind, Machine, Output, ProtocolState, Step, TlsInfo};
use bytes::BytesMut;

pub use self::{
    config::{Config, Delivery, Role},
    opening::Opening,
    state::{Input, State},
};
use self::{incoming::Incoming, outgoing::Outgoing};
use crate::{
    Chunk, ChunkRef, CloseCode, CloseFrame, Error, Kind, Message, MessageRef, error::Detail, rfc6455,
};

/// What a connection reports, borrowed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The opening handshake succeeded; see [`Connection::opened`].
    Open,
    /// A message, or control traffic that was dealt with already.
    Message(MessageRef<'a>),
    /// A piece of a message, under [`Delivery::Chunks`].
    Chunk(ChunkRef<'a>),
}

/// What a connection reports, owning its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OwnedEvent {
    /// The opening handshake succeeded; see [`Connection::opened`].
    Open,
    /// A message, or control traffic that was dealt with already.
    Message(Message),
    /// A piece of a message, under [`Delivery::Chunks`].
    Chunk(Chunk),
}

/// One WebSocket connection, client or server side (RFC 6455), sans I/O.
///
/// Commands such as [`send`](Self::send) encode straight into an [`Output`];
/// what the connection has to say of itself (handshake, pongs, Close) leaves
/// through [`Machine::transmit`].
#[derive(Debug)]
pub struct Connection {
    role: Role,
    state: State,
    config: Config,
    opening: Option<Box<Opening>>,
    incoming: Incoming,
    outgoing: Outgoing,
    deadline: Option<Instant>,
    deviations: Deviations,
}

impl Connection {
    /// A connection that starts with its opening handshake. `seed` must come
    /// from a strong source of randomness: masking keys derive from it
    /// (RFC 6455, section 10.3).
    #[must_use]
    pub fn new(opening: Opening, config: Config, seed: [u8; 32], now: Instant) -> Self {
        let deadline = now.checked_add(config.handshake_timeout);
        let (role, done) = (opening.role(), opening.is_elsewhere());
        let mut this =
            Self { opening: Some(Box::new(opening)), deadline, ..Self::established(role, config, seed) }
                .in_state(State::Connecting);
        if done {
            this.establish();
        }
        this
    }

    /// A connection whose handshake was done elsewhere.
    #[must_use]
    pub fn established(role: Role, config: Config, seed: [u8; 32]) -> Self {
        Self {
            role,
            state: State::Open,
            config,
            opening: None,
            incoming: Incoming::default(),
            outgoing: Outgoing::new(role, seed),
            deadline: None,
            deviations: Deviations::default(),
        }
    }

    const fn in_state(mut self, state: State) -> Self {
        self.state = state;
        self
    }

    /// Which end this is.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The exact state; [`Machine::state`] gives the coarse one.
    #[must_use]
    pub const fn phase(&self) -> State {
        self.state
    }

    /// The handshake, once it was begun: the answer, subprotocol and extensions.
    #[must_use]
    pub fn opened(&self) -> Option<&Opening> {
        self.opening.as_deref()
    }

    /// What was forgiven so far.
    #[must_use]
    pub const fn deviations(&self) -> &Deviations {
        &self.deviations
    }

    /// Records a deviation that the client layer knows of.
    pub(crate) const fn deviations_mut(&mut self) -> &mut Deviations {
        &mut self.deviations
    }

    /// The Close frame of the peer, once it came; the inner `None` stands for
    /// one without a body (1005 in the RFC's words).
    #[must_use]
    pub const fn peer_close(&self) -> Option<&Option<CloseFrame>> {
        self.incoming.close.as_ref()
    }

    /// How received messages are handed over, from the first one on of which
    /// nothing was taken yet.
    #[inline]
    pub fn deliver(&mut self, delivery: Delivery) {
        if self.incoming.delivery != delivery {
            self.incoming.deliver(delivery);
        }
    }

    /// What the data that waits to be taken is, if any waits.
    #[must_use]
    pub const fn waiting_data(&self) -> Option<Kind> {
        self.incoming.waiting_data()
    }

    /// Whether a message is being handed over in pieces, and some are still to come.
    #[must_use]
    pub const fn is_in_pieces(&self) -> bool {
        self.incoming.is_in_pieces()
    }

    /// The limits and deadlines it was given.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Whether a large message is still being moved to the output.
    #[must_use]
    pub const fn is_sending(&self) -> bool {
        self.outgoing.is_sending()
    }

    fn send_check(&self) -> Result<(), Error> {
        match self.state {
            State::Open => Ok(()),
            State::Connecting => Err(Error::usage("the connection is not open yet")
                .with_requirement(rfc6455::SENDING_NEEDS_THE_OPEN_STATE)),
            State::CloseSent | State::Closing | State::Closed | State::Failed => {
                Err(Error::closed("the connection is closing or closed")
                    .with_requirement(rfc6455::NO_DATA_AFTER_CLOSE))
            }
        }
    }

    #[inline]
    fn begin_sending(&mut self, out: &mut Output) -> Result<(), Error> {
        self.send_check()?;
        if let Some(opening) = &mut self.opening
            && opening.wants_write()
        {
            // A server's answer goes before its first message.
            opening.transmit(out);
        }
        // What waits (a pong, say) goes first: the peer gets answers in the order it asked.
        if self.outgoing.wants_write() {
            self.outgoing.transmit(out);
        }
        Ok(())
    }

    /// Sends a message. Payloads of more than 64 KiB are masked piece by piece
    /// as the output drains, never copied whole.
    ///
    /// # Errors
    /// [`ErrorKind::Closed`] once closing has begun; [`ErrorKind::Usage`] while
    /// a message is being sent in parts, or for control payloads beyond 125 bytes.
    pub fn send(&mut self, out: &mut Output, message: Message) -> Result<(), Error> {
        match message {
            Message::Text(text) => {
                self.begin_sending(out)?;
                self.outgoing.message(out, Kind::Text, text.into_bytes())
            }
            Message::Binary(bytes) => {
                self.begin_sending(out)?;
                self.outgoing.message(out, Kind::Binary, bytes)
            }
            Message::Ping(payload) => self.ping(&payload),
            Message::Pong(payload) => self.pong(&payload),
            Message::Close(frame) => self.close(frame),
        }
    }

    /// Sends a message whose bytes are borrowed: they are copied and masked in one go.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    #[inline]
    pub fn send_slice(&mut self, out: &mut Output, kind: Kind, payload: &[u8]) -> Result<(), Error> {
        if kind == Kind::Text && simdutf8::basic::from_utf8(payload).is_err() {
            return Err(Error::usage("text that is not UTF-8").with_requirement(rfc6455::TEXT_IS_UTF8));
        }
        self.send_valid(out, kind, payload)
    }

    #[inline]
    pub(crate) fn send_valid(&mut self, out: &mut Output, kind: Kind, payload: &[u8]) -> Result<(), Error> {
        self.begin_sending(out)?;
        self.outgoing.message_slice(out, kind, payload)
    }

    /// Sends one fragment of a message whose length need not be known; `last`
    /// ends the message (RFC 6455, section 5.4). Fragments of a text message
    /// may be cut inside a character.
    ///
    /// # Errors
    /// As [`send`](Self::send); [`ErrorKind::Usage`] when `kind` changes
    /// within a message or its text turns out not to be UTF-8.
    pub fn send_part(&mut self, out: &mut Output, kind: Kind, part: &[u8], last: bool) -> Result<(), Error> {
        self.begin_sending(out)?;
        self.outgoing.part(out, kind, part, last)
    }

    /// Queues a ping (RFC 6455, section 5.5.2).
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for more than 125 bytes, [`ErrorKind::Limit`] while too
    /// many wait to be written, [`ErrorKind::Closed`] once closing has begun.
    pub fn ping(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.send_check()?;
        self.outgoing.ping(payload)
    }

    /// Queues a pong that nobody asked for (RFC 6455, section 5.5.3).
    ///
    /// # Errors
    /// As [`ping`](Self::ping).
    pub fn pong(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.send_check()?;
        self.outgoing.pong(payload)
    }

    /// Starts the closing handshake (RFC 6455, section 7.1.2). Doing so again
    /// changes nothing: the first Close stands.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] before the connection is open.
    pub fn close(&mut self, frame: Option<CloseFrame>) -> Result<(), Error> {
        match self.state {
            State::Connecting => return self.send_check(),
            State::Open => {}
            State::CloseSent | State::Closing | State::Closed | State::Failed => return Ok(()),
        }
        self.outgoing.close(frame);
        self.step(Input::SendClose);
        Ok(())
    }

    /// Moves by the table; an input the table does not have changes nothing.
    const fn step(&mut self, input: Input) {
        if let Some(next) = self.state.next(input) {
            self.state = next;
        }
    }

    /// _Fail the WebSocket Connection_ (RFC 6455, section 7.1.7).
    fn fail(&mut self, code: CloseCode, error: Error) -> Error {
        if self.state == State::Connecting {
            self.step(Input::Fault);
            self.deadline = None;
            return error;
        }
        self.step(Input::Fault);
        self.deadline = None;
        self.outgoing.fail(CloseFrame::truncated(code, &error.to_string()));
        error.with_detail(Detail::Failed(code))
    }

    /// The peer's Close arrived (RFC 6455, section 5.5.1): answer it, echoing its code.
    fn receive_close(&mut self, frame: Option<CloseFrame>, now: Instant) {
        if self.state == State::Open {
            self.outgoing.close(frame.as_ref().map(|frame| CloseFrame::from(frame.code())));
        }
        self.step(Input::ReceiveClose);
        self.incoming.close = Some(frame);
        self.deadline = now.checked_add(self.config.close_timeout);
    }
}

impl Machine for Connection {
    type Event<'a> = Event<'a>;
    type Owned = OwnedEvent;
    type Error = Error;

    #[inline]
    fn advance(&mut self, input: &[u8], now: Instant) -> Result<Step, Error> {
        match self.state {
            State::Open | State::CloseSent => self.advance_frames(input, now),
            State::Connecting => self.advance_opening(input),
            // The Close of a peer is still to be handed over; what follows it is discarded.
            State::Closing if self.incoming.is_pending() => Ok(Step::Ready),
            State::Closing | State::Closed | State::Failed => {
                Ok(if input.is_empty() { Step::Need(1) } else { Step::Consumed(input.len()) })
            }
        }
    }

    #[inline]
    fn event<'a>(&'a mut self, input: &'a [u8]) -> (usize, Event<'a>) {
        self.incoming.event(input)
    }

    #[inline]
    fn event_owned(&mut self, input: &mut BytesMut) -> OwnedEvent {
        self.incoming.event_owned(input)
    }

    #[inline]
    fn wants_write(&self) -> bool {
        self.outgoing.wants_write() || self.opening.as_ref().is_some_and(|opening| opening.wants_write())
    }

    fn transmit(&mut self, out: &mut Output, now: Instant) {
        if let Some(opening) = &mut self.opening {
            opening.transmit(out);
        }
        if self.outgoing.transmit(out) && self.state == State::CloseSent {
            // From here on the peer owes us an answer.
            self.deadline = now.checked_add(self.config.close_timeout);
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.deadline
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), Error> {
        if self.deadline.is_none_or(|deadline| now < deadline) {
            return Ok(());
        }
        self.deadline = None;
        let waited_for = match self.state {
            State::Connecting => "no answer to the opening handshake in time",
            State::CloseSent => "no answer to Close in time",
            _ => "",
        };
        self.step(Input::Deadline);
        if self.state == State::Failed {
            self.outgoing.abandon();
            return Err(Error::new(ErrorKind::Timeout, waited_for));
        }
        Ok(())
    }

    fn handle_eof(&mut self, eof: Eof) -> Result<(), Error> {
        if self.state == State::Connecting
            && let Some(opening) = &mut self.opening
            && let Some(refusal) = opening.finish_refusal()
        {
            self.step(Input::EndOfStream);
            return Err(refusal);
        }
        self.step(Input::EndOfStream);
        self.deadline = None;
        if self.state == State::Closed {
            return Ok(());
        }
        self.outgoing.abandon();
        let message = match eof {
            Eof::Clean => "the stream ended without a Close frame",
            Eof::Truncated => "TLS was cut without close_notify or a Close frame",
        };
        Err(Error::closed(message).with_requirement(rfc6455::LOST_TRANSPORT_FAILS))
    }

    /// Nothing is learnt before TLS: `wss` secures the stream before the first byte.
    fn handle_secured(&mut self, _tls: &TlsInfo) {}

    fn quiescent(&self) -> bool {
        self.incoming.is_quiescent()
    }

    fn input_limit(&self) -> usize {
        if self.state == State::Connecting {
            return self.config.limits.header_block.saturating_add(crate::error::Refusal::BODY_MAX);
        }
        self.incoming.input_limit()
    }

    fn state(&self) -> ProtocolState {
        match (self.state, self.role) {
            (State::Connecting, _) => ProtocolState::Connecting,
            (State::Open, _) => ProtocolState::Connected,
            // The server closes TCP first (section 7.1.1); the client waits for it.
            (State::Closing, Role::Server) | (State::Closed, _) => ProtocolState::Disconnected,
            (State::Closing, Role::Client)
                if self.opening.as_ref().is_some_and(|opening| opening.is_elsewhere()) =>
            {
                ProtocolState::Disconnected
            }
            (State::CloseSent | State::Closing, _) => ProtocolState::Disconnecting,
            (State::Failed, _) => ProtocolState::Failed,
        }
    }
}
