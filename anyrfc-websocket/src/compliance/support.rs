//! What the checks share. Nothing here uses `codec`: a mistake made alike in
//! the encoder and the decoder must not prove itself.

use std::time::{Duration, Instant};

use anyrfc_core::{ErrorKind, Fault, Machine as _, Output, ProtocolState, Requirement, Step};
use bytes::{Buf as _, BytesMut};

use crate::{
    CloseCode, CloseFrame, Error, Kind, Message,
    proto::{Config, Connection, Delivery, Event, OwnedEvent, Role, State},
};

/// The seed of every connection unless a check says otherwise.
pub(super) const SEED: [u8; 32] = [7; 32];
/// The masking key of RFC 6455, section 5.7.
pub(super) const KEY: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];
/// Payload lengths on both sides of every change of the length's form.
pub(super) const EDGES: [usize; 9] = [0, 1, 124, 125, 126, 127, 65_534, 65_535, 65_536];

pub(super) const TEXT: u8 = 0x81;
pub(super) const BINARY: u8 = 0x82;
pub(super) const CLOSE: u8 = 0x88;
pub(super) const PING: u8 = 0x89;
pub(super) const PONG: u8 = 0x8A;

/// A frame as it was on the wire, unmasked.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct NaiveFrame {
    pub(super) fin: bool,
    /// RSV1, RSV2 and RSV3 as the three lowest bits.
    pub(super) rsv: u8,
    pub(super) opcode: u8,
    pub(super) key: Option<[u8; 4]>,
    /// How many bytes of extended length there were.
    pub(super) extended: usize,
    pub(super) payload: Vec<u8>,
}

impl std::fmt::Debug for NaiveFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let head = self.payload.get(..20).unwrap_or(&self.payload);
        write!(
            f,
            "[fin {} rsv {} opcode {:x} key {:x?} {} bytes {head:x?}]",
            self.fin,
            self.rsv,
            self.opcode,
            self.key,
            self.payload.len()
        )
    }
}

impl NaiveFrame {
    /// FIN and opcode as the first byte would show them.
    pub(super) fn first(&self) -> u8 {
        u8::from(self.fin) << 7 | self.rsv << 4 | self.opcode
    }
}

/// The masking of RFC 6455, section 5.3, octet by octet.
pub(super) fn octets(data: &[u8], key: [u8; 4]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    for (i, octet) in data.iter().enumerate() {
        out.push(octet ^ key[i % 4]);
    }
    out
}

/// The first frame of `bytes` and its length, read as section 5.2 draws it; `None` if it is cut off.
pub(super) fn naive_frame(bytes: &[u8]) -> Option<(NaiveFrame, usize)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    let mut at = 2;
    let mut length = u64::from(second % 128);
    let extended = match length {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    if extended > 0 {
        length = 0;
        for _ in 0..extended {
            length = length << 8 | u64::from(*bytes.get(at)?);
            at += 1;
        }
    }
    let mut key = None;
    if second >= 128 {
        let k = bytes.get(at..at + 4)?;
        key = Some([k[0], k[1], k[2], k[3]]);
        at += 4;
    }
    let end = at + usize::try_from(length).ok()?;
    let payload = bytes.get(at..end)?;
    let payload = match key {
        Some(key) => octets(payload, key),
        None => payload.to_vec(),
    };
    let (fin, rsv, opcode) = (first >= 128, first >> 4 & 7, first & 15);
    Some((NaiveFrame { fin, rsv, opcode, key, extended, payload }, end))
}

/// Every frame of `bytes`, which end with the last one.
#[track_caller]
pub(super) fn naive_frames(mut bytes: &[u8]) -> Vec<NaiveFrame> {
    let mut frames = Vec::new();
    while !bytes.is_empty() {
        let (frame, used) = naive_frame(bytes).expect("the last frame is cut off");
        frames.push(frame);
        bytes = &bytes[used..];
    }
    frames
}

/// How a frame writes its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Short,
    Ext16,
    Ext64,
}

