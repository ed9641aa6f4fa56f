//! Two machines talk to each other, without any I/O: whatever one sends, the
//! other receives, in any chunking, fragmentation and delivery.

use std::time::{Duration, Instant};

use anyrfc_core::{Eof, ErrorKind, Machine, Output, ProtocolState, Step};
use anyrfc_websocket::{
    CloseCode, CloseFrame, Error, Kind, Message, Refusal, Subprotocols, Waited,
    codec::{deflate::Agreed, handshake::Request},
    proto::{Config, Connection, Delivery, Opening, OwnedEvent, Role, State},
    rfc6455,
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

const SECOND: Duration = Duration::from_secs(1);

/// A client and a server whose opening handshake is still to come.
fn before_the_handshake(now: Instant) -> (Connection, Connection) {
    let config = Config::default();
    let request = Request::new("ws://localhost/".parse().unwrap()).unwrap();
    let client = Opening::client(&request, [1; 16], &config).unwrap();
    let server = Opening::server(Subprotocols::new(), &config);
    let of = |opening| Connection::new(opening, config.clone(), [7; 32], now);
    (of(client), of(server))
}

#[test]
fn a_server_that_speaks_at_once_answers_the_handshake_first() {
    let (mut client, mut server) = before_the_handshake(Instant::now());
    let request = sent(&mut client, &mut Output::new());
    assert_eq!(receive(&mut server, &request, true, || 50).unwrap(), [OwnedEvent::Open]);
    let mut out = Output::new();
    server.send(&mut out, Message::text("hi")).unwrap();
    assert!(!server.wants_write());
    let wire = out.take();
    assert!(wire.starts_with(b"HTTP/1.1 101 ") && wire.ends_with(b"\r\n\r\n\x81\x02hi"));
    for borrowed in [false, true] {
        let (mut client, _) = before_the_handshake(Instant::now());
        sent(&mut client, &mut Output::new());
        let events = receive(&mut client, &wire, borrowed, || usize::MAX).unwrap();
        assert_eq!(events, [OwnedEvent::Open, OwnedEvent::Message(Message::text("hi"))]);
    }
}

#[test]
fn before_the_answer_to_the_handshake_nothing_can_be_said() {
    let now = Instant::now();
    let (mut client, _) = before_the_handshake(now);
    let mut out = Output::new();
    let refused = [
        client.send(&mut out, Message::text("x")),
        client.send_part(&mut out, Kind::Text, b"x", true),
        client.ping(b""),
        client.pong(b""),
        client.close(None, now),
    ];
    for error in refused.map(Result::unwrap_err) {
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert_eq!(error.requirement(), Some(rfc6455::SENDING_NEEDS_THE_OPEN_STATE));
    }
    assert!(out.is_empty() && client.phase() == State::Connecting);
    client.transmit(&mut out, now);
    assert!(out.take().starts_with(b"GET / HTTP/1.1\r\n"));
}

#[test]
fn no_answer_to_the_handshake_ends_it_to_the_nanosecond() {
    let now = Instant::now();
    for mut side in <[Connection; 2]>::from(before_the_handshake(now)) {
        let at = now + 30 * SECOND;
        assert_eq!(side.poll_timeout(), Some(at));
        side.handle_timeout(at - Duration::from_nanos(1)).unwrap();
        assert_eq!((side.phase(), side.poll_timeout()), (State::Connecting, Some(at)));
        let error = side.handle_timeout(at).unwrap_err();
        assert_eq!((error.kind(), error.waited_for()), (ErrorKind::Timeout, Some(Waited::Handshake)));
        // Not even the request goes out any more.
        assert_eq!((side.phase(), side.poll_timeout(), side.wants_write()), (State::Failed, None, false));
    }
}

#[test]
fn how_much_is_read_ahead_depends_on_the_state() {
    let (mut client, mut server) = before_the_handshake(Instant::now());
    let head = Config::default().limits.header_block + Refusal::BODY_MAX;
    assert_eq!((client.input_limit(), server.input_limit()), (head, head));
    let request = sent(&mut client, &mut Output::new());
    receive(&mut server, &request, false, || usize::MAX).unwrap();
    assert_eq!(server.input_limit(), 256 << 10);
    // What is inflated is taken as it comes, however much was announced.
    let mut client = connection(Role::Client).with_deflate(Agreed::default());
    receive(&mut client, b"\xC2\x7F\0\0\0\0\0\x10\0\0", false, || usize::MAX).unwrap();
    assert_eq!(client.input_limit(), 256 << 10);
}

#[test]
fn only_between_messages_is_it_quiescent() {
    let now = Instant::now();
    let mut client = connection(Role::Client);
    assert!(client.quiescent());
    // A message that waits to be taken; a part of one; and between the frames of one.
    client.advance(b"\x81\x01x", now).unwrap();
    assert!(!client.quiescent());
    client.event(b"\x81\x01x");
    assert!(client.quiescent());
    assert_eq!(client.advance(b"\x82\x05ab", now).unwrap(), Step::Need(3));
    assert!(!client.quiescent());
    let mut client = connection(Role::Client);
    assert_eq!(client.advance(b"\x02\x02ab", now).unwrap(), Step::Consumed(4));
    assert!(!client.quiescent());
    assert!(client.capacity() >= 2);
    assert_eq!(connection(Role::Client).capacity(), 0);
}

#[test]
fn what_is_missing_is_told() {
    let now = Instant::now();
    let client = || connection(Role::Client);
    for (input, missing) in
        [(&b""[..], 2), (b"\x81", 2), (b"\x82\x05", 5), (b"\x81\x05abc", 2), (b"\x89\x05a", 4)]
    {
        assert_eq!(client().advance(input, now).unwrap(), Step::Need(missing), "{input:x?}");
    }
    let mut pieces = client();
    pieces.deliver(Delivery::Chunks);
    assert_eq!(pieces.advance(b"\x82\x05", now).unwrap(), Step::Need(5));
    // Where the header is taken alone, the payload is missing.
    let compressed = || client().with_deflate(Agreed::default());
    for (mut side, header, missing) in [
        (client(), &b"\x02\x05"[..], 5),
        (connection(Role::Server), b"\x82\x85\0\0\0\0", 5),
        (compressed(), b"\xC2\x05", 5),
        (compressed(), b"\xC2\x01", 1),
    ] {
        assert_eq!(side.advance(header, now).unwrap(), Step::Consumed(header.len()));
        assert_eq!(side.advance(b"", now).unwrap(), Step::Need(missing), "{header:x?}");
    }
    for mut side in <[Connection; 2]>::from(before_the_handshake(now)) {
        assert_eq!(side.advance(b"", now).unwrap(), Step::Need(1));
    }
    // What follows Close is let go.
    let mut closed = client();
    assert_eq!(closed.advance(b"\x88\0", now).unwrap(), Step::Consumed(2));
    assert_eq!(closed.advance(b"x", now).unwrap(), Step::Ready);
    closed.event(b"x");
    assert_eq!(closed.advance(b"x", now).unwrap(), Step::Consumed(1));
    assert_eq!(closed.advance(b"", now).unwrap(), Step::Need(1));
}

#[test]
fn an_event_releases_its_own_bytes_and_no_more() {
    let wire = [&b"\x89\x01a\x81\x02hi\x8A\x01b"[..], b"\x02\x01x\x89\0\x80\x01y\x82\x03abc\x88\x02\x03\xE8"]
        .concat();
    for (borrowed, size, delivery) in [
        (false, 1, Delivery::Whole),
        (true, 1, Delivery::Whole),
        (false, usize::MAX, Delivery::Whole),
        (true, usize::MAX, Delivery::Whole),
        (false, usize::MAX, Delivery::Chunks),
        (true, usize::MAX, Delivery::Chunks),
    ] {
        let mut client = connection(Role::Client);
        client.deliver(delivery);
        let events = receive(&mut client, &wire, borrowed, || size).unwrap();
        let messages: Vec<_> =
            whole(events).into_iter().filter(|message| *message != Message::Ping(Bytes::new())).collect();
        let expected = [
            Message::Ping("a".into()),
            Message::text("hi"),
            Message::Pong("b".into()),
            Message::binary("xy"),
            Message::binary("abc"),
            Message::Close(Some(CloseCode::NORMAL.into())),
        ];
        assert_eq!(messages, expected, "{borrowed} {size} {delivery:?}");
    }
}

#[test]
fn the_time_for_close_does_not_start_anew_with_what_else_is_sent() {
    let now = Instant::now();
    let mut client = connection(Role::Client);
    let mut out = Output::new();
    client.close(None, now).unwrap();
    assert_eq!(client.poll_timeout(), Some(now + 5 * SECOND));
    // Doing so again changes nothing.
    client.close(Some(CloseCode::NORMAL.into()), now + SECOND).unwrap();
    assert_eq!(client.poll_timeout(), Some(now + 5 * SECOND));
    // The time is the peer's from when Close leaves.
    client.transmit(&mut out, now + SECOND);
    assert_eq!(client.poll_timeout(), Some(now + 6 * SECOND));
    let pinged = client.advance(b"\x89\x01x", now + 2 * SECOND).unwrap();
    assert_eq!((pinged, client.wants_write()), (Step::Consumed(3), true));
    client.transmit(&mut out, now + 3 * SECOND);
    assert_eq!((client.wants_write(), client.poll_timeout()), (false, Some(now + 6 * SECOND)));
    let frames = [out.take()[0], client.event(b"").0 as u8];
    assert_eq!(frames, [0x88, 0]);
    // And from the peer's Close on for the end of TCP, whenever the answer leaves.
    let mut client = connection(Role::Client);
    client.advance(b"\x88\0", now).unwrap();
    client.transmit(&mut out, now + 2 * SECOND);
    assert_eq!(client.poll_timeout(), Some(now + 5 * SECOND));
    client.handle_timeout(now + 5 * SECOND - Duration::from_nanos(1)).unwrap();
    assert_eq!(client.phase(), State::Closing);
    client.handle_timeout(now + 5 * SECOND).unwrap();
    assert_eq!((client.phase(), client.poll_timeout()), (State::Closed, None));
}

#[test]
fn a_failing_connection_says_close_where_there_is_a_place_for_it() {
    let now = Instant::now();
    let fail = |client: &mut Connection| {
        assert_eq!(client.advance(b"\x83\0", now).unwrap_err().kind(), ErrorKind::Protocol);
        assert_eq!(client.phase(), State::Failed);
        client.wants_write()
    };
    assert!(fail(&mut connection(Role::Client)));
    // Not within a frame, and not a second time.
    let mut client = connection(Role::Client);
    client.send(&mut Output::new(), Message::binary(vec![0; 200_000])).unwrap();
    assert!(client.is_sending() && !fail(&mut client));
    let mut client = connection(Role::Client);
    client.close(None, now).unwrap();
    client.transmit(&mut Output::new(), now);
    assert!(!fail(&mut client));
    // One that waits is not said; in its place is why it failed.
    let (mut client, mut out) = (connection(Role::Server), Output::new());
    client.ping(b"never sent").unwrap();
    client.close(None, now).unwrap();
    assert!(fail(&mut client));
    client.transmit(&mut out, now);
    let wire = out.take();
    assert_eq!((wire[0], &wire[2..4]), (0x88, &[0x03, 0xEA][..]));
}

#[test]
fn from_64_kib_on_a_message_moves_as_there_is_room() {
    for (waiting, length, moving) in [
        (60_000, 0xFFFF, false),
        (60_000, 0x1_0000, true),
        // No less than 4 KiB are left over for a write of its own.
        (0, Output::HIGH_WATER - 14 + 4096, true),
        (0, Output::HIGH_WATER - 14 + 4095, false),
    ] {
        let (mut client, mut out) = (connection(Role::Client), Output::new());
        out.write(&vec![0; waiting]);
        client.send(&mut out, Message::binary(vec![1; length])).unwrap();
        assert_eq!(client.is_sending(), moving, "{waiting} {length}");
        assert_eq!(client.capacity() >= length, moving);
    }
}

#[test]
fn so_many_pings_and_pongs_of_the_caller_wait() {
    let mut client = connection(Role::Client);
    for _ in 0..16 {
        client.ping(b"").unwrap();
        client.pong(b"").unwrap();
    }
    for refused in [client.ping(b""), client.pong(b"")] {
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Limit);
    }
    assert_eq!(sent(&mut client, &mut Output::new()).len(), 32 * 6);
    client.ping(b"").unwrap();
}

