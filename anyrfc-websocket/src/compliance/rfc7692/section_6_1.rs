//! RFC 7692, section 6.1: sending.

use anyrfc_core::compliance::Check;

use super::super::{
    inflate::Judge,
    support::{PING, PONG, TEXT, naive_frames, noise, ping, pong, text, to},
    support_deflate::{
        BEGUN_BINARY, BEGUN_TEXT, BOTH, EACH_WAY, HELLO, PACKED_BINARY, PACKED_TEXT, Way, eager, end,
        end_with, fails, receives, send, sent, words,
    },
};
use crate::{Deflate, Kind, Message, rfc7692 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-6.1/compressed-messages-are-compressed-and-marked",
        covers: &[r::COMPRESSED_MESSAGE_SENDING],
        run: compressed_messages_are_compressed_and_marked,
    },
    Check {
        name: "section-6.1/uncompressed-messages-are-sent-as-they-are",
        covers: &[r::UNCOMPRESSED_MESSAGE_SENDING],
        run: uncompressed_messages_are_sent_as_they_are,
    },
    Check {
        name: "section-6.1/rsv1-stands-on-first-data-frames-only",
        covers: &[r::RSV1_ONLY_ON_FIRST_DATA_FRAMES],
        run: rsv1_stands_on_first_data_frames_only,
    },
    Check {
        name: "section-6.1/misplaced-rsv1-fails",
        covers: &[r::MISPLACED_RSV1_FAILS],
        run: misplaced_rsv1_fails,
    },
];

fn compressed_messages_are_compressed_and_marked() {
    for role in BOTH {
        for way in EACH_WAY {
            let (mut sender, mut judge) = (end(role, ""), Judge::default());
            for length in [20, 300, 70_000, 200_000] {
                for data in [words(length, 3), [&words(length - 1, 4)[..], &[0xFF]].concat()] {
                    send(&mut sender, way, &data);
                    let messages = sent(&mut sender);
                    let [message] = &messages[..] else { panic!("not one message: {messages:?}") };
                    // The opcode is still that of what was given.
                    let opcode = if std::str::from_utf8(&data).is_ok() { 1 } else { 2 };
                    assert_eq!(message.opcode, opcode, "{role:?} {way:?} {length}");
                    assert!(message.read(&mut judge) == data, "{role:?} {way:?} {length}");
                    if length > 20 && way != Way::Parts(7) {
                        assert!(message.compressed, "{role:?} {way:?} {length}");
                        let most = if length < 1000 { data.len() } else { data.len() / 2 };
                        assert!(message.payload.len() < most, "{role:?} {way:?} {length}");
                    }
                }
            }
        }
    }
    // Marked and not compressed is no compressed message, compressed and not marked neither.
    let raw = to(crate::proto::Role::Client, PACKED_TEXT, "Hello");
    fails(|| end(crate::proto::Role::Client, ""), &[], raw, r::COMPRESSED_MESSAGE_SENDING, 1007);
    receives(
        || end(crate::proto::Role::Client, ""),
        to(crate::proto::Role::Client, 0x82, HELLO),
        &[Message::binary(HELLO.to_vec())],
    );
}

fn uncompressed_messages_are_sent_as_they_are() {
    for role in BOTH {
        // Too small, not smaller, and not to be compressed.
        let mut sender = end_with(role, Deflate::default().threshold(100), "");
        for data in [&b"small"[..], &words(99, 1), &noise(5000, 2), &noise(100_000, 3)] {
            for way in [Way::Owned, Way::Borrowed, Way::OnePart] {
                send(&mut sender, way, data);
                let messages = sent(&mut sender);
                assert!(messages.len() == 1 && !messages[0].compressed, "{role:?} {way:?}");
                assert!(messages[0].payload == data, "not as it was given");
            }
        }
        let mut sender = end(role, "");
        let data = words(90_000, 5);
        let message = Message::from(std::str::from_utf8(&data).expect("words"));
        sender.connection.send_uncompressed(&mut sender.output, message).expect("open");
        for (part, last) in [(&data[..100], false), (&data[100..], true)] {
            let sent = sender.connection.send_part_uncompressed(&mut sender.output, Kind::Text, part, last);
            sent.expect("open");
        }
        let messages = sent(&mut sender);
        assert_eq!(messages.len(), 2);
        for message in &messages {
            assert!(!message.compressed && message.opcode == 1 && message.payload == data);
        }
        // The same words are compressed where nothing speaks against it.
        send(&mut sender, Way::Owned, &data);
        assert!(sent(&mut sender)[0].compressed);
    }
    // What was not compressed is not in the context of what is (section 7.2.3.2).
    for role in BOTH {
        let (mut sender, mut judge) = (end_with(role, eager().threshold(50), ""), Judge::default());
        let (first, small) = (words(400, 6), words(49, 7));
        for data in [&first, &small, &first, &noise(900, 8), &first] {
            send(&mut sender, Way::Owned, data);
        }
        let messages = sent(&mut sender);
        let compressed: Vec<bool> = messages.iter().map(|message| message.compressed).collect();
        assert_eq!(compressed, [true, false, true, false, true]);
        for (message, data) in messages.iter().zip([&first, &small, &first, &noise(900, 8), &first]) {
            assert!(message.read(&mut judge) == *data);
        }
    }
}

