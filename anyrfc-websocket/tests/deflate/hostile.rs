//! Peers that mean ill, or are broken.

use std::time::Instant;

use anyrfc_core::{ErrorKind, Machine as _, Output, Step};
use anyrfc_websocket::{
    Deflate, Kind, Message,
    codec::{
        OpCode, Rsv,
        deflate::{Agreed, Inflater},
    },
    proto::{Config, Connection, Delivery, Role},
};
use bytes::BytesMut;

use crate::{
    inflate::Judge,
    support::{Dice, bits, compressed, config, connection, dissect, frame, messages, plain, receive, sent},
};

/// What compressing `data` puts on the wire, with and without the help of a context.
fn deflated(data: &[u8], level: u8) -> Vec<u8> {
    let mut server =
        connection(Role::Server, Agreed::default(), Deflate::default().threshold(0).level(level));
    let mut out = Output::new();
    server.send_part(&mut out, Kind::Binary, data, false).unwrap();
    server.send_part(&mut out, Kind::Binary, b"", true).unwrap();
    let wire = sent(&mut server, &mut out);
    let payload = dissect(&wire).remove(0).payload;
    // Without the empty block that the second part made.
    payload[..payload.len() - 5].to_vec()
}

#[test]
fn the_bit_stands_on_the_first_frame_of_data_only() {
    let hello: &[u8] = &[0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00];
    let bit = "rfc7692#6.1-3";
    let cases = [
        (frame(true, Rsv::RSV1, OpCode::Ping, b"", None), bit),
        (frame(true, Rsv::RSV1, OpCode::Pong, b"", None), bit),
        (frame(true, Rsv::RSV1, OpCode::Close, b"", None), bit),
        (
            [
                frame(false, Rsv::RSV1, OpCode::Text, &hello[..3], None),
                frame(true, Rsv::RSV1, OpCode::Continuation, &hello[3..], None),
            ]
            .concat(),
            bit,
        ),
        (
            [
                frame(false, Rsv::NONE, OpCode::Text, b"He", None),
                frame(true, Rsv::RSV1, OpCode::Continuation, b"llo", None),
            ]
            .concat(),
            bit,
        ),
        (frame(true, Rsv::RSV1.union(Rsv::RSV2), OpCode::Text, hello, None), "rfc6455#5.2-10"),
        (frame(true, Rsv::RSV3, OpCode::Text, hello, None), "rfc6455#5.2-11"),
        (frame(true, Rsv::RSV1, OpCode::Text, hello, Some([1, 2, 3, 4])), "rfc6455#5.1-4"),
    ];
    for (wire, requirement) in cases {
        let error = messages(&mut plain(Role::Client), &wire).unwrap_err();
        assert_eq!(error.requirement().unwrap().id(), requirement, "{wire:x?}");
        assert_eq!(error.close_code().unwrap().get(), 1002);
    }
    // Without compression the bit is a reserved one.
    let mut client = Connection::established(Role::Client, Config::default(), [0; 32]);
    let error = messages(&mut client, &compressed(OpCode::Text, hello)).unwrap_err();
    assert_eq!(error.requirement().unwrap().rfc, 6455);
}

