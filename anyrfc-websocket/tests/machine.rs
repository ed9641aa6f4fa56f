//! Two machines talk to each other, without any I/O: whatever one sends, the
//! other receives, in any chunking, fragmentation and delivery.

use std::time::{Duration, Instant};

use anyrfc_core::{Eof, ErrorKind, Machine, Output, ProtocolState, Step};
use anyrfc_websocket::{
    CloseCode, CloseFrame, Error, Kind, Message,
    proto::{Config, Connection, Delivery, OwnedEvent, Role, State},
};
use bytes::{Bytes, BytesMut};

/// A small deterministic generator: enough to vary tests.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

fn connection(role: Role) -> Connection {
    Connection::established(role, Config::default(), [7; 32])
}

/// Everything `connection` reports of `wire`, which arrives in pieces as `size` says.
fn receive(
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
                    anyrfc_websocket::proto::Event::Message(message) => {
                        OwnedEvent::Message(message.to_owned())
                    }
                    anyrfc_websocket::proto::Event::Chunk(chunk) => OwnedEvent::Chunk(chunk.to_owned()),
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

/// Joins pieces to messages.
fn whole(events: Vec<OwnedEvent>) -> Vec<Message> {
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

fn sent(connection: &mut Connection, out: &mut Output) -> Bytes {
    let mut wire = BytesMut::new();
    loop {
        connection.transmit(out, Instant::now());
        wire.extend_from_slice(&out.take());
        if !connection.wants_write() {
            return wire.freeze();
        }
    }
}

/// Random messages, whole and in parts with pings between, as `role` sends them.
fn traffic(dice: &mut Dice, role: Role) -> (Vec<Message>, Bytes) {
    let (mut sender, mut out, mut wire, mut messages) =
        (connection(role), Output::new(), BytesMut::new(), Vec::new());
    for _ in 0..dice.roll(12) + 1 {
        let length = [0, 1, 5, 125, 126, 127, 1000, 5000, 65_535, 65_536, 200_000][dice.roll(11)];
        let text: String = "aé€𐍈 plain ".chars().cycle().take(length / 3).collect();
        let message = match dice.roll(2) {
            0 => Message::text(text),
            _ => Message::binary((0..length).map(|i| i as u8).collect::<Vec<_>>()),
        };
        if dice.roll(2) == 0 {
            sender.send(&mut out, message.clone()).unwrap();
        } else {
            let (kind, data) = (
                if message.as_text().is_some() { Kind::Text } else { Kind::Binary },
                message.clone().into_data(),
            );
            let mut rest = &data[..];
            for _ in 0..dice.roll(4) {
                let (part, tail) = rest.split_at(dice.roll(rest.len() + 1));
                sender.send_part(&mut out, kind, part, false).unwrap();
                rest = tail;
                if dice.roll(3) == 0 {
                    sender.ping(b"between").unwrap();
                    messages.push(Message::Ping(Bytes::from_static(b"between")));
                    wire.extend_from_slice(&sent(&mut sender, &mut out));
                }
            }
            sender.send_part(&mut out, kind, rest, true).unwrap();
        }
        wire.extend_from_slice(&sent(&mut sender, &mut out));
        messages.push(message);
    }
    (messages, wire.freeze())
}

#[test]
fn whatever_one_side_sends_the_other_receives() {
    for seed in 0..16 {
        let mut dice = Dice(seed);
        for (from, to) in [(Role::Server, Role::Client), (Role::Client, Role::Server)] {
            let (messages, wire) = traffic(&mut dice, from);
            for delivery in [Delivery::Whole, Delivery::Chunks] {
                for most in [3, 1460, 100_000] {
                    let mut receiver = connection(to);
                    receiver.deliver(delivery);
                    let borrowed = dice.roll(2) == 0;
                    let events = receive(&mut receiver, &wire, borrowed, || dice.roll(most) + 1).unwrap();
                    let received = whole(events);
                    let order =
                        |list: &[Message]| list.iter().filter(|m| m.is_data()).cloned().collect::<Vec<_>>();
                    assert!(order(&received) == order(&messages), "seed {seed} {from:?} {delivery:?} {most}");
                    assert_eq!(received.len(), messages.len());
                }
            }
        }
    }
}

#[test]
fn delivery_may_change_at_any_byte_without_a_loss() {
    for seed in 0..100 {
        let mut dice = Dice(seed);
        let (messages, wire) = traffic(&mut dice, Role::Server);
        let mut receiver = connection(Role::Client);
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
        let data = |list: Vec<Message>| list.into_iter().filter(Message::is_data).collect::<Vec<_>>();
        assert!(data(whole(events)) == data(messages), "seed {seed}");
    }
}

#[test]
fn the_closing_handshake_from_either_side() {
    let now = Instant::now();
    for (first, second) in [(Role::Client, Role::Server), (Role::Server, Role::Client)] {
        let (mut a, mut b, mut out) = (connection(first), connection(second), Output::new());
        let frame = CloseFrame::new(CloseCode::GOING_AWAY, "bye").unwrap();
        a.close(Some(frame.clone()), now).unwrap();
        assert_eq!(a.phase(), State::CloseSent);
        assert_eq!(a.send(&mut out, Message::text("late")).unwrap_err().kind(), ErrorKind::Closed);
        let wire = sent(&mut a, &mut out);
        let events = receive(&mut b, &wire, false, || 1).unwrap();
        assert_eq!(events, [OwnedEvent::Message(Message::Close(Some(frame)))]);
        assert_eq!(b.phase(), State::Closing);
        let echo = sent(&mut b, &mut out);
        let events = receive(&mut a, &echo, true, || 1).unwrap();
        assert_eq!(events, [OwnedEvent::Message(Message::Close(Some(CloseCode::GOING_AWAY.into())))]);
        for mut side in [a, b] {
            let expected = if side.role() == Role::Server {
                ProtocolState::Disconnected
            } else {
                ProtocolState::Disconnecting
            };
            assert_eq!(side.state(), expected);
            assert!(receive(&mut side, b"\x81\x01x trailing", false, || 1).unwrap().is_empty());
            side.handle_eof(Eof::Clean).unwrap();
            assert_eq!((side.phase(), side.poll_timeout()), (State::Closed, None));
        }
    }
    let mut silent = connection(Role::Client);
    silent.close(None, now).unwrap();
    sent(&mut silent, &mut Output::new());
    let deadline = silent.poll_timeout().unwrap();
    assert!(deadline >= now + Duration::from_secs(5));
    silent.handle_timeout(deadline - Duration::from_nanos(1)).unwrap();
    assert_eq!(silent.handle_timeout(deadline).unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(silent.state(), ProtocolState::Failed);
}

#[test]
fn the_table_decides_every_state_and_input() {
    use anyrfc_websocket::proto::Input;
    let moves: usize = State::ALL
        .iter()
        .flat_map(|&state| Input::ALL.iter().map(move |&input| (state, input)))
        .filter(|&(state, input)| {
            let row = State::TRANSITIONS.iter().find(|row| row.from == state && row.on == input);
            assert_eq!(state.next(input), row.map(|row| row.to), "{state:?} {input:?}");
            row.is_some()
        })
        .count();
    assert_eq!(moves, State::TRANSITIONS.len());
    for last in [State::Closed, State::Failed] {
        assert!(Input::ALL.iter().all(|&input| last.next(input).is_none()), "{last:?} is final");
    }
}

#[test]
fn a_large_message_moves_to_the_output_piece_by_piece() {
    let mut client = connection(Role::Client);
    let mut out = Output::new();
    client.send(&mut out, Message::binary(vec![1; 16 << 20])).unwrap();
    let mut total = 0;
    loop {
        assert!(out.len() <= Output::HIGH_WATER + 14, "{} bytes wait", out.len());
        total += out.take().len();
        if !client.wants_write() {
            break;
        }
        client.transmit(&mut out, Instant::now());
    }
    assert_eq!(total, (16 << 20) + 14);
}

#[test]
fn a_flood_of_pings_is_answered_within_bounds_and_the_latest_always() {
    let (mut client, mut server, mut out) =
        (connection(Role::Client), connection(Role::Server), Output::new());
    let mut wire = BytesMut::new();
    for n in 0..100_000_u32 {
        server.ping(&n.to_be_bytes()).unwrap();
        wire.extend_from_slice(&sent(&mut server, &mut out));
    }
    receive(&mut client, &wire, true, || 4096).unwrap();
    let answers = sent(&mut client, &mut out);
    let pongs = receive(&mut server, &answers, false, || 4096).unwrap();
    assert_eq!(pongs.len(), 16);
    let latest = Bytes::copy_from_slice(&99_999_u32.to_be_bytes());
    assert_eq!(pongs.last(), Some(&OwnedEvent::Message(Message::Pong(latest))));
}