fn rsv1_stands_on_first_data_frames_only() {
    for role in BOTH {
        let mut sender = end(role, "");
        let data = words(500_000, 1);
        // A long message goes out in fragments, with control frames among them.
        for way in [Way::Owned, Way::Borrowed, Way::OnePart, Way::Parts(200_000)] {
            send(&mut sender, way, &data);
        }
        sender.send(ping("a")).expect("open");
        sender.send(pong("b")).expect("open");
        send(&mut sender, Way::Parts(9000), &data[..100_000]);
        for part in [&b"one one one one one one"[..], b"two two two two two two"] {
            sender.connection.send_part(&mut sender.output, Kind::Text, part, false).expect("open");
            sender.connection.ping(part).expect("open");
        }
        sender.connection.send_part(&mut sender.output, Kind::Text, b"", true).expect("open");
        sender.connection.close(None, sender.now).expect("open");
        let frames = naive_frames(&sender.written());
        let marked = frames.iter().filter(|frame| frame.rsv == 4).count();
        assert_eq!(marked, 6, "one mark a message");
        for frame in &frames {
            let first = matches!(frame.opcode, 1 | 2);
            assert_eq!(frame.rsv, if first { 4 } else { 0 }, "{frame:?}");
        }
        for opcode in [0, 8, 9, 10] {
            assert!(
                frames.iter().any(|frame| frame.opcode == opcode),
                "no frame of opcode {opcode} was looked at"
            );
        }
        // Answers to pings too, and the last words of a failure.
        let mut sender = end(role, "");
        assert!(sender.feed(to(role, PING, "are you there?")).error.is_none());
        assert!(sender.feed(to(role, PACKED_TEXT, [0xFF; 9])).error.is_some());
        for frame in naive_frames(&sender.written()) {
            assert_eq!(frame.rsv, 0, "{frame:?}");
        }
        // Of a peer it is the statement that is broken.
        fails(|| end(role, ""), &[], to(role, 0xC9, ""), r::RSV1_ONLY_ON_FIRST_DATA_FRAMES, 1002);
    }
}

fn misplaced_rsv1_fails() {
    let broken = r::RSV1_ONLY_ON_FIRST_DATA_FRAMES;
    for role in BOTH {
        for first in [0xC8, 0xC9, 0xCA] {
            for payload in [&b""[..], &[3, 0xE8], &HELLO] {
                fails(|| end(role, ""), &[], to(role, first, payload), broken, 1002);
                fails(
                    || end(role, ""),
                    &to(role, PACKED_TEXT, HELLO),
                    to(role, first, payload),
                    broken,
                    1002,
                );
            }
        }
        for begun in [to(role, BEGUN_TEXT, &HELLO[..3]), to(role, 0x01, "He"), to(role, BEGUN_BINARY, "")] {
            for first in [0x40, 0xC0, 0xC9, 0xCA] {
                fails(|| end(role, ""), &begun, to(role, first, &HELLO[3..]), broken, 1002);
            }
        }
        // Beside the others it is those that have no meaning.
        for (first, requirement) in [
            (0xE1, crate::rfc6455::RSV2_IS_ZERO),
            (0xD1, crate::rfc6455::RSV3_IS_ZERO),
            (0xF1, crate::rfc6455::RSV2_IS_ZERO),
        ] {
            fails(|| end(role, ""), &[], to(role, first, HELLO), requirement, 1002);
        }
        // Where it belongs it is fine.
        receives(
            || end(role, ""),
            [
                to(role, BEGUN_TEXT, &HELLO[..3]),
                to(role, PING, "x"),
                to(role, 0x00, ""),
                to(role, PONG, "y"),
                to(role, 0x80, &HELLO[3..]),
                to(role, PACKED_BINARY, HELLO),
                to(role, TEXT, "Hello"),
            ]
            .concat(),
            &[ping("x"), pong("y"), text("Hello"), Message::binary(&b"Hello"[..]), text("Hello")],
        );
    }
}
