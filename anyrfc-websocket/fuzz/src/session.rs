//! A connection under a stream of bytes, driven in every way there is.

use std::time::Instant;

use anyrfc_core::{Eof, Machine as _, Output, Step};
use anyrfc_websocket::{
    Chunk, ChunkRef, CloseFrame, Error, Kind, Message, MessageRef,
    proto::{Config, Connection, Delivery, Event, OwnedEvent, State},
};
use bytes::{Buf as _, BytesMut};

/// How the bytes arrive.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pieces {
    /// At once.
    Whole,
    /// One by one.
    Bytes,
    /// In pieces of changing size; more may arrive while an event waits.
    Any,
}

/// How messages are handed over.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Handing {
    Whole,
    Chunks,
    /// Now so, now so.
    Any,
}

/// How events are taken.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Taking {
    Borrowed,
    Owned,
    Any,
}

/// What a connection had to say, however it was driven.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trace {
    /// The events, pieces of a message put together.
    pub(crate) events: Vec<Seen>,
    /// What ended it, before the stream did.
    pub(crate) error: Option<String>,
    /// What the end of the stream came to.
    pub(crate) end: Option<String>,
    /// What it wrote.
    pub(crate) written: Vec<u8>,
    /// Whether a limit ended it: which one is reached depends on how messages are handed over.
    pub(crate) limited: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Open(String),
    Data(Kind, Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(Option<CloseFrame>),
}

/// SplitMix64, seeded by the input: the same input is driven the same way.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn of(data: &[u8]) -> Self {
        Self(data.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        }))
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }

    /// A length, short ones more often; never 0.
    fn length(&mut self) -> usize {
        let bits = self.below(10);
        1 + self.below(1 << bits)
    }
}

/// Limits small enough to be reached.
pub(crate) fn config() -> Config {
    let mut config = Config::default();
    config.limits.header_block = 1024;
    config.limits.headers = 16;
    config.limits.frame = 1024;
    config.limits.message = 2048;
    config.limits.fragments = 8;
    config
}

struct Session<'a> {
    connection: Connection,
    buffer: BytesMut,
    rest: &'a [u8],
    random: Random,
    pieces: Pieces,
    handing: Handing,
    taking: Taking,
    now: Instant,
    trace: Trace,
    /// Pieces of the message in progress.
    data: Vec<u8>,
}

/// Gives `data` to `connection`, to the end of the stream and beyond.
pub(crate) fn drive(
    connection: Connection,
    data: &[u8],
    pieces: Pieces,
    handing: Handing,
    taking: Taking,
) -> Trace {
    let mut session = Session {
        connection,
        buffer: BytesMut::new(),
        rest: data,
        random: Random::of(data),
        pieces,
        handing,
        taking,
        now: Instant::now(),
        trace: Trace::default(),
        data: Vec::new(),
    };
    if let Handing::Chunks = handing {
        session.connection.deliver(Delivery::Chunks);
    }
    session.run();
    session.trace
}