impl Form {
    /// The only legal form of `length`.
    pub(super) fn of(length: usize) -> Self {
        match length {
            0..=125 => Self::Short,
            126..=65_535 => Self::Ext16,
            _ => Self::Ext64,
        }
    }
}

/// Any frame at all, legal or not.
pub(super) fn frame(first: u8, key: Option<[u8; 4]>, form: Form, declared: u64, payload: &[u8]) -> Vec<u8> {
    let mask = if key.is_some() { 128 } else { 0 };
    let mut out = vec![first];
    match form {
        Form::Short => out.push(mask | declared as u8),
        Form::Ext16 => {
            out.push(mask | 126);
            out.extend((declared as u16).to_be_bytes());
        }
        Form::Ext64 => {
            out.push(mask | 127);
            out.extend(declared.to_be_bytes());
        }
    }
    match key {
        Some(key) => {
            out.extend(key);
            out.extend(octets(payload, key));
        }
        None => out.extend(payload),
    }
    out
}

/// A frame as a server sends it.
pub(super) fn plain(first: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    frame(first, None, Form::of(payload.len()), payload.len() as u64, payload)
}

/// A frame as a client sends it.
pub(super) fn masked(first: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    frame(first, Some(KEY), Form::of(payload.len()), payload.len() as u64, payload)
}

/// A frame as the peer of `role` sends it.
pub(super) fn to(role: Role, first: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    match role {
        Role::Client => plain(first, payload),
        Role::Server => masked(first, payload),
    }
}

/// The body of a Close frame.
pub(super) fn body(code: u16, reason: impl AsRef<[u8]>) -> Vec<u8> {
    [&code.to_be_bytes()[..], reason.as_ref()].concat()
}

/// A [`CloseFrame`] of a code that is known to be valid.
pub(super) fn close_frame(code: u16, reason: &str) -> CloseFrame {
    CloseFrame::new(CloseCode::new(code).expect("a code that may be sent"), reason).expect("a short reason")
}

pub(super) fn text(text: &str) -> Message {
    Message::text(text)
}

pub(super) fn binary(bytes: impl AsRef<[u8]>) -> Message {
    Message::binary(bytes.as_ref().to_vec())
}

pub(super) fn ping(bytes: impl AsRef<[u8]>) -> Message {
    Message::Ping(bytes.as_ref().to_vec().into())
}

pub(super) fn pong(bytes: impl AsRef<[u8]>) -> Message {
    Message::Pong(bytes.as_ref().to_vec().into())
}

pub(super) fn close(code: u16, reason: &str) -> Message {
    Message::Close(Some(close_frame(code, reason)))
}

/// A payload whose bytes differ from their neighbours and between messages.
pub(super) fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut random = Random(seed.wrapping_mul(2).wrapping_add(1));
    (0..length).map(|_| random.next() as u8).collect()
}

/// Reproducible numbers, with no claim to be good ones.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }

    /// A number below `limit`.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.next() as usize % limit
    }
}

/// One end of a connection, driven by hand on virtual time.
pub(super) struct End {
    pub(super) connection: Connection,
    pub(super) output: Output,
    pub(super) now: Instant,
    input: BytesMut,
    /// Takes events borrowed rather than owned.
    borrowed: bool,
}

/// What came of feeding bytes.
#[derive(Debug)]
pub(super) struct Fed {
    pub(super) messages: Vec<Message>,
    pub(super) error: Option<Error>,
}

impl Fed {
    /// The messages, of a peer that broke no rule.
    #[track_caller]
    pub(super) fn fine(self) -> Vec<Message> {
        if let Some(error) = self.error {
            panic!("refused: {error}");
        }
        self.messages
    }
}

impl End {
    pub(super) fn new(role: Role, config: &Config, seed: [u8; 32]) -> Self {
        Self {
            connection: Connection::established(role, config.clone(), seed),
            output: Output::new(),
            now: Instant::now(),
            input: BytesMut::new(),
            borrowed: false,
        }
    }

