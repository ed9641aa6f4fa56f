//! What is received compressed (RFC 7692, sections 6.2 and 7.2.2).

use std::time::Instant;

use anyrfc_core::{Machine as _, Output, Step};
use anyrfc_websocket::{
    Deflate, Kind, Message,
    codec::{OpCode, Rsv, deflate::Agreed},
    proto::{Connection, Delivery, Role},
};
use bytes::{Bytes, BytesMut};

use crate::support::{
    Dice, bits, compressed, connection, eager, frame, messages, pair, plain, receive, sent, whole,
};

const HELLO: &[u8] = &[0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00];

#[test]
fn the_examples_of_the_rfc() {
    let vectors: &[(&[u8], usize)] = &[
        // 7.2.3.1, in one frame and in two.
        (&[0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], 1),
        (&[0x41, 0x03, 0xF2, 0x48, 0xCD, 0x80, 0x04, 0xC9, 0xC9, 0x07, 0x00], 1),
        // 7.2.3.2, with and without context takeover, and an uncompressed message between.
        (
            &[
                0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9,
                0xC9, 0x07, 0x00,
            ],
            2,
        ),
        (
            &[
                0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x81, 0x05, b'H', b'e', b'l', b'l',
                b'o', 0xC1, 0x05, 0xF2, 0x00, 0x11, 0x00, 0x00,
            ],
            3,
        ),
        // 7.2.3.3: no compression.
        (&[0xC1, 0x0B, 0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00], 1),
        // 7.2.3.4: BFINAL.
        (&[0xC1, 0x08, 0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00], 1),
        // 7.2.3.5: two blocks.
        (&[0xC1, 0x0D, 0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00], 1),
    ];
    for (wire, count) in vectors {
        for delivery in [Delivery::Whole, Delivery::Chunks] {
            for borrowed in [true, false] {
                for step in [1, 2, 3, 100] {
                    let mut client = plain(Role::Client);
                    client.deliver(delivery);
                    let events = receive(&mut client, wire, borrowed, || step).unwrap();
                    assert_eq!(whole(events), vec![Message::text("Hello"); *count], "{wire:x?}");
                }
            }
        }
    }
    // 7.2.3.6: nothing at all.
    assert_eq!(messages(&mut plain(Role::Client), &[0xC1, 0x01, 0x00]).unwrap(), [Message::text("")]);
}

#[test]
fn the_window_outlives_a_block_that_is_marked_as_the_last() {
    let last: &[u8] = &[0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00];
    let again: &[u8] = &[0xF2, 0x00, 0x11, 0x00, 0x00];
    let empty_last: &[u8] = &[0x03, 0x00, 0x00];
    for sequence in [
        vec![last, again, again],
        vec![HELLO, empty_last, again],
        vec![last, empty_last, empty_last, again],
        vec![&[&last[..7], again].concat()[..]],
        // The empty block that ends a message may itself be marked so.
        vec![HELLO, &[0x01], again, &[0x01], &[0x01], again],
        vec![HELLO, &[&empty_last[..2], again].concat()],
    ] {
        let wire: Vec<u8> = sequence.iter().flat_map(|payload| compressed(OpCode::Binary, payload)).collect();
        for delivery in [Delivery::Whole, Delivery::Chunks] {
            let mut client = plain(Role::Client);
            client.deliver(delivery);
            let events = receive(&mut client, &wire, false, || 1).unwrap();
            let all: Vec<u8> = whole(events).into_iter().flat_map(Message::into_data).collect();
            assert!(all.chunks(5).all(|word| word == b"Hello"), "{sequence:x?}");
            assert!(all.len() >= 10);
        }
    }
}

#[test]
fn no_context_is_taken_over_where_that_was_agreed_on() {
    let mut agreed = Agreed::default();
    agreed.server_no_context_takeover = true;
    let mut client = connection(Role::Client, agreed, Deflate::default());
    let wire = [compressed(OpCode::Text, HELLO), compressed(OpCode::Text, HELLO)].concat();
    assert_eq!(messages(&mut client, &wire).unwrap().len(), 2);
    let reference = compressed(OpCode::Text, &[0xF2, 0x00, 0x11, 0x00, 0x00]);
    assert!(messages(&mut client, &reference).is_err());
}

