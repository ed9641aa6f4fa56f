//! The state machine of one connection: no I/O, no clock, no task.
//!
//! ```text
#![doc = "see [`State::mermaid`] for the diagram, [`State::TRANSITIONS`] for the table"]
//! ```
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects
    )
)]

mod compression;
mod config;
#[cfg_attr(not(feature = "client"), allow(dead_code, reason = "only the client has halves"))]
mod halves;
mod incoming;
mod inflating;
mod living;
mod opening;
mod outgoing;
mod packing;
mod pending;
mod quick;
mod state;

use std::{sync::Arc, time::Instant};

use anyrfc_core::{Deviations, Eof, ErrorKind, Machine, Output, ProtocolState, Requirement, Step, TlsInfo};
use bytes::BytesMut;

pub(crate) use self::halves::Desk;
#[cfg(feature = "client")]
pub(crate) use self::halves::Sending;
pub use self::{
    config::{Config, Delivery, Role},
    living::KeepAlive,
    opening::Opening,
    state::{Input, State},
};
use self::{incoming::Incoming, living::Living, outgoing::Outgoing};
use crate::{
    Chunk, ChunkRef, CloseCode, CloseFrame, EndedBy, Error, Kind, Message, MessageRef,
    error::{Detail, Waited},
    rfc6455,
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
    living: Living,
    closing: Closing,
    deadline: Option<Instant>,
    deviations: Deviations,
    /// Where another half does the sending.
    desk: Option<Arc<Desk>>,
}

/// Who said Close first, and what we said.
#[derive(Clone, Copy, Debug, Default)]
struct Closing {
    by: Option<EndedBy>,
    said: Option<CloseCode>,
}

impl Closing {
    const fn say(&mut self, by: EndedBy, code: Option<CloseCode>) {
        self.by = Some(by);
        self.said = code;
    }
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
            living: Living::default(),
            closing: Closing::default(),
            deadline: None,
            deviations: Deviations::default(),
            desk: None,
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

