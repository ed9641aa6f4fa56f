//! RFC 6455, section 5.4: fragmentation.

use anyrfc_core::{ErrorKind, Fault, Output, compliance::Check};

use super::super::{
    support::{
        BINARY, CLOSE, End, PING, PONG, Random, TEXT, binary, body, close, fails, fails_after, in_pieces,
        naive_frames, noise, ping, plain, pong, receives, text, to,
    },
    vectors::VECTORS,
};
use crate::{
    Kind, Message,
    proto::{Config, Role, State},
    rfc6455 as r,
};

const BOTH: [Role; 2] = [Role::Client, Role::Server];

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-5.4/control-frames-go-between-our-fragments",
        covers: &[r::CONTROL_FRAMES_BETWEEN_FRAGMENTS],
        run: control_frames_go_between_our_fragments,
    },
    Check {
        name: "section-5.4/control-fragment-inside-a-message-fails",
        covers: &[r::CONTROL_FRAMES_ARE_NOT_FRAGMENTS],
        run: control_fragment_inside_a_message_fails,
    },
    Check {
        name: "section-5.4/fragments-keep-their-order",
        covers: &[r::FRAGMENTS_KEEP_THEIR_ORDER],
        run: fragments_keep_their_order,
    },
    Check {
        name: "section-5.4/interleaved-fragments-fail",
        covers: &[r::MESSAGES_ARE_NOT_INTERLEAVED],
        run: interleaved_fragments_fail,
    },
    Check {
        name: "section-5.4/control-frames-between-fragments-are-handled",
        covers: &[r::CONTROL_FRAMES_BETWEEN_FRAGMENTS_ARE_HANDLED],
        run: control_frames_between_fragments_are_handled,
    },
    Check {
        name: "section-5.4/fragments-of-any-size",
        covers: &[r::FRAGMENTS_OF_ANY_SIZE],
        run: fragments_of_any_size,
    },
    Check {
        name: "section-5.4/fragmented-and-whole-messages-are-received",
        covers: &[r::BOTH_KINDS_OF_MESSAGES_ARE_RECEIVED],
        run: fragmented_and_whole_messages_are_received,
    },
    Check {
        name: "section-5.4/fragments-are-text-or-binary",
        covers: &[r::FRAGMENTS_ARE_DATA],
        run: fragments_are_text_or_binary,
    },
];

fn control_frames_go_between_our_fragments() {
    let mut client = End::client();
    let mut wire = Vec::new();
    client.part(Kind::Text, "one, ", false).expect("begun");
    client.send(ping("p")).expect("between fragments");
    wire.extend(client.written());
    client.send(pong("q")).expect("between fragments");
    wire.extend(client.written());
    // A data message has no place here, so not everything is let through.
    let refused = client.send(text("no")).expect_err("inside a message");
    assert_eq!(
        (refused.kind(), refused.requirement()),
        (ErrorKind::Usage, Some(r::MESSAGES_ARE_NOT_INTERLEAVED))
    );
    client.part(Kind::Text, "two", true).expect("ended");
    wire.extend(client.written());
    let firsts: Vec<_> = naive_frames(&wire).iter().map(|f| f.first()).collect();
    assert_eq!(firsts, [0x01, PING, PONG, 0x80]);
    let messages = End::server().feed(&wire).fine();
    assert_eq!(messages, [ping("p"), pong("q"), text("one, two")]);
}

fn control_fragment_inside_a_message_fails() {
    for role in BOTH {
        let begun = to(role, 0x01, "a");
        for first in [0x08, 0x09, 0x0A] {
            fails_after(role, &begun, &to(role, first, ""), r::CONTROL_FRAME_IS_FINAL, 1002);
            fails_after(role, &begun, &to(role, first, body(1000, "")), r::CONTROL_FRAME_IS_FINAL, 1002);
        }
        let fine = [begun.clone(), to(role, PING, ""), to(role, 0x80, "b")].concat();
        receives(role, fine, &[ping(""), text("ab")]);
    }
    // Ours are whole, also where a message is being sent in parts.
    let mut client = End::client();
    client.part(Kind::Binary, "a", false).expect("begun");
    client.send(ping(noise(125, 1))).expect("queued");
    client.send(pong(noise(125, 2))).expect("queued");
    client.feed(plain(PING, noise(125, 3))).fine();
    client.feed(plain(CLOSE, body(1000, "x".repeat(123)))).fine();
    let frames = client.frames();
    assert_eq!(frames.iter().map(|f| f.first()).collect::<Vec<_>>(), [0x02, PING, PONG, PONG, CLOSE]);
}

