//! What the checks of permessage-deflate share: connections that agreed on it in
//! a real handshake, and the judge's view of what they send.

use anyrfc_core::{ErrorKind, Fault, Machine as _, Requirement, Step};
use bytes::Buf as _;

use super::{
    inflate::{Judge, TAIL},
    support::{NaiveFrame, Random, assert_last_words, naive_frames, to},
    support_opening::{Head, NONCE, Peer, WAYS, answer, plainest, request},
};
use crate::{
    CloseCode, Deflate, Kind, Message, Subprotocols, WindowBits,
    proto::{Config, Delivery, Opening, OwnedEvent, Role, State},
};

pub(super) const FIELD: &str = "Sec-WebSocket-Extensions";
pub(super) const DEFLATE: &str = "permessage-deflate";
pub(super) const BOTH: [Role; 2] = [Role::Client, Role::Server];

/// "Hello" (RFC 7692, section 7.2.3.1).
pub(super) const HELLO: [u8; 7] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00];
/// "Hello" by reference to the one before (section 7.2.3.2).
pub(super) const AGAIN: [u8; 5] = [0xF2, 0x00, 0x11, 0x00, 0x00];

/// The first bytes of compressed messages, whole and begun.
pub(super) const PACKED_TEXT: u8 = 0xC1;
pub(super) const PACKED_BINARY: u8 = 0xC2;
pub(super) const BEGUN_TEXT: u8 = 0x41;
pub(super) const BEGUN_BINARY: u8 = 0x42;

/// Everything is compressed that becomes smaller, as well as can be.
pub(super) fn eager() -> Deflate {
    Deflate::default().threshold(1).level(9)
}

pub(super) fn bits(bits: u8) -> WindowBits {
    WindowBits::new(bits).expect("from 8 to 15")
}

fn configured(deflate: Option<Deflate>) -> Config {
    Config { compression: deflate, ..Config::default() }
}

/// The lines of the field in what was written, which is one head.
#[track_caller]
fn extensions_in(written: &[u8]) -> Vec<String> {
    let (head, rest) = Head::read(written);
    assert_eq!(rest, b"", "more than a head was sent");
    head.all(FIELD).into_iter().map(str::to_owned).collect()
}

/// A client that offers `deflate` and has not been answered, and what it offered.
#[track_caller]
pub(super) fn offering(deflate: Option<Deflate>) -> (Peer, Vec<String>) {
    let mut client = Peer::client_with(&request("ws://h/"), NONCE, configured(deflate));
    let offered = extensions_in(&client.written());
    (client, offered)
}

/// A client that offered `deflate` and was answered `agreed`, a list of parameters.
#[track_caller]
pub(super) fn client(deflate: Deflate, agreed: &str) -> Peer {
    let (mut client, _) = offering(Some(deflate));
    let came = client.feed(answer().with(FIELD, format!("{DEFLATE}{agreed}")).bytes());
    if let Some(error) = came.error {
        panic!("{agreed}: {error}");
    }
    assert_eq!((came.opened, client.phase()), (1, State::Open));
    client
}

/// A server that has `deflate` and was offered `offer`, and what it answered.
#[track_caller]
pub(super) fn serving(deflate: Option<Deflate>, offer: &str) -> (Peer, Vec<String>) {
    let config = configured(deflate);
    let mut server = Peer::new(Opening::server(Subprotocols::new(), &config), config);
    let came = server.feed(plainest().with(FIELD, offer).bytes());
    if let Some(error) = came.error {
        panic!("{offer}: {error}");
    }
    let answered = extensions_in(&server.written());
    (server, answered)
}

/// One end of a connection for which these parameters are agreed on.
#[track_caller]
pub(super) fn end_with(role: Role, deflate: Deflate, agreed: &str) -> Peer {
    match role {
        Role::Client => client(deflate, agreed),
        Role::Server => {
            let (server, answered) = serving(Some(deflate), &format!("{DEFLATE}{agreed}"));
            assert_eq!(answered, [format!("{DEFLATE}{agreed}")]);
            server
        }
    }
}

/// The same, eager.
#[track_caller]
pub(super) fn end(role: Role, agreed: &str) -> Peer {
    end_with(role, eager(), agreed)
}