    pub(super) fn client() -> Self {
        Self::new(Role::Client, &Config::default(), SEED)
    }

    pub(super) fn server() -> Self {
        Self::new(Role::Server, &Config::default(), SEED)
    }

    pub(super) fn phase(&self) -> State {
        self.connection.phase()
    }

    pub(super) fn state(&self) -> ProtocolState {
        self.connection.state()
    }

    /// Hands over what arrived, and takes every event.
    #[track_caller]
    pub(super) fn feed(&mut self, bytes: impl AsRef<[u8]>) -> Fed {
        self.input.extend_from_slice(bytes.as_ref());
        let mut messages = Vec::new();
        loop {
            match self.connection.advance(&self.input, self.now) {
                Ok(Step::Ready) => match self.take() {
                    OwnedEvent::Message(message) => messages.push(message),
                    other => panic!("an event nobody asked for: {other:?}"),
                },
                Ok(Step::Consumed(count)) => {
                    assert!(count > 0 && count <= self.input.len(), "consumed {count}");
                    self.input.advance(count);
                }
                Ok(Step::Need(hint)) => {
                    assert!(hint > 0, "needs nothing");
                    return Fed { messages, error: None };
                }
                Err(error) => return Fed { messages, error: Some(error) },
            }
        }
    }

    /// The same, one byte at a time.
    #[track_caller]
    pub(super) fn feed_bytewise(&mut self, bytes: &[u8]) -> Fed {
        let mut all = Fed { messages: Vec::new(), error: None };
        for byte in bytes {
            let fed = self.feed([*byte]);
            all.messages.extend(fed.messages);
            if fed.error.is_some() {
                all.error = fed.error;
                break;
            }
        }
        all
    }

    fn take(&mut self) -> OwnedEvent {
        if !self.borrowed {
            return self.connection.event_owned(&mut self.input);
        }
        let (count, event) = self.connection.event(&self.input);
        let owned = match event {
            Event::Message(message) => OwnedEvent::Message(message.to_owned()),
            other => panic!("an event nobody asked for: {other:?}"),
        };
        self.input.advance(count);
        owned
    }

    fn take_piece(&mut self) -> (Kind, Vec<u8>, bool) {
        if !self.borrowed {
            return match self.connection.event_owned(&mut self.input) {
                OwnedEvent::Chunk(chunk) => (chunk.kind, chunk.data.to_vec(), chunk.last),
                other => panic!("not a piece: {other:?}"),
            };
        }
        let (count, event) = self.connection.event(&self.input);
        let piece = match event {
            Event::Chunk(chunk) => (chunk.kind, chunk.data.to_vec(), chunk.last),
            other => panic!("not a piece: {other:?}"),
        };
        self.input.advance(count);
        piece
    }

    /// Everything the connection wants to write, with what was queued already.
    #[track_caller]
    pub(super) fn written(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            let wanted = self.connection.wants_write();
            if wanted {
                self.connection.transmit(&mut self.output, self.now);
            }
            let bytes = self.output.take();
            if bytes.is_empty() {
                assert!(!wanted, "wants to write, and writes nothing");
                return all;
            }
            all.extend_from_slice(&bytes);
        }
    }

    /// The same as frames.
    #[track_caller]
    pub(super) fn frames(&mut self) -> Vec<NaiveFrame> {
        naive_frames(&self.written())
    }

    pub(super) fn send(&mut self, message: Message) -> Result<(), Error> {
        self.connection.send(&mut self.output, message)
    }

    pub(super) fn part(&mut self, kind: Kind, part: impl AsRef<[u8]>, last: bool) -> Result<(), Error> {
        self.connection.send_part(&mut self.output, kind, part.as_ref(), last)
    }

    pub(super) fn close(&mut self, frame: Option<CloseFrame>) {
        self.connection.close(frame, self.now).expect("closing an open connection");
    }

    /// How many received bytes were not released yet.
    pub(super) fn held(&self) -> usize {
        self.input.len()
    }

    /// Lets time pass and calls the machine when it asked for it.
    pub(super) fn pass(&mut self, time: Duration) -> Result<(), Error> {
        let until = self.now + time;
        while let Some(at) = self.connection.poll_timeout().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.connection.handle_timeout(self.now)?;
        }
        self.now = until;
        Ok(())
    }
}

