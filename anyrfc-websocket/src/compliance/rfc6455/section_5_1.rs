//! RFC 6455, section 5.1: overview of data framing.

use std::time::Duration;

use anyrfc_core::{ErrorKind, Machine as _, compliance::Check};

use super::super::{
    session::sessions,
    support::{
        BINARY, CLOSE, End, Form, KEY, PING, PONG, TEXT, body, close, close_frame, fails, fails_after, frame,
        masked, naive_frame, naive_frames, ping, plain, pong, receives, text,
    },
};
use crate::{Kind, Message, proto::Role, rfc6455 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-5.1/client-masks-every-frame",
        covers: &[r::CLIENT_MASKS_EVERY_FRAME],
        run: client_masks_every_frame,
    },
    Check {
        name: "section-5.1/unmasked-frame-closes-the-server",
        covers: &[r::UNMASKED_FRAME_CLOSES, r::UNMASKED_FRAME_MAY_CLOSE_WITH_1002],
        run: unmasked_frame_closes_the_server,
    },
    Check {
        name: "section-5.1/masked-frame-closes",
        covers: &[r::MASKED_FRAME_CLOSES, r::SERVER_DOES_NOT_MASK],
        run: masked_frame_closes,
    },
    Check {
        name: "section-5.1/masked-frame-closes-with-1002",
        covers: &[r::MASKED_FRAME_MAY_CLOSE_WITH_1002],
        run: masked_frame_closes_with_1002,
    },
    Check {
        name: "section-5.1/data-frames-between-handshake-and-close",
        covers: &[r::DATA_FRAMES_WHILE_OPEN],
        run: data_frames_between_handshake_and_close,
    },
];

fn client_masks_every_frame() {
    for session in sessions() {
        let frames = naive_frames(&session.bytes);
        for frame in &frames {
            assert!(frame.key.is_some(), "{}: {frame:?}", session.name);
        }
        let seen: Vec<_> = frames.iter().map(|f| (f.first(), f.payload.clone())).collect();
        assert!(seen == session.frames, "{}: not what was sent", session.name);
        End::server().feed(&session.bytes).fine();

        // Without its mask, each frame in turn is refused, and nothing before it.
        let mut at = 0;
        while let Some((frame, used)) = naive_frame(&session.bytes[at..]) {
            if frame.payload.len() < 1000 {
                let mut server = End::server();
                server.feed(&session.bytes[..at]).fine();
                let error = server.feed(plain(frame.first(), &frame.payload)).error.expect("unmasked");
                assert_eq!(error.requirement(), Some(r::CLIENT_MASKS_EVERY_FRAME), "{frame:?}");
            }
            at += used;
        }
        assert_eq!(at, session.bytes.len());
    }
}

fn unmasked_frame_closes_the_server() {
    for (first, payload) in
        [(TEXT, &b"Hello"[..]), (BINARY, b""), (0x01, b"a"), (PING, b""), (PONG, b""), (CLOSE, b"\x03\xE8")]
    {
        fails(Role::Server, plain(first, payload), r::CLIENT_MASKS_EVERY_FRAME, 1002);
    }
    fails_after(Role::Server, &masked(0x01, "a"), &plain(0x80, "b"), r::CLIENT_MASKS_EVERY_FRAME, 1002);
    receives(Role::Server, masked(TEXT, "Hello"), &[text("Hello")]);
    // A Close that is masked as it should be is answered with its own code.
    let sent = receives(Role::Server, masked(CLOSE, body(1000, "")), &[close(1000, "")]);
    assert_eq!(sent[0].payload, body(1000, ""));
}

fn masked_frame_closes() {
    let hello = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    fails(Role::Client, hello, r::SERVER_DOES_NOT_MASK, 1002);
    for key in [KEY, [0; 4]] {
        for (first, payload) in [
            (TEXT, &b"Hello"[..]),
            (BINARY, b""),
            (0x02, b"a"),
            (PING, b"p"),
            (PONG, b""),
            (CLOSE, b"\x03\xE8"),
        ] {
            let form = Form::of(payload.len());
            let sent = frame(first, Some(key), form, payload.len() as u64, payload);
            fails(Role::Client, sent, r::SERVER_DOES_NOT_MASK, 1002);
        }
    }
    fails_after(Role::Client, &plain(0x01, "a"), &masked(0x80, "b"), r::SERVER_DOES_NOT_MASK, 1002);
    receives(Role::Client, plain(TEXT, "Hello"), &[text("Hello")]);

    // Nothing that a server writes is masked.
    let mut server = End::server();
    server.feed(masked(PING, "p")).fine();
    for message in [text("a"), Message::binary(vec![0; 70_000]), ping("b"), pong("c")] {
        server.send(message).expect("sent");
    }
    server.part(Kind::Text, "d", false).expect("sent");
    server.part(Kind::Text, "e", true).expect("sent");
    server.feed(masked(CLOSE, body(1000, ""))).fine();
    let frames = server.frames();
    assert_eq!(frames.len(), 8);
    for frame in frames {
        assert_eq!(frame.key, None, "{frame:?}");
    }
}

fn masked_frame_closes_with_1002() {
    let mut client = End::client();
    client.feed(masked(TEXT, "Hello")).error.expect("masked");
    let frames = client.frames();
    assert_eq!(frames.len(), 1);
    assert_eq!((frames[0].first(), &frames[0].payload[..2]), (CLOSE, &1002_u16.to_be_bytes()[..]));
    // The code is not always the same.
    let sent = receives(Role::Client, plain(CLOSE, body(1000, "")), &[close(1000, "")]);
    assert_eq!(sent[0].payload, body(1000, ""));
}

fn data_frames_between_handshake_and_close() {
    for role in [Role::Client, Role::Server] {
        let config = crate::proto::Config::default();
        let mut end = End::new(role, &config, [1; 32]);
        let peer = |first, payload: &str| super::super::support::to(role, first, payload);
        end.send(text("before anything was received")).expect("open");
        end.feed(peer(0x01, "a fragment, ")).fine();
        end.send(text("while the peer is sending")).expect("open");
        assert_eq!(end.feed(peer(0x80, "its end")).fine(), [text("a fragment, its end")]);
        end.pass(Duration::from_secs(86_400)).expect("idle");
        end.send(text("after a day")).expect("open");
        let sent: Vec<_> = end.frames().into_iter().map(|f| (f.first(), f.payload)).collect();
        let expected = ["before anything was received", "while the peer is sending", "after a day"]
            .map(|t| (TEXT, t.into()));
        assert_eq!(sent, expected);

        end.close(Some(close_frame(1000, "")));
        let refused = [
            end.send(text("after Close")),
            end.send(Message::binary(vec![1; 100_000])),
            end.connection.send_slice(&mut end.output, Kind::Binary, b"after Close"),
            end.part(Kind::Text, "after Close", true),
        ];
        for refused in refused {
            assert_eq!(refused.expect_err("closing").kind(), ErrorKind::Closed);
        }
        let frames = end.frames();
        assert_eq!(frames.iter().map(|f| f.first()).collect::<Vec<_>>(), [CLOSE]);
        assert!(!end.connection.wants_write());
    }
}
