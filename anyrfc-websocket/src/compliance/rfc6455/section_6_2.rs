//! RFC 6455, section 6.2: receiving data.

use anyrfc_core::{Machine as _, compliance::Check};

use super::super::support::{
    BINARY, CLOSE, EDGES, End, Form, PING, PONG, Random, TEXT, binary, body, close, fails, fails_after,
    frame, noise, ping, pong, receives, text, to,
};
use crate::{
    Message,
    proto::{Config, Role, State},
    rfc6455 as r,
};

const BOTH: [Role; 2] = [Role::Client, Role::Server];

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-6.2/input-is-parsed-as-frames",
        covers: &[r::INPUT_IS_PARSED_AS_FRAMES],
        run: input_is_parsed_as_frames,
    },
    Check {
        name: "section-6.2/control-frames-are-handled",
        covers: &[r::CONTROL_FRAMES_ARE_HANDLED],
        run: control_frames_are_handled,
    },
    Check {
        name: "section-6.2/message-type-comes-from-the-opcode",
        covers: &[r::MESSAGE_TYPE_IS_NOTED],
        run: message_type_comes_from_the_opcode,
    },
    Check {
        name: "section-6.2/next-frame-starts-a-new-message",
        covers: &[r::NEXT_FRAME_STARTS_A_NEW_MESSAGE],
        run: next_frame_starts_a_new_message,
    },
    Check { name: "section-6.2/server-unmasks", covers: &[r::SERVER_REMOVES_MASKING], run: server_unmasks },
];

/// 200 frames of every kind, with the messages that are in them.
fn mixed(role: Role) -> (Vec<u8>, Vec<Message>) {
    let (mut bytes, mut messages, mut random) = (Vec::new(), Vec::new(), Random(9));
    for i in 0..40_u64 {
        let payload = noise(random.below(300), i);
        let word = "é€𐍈".repeat(random.below(30));
        bytes.extend(to(role, BINARY, &payload));
        bytes.extend(to(role, 0x01, &word.as_bytes()[..word.len() / 2]));
        bytes.extend(to(role, PING, [i as u8]));
        bytes.extend(to(role, 0x80, &word.as_bytes()[word.len() / 2..]));
        bytes.extend(to(role, PONG, ""));
        messages.extend([binary(&payload), ping([i as u8]), text(&word), pong("")]);
    }
    (bytes, messages)
}

fn input_is_parsed_as_frames() {
    for role in BOTH {
        let (bytes, messages) = mixed(role);
        let mut whole = End::new(role, &Config::default(), [1; 32]);
        assert_eq!(whole.feed(&bytes).fine(), messages);
        let mut single = End::new(role, &Config::default(), [1; 32]);
        assert_eq!(single.feed_bytewise(&bytes).fine(), messages);
        let head = &bytes[..bytes.len() / 8];
        let expected = End::new(role, &Config::default(), [1; 32]).feed(head).fine();
        for cut in 0..head.len() {
            let mut end = End::new(role, &Config::default(), [1; 32]);
            let mut all = end.feed(&head[..cut]).fine();
            all.extend(end.feed(&head[cut..]).fine());
            assert_eq!(all, expected, "cut at {cut}");
        }
        for wrong in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b"GET / HTTP/1.1\r\n", b"<html>", b"\xF0\x0D"]
        {
            let mut end = End::new(role, &Config::default(), [1; 32]);
            let fed = end.feed(wrong);
            assert_eq!((fed.messages, end.phase()), (vec![], State::Failed));
            fed.error.expect("no frames");
        }
    }
}

fn control_frames_are_handled() {
    for role in BOTH {
        // Each in its own way, and none as data.
        let sent = receives(role, to(role, PING, "data"), &[ping("data")]);
        assert_eq!((sent.len(), sent[0].first(), &sent[0].payload[..]), (1, PONG, &b"data"[..]));
        assert_eq!(receives(role, to(role, PONG, "data"), &[pong("data")]), []);
        let mut end = End::new(role, &Config::default(), [1; 32]);
        assert_eq!(end.feed(to(role, CLOSE, body(1000, "why"))).fine(), [close(1000, "why")]);
        assert_eq!((end.frames()[0].first(), end.phase()), (CLOSE, State::Closing));
        assert_eq!(end.connection.peer_close(), Some(&Some(super::super::support::close_frame(1000, "why"))));

        // A message that is open does not notice.
        let around = [to(role, 0x01, "a"), to(role, PING, "1"), to(role, PONG, "2"), to(role, 0x80, "b")];
        receives(role, around.concat(), &[ping("1"), pong("2"), text("ab")]);

        // The same payloads as data do nothing of it.
        for first in [TEXT, BINARY] {
            let mut end = End::new(role, &Config::default(), [1; 32]);
            end.feed(to(role, first, "data")).fine();
            end.feed(to(role, first, [3, 0x68])).fine();
            assert!(!end.connection.wants_write());
            assert_eq!((end.phase(), end.connection.peer_close()), (State::Open, None));
        }
    }
}

fn message_type_comes_from_the_opcode() {
    for role in BOTH {
        receives(role, to(role, TEXT, "same"), &[text("same")]);
        receives(role, to(role, BINARY, "same"), &[binary("same")]);
        for (first, message) in [(0x01, text("same")), (0x02, binary("same"))] {
            let fragments = [to(role, first, "sa"), to(role, 0x00, "m"), to(role, 0x80, "e")].concat();
            receives(role, fragments, &[message]);
        }
        receives(role, to(role, BINARY, [0xC3, 0x28]), &[binary([0xC3, 0x28])]);
        fails(role, to(role, TEXT, [0xC3, 0x28]), r::TEXT_IS_UTF8, 1007);
    }
}

fn next_frame_starts_a_new_message() {
    for role in BOTH {
        let wire = [
            to(role, TEXT, "a"),
            to(role, 0x02, "b"),
            to(role, 0x80, "c"),
            to(role, 0x01, "d"),
            to(role, 0x80, "e"),
            to(role, BINARY, "f"),
        ];
        receives(role, wire.concat(), &[text("a"), binary("bc"), text("de"), binary("f")]);
        // Nothing is added to a message that has ended.
        for ended in [to(role, TEXT, "a"), [to(role, 0x02, "b"), to(role, 0x80, "c")].concat()] {
            for first in [0x00, 0x80] {
                fails_after(role, &ended, &to(role, first, "more"), r::FIRST_FRAME_TELLS_THE_TYPE, 1002);
            }
        }
    }
}

fn server_unmasks() {
    for key in [[0; 4], [0xFF; 4], [1, 2, 3, 4], [0x80, 0, 0, 1]] {
        for length in EDGES.into_iter().chain(2..40) {
            let payload = noise(length, 2);
            let sent = frame(BINARY, Some(key), Form::of(length), length as u64, &payload);
            let mut server = End::server();
            assert!(server.feed(&sent).fine() == [binary(&payload)], "{length} bytes");
            let mut server = End::server();
            let mut messages = Vec::new();
            for chunk in sent.chunks(length / 7 + 1) {
                messages.extend(server.feed(chunk).fine());
            }
            assert!(messages == [binary(&payload)], "{length} bytes in chunks");
            // Under another key they are other bytes.
            if length > 0 {
                let mut other = sent.clone();
                let place = sent.len() - length - 4;
                other[place] ^= 1;
                assert!(End::server().feed(&other).fine() != [binary(&payload)]);
            }
        }
    }
    receives(Role::Server, to(Role::Server, PING, "masked"), &[ping("masked")]);
    receives(Role::Server, to(Role::Server, CLOSE, body(1000, "masked")), &[close(1000, "masked")]);
}
