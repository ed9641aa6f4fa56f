//! RFC 6455, section 6.1: sending data.

use anyrfc_core::{Driver, Eof, ErrorKind, Machine as _, Output, compliance::Check};

use super::super::{
    support::{
        BINARY, CLOSE, EDGES, End, PING, SEED, TEXT, binary, close_frame, fails, masked, naive_frames, noise,
        octets, plain, receives, text, to,
    },
    wire::{Reluctant, virtually},
};
use crate::{
    Kind, Message,
    proto::{Config, Connection, Input, Role, State},
    rfc6455 as r,
};

const BOTH: [Role; 2] = [Role::Client, Role::Server];

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-6.1/send-ends-in-a-received-message",
        covers: &[r::SENDING_FOLLOWS_THE_STEPS],
        run: send_ends_in_a_received_message,
    },
    Check {
        name: "section-6.1/send-needs-the-open-state",
        covers: &[r::SENDING_NEEDS_THE_OPEN_STATE],
        run: send_needs_the_open_state,
    },
    Check {
        name: "section-6.1/send-stops-when-the-state-changes",
        covers: &[r::SENDING_STOPS_WITH_THE_OPEN_STATE],
        run: send_stops_when_the_state_changes,
    },
    Check { name: "section-6.1/data-is-framed", covers: &[r::DATA_IS_FRAMED], run: data_is_framed },
    Check {
        name: "section-6.1/data-may-be-framed-in-parts",
        covers: &[r::DATA_MAY_BE_FRAMED_IN_PARTS],
        run: data_may_be_framed_in_parts,
    },
    Check {
        name: "section-6.1/first-opcode-tells-the-type",
        covers: &[r::FIRST_FRAME_TELLS_THE_TYPE],
        run: first_opcode_tells_the_type,
    },
    Check {
        name: "section-6.1/last-frame-has-fin",
        covers: &[r::LAST_FRAME_HAS_FIN],
        run: last_frame_has_fin,
    },
    Check {
        name: "section-6.1/client-data-is-masked",
        covers: &[r::CLIENT_DATA_IS_MASKED],
        run: client_data_is_masked,
    },
    Check {
        name: "section-6.1/frames-reach-the-network",
        covers: &[r::FRAMES_ARE_TRANSMITTED],
        run: frames_reach_the_network,
    },
];

fn send_ends_in_a_received_message() {
    let large = noise(1 << 20, 1);
    let messages = [
        text("text"),
        binary(noise(100, 2)),
        text(""),
        binary(""),
        binary(&large),
        text(&"ж".repeat(50_000)),
    ];
    for role in BOTH {
        let other = if role == Role::Client { Role::Server } else { Role::Client };
        let (mut end, mut peer) =
            (End::new(role, &Config::default(), SEED), End::new(other, &Config::default(), SEED));
        for message in &messages {
            end.send(message.clone()).expect("open");
            let wire = end.written();
            let frames = naive_frames(&wire);
            assert_eq!(frames.len(), 1);
            let first = if message.as_text().is_some() { TEXT } else { BINARY };
            assert_eq!((frames[0].first(), frames[0].key.is_some()), (first, role == Role::Client));
            assert!(peer.feed(&wire).fine() == [message.clone()], "not received as it was sent");
        }
        for (part, last) in [("fragm", false), ("en", false), ("ted", true)] {
            end.part(Kind::Text, part, last).expect("open");
        }
        assert_eq!(peer.feed(end.written()).fine(), [text("fragmented")]);

        end.close(None);
        end.written();
        for message in &messages {
            assert_eq!(end.send(message.clone()).expect_err("closed").kind(), ErrorKind::Closed);
        }
        assert_eq!(end.written(), b"");
    }
}

