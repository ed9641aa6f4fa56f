//! A small complete protocol, for testing the kit, the driver and generic code.
//!
//! Frames are one kind byte, eight bytes of length (big-endian) and a payload.
//! The server says hello; then either side sends data, pings (answered, the
//! answers coalesced) and at last a bye. The client may ask a question, and may
//! ask for TLS, upon which the server gives the go-ahead. Whoever finds the
//! protocol broken says so in a fault frame, and ends.

use std::{
    collections::VecDeque,
    fmt,
    time::{Duration, Instant},
};

use bytes::{Buf as _, Bytes, BytesMut};

use crate::{Eof, Machine, Output, ProtocolState, Step, TlsInfo, escape::Escaped};

crate::transitions! {
    /// Where a toy connection stands.
    pub enum State {
        /// The client waits for the server's hello.
        Greeting,
        /// Data may flow.
        Ready,
        /// The client waits for an answer.
        Asking,
        /// The client waits for the go-ahead to TLS.
        AskingTls,
        /// The go-ahead was given: TLS, or nothing.
        Handshaking,
        /// Bye was said, and the peer's is awaited.
        Closing,
        /// Both have said bye.
        Closed,
        /// Ended by an error.
        Failed,
    }
    /// What moves it.
    pub enum Input {
        /// Received a hello.
        Hello,
        /// Received data.
        Data,
        /// Received a question.
        Question,
        /// Received an answer.
        Answer,
        /// Received the go-ahead.
        GoAhead,
        /// Received a bye.
        Bye,
        /// Sent a question.
        Ask,
        /// Asked for TLS.
        AskTls,
        /// The stream is secured.
        Secured,
        /// Said bye.
        Close,
        /// Anything went wrong.
        Fault,
    }
    Greeting: Hello => Ready, Fault => Failed;
    Ready: Data => Ready, Question => Ready, Ask => Asking, AskTls => AskingTls, Close => Closing, Bye => Closed, Fault => Failed;
    Asking: Data => Asking, Question => Asking, Answer => Ready, Close => Closing, Bye => Closed, Fault => Failed;
    AskingTls: Data => AskingTls, GoAhead => Handshaking, Bye => Closed, Fault => Failed;
    Handshaking: Secured => Ready, Fault => Failed;
    Closing: Data => Closing, Question => Closing, Answer => Closing, Bye => Closed, Fault => Failed;
}

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The server is there.
    Hello,
    /// Data, either way.
    Data,
    /// To be answered by a pong with the same payload.
    Ping,
    /// The answer to a ping.
    Pong,
    /// A question of the client.
    Question,
    /// The server's answer.
    Answer,
    /// The client asks for TLS.
    AskTls,
    /// The server's go-ahead.
    GoAhead,
    /// The last word.
    Bye,
    /// The last word to a peer that broke the protocol.
    Fault,
}

impl Kind {
    const ALL: [(u8, Self); 10] = [
        (b'H', Self::Hello),
        (b'D', Self::Data),
        (b'P', Self::Ping),
        (b'O', Self::Pong),
        (b'Q', Self::Question),
        (b'A', Self::Answer),
        (b'T', Self::AskTls),
        (b'G', Self::GoAhead),
        (b'B', Self::Bye),
        (b'F', Self::Fault),
    ];

    fn code(self) -> u8 {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or(0, |(code, _)| *code)
    }
}

/// Bytes before a payload.
pub const HEADER: usize = 9;
/// How long anything that must be answered may take.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Payload bytes that a toy accepts unless told otherwise.
pub const MAX_PAYLOAD: u64 = 1 << 20;
/// Larger payloads are split off, smaller ones copied out.
const COPY_UP_TO: usize = 1024;

/// One frame on the wire.
#[must_use]
pub fn frame(kind: Kind, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![kind.code()];
    out.extend_from_slice(&(payload.len() as u64).to_be_bytes());
    out.extend_from_slice(payload);
    out
}

