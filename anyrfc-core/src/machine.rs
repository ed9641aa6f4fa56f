//! What a protocol is: a state machine over bytes, with no I/O, clock or task.

use std::time::Instant;

use bytes::BytesMut;

use crate::{Output, ProtocolState, TlsInfo};

/// What [`Machine::advance`] found in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An event is ready: take it with [`Machine::event`] or [`Machine::event_owned`].
    Ready,
    /// So many bytes were taken in without an event (a control frame that was
    /// answered, a fragment that was stored). Never zero: advance again.
    Consumed(usize),
    /// No event yet. About so many more bytes are wanted; a hint, which never
    /// makes the buffer grow beyond what has arrived.
    Need(usize),
}

/// How the peer's stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eof {
    /// Plain end of stream, or TLS `close_notify` (RFC 8446, section 6.1).
    Clean,
    /// TLS ended without `close_notify`, or the connection was reset: the peer,
    /// or somebody in between, cut it.
    Truncated,
}

/// A protocol over a byte stream: no I/O, no clock, no task.
///
/// Parsing has two phases so that an event can borrow the input:
/// [`advance`](Self::advance) parses and keeps what it found inside, and
/// [`event`](Self::event) or [`event_owned`](Self::event_owned) takes it.
/// `advance` is always called with all input not yet released, from its first
/// byte; a machine remembers how far it has looked, so that any chunking costs
/// linear time.
pub trait Machine {
    /// What the protocol reports, borrowed from the input or the machine.
    type Event<'a>
    where
        Self: 'a;
    /// The same event, owning its bytes.
    type Owned;
    /// What ends the connection.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Parses. A pending event stays inside until it is taken; calling again
    /// before that answers [`Step::Ready`] again, without side effects.
    ///
    /// `now` is the time of the last turn, which may be long ago when the caller
    /// took its time between events: deadlines are better armed in
    /// [`transmit`](Self::transmit), which is given the present.
    ///
    /// # Errors
    /// The peer broke the protocol or a limit. The machine has then queued what
    /// it wants to say last (see [`transmit`](Self::transmit)) and parses no more.
    fn advance(&mut self, input: &[u8], now: Instant) -> Result<Step, Self::Error>;

    /// Takes the pending event, and says how many bytes of `input` it releases.
    ///
    /// Only to be called after [`Step::Ready`], with the same input, to which
    /// more may have been added at the end since.
    fn event<'a>(&'a mut self, input: &'a [u8]) -> (usize, Self::Event<'a>);

    /// Takes the pending event with its bytes: small ones are copied out, so
    /// that they do not pin the read window; large ones are split off. As with
    /// [`event`](Self::event), there may be more input by now.
    fn event_owned(&mut self, input: &mut BytesMut) -> Self::Owned;

    /// Whether [`transmit`](Self::transmit) would add anything.
    fn wants_write(&self) -> bool;

    /// Moves what the machine wants to say to `out`, at most up to its high-water
    /// mark; at least something when [`wants_write`](Self::wants_write) says so.
    fn transmit(&mut self, out: &mut Output, now: Instant);

    /// When [`handle_timeout`](Self::handle_timeout) wants to be called.
    fn poll_timeout(&self) -> Option<Instant>;

    /// The time of [`poll_timeout`](Self::poll_timeout) has come. Afterwards that
    /// deadline is gone or has moved beyond `now`.
    ///
    /// # Errors
    /// A deadline of the protocol has passed and ends the connection.
    fn handle_timeout(&mut self, now: Instant) -> Result<(), Self::Error>;

    /// The peer will send nothing more. Told once all that was received is parsed;
    /// [`advance`](Self::advance) is called once more after it, for an event that
    /// only the end completes.
    ///
    /// # Errors
    /// The protocol does not allow an end here.
    fn handle_eof(&mut self, eof: Eof) -> Result<(), Self::Error>;

    /// The stream is now secured: forget what was learnt in plaintext.
    fn handle_secured(&mut self, tls: &TlsInfo);

    /// Whether the machine holds no unconsumed input of its own.
    ///
    /// Between the event that says that TLS may begin and
    /// [`handle_secured`](Self::handle_secured) a machine consumes nothing more:
    /// whatever is there was injected, and [`advance`](Self::advance) leaves it lying.
    fn quiescent(&self) -> bool;

    /// How many unreleased bytes may be buffered in the present state.
    ///
    /// A machine refuses with its own error what is larger; one that still wants
    /// more when so much is buffered ends with [`DriveError::InputLimit`].
    ///
    #[cfg_attr(feature = "client", doc = "[`DriveError::InputLimit`]: crate::DriveError::InputLimit")]
    #[cfg_attr(not(feature = "client"), doc = "[`DriveError::InputLimit`]: crate#features")]
    fn input_limit(&self) -> usize;

    /// The coarse state, for generic code and logs.
    ///
    /// [`ProtocolState::Disconnected`] ends the connection: nothing more is read
    /// once it is reached. A machine that has not begun is `Connecting`.
    fn state(&self) -> ProtocolState;
}