    /// Bytes of memory held for messages: fragments that were collected, and what
    /// waits to be moved to the output.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.incoming.capacity().saturating_add(self.outgoing.capacity())
    }

    /// What was forgiven so far.
    #[must_use]
    pub const fn deviations(&self) -> &Deviations {
        &self.deviations
    }

    /// Records a deviation that only the layer above knows of.
    pub fn record_deviation(&mut self, requirement: &'static Requirement, sample: &[u8]) {
        self.deviations.record(requirement, sample);
    }

    /// The Close frame of the peer, once it came; the inner `None` stands for
    /// one without a body (1005 in the RFC's words).
    #[must_use]
    pub const fn peer_close(&self) -> Option<&Option<CloseFrame>> {
        self.incoming.close.as_ref()
    }

    /// Who ended the connection: the side that said Close first, or found the
    /// other one at fault. `None` as long as neither did.
    #[must_use]
    pub const fn closed_by(&self) -> Option<EndedBy> {
        self.closing.by
    }

    /// The code of our own Close, if we said one with a code.
    #[must_use]
    pub const fn close_said(&self) -> Option<CloseCode> {
        self.closing.said
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

    #[inline]
    fn send_check(&self) -> Result<(), Error> {
        if self.state == State::Open { Ok(()) } else { Err(self.not_open()) }
    }

    #[cold]
    fn not_open(&self) -> Error {
        if self.state == State::Connecting {
            return Error::usage("the connection is not open yet")
                .with_requirement(rfc6455::SENDING_NEEDS_THE_OPEN_STATE);
        }
        Error::closed("the connection is closing or closed").with_requirement(rfc6455::NO_DATA_AFTER_CLOSE)
    }

    #[inline]
    fn begin_sending(&mut self, out: &mut Output) -> Result<(), Error> {
        self.send_check()?;
        // A client is only open once its request was answered.
        if self.role == Role::Server
            && let Some(opening) = &mut self.opening
            && opening.wants_write()
        {
            // A server's answer goes before its first message.
            opening.transmit(out);
        }
        // What waits (a pong, say) goes first: the peer gets answers in the order it asked.
        if self.outgoing.wants_write() {
            self.outgoing.transmit(out);
            if let Some(payload) = self.outgoing.pinged.take() {
                self.living.asked(payload, None);
            }
        }
        Ok(())
    }

    /// Sends a message. Payloads of more than 64 KiB are compressed and masked
    /// piece by piece as the output drains, never copied whole.
    ///
    /// # Errors
    /// [`ErrorKind::Closed`] once closing has begun; [`ErrorKind::Usage`] while
    /// a message is being sent in parts, or for control payloads beyond 125 bytes.
    pub fn send(&mut self, out: &mut Output, message: Message) -> Result<(), Error> {
        self.send_as(out, message, true)
    }

    fn send_as(&mut self, out: &mut Output, message: Message, compress: bool) -> Result<(), Error> {
        match message {
            Message::Text(text) => {
                self.begin_sending(out)?;
                self.outgoing.message(out, Kind::Text, text.into_bytes(), compress)
            }
            Message::Binary(bytes) => {
                self.begin_sending(out)?;
                self.outgoing.message(out, Kind::Binary, bytes, compress)
            }
            Message::Ping(payload) => self.ping(&payload),
            Message::Pong(payload) => self.pong(&payload),
            Message::Close(frame) => self.start_closing(frame),
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
        self.outgoing.message_slice(out, kind, payload, true)
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
        self.outgoing.part(out, kind, part, last, true)
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
    /// The peer has [`Config::close_timeout`] to answer, counted from `now` and anew
    /// whenever it takes some of what is to be written up to the Close.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] before the connection is open.
    pub fn close(&mut self, frame: Option<CloseFrame>, now: Instant) -> Result<(), Error> {
        let open = self.state == State::Open;
        self.start_closing(frame)?;
        if open {
            self.deadline = now.checked_add(self.config.close_timeout);
        }
        Ok(())
    }

    fn start_closing(&mut self, frame: Option<CloseFrame>) -> Result<(), Error> {
        match self.state {
            State::Connecting => return self.send_check(),
            State::Open => {}
            State::CloseSent | State::Closing | State::Closed | State::Failed => return Ok(()),
        }
        self.closing.say(EndedBy::Us, frame.as_ref().map(CloseFrame::code));
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

    /// _Fail the WebSocket Connection_ (RFC 6455, section 7.1.7), which was established.
    fn fail(&mut self, code: CloseCode, error: Error) -> Error {
        self.step(Input::Fault);
        self.deadline = None;
        self.closing.say(EndedBy::Us, Some(code));
        self.outgoing.fail(CloseFrame::truncated(code, &error.to_string()));
        error.with_detail(Detail::Failed(code))
    }

    /// There is nobody left to talk to.
    fn abandon(&mut self) {
        self.outgoing.abandon();
        self.abandon_sending();
        if let Some(opening) = &mut self.opening {
            opening.abandon();
        }
    }

    /// The server's refusal, if there is one whose body did not come to its end;
    /// `ended` when that end was the stream's.
    fn refusal(&mut self, ended: bool) -> Option<Error> {
        if self.state != State::Connecting {
            return None;
        }
        self.opening.as_mut()?.finish_refusal(ended)
    }

    /// The peer's Close arrived (RFC 6455, section 5.5.1): answer it, echoing its code.
    fn receive_close(&mut self, frame: Option<CloseFrame>, now: Instant) {
        self.shut_sending();
        if self.state == State::Open {
            let code = frame.as_ref().map(CloseFrame::code);
            self.closing.say(EndedBy::Peer, code);
            self.outgoing.close(code.map(CloseFrame::from));
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
        if self.living.is_news(input.len()) {
            self.living.look(input.len(), &self.config, now);
        }
        let step = match self.state {
            State::Open | State::CloseSent => self.advance_frames(input, now)?,
            State::Connecting => {
                let step = self.advance_opening(input)?;
                if self.state == State::Open {
                    self.living.begin(&self.config, now);
                }
                step
            }
            // The Close of a peer is still to be handed over; what follows it is discarded.
            State::Closing if self.incoming.is_pending() => Step::Ready,
            State::Closing | State::Closed | State::Failed if input.is_empty() => Step::Need(1),
            State::Closing | State::Closed | State::Failed => Step::Consumed(input.len()),
        };
        match step {
            Step::Ready => {}
            Step::Consumed(count) => self.living.release(count),
            Step::Need(_) => {
                self.incoming.park();
                if let Some(limit) = self.config.message_timeout {
                    self.living.progress(self.incoming.progress(), !input.is_empty(), limit, now);
                }
            }
        }
        Ok(step)
    }

    #[inline]
    fn event<'a>(&'a mut self, input: &'a [u8]) -> (usize, Event<'a>) {
        let (count, event) = self.incoming.event(input);
        self.living.release(count);
        (count, event)
    }

    #[inline]
    fn event_owned(&mut self, input: &mut BytesMut) -> OwnedEvent {
        let before = input.len();
        let event = self.incoming.event_owned(input);
        self.living.release(before.saturating_sub(input.len()));
        event
    }

    #[inline]
    fn wants_write(&self) -> bool {
        self.outgoing.wants_write()
            || (self.living.is_due() && self.state == State::Open)
            || self.opening.as_ref().is_some_and(|opening| opening.wants_write())
    }

    fn transmit(&mut self, out: &mut Output, now: Instant) {
        if self.desk.is_some() {
            return self.post();
        }
        if let Some(opening) = &mut self.opening {
            opening.transmit(out);
        }
        if self.state == State::CloseSent && self.outgoing.is_closing() {
            // The peer takes what was sent before Close, or now owes us an answer to it.
            self.deadline = now.checked_add(self.config.close_timeout);
        }
        self.outgoing.transmit(out);
        self.transmit_living(out, now);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        if self.state == State::Open { self.living.poll_timeout(&self.config) } else { self.deadline }
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), Error> {
        if self.state == State::Open {
            return self.expire_living(now);
        }
        if self.deadline.is_none_or(|deadline| now < deadline) {
            return Ok(());
        }
        self.deadline = None;
        if let Some(refusal) = self.refusal(false) {
            self.step(Input::Deadline);
            return Err(refusal);
        }
        let (waited_for, what) = match self.state {
            State::Connecting => (Waited::Handshake, "no answer to the opening handshake in time"),
            _ => (Waited::Close, "no answer to Close in time"),
        };
        self.step(Input::Deadline);
        if self.state == State::Failed {
            self.abandon();
            let error = Error::new(ErrorKind::Timeout, what);
            return Err(error.with_detail(Detail::TimedOut { waited_for, code: None }));
        }
        Ok(())
    }

    fn handle_eof(&mut self, eof: Eof) -> Result<(), Error> {
        let connecting = self.state == State::Connecting;
        if let Some(refusal) = self.refusal(eof == Eof::Clean) {
            self.step(Input::EndOfStream);
            self.deadline = None;
            return Err(refusal);
        }
        if self.state == State::Failed {
            // Why it failed was told already, and its last words may still leave.
            return Ok(());
        }
        self.step(Input::EndOfStream);
        self.deadline = None;
        if self.state == State::Closed {
            return Ok(());
        }
        self.abandon();
        let message = match eof {
            _ if connecting => "the stream ended before the opening handshake was answered",
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
