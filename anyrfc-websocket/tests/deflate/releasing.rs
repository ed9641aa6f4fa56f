//! Memory that is given back while the connection lives on.

use std::time::Instant;

use anyrfc_core::{Machine as _, Output, Step};
use anyrfc_websocket::{
    Kind, Message,
    codec::{OpCode, Rsv, deflate::Agreed},
    proto::{Connection, Delivery, OwnedEvent, Role},
};
use bytes::BytesMut;

use crate::support::{
    Dice, bits, compressed, connection, dissect, eager, frame, messages, plain, sent, whole,
};

const HELLO: &[u8] = &[0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00];
/// "Hello" again, by reference to the one before.
const AGAIN: &[u8] = &[0xF2, 0x00, 0x11, 0x00, 0x00];

fn prose(dice: &mut Dice, length: usize) -> Vec<u8> {
    let words = ["price", "volume", "bid", "ask", "€uro", "\"symbol\":", "BTC-EUR", " ", ",", "{}"];
    let mut text = String::new();
    while text.len() < length {
        text += words[dice.roll(words.len())];
        text += &dice.roll(1000).to_string();
    }
    text.into()
}

/// What comes of `wire`, while the receiver gives memory back as `dice` says.
fn received(receiver: &mut Connection, wire: &[u8], dice: &mut Dice) -> Vec<Message> {
    let (mut input, mut rest, mut events) = (BytesMut::new(), wire, Vec::<OwnedEvent>::new());
    loop {
        if dice.roll(3) == 0 {
            receiver.release_contexts();
        }
        match receiver.advance(&input, Instant::now()).unwrap() {
            Step::Ready => events.push(receiver.event_owned(&mut input)),
            Step::Consumed(count) => drop(input.split_to(count)),
            Step::Need(_) if rest.is_empty() => return whole(events),
            Step::Need(_) => {
                let (piece, after) = rest.split_at(rest.len().min(1 + dice.roll(3000)));
                input.extend_from_slice(piece);
                rest = after;
            }
        }
    }
}

/// Sends in one of the ways there are, and gives memory back meanwhile.
fn send(sender: &mut Connection, out: &mut Output, data: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut wire = Vec::new();
    match dice.roll(3) {
        0 => sender.send(out, Message::binary(data.to_vec())).unwrap(),
        1 => sender.send_slice(out, Kind::Binary, data).unwrap(),
        _ => {
            for part in data.chunks(1 + dice.roll(data.len())) {
                sender.send_part(out, Kind::Binary, part, false).unwrap();
                if dice.roll(2) == 0 {
                    sender.release_contexts();
                }
            }
            sender.send_part(out, Kind::Binary, b"", true).unwrap();
        }
    }
    // A large message is compressed as the output drains.
    while sender.wants_write() || !out.is_empty() {
        sender.transmit(out, Instant::now());
        wire.extend_from_slice(&out.take());
        if dice.roll(2) == 0 {
            sender.release_contexts();
        }
    }
    wire
}

#[test]
fn released_at_any_time_nothing_is_lost() {
    let mut dice = Dice(9);
    for takeover in [true, false] {
        for window in [9, 12, 15] {
            for delivery in [Delivery::Whole, Delivery::Chunks] {
                let mut agreed = Agreed::default();
                agreed.client_no_context_takeover = !takeover;
                agreed.server_no_context_takeover = !takeover;
                agreed.client_max_window_bits = Some(bits(window));
                agreed.server_max_window_bits = Some(bits(window));
                let mut client = connection(Role::Client, agreed, eager());
                let mut server = connection(Role::Server, agreed, eager());
                client.deliver(delivery);
                server.deliver(delivery);
                let mut out = Output::new();
                for round in 0..30 {
                    let length = [1, 50, 3000, 70_000, 400_000][dice.roll(5)];
                    let data = prose(&mut dice, length);
                    let (sender, receiver) = match round % 2 {
                        0 => (&mut client, &mut server),
                        _ => (&mut server, &mut client),
                    };
                    let wire = send(sender, &mut out, &data, &mut dice);
                    let got = received(receiver, &wire, &mut dice);
                    assert!(got == [Message::binary(data)], "{takeover} {window} {delivery:?} {round}");
                }
            }
        }
    }
}

#[test]
fn the_next_message_refers_to_none_before_it() {
    let mut dice = Dice(1);
    let data = prose(&mut dice, 2000);
    let (mut sender, mut out) = (plain(Role::Client), Output::new());
    let mut once = |release: bool| {
        if release {
            sender.release_contexts();
        }
        sender.send_slice(&mut out, Kind::Binary, &data).unwrap();
        dissect(&sent(&mut sender, &mut out)).remove(0).payload
    };
    let first = once(false);
    let second = once(false);
    assert!(second.len() * 5 < first.len());
    assert_eq!(once(true), first);
    assert_eq!(once(false), second);
}

#[test]
fn a_message_that_has_begun_keeps_its_context() {
    let mut dice = Dice(2);
    let data = prose(&mut dice, 2000);
    let parts = |release: bool| {
        let (mut sender, mut out) = (plain(Role::Client), Output::new());
        for last in [false, true] {
            sender.send_part(&mut out, Kind::Binary, &data, last).unwrap();
            if release {
                sender.release_contexts();
            }
        }
        dissect(&sent(&mut sender, &mut out)).remove(0).payload
    };
    assert_eq!(parts(true), parts(false));
    // One that is not compressed is none.
    let (mut sender, mut out) = (plain(Role::Client), Output::new());
    let mut sizes = Vec::new();
    for _ in 0..2 {
        sender.send_slice(&mut out, Kind::Binary, &data).unwrap();
        sizes.push(dissect(&sent(&mut sender, &mut out)).remove(0).payload.len());
        sender.send_part_uncompressed(&mut out, Kind::Binary, b"plain", false).unwrap();
        sender.release_contexts();
        sender.send_part_uncompressed(&mut out, Kind::Binary, b"", true).unwrap();
        sent(&mut sender, &mut out);
    }
    assert_eq!(sizes[0], sizes[1]);
    // Received in two frames, the second of which refers to the first.
    let mut client = plain(Role::Client);
    let begun = frame(false, Rsv::RSV1, OpCode::Text, &HELLO[..3], None);
    assert_eq!(messages(&mut client, &begun).unwrap(), []);
    client.release_contexts();
    let rest = frame(true, Rsv::NONE, OpCode::Continuation, &HELLO[3..], None);
    assert_eq!(messages(&mut client, &rest).unwrap(), [Message::text("Hello")]);
}

#[test]
fn the_peer_may_refer_to_what_it_sent_before() {
    let hello = compressed(OpCode::Text, HELLO);
    let again = compressed(OpCode::Text, AGAIN);
    let mut client = plain(Role::Client);
    for wire in [&hello, &again, &again] {
        assert_eq!(messages(&mut client, wire).unwrap(), [Message::text("Hello")]);
        client.release_contexts();
        client.release_contexts();
    }
    // Unless it agreed not to.
    let mut agreed = Agreed::default();
    agreed.server_no_context_takeover = true;
    let mut client = connection(Role::Client, agreed, eager());
    assert_eq!(messages(&mut client, &hello).unwrap(), [Message::text("Hello")]);
    client.release_contexts();
    assert!(messages(&mut client, &again).is_err());
    // Nothing to give back, and nobody to give it.
    let mut fresh = Connection::established(Role::Client, Default::default(), [7; 32]);
    fresh.release_contexts();
}