fn write(out: &mut Output, kind: Kind, payload: Bytes) {
    out.write(&[kind.code()]);
    out.write(&(payload.len() as u64).to_be_bytes());
    out.push(payload);
}

/// A received frame, its payload borrowed (`&[u8]`) or owned ([`Bytes`]).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Event<B> {
    /// What it is.
    pub kind: Kind,
    /// What it carries.
    pub payload: B,
}

impl<B: AsRef<[u8]>> fmt::Debug for Event<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} \"{}\"", self.kind, self.payload.as_ref().escape_ascii())
    }
}

/// What ends a toy connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToyError {
    /// A kind byte that means nothing.
    UnknownKind(u8),
    /// A payload above the limit.
    TooLong(u64),
    /// This cannot happen in that state.
    OutOfOrder(State, Kind),
    /// The caller cannot do this in that state.
    Usage(State, Input),
    /// The peer did not answer in time.
    Timeout(State),
    /// The stream ended where the protocol does not allow it.
    UnexpectedEnd(State, Eof),
    /// The peer says that we broke the protocol.
    Refused(Bytes),
}

impl fmt::Display for ToyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKind(kind) => write!(f, "unknown kind {}", Escaped(&[*kind])),
            Self::TooLong(bytes) => write!(f, "{bytes} bytes are too many"),
            Self::OutOfOrder(state, kind) => write!(f, "{kind:?} is not allowed in {state:?}"),
            Self::Usage(state, input) => write!(f, "{input:?} is not possible in {state:?}"),
            Self::Timeout(state) => write!(f, "no answer in {state:?}"),
            Self::UnexpectedEnd(state, eof) => write!(f, "{eof:?} end in {state:?}"),
            Self::Refused(why) => write!(f, "refused: {}", Escaped(why)),
        }
    }
}

impl std::error::Error for ToyError {}

/// The toy protocol's machine.
#[derive(Clone, Debug)]
pub struct Toy {
    state: State,
    queue: VecDeque<(Kind, Bytes)>,
    /// The answer to the last ping, not sent yet.
    pong: Option<Bytes>,
    /// The frame that `advance` found.
    pending: Option<(Kind, usize)>,
    /// `advance` has seen the beginning of a frame.
    partial: bool,
    deadline: Option<Instant>,
    greeting: Option<Bytes>,
    secured: bool,
    max_payload: u64,
    input_limit: usize,
}

impl Toy {
    fn new(state: State) -> Self {
        Self {
            state,
            queue: VecDeque::new(),
            pong: None,
            pending: None,
            partial: false,
            deadline: None,
            greeting: None,
            secured: false,
            max_payload: MAX_PAYLOAD,
            input_limit: MAX_PAYLOAD as usize + HEADER,
        }
    }

    /// A client that waits for the server's hello from `now` on.
    #[must_use]
    pub fn client(now: Instant) -> Self {
        Self { deadline: Some(now + PATIENCE), ..Self::new(State::Greeting) }
    }

    /// A server, whose hello is queued.
    #[must_use]
    pub fn server(greeting: &'static str) -> Self {
        let mut server = Self::new(State::Ready);
        server.queue.push_back((Kind::Hello, Bytes::from_static(greeting.as_bytes())));
        server
    }

    /// A machine in this state, for tests of the table.
    #[must_use]
    pub fn in_state(state: State) -> Self {
        Self::new(state)
    }

    /// Accepts payloads of up to so many bytes.
    #[must_use]
    pub const fn max_payload(mut self, bytes: u64) -> Self {
        self.max_payload = bytes;
        self
    }

    /// Lets so many bytes of input be buffered.
    #[must_use]
    pub const fn with_input_limit(mut self, bytes: usize) -> Self {
        self.input_limit = bytes;
        self
    }

    /// The state by the table.
    #[must_use]
    pub const fn toy_state(&self) -> State {
        self.state
    }

    /// The server's hello, unless it was forgotten since.
    #[must_use]
    pub const fn greeting(&self) -> Option<&Bytes> {
        self.greeting.as_ref()
    }