/// An end in each state that can be reached without the opening handshake.
fn in_every_state(role: Role) -> Vec<End> {
    let open = || End::new(role, &Config::default(), SEED);
    let mut close_sent = open();
    close_sent.close(None);
    let mut closing = open();
    closing.feed(to(role, CLOSE, "")).fine();
    let mut closed = open();
    closed.feed(to(role, CLOSE, "")).fine();
    closed.connection.handle_eof(Eof::Clean).expect("in order");
    let mut lost = open();
    lost.connection.handle_eof(Eof::Clean).expect_err("not in order");
    let mut failed = open();
    failed.feed([0x83]).error.expect("an unknown opcode");
    vec![open(), close_sent, closing, closed, lost, failed]
}

fn send_needs_the_open_state() {
    for role in BOTH {
        let mut ends = in_every_state(role);
        let phases: Vec<State> = ends.iter().map(End::phase).collect();
        let others = [State::CloseSent, State::Closing, State::Closed, State::Failed, State::Failed];
        assert_eq!(phases, [&[State::Open][..], &others].concat());
        for end in &mut ends {
            end.written();
            let open = end.phase() == State::Open;
            let tried = [
                end.send(text("now?")),
                end.send(binary(noise(100_000, 1))),
                end.connection.send_slice(&mut end.output, Kind::Binary, b"now?"),
                end.part(Kind::Text, "now?", true),
            ];
            for tried in tried {
                match tried {
                    Ok(()) => assert!(open, "sent in {:?}", end.phase()),
                    Err(error) => {
                        assert!(!open, "refused while open: {error}");
                        assert_eq!(error.kind(), ErrorKind::Closed);
                        assert!(error.requirement().is_some());
                    }
                }
            }
            assert_eq!(end.written().is_empty(), !open, "{:?}", end.phase());
        }
    }
    // The table: OPEN is entered by the handshake alone, and never again.
    for row in State::TRANSITIONS {
        assert_eq!(row.to == State::Open, row.from == State::Connecting && row.on == Input::Established);
    }
}

fn send_stops_when_the_state_changes() {
    for role in BOTH {
        for change in ["their Close", "our Close", "the end", "a violation", "nothing"] {
            let mut end = End::new(role, &Config::default(), SEED);
            end.part(Kind::Text, "one, ", false).expect("open");
            end.part(Kind::Text, "two, ", false).expect("open");
            assert_eq!(end.frames().len(), 2);
            match change {
                "their Close" => drop(end.feed(to(role, CLOSE, "")).fine()),
                "our Close" => end.close(None),
                "the end" => drop(end.connection.handle_eof(Eof::Clean)),
                "a violation" => drop(end.feed([0x83])),
                _ => {}
            }
            let third = end.part(Kind::Text, "three", true);
            let data: Vec<_> = end.frames().into_iter().filter(|frame| frame.opcode < 8).collect();
            if change == "nothing" {
                third.expect("open");
                assert_eq!((data.len(), data[0].first()), (1, 0x80));
            } else {
                assert_eq!(third.expect_err(change).kind(), ErrorKind::Closed);
                assert_eq!(data, [], "{change}");
            }
        }
    }
    // What was only queued goes no further either, once the connection has failed.
    let mut client = End::client();
    client.output = Output::with_high_water(1000);
    client.send(binary(noise(100_000, 1))).expect("open");
    let begun = client.output.take().len();
    client.feed([0x83]).error.expect("an unknown opcode");
    assert_eq!(client.written(), b"", "the failed connection went on sending");
    assert!(begun < 2000);
}