/// Random messages, whole and in parts, compressed and not, with pings between.
fn traffic(dice: &mut Dice, sender: &mut Connection) -> (Vec<Message>, Bytes) {
    let (mut out, mut wire, mut messages) = (Output::new(), BytesMut::new(), Vec::new());
    for _ in 0..dice.roll(10) + 1 {
        let length = [0, 1, 5, 125, 126, 1000, 5000, 65_535, 65_536, 200_000][dice.roll(10)];
        let message = match dice.roll(4) {
            0 => Message::binary(dice.bytes(length.min(70_000))),
            1 => Message::binary(vec![0; length]),
            _ => {
                let text = format!("aé€𐍈 plain {} ", dice.roll(50));
                Message::text(text.chars().cycle().take(length / 3).collect::<String>())
            }
        };
        let kind = if message.as_text().is_some() { Kind::Text } else { Kind::Binary };
        match dice.roll(4) {
            0 => sender.send_uncompressed(&mut out, message.clone()).unwrap(),
            1 => {
                let data = message.clone().into_data();
                let mut rest = &data[..];
                for _ in 0..dice.roll(4) {
                    let (part, tail) = rest.split_at(dice.roll(rest.len() + 1));
                    sender.send_part(&mut out, kind, part, false).unwrap();
                    rest = tail;
                    if dice.roll(3) == 0 {
                        sender.ping(b"between").unwrap();
                        messages.push(Message::Ping(Bytes::from_static(b"between")));
                        wire.extend_from_slice(&sent(sender, &mut out));
                    }
                }
                sender.send_part(&mut out, kind, rest, true).unwrap();
            }
            _ => sender.send(&mut out, message.clone()).unwrap(),
        }
        wire.extend_from_slice(&sent(sender, &mut out));
        messages.push(message);
    }
    (messages, wire.freeze())
}

fn data(list: Vec<Message>) -> Vec<Message> {
    list.into_iter().filter(Message::is_data).collect()
}

fn any_options(dice: &mut Dice) -> Deflate {
    let mut deflate = Deflate::default().threshold([0, 1, 128][dice.roll(3)]).level(dice.roll(10) as u8);
    if dice.roll(2) == 0 {
        deflate = deflate.client_no_context_takeover();
    }
    if dice.roll(2) == 0 {
        deflate = deflate.server_no_context_takeover();
    }
    if dice.roll(2) == 0 {
        deflate = deflate.client_max_window_bits(bits(8 + dice.roll(8) as u8));
    }
    if dice.roll(2) == 0 {
        deflate = deflate.server_max_window_bits(bits(8 + dice.roll(8) as u8));
    }
    deflate.max_ratio(2000)
}

#[test]
fn whatever_one_side_sends_the_other_receives() {
    for seed in 0..10 {
        let mut dice = Dice(seed);
        for delivery in [Delivery::Whole, Delivery::Chunks] {
            for most in [3, 1460, 100_000] {
                let (mut client, mut server) = pair(any_options(&mut dice), any_options(&mut dice));
                exchange(&mut dice, &mut client, &mut server, delivery, most, seed);
                exchange(&mut dice, &mut server, &mut client, delivery, most, seed);
            }
        }
    }
}

fn exchange(
    dice: &mut Dice,
    from: &mut Connection,
    to: &mut Connection,
    delivery: Delivery,
    most: usize,
    seed: u64,
) {
    let (messages, wire) = traffic(dice, from);
    to.deliver(delivery);
    let borrowed = dice.roll(2) == 0;
    let mut received = whole(receive(to, &wire, borrowed, || dice.roll(most) + 1).unwrap());
    // The answers to the pings of the other direction.
    received.retain(|message| !matches!(message, Message::Pong(_)));
    assert_eq!(received.len(), messages.len());
    assert!(data(received) == data(messages), "seed {seed} {delivery:?} {most}");
}