fn fragments_keep_their_order() {
    let parts: Vec<String> = (0..300).map(|i| format!("{i}, ")).collect();
    let whole = parts.concat();
    let frame = |i: usize| plain(if i == 0 { 0x01 } else { u8::from(i == 299) << 7 }, &parts[i]);
    let wire = |order: &[usize]| {
        let mut all = Vec::new();
        for (place, &i) in order.iter().enumerate() {
            let first = if place == 0 { 0x01 } else { u8::from(place == 299) << 7 };
            all.extend(plain(first, &parts[i]));
            if place % 50 == 20 {
                all.extend(plain(PING, [i as u8]));
            }
        }
        all
    };
    assert_eq!(frame(0), wire(&[0]));
    let order: Vec<usize> = (0..300).collect();
    let mut random = Random(5);
    for _ in 0..50 {
        let (mut client, bytes, mut messages) = (End::client(), wire(&order), Vec::new());
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let (chunk, after) = rest.split_at(rest.len().min(random.below(40) + 1));
            messages.extend(client.feed(chunk).fine());
            rest = after;
        }
        assert_eq!(messages.pop(), Some(text(&whole)));
        assert_eq!(messages.len(), 6, "the pings");
    }
    // The order on the wire is what decides.
    let mut swapped = order;
    swapped.swap(100, 200);
    let messages = End::client().feed(wire(&swapped)).fine();
    assert_ne!(messages.last(), Some(&text(&whole)));

    // Ours, through an output that is always full.
    let mut client = End::client();
    client.output = Output::with_high_water(1);
    let mut bytes = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        client.part(Kind::Text, part, i == 299).expect("sent");
        if i % 7 == 0 {
            client.send(ping([i as u8])).expect("queued");
            bytes.extend(client.written());
        }
    }
    bytes.extend(client.written());
    let data: Vec<_> = naive_frames(&bytes).into_iter().filter(|f| f.opcode < 8).collect();
    assert!(data.iter().map(|f| &f.payload[..]).eq(parts.iter().map(String::as_bytes)));
    assert_eq!(End::server().feed(&bytes).fine().last(), Some(&text(&whole)));
}

fn interleaved_fragments_fail() {
    for role in BOTH {
        for begun in [0x01, 0x02] {
            for second in [TEXT, BINARY, 0x01, 0x02] {
                let (begun, second) = (to(role, begun, "a"), to(role, second, "b"));
                fails_after(role, &begun, &second, r::MESSAGES_ARE_NOT_INTERLEAVED, 1002);
                let far = [begun, to(role, 0x00, "b"), to(role, PING, "")].concat();
                fails_after(role, &far, &second, r::MESSAGES_ARE_NOT_INTERLEAVED, 1002);
            }
        }
        let fine = [to(role, 0x01, "a"), to(role, 0x80, "b"), to(role, TEXT, "c")].concat();
        receives(role, fine, &[text("ab"), text("c")]);
    }
    let mut client = End::client();
    client.part(Kind::Text, "a", false).expect("begun");
    let before = client.output.len();
    let refused = [
        client.send(text("b")),
        client.send(binary("b")),
        client.send(Message::binary(vec![0; 100_000])),
        client.connection.send_slice(&mut client.output, Kind::Text, b"b"),
    ];
    for refused in refused {
        let error = refused.expect_err("inside a message");
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Usage, Fault::Caller));
        assert_eq!(error.requirement(), Some(r::MESSAGES_ARE_NOT_INTERLEAVED));
    }
    assert_eq!(client.part(Kind::Binary, "b", true).expect_err("another type").kind(), ErrorKind::Usage);
    assert_eq!(client.output.len(), before, "a refused message wrote something");
    client.part(Kind::Text, "b", true).expect("ended");
    client.send(text("c")).expect("the next message");
    let frames: Vec<_> = client.frames().into_iter().map(|f| (f.first(), f.payload)).collect();
    assert_eq!(frames, [(0x01, b"a".to_vec()), (0x80, b"b".to_vec()), (TEXT, b"c".to_vec())]);
}

fn control_frames_between_fragments_are_handled() {
    for role in BOTH {
        let mut end = End::new(role, &Config::default(), [3; 32]);
        end.feed(to(role, 0x01, "a")).fine();
        assert_eq!(end.feed(to(role, PING, "1")).fine(), [ping("1")]);
        let sent = end.frames();
        assert_eq!((sent.len(), sent[0].first(), &sent[0].payload[..]), (1, PONG, &b"1"[..]));
        assert_eq!(end.feed(to(role, PONG, "2")).fine(), [pong("2")]);
        assert_eq!(end.feed(to(role, 0x00, "b")).fine(), []);
        assert_eq!(end.feed(to(role, PING, "3")).fine(), [ping("3")]);
        assert_eq!(end.frames().len(), 1, "the second pong, before the message is whole");
        assert_eq!(end.feed(to(role, 0x80, "c")).fine(), [text("abc")]);

        let all =
            [to(role, 0x02, "a"), to(role, PING, "1"), to(role, PONG, "2"), to(role, 0x80, "b")].concat();
        receives(role, all, &[ping("1"), pong("2"), binary("ab")]);

        // Close ends it: answered, and the message never comes.
        let cut = [to(role, 0x01, "a"), to(role, CLOSE, body(1000, "")), to(role, 0x80, "b")].concat();
        let sent = receives(role, cut, &[close(1000, "")]);
        assert_eq!(sent.iter().map(|f| f.first()).collect::<Vec<_>>(), [CLOSE]);
    }
}

