//! Machines that talk to each other, and what stands between them.

use std::time::Instant;

use anyrfc_core::{Machine, Output, Step};
use anyrfc_websocket::{
    Deflate, Error, Kind, Message, Subprotocols, WindowBits,
    codec::{
        FrameHeader, OpCode, Rsv,
        deflate::{Agreed, accept},
        handshake::Request,
        mask,
    },
    proto::{Config, Connection, Event, Opening, OwnedEvent, Role},
};
use bytes::{Bytes, BytesMut};

/// A small deterministic generator: enough to vary tests.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.roll(256) as u8).collect()
    }
}

pub(crate) fn bits(bits: u8) -> WindowBits {
    WindowBits::new(bits).unwrap()
}

pub(crate) fn config(deflate: Deflate) -> Config {
    let mut config = Config::default();
    config.compression = Some(deflate);
    config
}

/// An open connection with these parameters.
pub(crate) fn connection(role: Role, agreed: Agreed, deflate: Deflate) -> Connection {
    Connection::established(role, config(deflate), [7; 32]).with_deflate(agreed)
}

/// With the default parameters, and everything worth compressing.
pub(crate) fn plain(role: Role) -> Connection {
    connection(role, Agreed::default(), eager())
}

/// However small, a message is compressed.
pub(crate) fn eager() -> Deflate {
    Deflate::default().threshold(0)
}

pub(crate) fn sent(connection: &mut Connection, out: &mut Output) -> Bytes {
    let mut wire = BytesMut::new();
    loop {
        connection.transmit(out, Instant::now());
        wire.extend_from_slice(&out.take());
        if !connection.wants_write() {
            return wire.freeze();
        }
    }
}

/// Everything `connection` reports of `wire`, which arrives in pieces as `size` says.
pub(crate) fn receive(
    connection: &mut Connection,
    wire: &[u8],
    borrowed: bool,
    mut size: impl FnMut() -> usize,
) -> Result<Vec<OwnedEvent>, Error> {
    let now = Instant::now();
    let (mut input, mut rest, mut events) = (BytesMut::new(), wire, Vec::new());
    loop {
        match connection.advance(&input, now)? {
            Step::Ready if borrowed => {
                let (count, event) = connection.event(&input);
                events.push(match event {
                    Event::Message(message) => OwnedEvent::Message(message.to_owned()),
                    Event::Chunk(chunk) => OwnedEvent::Chunk(chunk.to_owned()),
                    _ => OwnedEvent::Open,
                });
                let _ = input.split_to(count);
            }
            Step::Ready => events.push(connection.event_owned(&mut input)),
            Step::Consumed(count) => {
                assert!(count > 0);
                let _ = input.split_to(count);
            }
            Step::Need(hint) => {
                assert!(hint > 0);
                if rest.is_empty() {
                    return Ok(events);
                }
                let piece = size().clamp(1, rest.len());
                input.extend_from_slice(&rest[..piece]);
                rest = &rest[piece..];
            }
        }
    }
}

/// The messages `connection` makes of `wire`, which arrives at once.
pub(crate) fn messages(connection: &mut Connection, wire: &[u8]) -> Result<Vec<Message>, Error> {
    receive(connection, wire, false, || usize::MAX).map(whole)
}

/// Joins pieces to messages.
pub(crate) fn whole(events: Vec<OwnedEvent>) -> Vec<Message> {
    let (mut messages, mut open) = (Vec::new(), Vec::new());
    for event in events {
        match event {
            OwnedEvent::Message(message) => messages.push(message),
            OwnedEvent::Chunk(chunk) => {
                open.extend_from_slice(&chunk.data);
                if chunk.last {
                    let bytes = Bytes::from(std::mem::take(&mut open));
                    messages.push(match chunk.kind {
                        Kind::Text => Message::Text(bytes.try_into().unwrap()),
                        Kind::Binary => Message::Binary(bytes),
                    });
                }
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "an unfinished message");
    messages
}

/// A frame of a server, or with a key of a client.
pub(crate) fn frame(fin: bool, rsv: Rsv, opcode: OpCode, payload: &[u8], key: Option<[u8; 4]>) -> Vec<u8> {
    let mut wire = BytesMut::new();
    FrameHeader { fin, rsv, opcode, mask: key, length: payload.len() as u64 }.encode(&mut wire);
    match key {
        Some(key) => mask::extend(&mut wire, payload, key, 0),
        None => wire.extend_from_slice(payload),
    }
    wire.to_vec()
}

/// A compressed message of a server in one frame.
pub(crate) fn compressed(opcode: OpCode, payload: &[u8]) -> Vec<u8> {
    frame(true, Rsv::RSV1, opcode, payload, None)
}

/// What a message looks like on the wire, without its frames.
#[derive(Debug, Default)]
pub(crate) struct OnWire {
    pub(crate) compressed: bool,
    pub(crate) frames: usize,
    pub(crate) payload: Vec<u8>,
}

/// Takes data messages apart; control frames are left out.
pub(crate) fn dissect(mut wire: &[u8]) -> Vec<OnWire> {
    let (mut all, mut open) = (Vec::new(), OnWire::default());
    while !wire.is_empty() {
        let (header, used) = FrameHeader::decode(wire).unwrap().unwrap();
        let mut payload = wire[used..][..header.length as usize].to_vec();
        wire = &wire[used + payload.len()..];
        if let Some(key) = header.mask {
            mask::apply(&mut payload, key, 0);
        }
        if header.opcode.is_control() {
            assert!(header.rsv.is_empty());
            continue;
        }
        if open.frames == 0 {
            open.compressed = header.rsv == Rsv::RSV1;
        } else {
            assert!(header.rsv.is_empty() && header.opcode == OpCode::Continuation);
        }
        open.frames += 1;
        open.payload.extend(payload);
        if header.fin {
            all.push(std::mem::take(&mut open));
        }
    }
    assert_eq!(open.frames, 0, "an unfinished message");
    all
}

/// A client and a server that have settled compression in an opening handshake.
pub(crate) fn pair(client: Deflate, server: Deflate) -> (Connection, Connection) {
    let (client, server) = (config(client), config(server));
    let request = Request::new("ws://localhost/".parse().unwrap()).unwrap();
    let opening = Opening::client(&request, [1; 16], &client).unwrap();
    let now = Instant::now();
    let mut client = Connection::new(opening, client, [2; 32], now);
    let opening = Opening::server(Subprotocols::new(), &server);
    let mut server = Connection::new(opening, server, [3; 32], now);
    let mut out = Output::new();
    let request = sent(&mut client, &mut out);
    assert_eq!(receive(&mut server, &request, false, || 7).unwrap(), [OwnedEvent::Open]);
    let answer = sent(&mut server, &mut out);
    assert_eq!(receive(&mut client, &answer, false, || 7).unwrap(), [OwnedEvent::Open]);
    assert_eq!(client.opened().unwrap().deflate(), server.opened().unwrap().deflate());
    (client, server)
}

/// What a server agrees on, for tests that need no handshake.
pub(crate) fn settled(client: &Deflate, server: &Deflate) -> Option<Agreed> {
    let offer = anyrfc_websocket::codec::deflate::Offer::new(client).to_extension().unwrap();
    accept(&[offer], server)
}