/// The parameters that bind what `role` sends, in each one's words.
pub(super) fn of_sender(role: Role, parameter: &str) -> String {
    let prefix = if role == Role::Client { "client" } else { "server" };
    format!("; {prefix}_{parameter}")
}

/// The parameters that bind what `role` receives.
pub(super) fn of_receiver(role: Role, parameter: &str) -> String {
    of_sender(if role == Role::Client { Role::Server } else { Role::Client }, parameter)
}

/// What `make` receives of `bytes`, which are fine: the same however they come.
#[track_caller]
pub(super) fn receives(make: impl Fn() -> Peer, bytes: impl AsRef<[u8]>, messages: &[Message]) {
    for (size, borrowed) in WAYS {
        let mut end = Peer { borrowed, ..make() };
        let came = end.feed_in(bytes.as_ref(), size);
        if let Some(error) = came.error {
            panic!("refused ({size} at a time): {error}");
        }
        assert_eq!(came.messages, messages, "{size} at a time, borrowed {borrowed}");
        assert_eq!(end.phase(), State::Open);
        assert_eq!(pieces(make(), bytes.as_ref(), size), data_of(messages), "in pieces, {size} at a time");
    }
}

fn data_of(messages: &[Message]) -> Vec<(Kind, Vec<u8>)> {
    let kind = |message: &Message| match message {
        Message::Text(_) => Some(Kind::Text),
        Message::Binary(_) => Some(Kind::Binary),
        _ => None,
    };
    messages.iter().filter_map(|m| Some((kind(m)?, m.clone().into_data().to_vec()))).collect()
}

/// Each data message of `bytes`, put together from the pieces it came in.
#[track_caller]
fn pieces(mut end: Peer, bytes: &[u8], size: usize) -> Vec<(Kind, Vec<u8>)> {
    end.connection.deliver(Delivery::Chunks);
    let (mut all, mut begun) = (Vec::new(), Vec::new());
    for part in bytes.chunks(size.min(bytes.len()).max(1)) {
        end.input.extend_from_slice(part);
        loop {
            match end.connection.advance(&end.input, end.now) {
                Ok(Step::Need(_)) => break,
                Ok(Step::Consumed(count)) => end.input.advance(count),
                Ok(Step::Ready) => {
                    if let OwnedEvent::Chunk(chunk) = end.connection.event_owned(&mut end.input) {
                        begun.extend_from_slice(&chunk.data);
                        if chunk.last {
                            all.push((chunk.kind, std::mem::take(&mut begun)));
                        }
                    }
                }
                Err(error) => panic!("refused in pieces: {error}"),
            }
        }
    }
    assert_eq!(begun, b"", "a message that was not finished");
    all
}

/// After `before`, which is fine, `offending` breaks `requirement` and fails the
/// connection with `code`, however it comes: no event, one Close frame, silence.
#[track_caller]
pub(super) fn fails(
    make: impl Fn() -> Peer,
    before: &[u8],
    offending: impl AsRef<[u8]>,
    requirement: &'static Requirement,
    code: u16,
) {
    let offending = offending.as_ref();
    let shown = offending.get(..20).unwrap_or(offending);
    for (size, borrowed) in WAYS {
        let mut end = Peer { borrowed, ..make() };
        let came = end.feed_in(before, size);
        assert!(came.error.is_none(), "{:?}", came.error);
        end.written();
        let came = end.feed_in(offending, size);
        let Some(error) = came.error else { panic!("accepted {shown:x?} as {:?}", came.messages) };
        assert_eq!(came.messages, [], "{shown:x?} gave an event");
        assert_eq!(error.requirement(), Some(requirement), "{shown:x?}: {error}");
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Protocol, Fault::Peer), "{error}");
        assert_eq!(error.close_code().map(CloseCode::get), Some(code), "{shown:x?}: {error}");
        assert_eq!(end.phase(), State::Failed);
        assert_last_words(end.connection.role(), &naive_frames(&end.written()), code);
        end.input.clear();
        let role = end.connection.role();
        let late = end.feed(to(role, PACKED_TEXT, HELLO));
        assert!(late.error.is_none() && late.messages.is_empty(), "{late:?}");
        assert_eq!(end.written(), b"", "answered something after failing");
    }
}