fn fragments_of_any_size() {
    let mut client = End::client();
    let lengths = [0, 1, 125, 126, 65_535, 65_536, 0];
    let parts: Vec<Vec<u8>> = lengths.iter().map(|length| noise(*length, 11)).collect();
    for part in &parts {
        client.part(Kind::Binary, part, false).expect("sent");
    }
    client.part(Kind::Binary, "", true).expect("sent");
    let frames = client.frames();
    assert_eq!(frames.len(), parts.len() + 1);
    assert!(frames.iter().zip(&parts).all(|(frame, part)| frame.payload == *part && !frame.fin));

    let mut server = End::server();
    for (i, frame) in frames.iter().enumerate() {
        let messages = server.feed(to(Role::Server, frame.first(), &frame.payload)).fine();
        if i + 1 < frames.len() {
            assert_eq!(messages, [], "a fragment without FIN ended the message");
        } else {
            assert_eq!(messages, [binary(parts.concat())]);
        }
    }

    // A character cut in four, and a message of nothing.
    for (i, byte) in "𐍈".bytes().enumerate() {
        client.part(Kind::Text, [byte], i == 3).expect("sent");
    }
    client.part(Kind::Text, "", false).expect("sent");
    client.part(Kind::Text, "", true).expect("sent");
    let written = client.written();
    assert_eq!(naive_frames(&written).len(), 6);
    assert_eq!(End::server().feed(&written).fine(), [text("𐍈"), text("")]);
}

fn fragmented_and_whole_messages_are_received() {
    let vector = |name: &str| VECTORS.iter().find(|vector| vector.name == name).expect("a vector");
    for name in ["an unmasked text message", "an unmasked text message in two fragments"] {
        receives(Role::Client, vector(name).input, &[text("Hello")]);
    }
    receives(Role::Server, vector("a masked text message").input, &[text("Hello")]);
    for name in ["256 bytes in one unmasked frame", "64 KiB in one unmasked frame"] {
        receives(Role::Client, vector(name).input, &[binary(vector(name).output)]);
    }
    let sent = receives(Role::Client, vector("an unmasked ping").input, &[ping("Hello")]);
    assert_eq!((sent.len(), sent[0].first(), &sent[0].payload[..]), (1, PONG, &b"Hello"[..]));
    receives(Role::Server, vector("the masked pong that answers it").input, &[pong("Hello")]);

    for role in BOTH {
        receives(role, to(role, 0x01, "Hel"), &[]);
        fails(role, to(role, 0x80, "lo"), r::FIRST_FRAME_TELLS_THE_TYPE, 1002);
        fails(role, to(role, 0x00, ""), r::FIRST_FRAME_TELLS_THE_TYPE, 1002);
        fails_after(role, &to(role, TEXT, "Hello"), &to(role, 0x80, ""), r::FIRST_FRAME_TELLS_THE_TYPE, 1002);

        let pieces = in_pieces(role, &to(role, 0x01, "Hel"));
        assert_eq!((pieces.done, &pieces.data[..]), (false, &b"Hel"[..]), "taken for a whole message");
        // In pieces the same bytes come, whether they were sent in fragments or not.
        for sent in [to(role, TEXT, "Hello"), [to(role, 0x01, "Hel"), to(role, 0x80, "lo")].concat()] {
            let pieces = in_pieces(role, &sent);
            assert!(pieces.done && pieces.error.is_none());
            assert_eq!((pieces.kinds[0], &pieces.data[..]), (Kind::Text, &b"Hello"[..]));
        }
    }
}

fn fragments_are_text_or_binary() {
    for role in BOTH {
        for first in [0x08, 0x09, 0x0A] {
            fails(role, to(role, first, ""), r::CONTROL_FRAME_IS_FINAL, 1002);
        }
        for first in [0x03, 0x07, 0x0B, 0x0F] {
            fails(role, to(role, first, ""), r::UNKNOWN_OPCODE_FAILS, 1002);
        }
        fails(role, to(role, 0x00, ""), r::FIRST_FRAME_TELLS_THE_TYPE, 1002);
        let not_text = [to(role, 0x02, [0xFF]), to(role, 0x00, ""), to(role, 0x80, [0xC0])].concat();
        receives(role, not_text, &[binary([0xFF, 0xC0])]);
        receives(role, [to(role, 0x01, "a"), to(role, 0x80, "b")].concat(), &[text("ab")]);

        // Ours: a type first, and no other type after it.
        let mut end = End::new(role, &Config::default(), [4; 32]);
        end.part(Kind::Binary, "a", false).expect("begun");
        let error = end.part(Kind::Text, "b", true).expect_err("another type");
        assert_eq!(error.requirement(), Some(r::FIRST_FRAME_TELLS_THE_TYPE));
        end.part(Kind::Binary, "c", true).expect("ended");
        assert_eq!(end.phase(), State::Open);
        assert_eq!(end.frames().iter().map(|f| f.first()).collect::<Vec<_>>(), [0x02, 0x80]);
    }
}
