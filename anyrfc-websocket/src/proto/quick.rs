//! The way most messages take: one short frame that is all there.

use super::{Connection, Delivery, Role, incoming::log, pending::Pending};
use crate::{
    Kind,
    codec::{FrameHeader, OpCode, Rsv},
};

/// The first byte of an unfragmented message: FIN, no reserved bit, and the opcode.
const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;

impl Connection {
    /// Whether `input` begins with a whole message in one frame of less than
    /// 64 KiB, which is then pending. Everything else, and everything that is
    /// wrong with it, is left to those who look at it closely.
    #[inline]
    pub(super) fn advance_quickly(&mut self, input: &[u8]) -> bool {
        let Some((&[first, second], rest)) = input.split_first_chunk::<2>() else { return false };
        // A masked frame has a larger second byte, and so has a length in eight bytes.
        let (start, length) = match second {
            0..126 => (2, usize::from(second)),
            126 => match rest.first_chunk::<2>() {
                Some(length) => (4, usize::from(u16::from_be_bytes(*length))),
                None => return false,
            },
            _ => return false,
        };
        let end = length.saturating_add(start);
        let Some(payload) = input.get(start..end) else { return false };
        let limits = &self.config.limits;
        let incoming = &mut self.incoming;
        if incoming.message.is_some()
            || incoming.delivery != Delivery::Whole
            || self.role != Role::Client
            || length > limits.frame.min(limits.message).min(limits.buffered)
            // Its length would have fitted into the second byte.
            || (start == 4 && length < 126)
        {
            return false;
        }
        #[cfg(test)]
        if incoming.closely {
            return false;
        }
        let (kind, opcode) = match first {
            BINARY => (Kind::Binary, OpCode::Binary),
            TEXT if simdutf8::basic::from_utf8(payload).is_ok() => (Kind::Text, OpCode::Text),
            _ => return false,
        };
        log(&FrameHeader { fin: true, rsv: Rsv::NONE, opcode, mask: None, length: length as u64 });
        incoming.begun = incoming.begun.wrapping_add(1);
        incoming.pending = Pending::InPlace { kind, start, end };
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use anyrfc_core::{Machine as _, Output, Step, testing::random::Random};
    use bytes::BytesMut;

    use super::*;
    use crate::{
        Error, Requirement,
        codec::deflate::Agreed,
        proto::{Config, Event, OwnedEvent},
    };

    /// Everything that anybody can tell apart.
    #[derive(Debug, PartialEq)]
    struct Seen {
        events: Vec<OwnedEvent>,
        error: Option<(String, Option<&'static Requirement>)>,
        left: usize,
        said: bytes::Bytes,
        log: String,
        progress: u64,
    }

    struct Trial<'a> {
        wire: &'a [u8],
        config: Config,
        role: Role,
        deflate: bool,
        /// Pieces of at most so many bytes; 0 for all at once.
        most: usize,
        seed: u64,
    }

    impl Trial<'_> {
        fn run(&self, closely: bool) -> Seen {
            let mut connection = Connection::established(self.role, self.config.clone(), [7; 32]);
            if self.deflate {
                connection = connection.with_deflate(Agreed::default());
            }
            connection.incoming.closely = closely;
            let ((events, error, left), log) =
                anyrfc_core::testing::log::capture(|| self.receive(&mut connection));
            let mut out = Output::new();
            connection.transmit(&mut out, Instant::now());
            let error = error.map(|error| (error.to_string(), error.requirement()));
            Seen { events, error, left, said: out.take(), log, progress: connection.incoming.begun }
        }

        fn receive(&self, connection: &mut Connection) -> (Vec<OwnedEvent>, Option<Error>, usize) {
            let (now, mut random) = (Instant::now(), Random::new(self.seed));
            let (mut input, mut rest, mut events) = (BytesMut::new(), self.wire, Vec::new());
            loop {
                if random.below(16) == 0 {
                    let delivery = [Delivery::Chunks, Delivery::Whole, Delivery::Whole][random.below(3)];
                    connection.deliver(delivery);
                }
                match connection.advance(&input, now) {
                    Err(error) => return (events, Some(error), input.len() + rest.len()),
                    Ok(Step::Ready) if random.below(2) == 0 => {
                        let (count, event) = connection.event(&input);
                        events.push(match event {
                            Event::Message(message) => OwnedEvent::Message(message.to_owned()),
                            Event::Chunk(chunk) => OwnedEvent::Chunk(chunk.to_owned()),
                            Event::Open => OwnedEvent::Open,
                        });
                        let _ = input.split_to(count);
                    }
                    Ok(Step::Ready) => events.push(connection.event_owned(&mut input)),
                    Ok(Step::Consumed(count)) => drop(input.split_to(count)),
                    Ok(Step::Need(_)) if rest.is_empty() => return (events, None, input.len()),
                    Ok(Step::Need(_)) => {
                        let most = if self.most == 0 { rest.len() } else { self.most };
                        let piece = (random.below(most) + 1).min(rest.len());
                        let (piece, after) = rest.split_at(if self.most == 0 { most } else { piece });
                        input.extend_from_slice(piece);
                        rest = after;
                    }
                }
            }
        }
    }