/// Everything the peer can see, and the caller, after `bytes` were received.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) messages: Vec<Message>,
    pub(super) error: Option<Error>,
    pub(super) sent: Vec<NaiveFrame>,
    pub(super) phase: State,
}

fn facts(error: Option<&Error>) -> String {
    error.map_or_else(String::new, |e| {
        format!("{:?} {:?} {:?} {:?} {e}", e.kind(), e.fault(), e.requirement(), e.close_code())
    })
}

/// Whole or byte by byte, with borrowed or owned events.
const WAYS: [(bool, bool); 4] = [(true, false), (false, false), (true, true), (false, true)];

/// Receives `bytes` in each of the four ways; they must agree in all things.
#[track_caller]
pub(super) fn run_with(role: Role, config: &Config, bytes: &[u8]) -> Outcome {
    let mut first: Option<Outcome> = None;
    for (whole, borrowed) in WAYS {
        let mut end = End { borrowed, ..End::new(role, config, SEED) };
        let fed = if whole { end.feed(bytes) } else { end.feed_bytewise(bytes) };
        let (sent, phase) = (end.frames(), end.phase());
        let outcome = Outcome { messages: fed.messages, error: fed.error, sent, phase };
        let Some(expected) = &first else {
            first = Some(outcome);
            continue;
        };
        assert_eq!(outcome.messages, expected.messages, "whole {whole}, borrowed {borrowed}");
        assert_eq!(facts(outcome.error.as_ref()), facts(expected.error.as_ref()), "whole {whole}");
        assert_eq!(outcome.sent, expected.sent, "whole {whole}, borrowed {borrowed}");
        assert_eq!(outcome.phase, expected.phase, "whole {whole}, borrowed {borrowed}");
    }
    first.expect("at least one way")
}

/// `bytes` are received without fault as `messages`; gives back what was sent.
#[track_caller]
pub(super) fn receives(role: Role, bytes: impl AsRef<[u8]>, messages: &[Message]) -> Vec<NaiveFrame> {
    let outcome = run_with(role, &Config::default(), bytes.as_ref());
    if let Some(error) = outcome.error {
        panic!("refused: {error}");
    }
    assert_eq!(outcome.messages, messages);
    outcome.sent
}

/// After `before`, which is fine, `offending` breaks `requirement` and fails the
/// connection with `code`: no event, exactly one Close frame, and silence after it.
#[track_caller]
pub(super) fn fails_after(
    role: Role,
    before: &[u8],
    offending: &[u8],
    requirement: &'static Requirement,
    code: u16,
) {
    let kind = ErrorKind::Protocol;
    fails_as(role, &Config::default(), before, offending, (kind, Fault::Peer), requirement, code);
}

/// [`fails_after`] with nothing before.
#[track_caller]
pub(super) fn fails(role: Role, offending: impl AsRef<[u8]>, requirement: &'static Requirement, code: u16) {
    fails_after(role, &[], offending.as_ref(), requirement, code);
}

