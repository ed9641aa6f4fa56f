//! RFC 6455, section 7.4.1: defined status codes.

use anyrfc_core::{Eof, Machine as _, Requirement, compliance::Check};

use super::super::{
    session::violations,
    support::{
        BINARY, CLOSE, End, TEXT, body, close, close_frame, fails, masked, naive_frames, plain, receives, to,
    },
};
use crate::{
    CloseCode, Message,
    proto::{Role, State},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.4.1/predefined-codes-can-be-sent",
        covers: &[r::DEFINED_CODES_MAY_BE_USED],
        run: predefined_codes_can_be_sent,
    },
    Check {
        name: "section-7.4.1/binary-can-be-refused-with-1003",
        covers: &[r::UNACCEPTABLE_DATA_MAY_CLOSE_WITH_1003],
        run: binary_can_be_refused_with_1003,
    },
    Check {
        name: "section-7.4.1/code-1005-is-never-sent",
        covers: &[r::CODE_1005_IS_NOT_SENT],
        run: || never_sent(1005, 1000, r::CODE_1005_IS_NOT_SENT),
    },
    Check {
        name: "section-7.4.1/code-1006-is-never-sent",
        covers: &[r::CODE_1006_IS_NOT_SENT],
        run: || never_sent(1006, 1007, r::CODE_1006_IS_NOT_SENT),
    },
    Check {
        name: "section-7.4.1/code-1015-is-never-sent",
        covers: &[r::CODE_1015_IS_NOT_SENT],
        run: || never_sent(1015, 1011, r::CODE_1015_IS_NOT_SENT),
    },
];

fn predefined_codes_can_be_sent() {
    let named = [
        (1000, CloseCode::NORMAL),
        (1001, CloseCode::GOING_AWAY),
        (1002, CloseCode::PROTOCOL_ERROR),
        (1003, CloseCode::UNSUPPORTED_DATA),
        (1007, CloseCode::INVALID_PAYLOAD),
        (1008, CloseCode::POLICY_VIOLATION),
        (1009, CloseCode::MESSAGE_TOO_BIG),
        (1010, CloseCode::MANDATORY_EXTENSION),
        (1011, CloseCode::INTERNAL_ERROR),
    ];
    for (code, name) in named {
        assert_eq!((CloseCode::new(code), name.get()), (Some(name), code));
        let (mut client, mut server) = (End::client(), End::server());
        client.close(Some(name.into()));
        let wire = client.written();
        assert_eq!(naive_frames(&wire)[0].payload, code.to_be_bytes());
        assert_eq!(server.feed(wire).fine(), [Message::Close(Some(name.into()))]);
    }
    for code in [999, 1004, 1016, 5000] {
        assert_eq!(CloseCode::new(code), None, "{code}");
    }
}

/// An application that takes text only.
fn text_only(client: &mut End, bytes: &[u8]) {
    for message in client.feed(bytes).fine() {
        if matches!(message, Message::Binary(_)) {
            client.close(Some(close_frame(1003, "text only")));
        }
    }
}

fn binary_can_be_refused_with_1003() {
    let (mut client, mut server) = (End::client(), End::server());
    text_only(&mut client, &plain(TEXT, "fine"));
    assert_eq!((client.written().len(), client.phase()), (0, State::Open));
    text_only(&mut client, &plain(BINARY, "not so"));
    assert_eq!(client.phase(), State::CloseSent);
    assert_eq!(server.feed(client.written()).fine(), [close(1003, "text only")]);
}

/// `code` is neither built, nor written whatever happens, nor accepted; `other` is all of that.
fn never_sent(code: u16, other: u16, requirement: &'static Requirement) {
    assert_eq!(CloseCode::new(code), None);
    for role in [Role::Client, Role::Server] {
        fails(role, to(role, CLOSE, body(code, "")), requirement, 1002);
        fails(role, to(role, CLOSE, body(code, "with a reason")), requirement, 1002);
        receives(role, to(role, CLOSE, body(other, "")), &[close(other, "")]);
    }
    let mut all = Vec::new();
    // A Close without a code is answered by one without.
    let mut client = End::client();
    assert_eq!(client.feed(plain(CLOSE, "")).fine(), [Message::Close(None)]);
    let answer = client.written();
    assert_eq!((answer.len(), &answer[..2]), (6, &[CLOSE, 0x80][..]), "masked and empty");
    all.extend(naive_frames(&answer));
    // The end of the stream is told to the application only.
    let mut client = End::client();
    client.connection.handle_eof(Eof::Truncated).expect_err("without Close");
    assert_eq!(client.written(), b"");
    // Ours.
    let mut client = End::client();
    client.close(None);
    all.extend(client.frames());
    for violation in violations() {
        let mut client = End::client();
        client.feed(&violation.bytes).error.expect(violation.name);
        all.extend(client.frames());
    }
    assert!(all.len() > 20);
    for frame in &all {
        assert_ne!(frame.payload.get(..2), Some(&code.to_be_bytes()[..]), "{frame:?}");
    }
    // A peer of ours would notice.
    let error = End::server().feed(masked(CLOSE, body(code, ""))).error.expect("refused");
    assert_eq!(error.requirement(), Some(requirement));
}