#[test]
fn a_message_that_is_cut_anywhere_is_never_delivered() {
    let mut dice = Dice(5);
    let text = "it is cut, and cut again, ".repeat(40);
    let noise = dice.bytes(400);
    for data in [b"Hello".to_vec(), text.into_bytes(), noise, (0..=255).cycle().take(3000).collect()] {
        for level in [1, 4, 6, 9] {
            let payload = deflated(&data, level);
            assert_eq!(
                messages(&mut plain(Role::Client), &compressed(OpCode::Binary, &payload)).unwrap().len(),
                1
            );
            for end in 0..payload.len() {
                // A lone header of a block without compression is an empty message.
                if Judge::of_receivers().message(&payload[..end]).is_ok() {
                    assert_eq!(payload[..end], [0]);
                    continue;
                }
                let wire = compressed(OpCode::Binary, &payload[..end]);
                for delivery in [Delivery::Whole, Delivery::Chunks] {
                    let mut client = plain(Role::Client);
                    client.deliver(delivery);
                    let error = receive(&mut client, &wire, false, || 100).unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Protocol, "{end} of {}", payload.len());
                    assert_eq!(error.requirement().unwrap().id(), "rfc7692#6.1-1");
                    assert_eq!(error.close_code().unwrap().get(), 1007);
                }
            }
            // Nor one that keeps its tail, or a part of it, or goes on after it.
            for tail in [&[0][..], &[0, 0], &[0, 0, 0xFF], &[0, 0, 0xFF, 0xFF], &[0xFF], b"more"] {
                let wire = compressed(OpCode::Binary, &[&payload, tail].concat());
                assert!(messages(&mut plain(Role::Client), &wire).is_err(), "{tail:x?}");
            }
        }
    }
    // A block that is marked as the last is no end without the empty one after it.
    let last = [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00];
    assert!(messages(&mut plain(Role::Client), &compressed(OpCode::Text, &last)).is_err());
    assert!(messages(&mut plain(Role::Client), &compressed(OpCode::Text, &[])).is_err());
}

#[test]
fn the_inflater_and_the_letter_of_the_rfc_agree_on_any_bytes() {
    let mut dice = Dice(6);
    let (mut whole, mut broken) = (0, 0);
    for round in 0..6_000 {
        let length = dice.roll(300);
        let data: Vec<u8> = match dice.roll(3) {
            0 => dice.bytes(length),
            1 => (0..length).map(|i| b"abcabcabd"[i % 9]).collect(),
            _ => (0..length).map(|_| b'a' + (dice.roll(4) * dice.roll(4)) as u8).collect(),
        };
        let mut payload = deflated(&data, [1, 6, 9][dice.roll(3)]);
        for _ in 0..dice.roll(3) {
            let at = dice.roll(payload.len());
            match dice.roll(3) {
                0 => payload[at] ^= 1 << dice.roll(8),
                1 => drop(payload.drain(at..(at + dice.roll(4)).min(payload.len()))),
                _ => payload.insert(at, dice.roll(256) as u8),
            }
            if payload.is_empty() {
                payload.push(0);
            }
        }
        let expected = Judge::of_receivers().message(&payload);
        let mut inflater = Inflater::new(true, bits(15), 2000);
        inflater.begin();
        let (mut made, mut rest) = (Vec::new(), &payload[..]);
        let found = loop {
            let mut room = vec![0; dice.roll(200) + 1];
            let piece = &rest[..dice.roll(50).min(rest.len())];
            match inflater.inflate(piece, &mut room) {
                Err(fault) => break Err(fault),
                Ok(done) => {
                    made.extend_from_slice(&room[..done.filled]);
                    rest = &rest[done.taken..];
                    if rest.is_empty() && done.filled < room.len() {
                        break inflater.finish();
                    }
                }
            }
        };
        match (expected, found) {
            (Ok(expected), Ok(())) => {
                assert_eq!(made, expected, "round {round}: {payload:x?}");
                whole += 1;
            }
            (Err(_), Err(_)) => broken += 1,
            (expected, found) => panic!("round {round}: {expected:?} and {found:?} of {payload:x?}"),
        }
    }
    assert!(whole > 1500 && broken > 1500, "{whole} {broken}");
}

/// 1 GiB of zeros in about 1 MiB, as one message of many fragments.
fn bomb() -> Vec<u8> {
    let mut server = connection(Role::Server, Agreed::default(), Deflate::default().level(9));
    let mut out = Output::new();
    let zeros = vec![0; 1 << 20];
    let mut part = |last| {
        server.send_part(&mut out, Kind::Binary, &zeros, last).unwrap();
        out.take()
    };
    let (first, second) = (part(false), part(false));
    // From the second part on each is the same.
    [first, second.repeat(1022).into(), part(true)].concat()
}