fn data_is_framed() {
    for length in EDGES {
        let payload = noise(length, 12);
        let mut server = End::server();
        server.send(binary(&payload)).expect("open");
        let written = server.written();
        assert!(written == plain(BINARY, &payload), "{length} bytes from the server");
        assert_ne!(written.len(), length, "left without a frame");

        // The client's differ by the key only.
        for send in [whole, sliced, part] {
            let mut client = End::client();
            send(&mut client, &payload);
            let written = client.written();
            let key = naive_frames(&written)[0].key.expect("masked");
            let by_hand = masked(BINARY, &payload);
            let head = by_hand.len() - length;
            assert_eq!(written.len(), by_hand.len());
            assert_eq!(written[..head - 4], by_hand[..head - 4], "{length} bytes");
            assert!(written[head..] == octets(&payload, key)[..], "{length} bytes");
        }
    }
    let mut server = End::server();
    server.send(text("Hello")).expect("open");
    assert_eq!(server.written(), b"\x81\x05\x48\x65\x6c\x6c\x6f");
    server.part(Kind::Text, "Hel", false).expect("open");
    server.part(Kind::Text, "lo", true).expect("open");
    assert_eq!(server.written(), b"\x01\x03\x48\x65\x6c\x80\x02\x6c\x6f");
    server.send(Message::Ping("Hello".into())).expect("open");
    assert_eq!(server.written(), b"\x89\x05\x48\x65\x6c\x6c\x6f");
    server.send(binary([0; 256])).expect("open");
    assert_eq!(server.written()[..4], *b"\x82\x7E\x01\x00");
    server.send(binary([0; 65_536])).expect("open");
    assert_eq!(server.written()[..10], *b"\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00");
}

fn whole(end: &mut End, payload: &[u8]) {
    end.send(binary(payload)).expect("open");
}

fn sliced(end: &mut End, payload: &[u8]) {
    end.connection.send_slice(&mut end.output, Kind::Binary, payload).expect("open");
}

fn part(end: &mut End, payload: &[u8]) {
    end.part(Kind::Binary, payload, true).expect("open");
}

fn data_may_be_framed_in_parts() {
    // Each piece is on its way before the next one is known.
    let mut client = End::client();
    let mut server = End::server();
    let mut all = Vec::new();
    for i in 0..20_u8 {
        let piece = noise(usize::from(i) * 100, u64::from(i));
        client.part(Kind::Binary, &piece, false).expect("open");
        all.extend(piece);
        let wire = client.written();
        assert_eq!(naive_frames(&wire)[0].first(), if i == 0 { 0x02 } else { 0x00 });
        assert_eq!(server.feed(&wire).fine(), []);
    }
    client.part(Kind::Binary, "", true).expect("open");
    assert_eq!(server.feed(client.written()).fine(), [binary(all)]);
    client.send(text("the next")).expect("open");
    assert_eq!(server.feed(client.written()).fine(), [text("the next")]);

    // A source that stops half-way leaves a message that no other is glued to.
    client.part(Kind::Binary, "half", false).expect("open");
    client.written();
    assert_eq!(client.send(text("another")).expect_err("unfinished").kind(), ErrorKind::Usage);
    assert_eq!(client.part(Kind::Text, "another", false).expect_err("unfinished").kind(), ErrorKind::Usage);
    assert_eq!(client.written(), b"");
    client.close(Some(close_frame(1001, "")));
    assert_eq!(client.frames().iter().map(|f| f.first()).collect::<Vec<_>>(), [CLOSE]);
}

fn first_opcode_tells_the_type() {
    for role in BOTH {
        let mut end = End::new(role, &Config::default(), SEED);
        for (kind, opcode) in [(Kind::Text, 1), (Kind::Binary, 2)] {
            for parts in [1, 2, 5] {
                for i in 0..parts {
                    end.part(kind, "x", i == parts - 1).expect("open");
                }
                let opcodes: Vec<_> = end.frames().iter().map(|f| f.opcode).collect();
                let expected: Vec<u8> = (0..parts).map(|i| if i == 0 { opcode } else { 0 }).collect();
                assert_eq!(opcodes, expected);
            }
        }
        end.send(text("x")).expect("open");
        end.send(binary("x")).expect("open");
        assert_eq!(end.frames().iter().map(|f| f.opcode).collect::<Vec<_>>(), [1, 2]);

        for first in [0x00, 0x80] {
            fails(role, to(role, first, "x"), r::FIRST_FRAME_TELLS_THE_TYPE, 1002);
        }
        fails(role, to(role, TEXT, b"\xFF"), r::TEXT_IS_UTF8, 1007);
        receives(role, to(role, BINARY, b"\xFF"), &[binary(b"\xFF")]);
    }
}