    /// Whether the stream is secured.
    #[must_use]
    pub const fn is_secured(&self) -> bool {
        self.secured
    }

    fn command(&mut self, input: Input, kind: Kind, payload: Bytes, now: Instant) -> Result<(), ToyError> {
        let Some(next) = self.state.next(input) else { return Err(ToyError::Usage(self.state, input)) };
        self.state = next;
        self.deadline = Some(now + PATIENCE);
        self.queue.push_back((kind, payload));
        Ok(())
    }

    /// Asks the server something; an answer is awaited.
    ///
    /// # Errors
    /// [`ToyError::Usage`] in a state that does not allow it.
    pub fn ask(&mut self, question: impl Into<Bytes>, now: Instant) -> Result<(), ToyError> {
        self.command(Input::Ask, Kind::Question, question.into(), now)
    }

    /// Asks for TLS; the go-ahead is awaited.
    ///
    /// # Errors
    /// [`ToyError::Usage`] in a state that does not allow it.
    pub fn ask_tls(&mut self, now: Instant) -> Result<(), ToyError> {
        self.command(Input::AskTls, Kind::AskTls, Bytes::new(), now)
    }

    /// Says bye; the peer's is awaited.
    ///
    /// # Errors
    /// [`ToyError::Usage`] in a state that does not allow it.
    pub fn close(&mut self, now: Instant) -> Result<(), ToyError> {
        self.command(Input::Close, Kind::Bye, Bytes::new(), now)
    }

    /// Sends a frame that awaits no answer, straight into the output, after what is queued.
    pub fn send(&mut self, out: &mut Output, kind: Kind, payload: impl Into<Bytes>) {
        for (kind, payload) in std::mem::take(&mut self.queue) {
            write(out, kind, payload);
        }
        write(out, kind, payload.into());
    }

    fn fail(&mut self, error: ToyError) -> ToyError {
        self.state = State::Failed;
        self.deadline = None;
        self.pong = None;
        if !matches!(error, ToyError::UnexpectedEnd(..) | ToyError::Refused(_)) {
            self.queue.push_back((Kind::Fault, Bytes::from(error.to_string())));
        }
        error
    }

    /// The kind and whole length of the frame at the front, once it is there.
    fn parse(&mut self, input: &[u8]) -> Result<Result<(Kind, usize), usize>, ToyError> {
        let Some(&code) = input.first() else { return Ok(Err(HEADER)) };
        let Some((_, kind)) = Kind::ALL.into_iter().find(|(byte, _)| *byte == code) else {
            return Err(ToyError::UnknownKind(code));
        };
        let Some(length) = input.get(1..HEADER).and_then(|bytes| bytes.try_into().ok()) else {
            return Ok(Err(HEADER - input.len()));
        };
        let length = u64::from_be_bytes(length);
        if length > self.max_payload {
            return Err(ToyError::TooLong(length));
        }
        let whole = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(HEADER);
        if input.len() < whole { Ok(Err(whole - input.len())) } else { Ok(Ok((kind, whole))) }
    }

