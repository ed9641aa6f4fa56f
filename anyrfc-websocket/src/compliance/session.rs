//! Everything a client can put on the wire, and everything a peer can do wrong.

use anyrfc_core::Requirement;

use super::support::{
    BINARY, CLOSE, EDGES, End, Form, KEY, PING, PONG, TEXT, body, close_frame, frame, noise, ping, plain,
    pong, text,
};
use crate::{Kind, Message, rfc6455 as r};

/// One stream of bytes that a client sent, with the payloads that are in it.
pub(super) struct Session {
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
    /// First byte and payload of each frame, in order.
    pub(super) frames: Vec<(u8, Vec<u8>)>,
}

/// Every kind of frame, through every way of sending it: messages at each
/// length edge, fragments, pings, answered pings, pongs, and Close as the
/// first word, as the answer, and as the last word on a failure.
pub(super) fn sessions() -> Vec<Session> {
    vec![whole(), large(), slices(), parts(), control(), own_close(), answered_close(), failure()]
}

fn whole() -> Session {
    let mut end = End::client();
    let mut frames = Vec::new();
    for (i, length) in EDGES.into_iter().enumerate() {
        let payload = noise(length, i as u64);
        end.send(Message::binary(payload.clone())).expect("sent");
        frames.push((BINARY, payload));
        let letters = "x".repeat(length);
        end.send(text(&letters)).expect("sent");
        frames.push((TEXT, letters.into_bytes()));
    }
    Session { name: "whole messages", bytes: end.written(), frames }
}

fn large() -> Session {
    let mut end = End::client();
    let payload = noise(300_000, 4);
    end.send(Message::binary(payload.clone())).expect("sent");
    end.send(text("after it")).expect("sent");
    let frames = vec![(BINARY, payload), (TEXT, b"after it".to_vec())];
    Session { name: "a large message", bytes: end.written(), frames }
}

fn slices() -> Session {
    let mut end = End::client();
    let mut frames = Vec::new();
    for length in EDGES {
        let payload = noise(length, 9);
        end.connection.send_slice(&mut end.output, Kind::Binary, &payload).expect("sent");
        frames.push((BINARY, payload));
    }
    Session { name: "borrowed messages", bytes: end.written(), frames }
}

fn parts() -> Session {
    let mut end = End::client();
    let mut frames = Vec::new();
    for (i, length) in EDGES.into_iter().enumerate() {
        let (payload, last) = (noise(length, 30), i == EDGES.len() - 1);
        end.part(Kind::Binary, &payload, last).expect("sent");
        frames.push((u8::from(last) << 7 | if i == 0 { 2 } else { 0 }, payload));
    }
    end.part(Kind::Text, "né".as_bytes().split_at(2).0, false).expect("sent");
    end.part(Kind::Text, "né".as_bytes().split_at(2).1, true).expect("sent");
    frames.push((0x01, b"n\xC3".to_vec()));
    frames.push((0x80, b"\xA9".to_vec()));
    Session { name: "fragments", bytes: end.written(), frames }
}

fn control() -> Session {
    let mut end = End::client();
    let mut bytes = Vec::new();
    let mut frames = Vec::new();
    for length in [0, 1, 125] {
        let payload = noise(length, 77);
        end.send(ping(&payload)).expect("queued");
        end.send(pong(&payload)).expect("queued");
        end.feed(plain(PING, &payload)).fine();
        bytes.extend(end.written());
        frames.extend([PING, PONG, PONG].map(|first| (first, payload.clone())));
    }
    Session { name: "control frames", bytes, frames }
}

fn own_close() -> Session {
    let mut end = End::client();
    end.send(Message::Close(Some(close_frame(4001, "done")))).expect("closing");
    let frames = vec![(CLOSE, body(4001, "done"))];
    Session { name: "our own Close", bytes: end.written(), frames }
}

fn answered_close() -> Session {
    let mut end = End::client();
    end.feed(plain(CLOSE, body(1001, "going"))).fine();
    Session { name: "an answered Close", bytes: end.written(), frames: vec![(CLOSE, body(1001, ""))] }
}

fn failure() -> Session {
    let mut end = End::client();
    let error = end.feed([0x83]).error.expect("an unknown opcode");
    let reason = error.to_string();
    Session { name: "a failure", bytes: end.written(), frames: vec![(CLOSE, body(1002, reason))] }
}