fn last_frame_has_fin() {
    for parts in [1_usize, 2, 5] {
        for empty_end in [false, true] {
            let mut client = End::client();
            for i in 1..=parts {
                let last = i == parts;
                client.part(Kind::Text, if last && empty_end { "" } else { "x" }, last).expect("open");
            }
            let wire = client.written();
            let fins: Vec<_> = naive_frames(&wire).iter().map(|f| f.fin).collect();
            let expected: Vec<bool> = (1..=parts).map(|i| i == parts).collect();
            assert_eq!(fins, expected);
            assert_eq!(End::server().feed(&wire).fine().len(), 1);
            // Without that bit it is not a message.
            let mut cleared = wire.clone();
            let last = wire.len() - if empty_end { 6 } else { 7 };
            assert_eq!(cleared[last] & 0x80, 0x80);
            cleared[last] &= 0x7F;
            assert_eq!(End::server().feed(&cleared).fine(), []);
        }
    }
    for message in [text("whole"), binary(noise(100_000, 1))] {
        let mut client = End::client();
        client.send(message).expect("open");
        let fins: Vec<_> = client.frames().iter().map(|f| f.fin).collect();
        assert_eq!(fins, [true]);
    }
}

fn client_data_is_masked() {
    for send in [whole, sliced, part] {
        for length in [1, 125, 126, 65_535, 65_536, 200_000] {
            let payload = noise(length, 21);
            let mut client = End::client();
            send(&mut client, &payload);
            let wire = client.written();
            let frames = naive_frames(&wire);
            let key = frames[0].key.expect("not masked");
            assert!(frames[0].payload == payload);
            let on_the_wire = &wire[wire.len() - length..];
            assert!(on_the_wire != payload && octets(on_the_wire, key) == payload);
        }
    }
    let mut client = End::client();
    for i in 0..5 {
        client.part(Kind::Text, "fragment", i == 4).expect("open");
    }
    let frames = client.frames();
    let keys: std::collections::HashSet<_> = frames.iter().map(|f| f.key.expect("not masked")).collect();
    assert_eq!(keys.len(), 5, "fragments share a key");
    // One of them without its mask is refused.
    let mut server = End::server();
    for (i, frame) in frames.iter().enumerate() {
        if i == 3 {
            let error = server.feed(plain(frame.first(), &frame.payload)).error.expect("unmasked");
            assert_eq!(error.requirement(), Some(r::CLIENT_MASKS_EVERY_FRAME));
        } else if i < 3 {
            server.feed(masked(frame.first(), &frame.payload)).fine();
        }
    }
}

fn frames_reach_the_network() {
    fn queue(driver: &mut Driver<Connection, Reluctant>) {
        let (connection, output) = driver.command();
        connection.send(output, text("first")).expect("open");
        connection.send(output, binary(noise(3000, 1))).expect("open");
        connection.ping(b"third").expect("open");
    }
    let driver = |breaks| {
        Driver::new(Connection::established(Role::Client, Config::default(), SEED), Reluctant::new(breaks))
    };
    virtually(async {
        let mut driver = driver(usize::MAX);
        queue(&mut driver);
        driver.flush().await.expect("flushed");
        let taken = driver.stream().taken.clone();
        let frames = naive_frames(&taken);
        assert_eq!(frames.iter().map(|f| f.first()).collect::<Vec<_>>(), [TEXT, BINARY, PING]);
        assert_eq!(frames[1].payload, noise(3000, 1));
        driver.flush().await.expect("flushed");
        assert_eq!(driver.stream().taken, taken, "something was sent twice");
        assert_eq!(taken.len(), 11 + 3008 + 11);
    });
    // A stream that breaks anywhere is reported: a flush does not succeed with bytes unsent.
    for breaks in (0..40).chain([3000, 3029]) {
        virtually(async {
            let mut driver = driver(breaks);
            queue(&mut driver);
            driver.flush().await.expect_err("not everything was sent");
            assert_eq!(driver.stream().taken.len(), breaks);
        });
    }
    virtually(async {
        let mut driver = driver(3030);
        queue(&mut driver);
        driver.flush().await.expect("just enough");
    });
}