#[test]
fn delivery_may_change_at_any_byte_without_a_loss() {
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let deflate = eager().max_ratio(2000);
        let mut server = connection(Role::Server, Agreed::default(), deflate.clone());
        let (messages, wire) = traffic(&mut dice, &mut server);
        let mut receiver = connection(Role::Client, Agreed::default(), deflate);
        let now = Instant::now();
        let (mut input, mut rest, mut events) = (BytesMut::new(), &wire[..], Vec::new());
        loop {
            if dice.roll(3) == 0 {
                receiver.deliver([Delivery::Whole, Delivery::Chunks][dice.roll(2)]);
            }
            match receiver.advance(&input, now).unwrap() {
                Step::Ready if dice.roll(3) == 0 => {}
                Step::Ready => events.push(receiver.event_owned(&mut input)),
                Step::Consumed(count) => drop(input.split_to(count)),
                Step::Need(_) if rest.is_empty() => break,
                Step::Need(_) => {
                    let piece = (dice.roll(3000) + 1).min(rest.len());
                    input.extend_from_slice(&rest[..piece]);
                    rest = &rest[piece..];
                }
            }
        }
        assert!(data(whole(events)) == data(messages), "seed {seed}");
        assert!(receiver.quiescent());
    }
}

#[test]
fn a_message_of_which_nothing_was_taken_becomes_whole_again() {
    use anyrfc_websocket::proto::OwnedEvent;
    let (mut server, mut out) = (plain(Role::Server), Output::new());
    let message = Message::text("again and again ".repeat(1000));
    server.send(&mut out, message.clone()).unwrap();
    let wire = sent(&mut server, &mut out);
    for cut in [5, wire.len() / 2, wire.len()] {
        let mut client = plain(Role::Client);
        client.deliver(Delivery::Chunks);
        let mut input = BytesMut::from(&wire[..cut]);
        while let Step::Consumed(count) = client.advance(&input, Instant::now()).unwrap() {
            let _ = input.split_to(count);
        }
        client.deliver(Delivery::Whole);
        input.extend_from_slice(&wire[cut..]);
        loop {
            match client.advance(&input, Instant::now()).unwrap() {
                Step::Consumed(count) => drop(input.split_to(count)),
                Step::Ready => break,
                Step::Need(_) => panic!("nothing came of it"),
            }
        }
        assert_eq!(client.event_owned(&mut input), OwnedEvent::Message(message.clone()), "cut at {cut}");
    }
}

#[test]
fn inflated_text_is_validated_as_it_comes() {
    let stored = |text: &[u8]| {
        let length = text.len() as u8;
        [&[0x00, length, 0x00, !length, 0xFF], text].concat()
    };
    // The first wrong byte fails, although the message goes on for ever.
    let mut client = plain(Role::Client);
    let wire = frame(false, Rsv::RSV1, OpCode::Text, &stored(b"ok\xED\xA0"), None);
    let error = messages(&mut client, &wire).unwrap_err();
    assert_eq!(error.requirement().unwrap().id(), "rfc6455#5.6-1");
    assert_eq!(error.close_code().unwrap().get(), 1007);
    // A character may be cut by blocks and frames, but not by the end.
    let mut client = plain(Role::Client);
    let wire = [
        frame(false, Rsv::RSV1, OpCode::Text, &stored(b"\xE2\x82"), None),
        frame(true, Rsv::NONE, OpCode::Continuation, &[&stored(b"\xAC")[..], &[0]].concat(), None),
    ];
    assert_eq!(messages(&mut client, &wire.concat()).unwrap(), [Message::text("€")]);
    let wire = compressed(OpCode::Text, &[&stored(b"\xE2\x82")[..], &[0]].concat());
    assert_eq!(messages(&mut client, &wire).unwrap_err().close_code().unwrap().get(), 1007);
    // Of binary messages nothing is asked, and the compressed bytes need not be text.
    let wire = compressed(OpCode::Binary, &[&stored(b"\xE2\x82")[..], &[0]].concat());
    assert_eq!(messages(&mut plain(Role::Client), &wire).unwrap().len(), 1);
}