/// A message as it was sent: the frames of it, and whether it was compressed.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) compressed: bool,
    pub(super) opcode: u8,
    /// The payloads, one after the other.
    pub(super) payload: Vec<u8>,
    pub(super) fragments: Vec<Vec<u8>>,
}

/// The data messages that `end` has sent. Whatever the rest of a check is
/// about, RSV1 stands on first frames only, and the other two bits nowhere.
#[track_caller]
pub(super) fn sent(end: &mut Peer) -> Vec<Sent> {
    messages_of(&naive_frames(&end.written()))
}

#[track_caller]
pub(super) fn messages_of(frames: &[NaiveFrame]) -> Vec<Sent> {
    let mut messages: Vec<Sent> = Vec::new();
    let mut open = false;
    for frame in frames {
        assert_eq!(frame.rsv & 3, 0, "{frame:?}");
        if frame.opcode >= 8 || frame.opcode == 0 {
            assert_eq!(frame.rsv, 0, "{frame:?}");
        }
        match frame.opcode {
            8.. => continue,
            0 => assert!(open, "{frame:?} goes on with nothing"),
            opcode => {
                assert!(!open, "{frame:?} inside a message");
                let compressed = frame.rsv & 4 != 0;
                messages.push(Sent { compressed, opcode, payload: Vec::new(), fragments: Vec::new() });
            }
        }
        let message = messages.last_mut().expect("begun");
        message.payload.extend_from_slice(&frame.payload);
        message.fragments.push(frame.payload.clone());
        open = !frame.fin;
    }
    assert!(!open, "a message without its end");
    messages
}

impl Sent {
    /// What the message says, to a receiver that inflated those before.
    #[track_caller]
    pub(super) fn read(&self, judge: &mut Judge) -> Vec<u8> {
        if !self.compressed {
            return self.payload.clone();
        }
        // Each fragment but the last has its tail, whole blocks before it.
        let (last, others) = self.fragments.split_last().expect("at least one");
        let mut text = Vec::new();
        for fragment in others.iter().filter(|fragment| !fragment.is_empty()) {
            assert!(fragment.ends_with(&TAIL), "a fragment without its tail");
            match judge.stream(fragment) {
                Ok(made) => text.extend(made),
                Err(why) => panic!("{why}: {fragment:x?}"),
            }
        }
        match judge.message(last) {
            Ok(made) => text.extend(made),
            Err(why) => panic!("{why}: {last:x?}"),
        }
        text
    }
}

/// How a message can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Owned,
    Borrowed,
    OnePart,
    /// In parts of this many bytes.
    Parts(usize),
}

pub(super) const EACH_WAY: [Way; 6] =
    [Way::Owned, Way::Borrowed, Way::OnePart, Way::Parts(1000), Way::Parts(7), Way::Parts(100_000)];

/// Sends a message, text where it is text.
#[track_caller]
pub(super) fn send(end: &mut Peer, way: Way, data: &[u8]) {
    let text = std::str::from_utf8(data).ok();
    let kind = if text.is_some() { Kind::Text } else { Kind::Binary };
    let Peer { connection, output, .. } = end;
    let result = match way {
        Way::Owned => {
            let message = text.map_or_else(|| Message::binary(data.to_vec()), Message::from);
            connection.send(output, message)
        }
        Way::Borrowed => connection.send_slice(output, kind, data),
        Way::OnePart => connection.send_part(output, kind, data, true),
        Way::Parts(size) => data
            .chunks(size)
            .try_for_each(|part| connection.send_part(output, kind, part, false))
            .and_then(|()| connection.send_part(output, kind, b"", true)),
    };
    result.unwrap_or_else(|error| panic!("{way:?}: {error}"));
}

/// Words in an order that does not repeat: it compresses, but not away.
pub(super) fn words(length: usize, seed: u64) -> Vec<u8> {
    const WORDS: [&str; 16] = [
        "price", "volume", "bid", "ask", "trade", "open", "close", "high", "low", "symbol", "EUR/USD",
        "time", "0.000123", "true", "null", "sequence",
    ];
    let mut random = Random(seed);
    let mut out = Vec::new();
    while out.len() < length {
        out.extend_from_slice(WORDS[random.below(16)].as_bytes());
        out.extend_from_slice(format!("\":{},\"", random.below(1000)).as_bytes());
    }
    out.truncate(length);
    out
}