/// Something a server must not do to an open client.
pub(super) struct Violation {
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
    /// What the error cites.
    pub(super) requirement: &'static Requirement,
    /// What we close with.
    pub(super) code: u16,
}

/// One of each kind of violation that an established connection can see.
pub(super) fn violations() -> Vec<Violation> {
    let v = |name, bytes: Vec<u8>, requirement, code| Violation { name, bytes, requirement, code };
    let joined = |frames: &[Vec<u8>]| frames.concat();
    vec![
        v("masked frame", frame(TEXT, Some(KEY), Form::Short, 5, b"Hello"), r::SERVER_DOES_NOT_MASK, 1002),
        v("RSV1", plain(0xC1, ""), r::RSV1_IS_ZERO, 1002),
        v("RSV2", plain(0xA1, ""), r::RSV2_IS_ZERO, 1002),
        v("RSV3", plain(0x91, ""), r::RSV3_IS_ZERO, 1002),
        v("unknown opcode", plain(0x83, ""), r::UNKNOWN_OPCODE_FAILS, 1002),
        v("unknown control opcode", plain(0x8B, ""), r::UNKNOWN_OPCODE_FAILS, 1002),
        v("top bit", frame(BINARY, None, Form::Ext64, 1 << 63, b""), r::LENGTH_FITS_63_BITS, 1002),
        v(
            "16-bit length of 125",
            frame(BINARY, None, Form::Ext16, 125, &[0; 125]),
            r::LENGTH_IS_MINIMAL,
            1002,
        ),
        v(
            "64-bit length of 126",
            frame(BINARY, None, Form::Ext64, 126, &[0; 126]),
            r::LENGTH_IS_MINIMAL,
            1002,
        ),
        v("long ping", plain(PING, [0; 126]), r::CONTROL_PAYLOAD_IS_SHORT, 1002),
        v("fragmented ping", plain(0x09, ""), r::CONTROL_FRAME_IS_FINAL, 1002),
        v(
            "interleaving",
            joined(&[plain(0x01, "a"), plain(TEXT, "b")]),
            r::MESSAGES_ARE_NOT_INTERLEAVED,
            1002,
        ),
        v("lone continuation", plain(0x80, "a"), r::FIRST_FRAME_TELLS_THE_TYPE, 1002),
        v("half a close code", plain(CLOSE, [3]), r::CLOSE_BODY_STARTS_WITH_A_CODE, 1002),
        v("close code 999", plain(CLOSE, body(999, "")), r::CLOSE_BODY_STARTS_WITH_A_CODE, 1002),
        v("close code 1005", plain(CLOSE, body(1005, "")), r::CODE_1005_IS_NOT_SENT, 1002),
        v("close code 1006", plain(CLOSE, body(1006, "")), r::CODE_1006_IS_NOT_SENT, 1002),
        v("close code 1015", plain(CLOSE, body(1015, "")), r::CODE_1015_IS_NOT_SENT, 1002),
        v("text not UTF-8", plain(TEXT, [0xFF]), r::TEXT_IS_UTF8, 1007),
        v(
            "fragments not UTF-8",
            joined(&[plain(0x01, [0xE2, 0x82]), plain(0x80, [0x41])]),
            r::TEXT_IS_UTF8,
            1007,
        ),
        v("reason not UTF-8", plain(CLOSE, body(1000, [0xC3, 0x28])), r::INVALID_UTF8_FAILS, 1007),
        v(
            "a frame without bound",
            frame(BINARY, None, Form::Ext64, 1 << 60, b""),
            r::SIZES_ARE_LIMITED,
            1009,
        ),
    ]
}

/// What no peer may be blamed for, and what a client receives of it.
pub(super) fn harmless() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("empty text", plain(TEXT, "")),
        ("empty binary", plain(BINARY, "")),
        ("empty fragments", [plain(0x01, ""), plain(0x00, ""), plain(0x80, "")].concat()),
        ("a thousand pongs", plain(PONG, "unasked").repeat(1000)),
        ("the largest ping", plain(PING, [0xFF; 125])),
        ("noncharacters", plain(TEXT, "\u{FFFE}\u{FFFF}\u{10FFFF}\u{0}")),
        ("one-byte fragments", {
            let mut all = plain(0x02, "x");
            all.extend(plain(0x00, "x").repeat(5000));
            all.extend(plain(0x80, "x"));
            all
        }),
        ("a long frame", plain(BINARY, vec![0; 70_000])),
    ]
}