#[track_caller]
pub(super) fn fails_as(
    role: Role,
    config: &Config,
    before: &[u8],
    offending: &[u8],
    (kind, fault): (ErrorKind, Fault),
    requirement: &'static Requirement,
    code: u16,
) {
    let shown = offending.get(..20).unwrap_or(offending);
    for (whole, borrowed) in WAYS {
        let mut end = End { borrowed, ..End::new(role, config, SEED) };
        end.feed(before).fine();
        end.written();
        let fed = if whole { end.feed(offending) } else { end.feed_bytewise(offending) };
        let Some(error) = fed.error else {
            panic!("accepted {shown:x?} (whole {whole}) as {:?}", fed.messages)
        };
        assert_eq!(fed.messages, [], "{shown:x?} gave an event");
        assert_eq!(error.requirement(), Some(requirement), "{shown:x?} (whole {whole}): {error}");
        assert_eq!((error.kind(), error.fault()), (kind, fault), "{error}");
        assert_eq!(error.close_code().map(CloseCode::get), Some(code), "{shown:x?}: {error}");
        assert!(error.to_string().starts_with(&requirement.to_string()), "{error}");
        assert_eq!((end.phase(), end.state()), (State::Failed, ProtocolState::Failed));
        assert_last_words(role, &end.frames(), code);
        let mut later = to(role, TEXT, "late");
        later.extend(to(role, PING, "late"));
        later.extend(to(role, CLOSE, body(1000, "")));
        assert_eq!(end.feed(&later).fine(), [], "processed something after failing");
        assert_eq!(end.written(), b"", "answered something after failing");
        assert!(end.send(text("late")).is_err(), "sends after failing");
    }
}

/// `sent` is a single well-formed Close frame with `code`.
#[track_caller]
pub(super) fn assert_last_words(role: Role, sent: &[NaiveFrame], code: u16) {
    let [close] = sent else { panic!("not exactly one frame: {sent:?}") };
    assert_eq!((close.first(), close.extended), (CLOSE, 0), "{close:?}");
    assert_eq!(close.key.is_some(), role == Role::Client, "{close:?}");
    assert_eq!(close.payload.get(..2), Some(&code.to_be_bytes()[..]), "{close:?}");
    assert!(close.payload.len() <= 125 && std::str::from_utf8(&close.payload[2..]).is_ok(), "{close:?}");
}

/// What came of one message that was received in pieces.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pub(super) kinds: Vec<Kind>,
    pub(super) data: Vec<u8>,
    /// The last piece came.
    pub(super) done: bool,
    pub(super) error: Option<Error>,
    pub(super) sent: Vec<NaiveFrame>,
}

/// Receives in pieces, the bytes whole or one at a time, the events borrowed or owned;
/// the message must be the same each time.
#[track_caller]
pub(super) fn in_pieces(role: Role, bytes: &[u8]) -> Pieces {
    let mut first: Option<Pieces> = None;
    for (whole, borrowed) in WAYS {
        let pieces = pieces(End { borrowed, ..End::new(role, &Config::default(), SEED) }, bytes, whole);
        let Some(expected) = &first else {
            first = Some(pieces);
            continue;
        };
        assert_eq!((pieces.done, &pieces.sent), (expected.done, &expected.sent));
        assert_eq!(facts(pieces.error.as_ref()), facts(expected.error.as_ref()));
        if pieces.error.is_none() {
            assert_eq!((&pieces.data, pieces.kinds.first()), (&expected.data, expected.kinds.first()));
        }
    }
    first.expect("at least one way")
}

#[track_caller]
fn pieces(mut end: End, bytes: &[u8], whole: bool) -> Pieces {
    end.connection.deliver(Delivery::Chunks);
    let mut pieces = Pieces::default();
    for part in bytes.chunks(if whole { bytes.len() } else { 1 }) {
        end.input.extend_from_slice(part);
        loop {
            match end.connection.advance(&end.input, end.now) {
                Ok(Step::Need(_)) => break,
                Ok(Step::Consumed(count)) => end.input.advance(count),
                Ok(Step::Ready) => {
                    assert!(!pieces.done, "a piece after the last one");
                    let (kind, data, last) = end.take_piece();
                    pieces.kinds.push(kind);
                    pieces.data.extend(data);
                    pieces.done = last;
                }
                Err(error) => {
                    pieces.error = Some(error);
                    pieces.sent = end.frames();
                    return pieces;
                }
            }
        }
    }
    assert!(pieces.kinds.windows(2).all(|pair| pair[0] == pair[1]), "one message of two types");
    pieces.sent = end.frames();
    pieces
}