    /// Frames of which most are right.
    fn wire(random: &mut Random, role: Role) -> Vec<u8> {
        let mut wire = BytesMut::new();
        for _ in 0..=random.below(6) {
            let length = [0, 1, 2, 64, 125, 126, 127, 300, 4096, 5000, 65_535, 65_536][random.below(12)];
            let text = random.below(2) == 0;
            let mut payload: Vec<u8> = match text {
                true => "aé€𐍈 plain ".bytes().cycle().take(length / 19 * 19).collect(),
                false => (0..length).map(|i| i as u8).collect(),
            };
            if text && random.below(6) == 0 {
                payload.pop();
            }
            let opcode = if text { OpCode::Text } else { OpCode::Binary };
            let masked = (role == Role::Server) != (random.below(10) == 0);
            let mask = masked.then_some([1, 2, 3, 4]);
            let length = payload.len() as u64;
            let start = wire.len();
            match random.below(8) {
                0 if payload.len() > 1 => {
                    let (one, two) = payload.split_at(payload.len() / 2);
                    let header =
                        FrameHeader { fin: false, rsv: Rsv::NONE, opcode, mask, length: one.len() as u64 };
                    header.encode_with(one, &mut wire);
                    let header = FrameHeader {
                        fin: true,
                        opcode: OpCode::Continuation,
                        length: two.len() as u64,
                        ..header
                    };
                    header.encode_with(two, &mut wire);
                }
                1 if payload.len() < 126 => {
                    FrameHeader { fin: true, rsv: Rsv::NONE, opcode: OpCode::Ping, mask, length }
                        .encode_with(&payload, &mut wire);
                }
                _ => FrameHeader { fin: true, rsv: Rsv::NONE, opcode, mask, length }
                    .encode_with(&payload, &mut wire),
            }
            match random.below(24) {
                // Any bit of the header.
                0 => wire[start + random.below(2)] ^= 1 << random.below(8),
                // A length in more bytes than it needs.
                1 if (1..126).contains(&length) && mask.is_none() => {
                    wire.truncate(start);
                    wire.extend_from_slice(&[0x80 | opcode as u8, 126, 0, length as u8]);
                    wire.extend_from_slice(&payload);
                }
                _ => {}
            }
        }
        wire.into()
    }

    #[test]
    fn whole_short_messages_take_the_quick_way() {
        let frame = |header: &[u8], length: usize| [header, &vec![b'a'; length]].concat();
        let mut config = Config::default();
        config.limits.frame = 60_000;
        let quickly = |input: &[u8]| {
            let mut client = Connection::established(Role::Client, config.clone(), [7; 32]);
            let quickly = client.advance_quickly(input);
            assert_eq!(quickly, client.waiting_data().is_some());
            quickly
        };
        for whole in [
            frame(b"\x81\0", 0),
            frame(b"\x82\x01", 1),
            frame(b"\x82\x01", 100),
            frame(b"\x81\x7D", 125),
            frame(b"\x82\x7E\0\x7E", 126),
            frame(b"\x81\x7E\0\x7F", 127),
            frame(b"\x82\x7E\xEA\x60", 60_000),
        ] {
            assert!(quickly(&whole), "{:x?}", &whole[..2]);
            assert!(!quickly(&whole[..1]));
        }
        for other in [
            frame(b"\x81\x02", 1),
            frame(b"\x82\x7E\0\x7D", 125),
            frame(b"\x82\x7E\xEA\x61", 60_001),
            frame(b"\x82\x7F\0\0\0\0\0\0\0\x7E", 126),
            frame(b"\x82\x81abcd", 1),
            frame(b"\x02\x01", 1),
            frame(b"\x80\x01", 1),
            frame(b"\x89\x01", 1),
            frame(b"\xC1\x01", 1),
            b"\x81\x01\xFF".to_vec(),
        ] {
            assert!(!quickly(&other), "{:x?}", &other[..2]);
        }
    }

    #[test]
    fn the_quick_way_and_the_close_look_cannot_be_told_apart() {
        let (mut quick, mut faults) = (0, 0);
        for seed in 0..if cfg!(miri) { 5 } else { 300 } {
            let mut random = Random::new(seed);
            let role = if random.below(4) == 0 { Role::Server } else { Role::Client };
            let wire = wire(&mut random, role);
            let mut config = Config::default();
            if random.below(3) == 0 {
                let limit = [0, 63, 64, 125, 126, 4096, 65_535][random.below(7)];
                match random.below(3) {
                    0 => config.limits.frame = limit,
                    1 => config.limits.message = limit,
                    _ => config.limits.buffered = limit,
                }
            }
            let deflate = random.below(4) == 0;
            for most in [0, 1, 7, 5000] {
                if most == 1 && wire.len() > 10_000 {
                    continue;
                }
                let trial = Trial { wire: &wire, config: config.clone(), role, deflate, most, seed };
                let (quickly, closely) = (trial.run(false), trial.run(true));
                assert_eq!(quickly, closely, "seed {seed}, pieces of {most}");
                assert!(quickly.events.is_empty() || quickly.log.contains("receive frame"));
                quick += quickly.events.len();
                faults += usize::from(quickly.error.is_some());
            }
        }
        assert!(quick > 1500 && faults > 100, "{quick} events and {faults} faults are no trial");
    }
}