    fn receive(&mut self, input: &[u8]) -> Result<Step, ToyError> {
        if self.pending.is_some() {
            return Ok(Step::Ready);
        }
        if self.state == State::Handshaking {
            // Whatever is there was injected, and is left lying.
            return Ok(Step::Need(1));
        }
        let (kind, whole) = match self.parse(input)? {
            Ok(found) => found,
            Err(missing) => {
                self.partial = !input.is_empty();
                return Ok(Step::Need(missing));
            }
        };
        self.partial = false;
        let payload = input.get(HEADER..whole).unwrap_or_default();
        let input = match kind {
            Kind::Ping | Kind::Pong if self.state != State::Greeting => {
                if kind == Kind::Ping {
                    self.pong = Some(Bytes::copy_from_slice(payload));
                }
                return Ok(Step::Consumed(whole));
            }
            Kind::Hello => Input::Hello,
            Kind::Data => Input::Data,
            Kind::Question => Input::Question,
            Kind::Answer => Input::Answer,
            Kind::GoAhead => Input::GoAhead,
            Kind::Bye => Input::Bye,
            Kind::Fault => return Err(ToyError::Refused(Bytes::copy_from_slice(payload))),
            Kind::Ping | Kind::Pong | Kind::AskTls => return Err(ToyError::OutOfOrder(self.state, kind)),
        };
        let Some(next) = self.state.next(input) else { return Err(ToyError::OutOfOrder(self.state, kind)) };
        match input {
            Input::Hello => self.greeting = Some(Bytes::copy_from_slice(payload)),
            Input::Bye if self.state != State::Closing => self.queue.push_back((Kind::Bye, Bytes::new())),
            _ => {}
        }
        if next != self.state && next != State::Handshaking {
            self.deadline = None;
        }
        self.state = next;
        self.pending = Some((kind, whole));
        Ok(Step::Ready)
    }
}

impl Machine for Toy {
    type Event<'a> = Event<&'a [u8]>;
    type Owned = Event<Bytes>;
    type Error = ToyError;

    fn advance(&mut self, input: &[u8], _: Instant) -> Result<Step, ToyError> {
        self.receive(input).map_err(|error| self.fail(error))
    }

    fn event<'a>(&'a mut self, input: &'a [u8]) -> (usize, Event<&'a [u8]>) {
        let (kind, whole) = self.pending.take().unwrap_or((Kind::Fault, 0));
        (whole, Event { kind, payload: input.get(HEADER..whole).unwrap_or_default() })
    }

    fn event_owned(&mut self, input: &mut BytesMut) -> Event<Bytes> {
        let (kind, whole) = self.pending.take().unwrap_or((Kind::Fault, 0));
        let whole = whole.min(input.len());
        if whole > COPY_UP_TO {
            let mut payload = input.split_to(whole).freeze();
            payload.advance(HEADER);
            return Event { kind, payload };
        }
        let payload = Bytes::copy_from_slice(input.get(HEADER..whole).unwrap_or_default());
        input.advance(whole);
        Event { kind, payload }
    }

    fn wants_write(&self) -> bool {
        self.pong.is_some() || !self.queue.is_empty()
    }

    fn transmit(&mut self, out: &mut Output, _: Instant) {
        if let Some(payload) = self.pong.take() {
            write(out, Kind::Pong, payload);
        }
        while !out.is_full() {
            let Some((kind, payload)) = self.queue.pop_front() else { return };
            write(out, kind, payload);
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.deadline
    }

    fn handle_timeout(&mut self, _: Instant) -> Result<(), ToyError> {
        Err(self.fail(ToyError::Timeout(self.state)))
    }

    fn handle_eof(&mut self, eof: Eof) -> Result<(), ToyError> {
        self.deadline = None;
        match (self.state, eof) {
            (State::Closed, _) => Ok(()),
            (State::Ready | State::Closing, Eof::Clean) if !self.partial => {
                self.state = State::Closed;
                Ok(())
            }
            (state, eof) => Err(self.fail(ToyError::UnexpectedEnd(state, eof))),
        }
    }

    fn handle_secured(&mut self, _: &TlsInfo) {
        self.greeting = None;
        self.secured = true;
        self.deadline = None;
        if let Some(next) = self.state.next(Input::Secured) {
            self.state = next;
        }
    }

    fn quiescent(&self) -> bool {
        self.pending.is_none() && self.state == State::Handshaking
    }

    fn input_limit(&self) -> usize {
        self.input_limit
    }

    fn state(&self) -> ProtocolState {
        match self.state {
            State::Greeting => ProtocolState::Connecting,
            State::Ready | State::Asking | State::AskingTls | State::Handshaking => ProtocolState::Connected,
            State::Closing => ProtocolState::Disconnecting,
            State::Closed => ProtocolState::Disconnected,
            State::Failed => ProtocolState::Failed,
        }
    }
}