#[test]
fn the_end_of_the_stream_ends_a_refusal_that_has_no_other_end() {
    for (eof, truncated) in [(Some(Eof::Clean), false), (Some(Eof::Truncated), true), (None, true)] {
        let now = Instant::now();
        let (mut client, _) = before_the_handshake(now);
        sent(&mut client, &mut Output::new());
        let refusal = b"HTTP/1.1 403 Forbidden\r\n\r\nno, and";
        assert_eq!(receive(&mut client, refusal, false, || 1).unwrap(), []);
        assert_eq!(client.advance(b"", now).unwrap(), Step::Need(1));
        let error = match eof {
            Some(eof) => client.handle_eof(eof),
            None => client.handle_timeout(now + 30 * SECOND),
        };
        let error = error.unwrap_err();
        assert_eq!((error.kind(), client.phase()), (ErrorKind::Refused, State::Failed));
        let refusal = error.refusal().unwrap();
        assert_eq!((&refusal.body[..], refusal.truncated), (&b"no, and"[..], truncated));
        assert_eq!(client.poll_timeout(), None);
        client.handle_eof(Eof::Clean).unwrap();
    }
}

#[test]
fn the_end_of_the_stream_is_told_by_what_it_cut_off() {
    let (open, handshake) = (|| connection(Role::Client), || before_the_handshake(Instant::now()).0);
    let (clean, truncated) = (Eof::Clean, Eof::Truncated);
    for (mut client, eof, what) in [
        (open(), clean, "the stream ended without a Close frame"),
        (open(), truncated, "TLS was cut without close_notify or a Close frame"),
        (handshake(), clean, "the stream ended before the opening handshake was answered"),
        (handshake(), truncated, "the stream ended before the opening handshake was answered"),
    ] {
        let error = client.handle_eof(eof).unwrap_err();
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Closed, Some(rfc6455::LOST_TRANSPORT_FAILS))
        );
        assert!(error.to_string().contains(what), "{error}");
        assert_eq!((client.phase(), client.wants_write()), (State::Failed, false));
    }
}

#[test]
fn what_only_the_layer_above_forgives_is_recorded_too() {
    let mut client = connection(Role::Client);
    assert!(client.deviations().is_empty());
    client.record_deviation(rfc6455::LOST_TRANSPORT_FAILS, b"sample");
    assert_eq!(client.deviations().iter().count(), 1);
}