#[test]
fn a_bomb_is_refused_within_bounded_memory() {
    let bomb = bomb();
    assert!(bomb.len() < 3 << 20, "{}", bomb.len());
    // By its ratio, whole or in pieces, long before a limit on its size.
    for delivery in [Delivery::Whole, Delivery::Chunks] {
        let mut client = plain(Role::Client);
        client.deliver(delivery);
        let (mut input, mut fed, mut handed) = (BytesMut::new(), 0, 0);
        let error = loop {
            match client.advance(&input, Instant::now()) {
                Err(error) => break error,
                Ok(Step::Ready) => {
                    let anyrfc_websocket::proto::OwnedEvent::Chunk(chunk) = client.event_owned(&mut input)
                    else {
                        panic!("a whole message")
                    };
                    assert!(chunk.data.len() <= 32 << 10);
                    handed += chunk.data.len();
                }
                Ok(Step::Consumed(count)) => drop(input.split_to(count)),
                Ok(Step::Need(_)) => {
                    input.extend_from_slice(&bomb[fed..fed + 4096]);
                    fed += 4096;
                }
            }
        };
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert_eq!(error.close_code().unwrap().get(), 1008);
        assert!(fed <= 16 << 10 && handed <= 2 << 20, "{fed} bytes fed, {handed} handed over");
    }
    // By its size, where the ratio is allowed.
    let mut config = config(Deflate::default().max_ratio(u32::MAX));
    config.limits.message = 3_000_000;
    let mut client = Connection::established(Role::Client, config, [0; 32]).with_deflate(Agreed::default());
    let error = messages(&mut client, &bomb).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert_eq!(error.close_code().unwrap().get(), 1009);
}

#[test]
fn the_limit_is_on_what_a_message_inflates_to() {
    for limit in [1, 100, 4096, 100_000] {
        for (length, fits) in [(limit, true), (limit + 1, false)] {
            for data in [vec![b'x'; length], Dice(7).bytes(length)] {
                for delivery in [Delivery::Whole, Delivery::Chunks] {
                    let mut config = config(Deflate::default().max_ratio(2000));
                    config.limits.message = limit;
                    let mut client = Connection::established(Role::Client, config, [0; 32])
                        .with_deflate(Agreed::default());
                    client.deliver(delivery);
                    let wire = compressed(OpCode::Binary, &deflated(&data, 6));
                    let received = receive(&mut client, &wire, false, || 999);
                    // In pieces a message may have any length.
                    let expected = fits || delivery == Delivery::Chunks;
                    assert_eq!(received.is_ok(), expected, "{length} of {limit} {delivery:?}");
                }
            }
        }
    }
}

#[test]
fn last_blocks_without_end_are_refused() {
    let mut client = plain(Role::Client);
    let hello = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00];
    messages(&mut client, &compressed(OpCode::Binary, &hello)).unwrap();
    let noise = compressed(OpCode::Binary, &deflated(&Dice(8).bytes(40_000), 1));
    messages(&mut client, &noise).unwrap();
    // Each has the window copied.
    let flood = [0x03, 0x00].repeat(1 << 20);
    let wire = frame(false, Rsv::RSV1, OpCode::Binary, &flood, None);
    let error = messages(&mut client, &wire).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}

#[test]
fn a_message_without_end_that_inflates_to_nothing_takes_no_memory() {
    let mut client = plain(Role::Client);
    let empty = [0x00, 0x00, 0x00, 0xFF, 0xFF].repeat(10_000);
    let mut wire = frame(false, Rsv::RSV1, OpCode::Binary, &empty, None);
    for _ in 0..50 {
        wire.extend(frame(false, Rsv::NONE, OpCode::Continuation, &empty, None));
    }
    wire.extend(frame(true, Rsv::NONE, OpCode::Continuation, &[0x00], None));
    assert_eq!(messages(&mut client, &wire).unwrap(), [Message::binary(Vec::new())]);
}

#[test]
fn nothing_is_reserved_because_a_header_announced_it() {
    let mut config = config(Deflate::default());
    config.limits.frame = usize::MAX;
    let mut client = Connection::established(Role::Client, config, [0; 32]).with_deflate(Agreed::default());
    let header = [0xC2, 127, 0x3F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
    let wire = [&header[..], &[0xF2, 0x48, 0xCD]].concat();
    assert_eq!(messages(&mut client, &wire).unwrap(), []);
}