impl Session<'_> {
    fn run(&mut self) {
        // A client's request goes first.
        self.write();
        loop {
            if let Handing::Any = self.handing {
                let delivery = if self.random.below(2) == 0 { Delivery::Whole } else { Delivery::Chunks };
                self.connection.deliver(delivery);
            }
            match self.connection.advance(&self.buffer, self.now) {
                Ok(Step::Ready) => self.take(),
                Ok(Step::Consumed(count)) => {
                    assert!(count > 0 && count <= self.buffer.len(), "{count} of {}", self.buffer.len());
                    self.buffer.advance(count);
                }
                Ok(Step::Need(hint)) => {
                    assert!(hint > 0, "needs nothing");
                    let (held, limit) = (self.buffer.len(), self.connection.input_limit());
                    assert!(held < limit, "wants more than {held} bytes with a limit of {limit}");
                    if !self.arrive() {
                        break;
                    }
                }
                Err(error) => {
                    self.trace.limited = error.kind() == anyrfc_core::ErrorKind::Limit;
                    self.trace.error = Some(told(&error));
                    assert!(matches!(self.connection.phase(), State::Failed), "failed and is not");
                    break;
                }
            }
        }
        self.end();
    }

    /// More bytes come in; `false` at the end of the stream.
    fn arrive(&mut self) -> bool {
        let size = match self.pieces {
            Pieces::Whole => self.rest.len(),
            Pieces::Bytes => 1,
            Pieces::Any => self.random.length(),
        };
        let (piece, rest) = self.rest.split_at(size.min(self.rest.len()));
        self.buffer.extend_from_slice(piece);
        self.rest = rest;
        !piece.is_empty()
    }

    fn take(&mut self) {
        let waiting = self.connection.waiting_data();
        let again = self.connection.advance(&self.buffer, self.now).expect("ready stays ready");
        assert_eq!(again, Step::Ready, "ready stays ready");
        if matches!(self.pieces, Pieces::Any) && self.random.below(4) == 0 {
            self.arrive();
        }
        let owned = match self.taking {
            Taking::Borrowed => false,
            Taking::Owned => true,
            Taking::Any => self.random.below(2) == 0,
        };
        let seen = if owned {
            let event = self.connection.event_owned(&mut self.buffer);
            self.owned(event)
        } else {
            let (used, event) = self.connection.event(&self.buffer);
            let (seen, piece) = borrowed(event);
            if let Some((kind, piece, last)) = piece {
                self.buffer.advance(used);
                self.piece(kind, &piece, last)
            } else {
                self.buffer.advance(used);
                seen
            }
        };
        if let Some(Seen::Data(kind, data)) = &seen {
            assert_eq!(waiting, Some(*kind), "another kind was waiting");
            if *kind == Kind::Text {
                assert!(std::str::from_utf8(data).is_ok(), "text that is not UTF-8");
            }
        }
        match seen {
            Some(Seen::Open(_)) => {
                let opened = self.connection.opened().expect("open");
                let agreed: Vec<String> = opened.extensions().iter().map(ToString::to_string).collect();
                self.trace.events.push(Seen::Open(format!("{:?} {agreed:?}", opened.subprotocol())));
            }
            Some(seen) => self.trace.events.push(seen),
            None => {}
        }
    }

    fn owned(&mut self, event: OwnedEvent) -> Option<Seen> {
        Some(match event {
            OwnedEvent::Open => Seen::Open(String::new()),
            OwnedEvent::Message(Message::Text(text)) => Seen::Data(Kind::Text, text.into_bytes().to_vec()),
            OwnedEvent::Message(Message::Binary(bytes)) => Seen::Data(Kind::Binary, bytes.to_vec()),
            OwnedEvent::Message(Message::Ping(bytes)) => Seen::Ping(bytes.to_vec()),
            OwnedEvent::Message(Message::Pong(bytes)) => Seen::Pong(bytes.to_vec()),
            OwnedEvent::Message(Message::Close(frame)) => Seen::Close(frame),
            OwnedEvent::Chunk(Chunk { kind, data, last, .. }) => return self.piece(kind, &data, last),
            other => panic!("an event that nobody knows: {other:?}"),
        })
    }

    /// A message is seen when its last piece is.
    fn piece(&mut self, kind: Kind, piece: &[u8], last: bool) -> Option<Seen> {
        assert_eq!(self.connection.is_in_pieces(), !last, "in pieces, or not");
        self.data.extend_from_slice(piece);
        last.then(|| Seen::Data(kind, std::mem::take(&mut self.data)))
    }

    fn write(&mut self) {
        let mut out = Output::new();
        let mut turns = 0;
        while self.connection.wants_write() {
            let before = out.len();
            self.connection.transmit(&mut out, self.now);
            assert!(out.len() > before, "wants to write and does not");
            turns += 1;
            assert!(turns < 100, "never done writing");
        }
        self.trace.written.extend_from_slice(&out.take());
    }

    /// What it writes, and that it stays finished.
    fn end(&mut self) {
        self.write();
        if self.trace.error.is_some() {
            self.buffer.extend_from_slice(self.rest);
            while !self.buffer.is_empty() {
                match self.connection.advance(&self.buffer, self.now) {
                    Ok(Step::Consumed(count)) if count > 0 => self.buffer.advance(count),
                    other => panic!("{other:?} after the connection failed"),
                }
            }
        }
        self.trace.end = self.connection.handle_eof(Eof::Clean).err().map(|error| told(&error));
        assert!(self.trace.end.is_none() || self.trace.error.is_none(), "failed twice");
        let after = self.connection.advance(b"", self.now);
        assert!(matches!(after, Ok(Step::Need(_))), "{after:?} after the end");
    }
}

type Piece = (Kind, Vec<u8>, bool);

fn borrowed(event: Event<'_>) -> (Option<Seen>, Option<Piece>) {
    let seen = match event {
        Event::Open => Seen::Open(String::new()),
        Event::Message(MessageRef::Text(text)) => Seen::Data(Kind::Text, text.as_bytes().to_vec()),
        Event::Message(MessageRef::Binary(bytes)) => Seen::Data(Kind::Binary, bytes.to_vec()),
        Event::Message(MessageRef::Ping(bytes)) => Seen::Ping(bytes.to_vec()),
        Event::Message(MessageRef::Pong(bytes)) => Seen::Pong(bytes.to_vec()),
        Event::Message(MessageRef::Close(frame)) => Seen::Close(frame),
        Event::Chunk(ChunkRef { kind, data, last, .. }) => return (None, Some((kind, data.to_vec(), last))),
        other => panic!("an event that nobody knows: {other:?}"),
    };
    (Some(seen), None)
}

/// All that an error says.
fn told(error: &Error) -> String {
    let text = error.to_string();
    assert!(text.chars().all(|c| !c.is_control()), "{text:?} has something that was not escaped");
    let refusal = error.refusal().map(|refusal| {
        format!("{} {:?} {:?} {}", refusal.status, refusal.headers, refusal.body, refusal.truncated)
    });
    let (kind, fault, code) = (error.kind(), error.fault(), error.close_code());
    format!("{kind:?} {fault:?} {code:?} {text} {refusal:?}")
}
