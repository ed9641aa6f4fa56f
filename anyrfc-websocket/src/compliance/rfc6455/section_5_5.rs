//! RFC 6455, section 5.5: control frames.

use anyrfc_core::{ErrorKind, Machine as _, Output, compliance::Check};

use super::super::support::{
    BINARY, CLOSE, End, Form, KEY, PING, PONG, TEXT, body, close, fails, fails_after, frame, masked,
    naive_frames, noise, ping, plain, pong, receives, text, to,
};
use crate::{
    CloseCode, CloseFrame, Message,
    proto::{Config, Role, State},
    rfc6455 as r,
};

const BOTH: [Role; 2] = [Role::Client, Role::Server];

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-5.5/control-payload-is-at-most-125",
        covers: &[r::CONTROL_PAYLOAD_IS_SHORT],
        run: control_payload_is_at_most_125,
    },
    Check {
        name: "section-5.5/control-frame-is-final",
        covers: &[r::CONTROL_FRAME_IS_FINAL],
        run: control_frame_is_final,
    },
];

fn control_payload_is_at_most_125() {
    for role in BOTH {
        let key = (role == Role::Server).then_some(KEY);
        for first in [PING, PONG, CLOSE] {
            for (form, length) in [(Form::Ext16, 126), (Form::Ext16, 65_535), (Form::Ext64, 65_536)] {
                // As soon as the length begins, without any payload.
                let header = frame(first, key, form, length, b"");
                fails(role, &header[..2], r::CONTROL_PAYLOAD_IS_SHORT, 1002);
                fails(role, header, r::CONTROL_PAYLOAD_IS_SHORT, 1002);
            }
            fails_after(
                role,
                &to(role, 0x02, "a"),
                &to(role, first, [0; 126]),
                r::CONTROL_PAYLOAD_IS_SHORT,
                1002,
            );
        }
        let longest = noise(125, 1);
        receives(role, to(role, PING, &longest), &[ping(&longest)]);
        receives(role, to(role, PONG, &longest), &[pong(&longest)]);
        let reason = "x".repeat(123);
        receives(role, to(role, CLOSE, body(1000, &reason)), &[close(1000, &reason)]);
    }

    let mut client = End::client();
    for refused in [client.send(ping([0; 126])), client.send(pong([0; 126])), client.send(ping([0; 70_000]))]
    {
        let error = refused.expect_err("126 bytes");
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Usage, Some(r::CONTROL_PAYLOAD_IS_SHORT))
        );
    }
    assert!(CloseFrame::new(CloseCode::NORMAL, &"x".repeat(124)).is_err());
    assert_eq!(client.written(), b"", "a refused control frame wrote something");
    client.send(ping([0; 125])).expect("125 bytes");
    client.send(pong([0; 125])).expect("125 bytes");
    client.send(close(1000, &"x".repeat(123))).expect("closing");
    let lengths: Vec<_> = client.frames().iter().map(|f| (f.first(), f.payload.len())).collect();
    assert_eq!(lengths, [(PING, 125), (PONG, 125), (CLOSE, 125)]);

    // A reason that is cut to fit is cut between characters.
    let cut = CloseFrame::truncated(CloseCode::NORMAL, &"€".repeat(50));
    assert_eq!(cut.reason(), "€".repeat(41));
    let mut client = End::client();
    client.close(Some(cut));
    assert_eq!(client.frames()[0].payload.len(), 125);
}

fn control_frame_is_final() {
    for role in BOTH {
        for first in [0x08, 0x09, 0x0A] {
            fails(role, [first], r::CONTROL_FRAME_IS_FINAL, 1002);
            fails(role, to(role, first, ""), r::CONTROL_FRAME_IS_FINAL, 1002);
            fails_after(role, &to(role, TEXT, "fine"), &to(role, first, ""), r::CONTROL_FRAME_IS_FINAL, 1002);
        }
        receives(role, to(role, PING, ""), &[ping("")]);
        receives(role, to(role, PONG, ""), &[pong("")]);
        receives(role, to(role, CLOSE, ""), &[Message::Close(None)]);

        // Every one of ours has FIN, however small the output is.
        for high_water in [1, 7, 1 << 16] {
            let mut end = End::new(role, &Config::default(), [5; 32]);
            end.output = Output::with_high_water(high_water);
            end.send(ping("ours")).expect("queued");
            end.send(pong("ours")).expect("queued");
            end.feed([to(role, PING, "theirs"), to(role, CLOSE, body(1000, ""))].concat()).fine();
            let frames = end.frames();
            assert_eq!(frames.iter().map(|f| f.first()).collect::<Vec<_>>(), [PING, PONG, PONG, CLOSE]);
        }
    }
    // Also when a large message is on its way and the output takes little at a time.
    let mut client = End::client();
    client.output = Output::with_high_water(1000);
    client.send(Message::binary(vec![7; 100_000])).expect("sent");
    client.send(ping("after it")).expect("queued");
    assert_eq!(client.phase(), State::Open);
    assert!(client.connection.is_sending(), "the message is not copied at once");
    client.feed(plain(PING, "in between")).fine();
    let frames = naive_frames(&client.written());
    assert_eq!(frames.iter().map(|f| f.first()).collect::<Vec<_>>(), [BINARY, PING, PONG]);
    assert_eq!(frames[0].payload, vec![7; 100_000]);
    assert!(!client.connection.wants_write());
    receives(Role::Server, masked(TEXT, "a"), &[text("a")]);
}
