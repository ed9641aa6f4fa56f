//! RFC 6455, section 7.1.2: starting the closing handshake.

use anyrfc_core::{Eof, ErrorKind, Machine as _, compliance::Check};

use super::super::support::{CLOSE, End, body, close, close_frame, plain, receives, text};
use crate::{
    CloseCode, CloseFrame, Message, ReasonTooLong,
    proto::{Role, State},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.1.2/close-carries-code-and-reason",
        covers: &[r::CLOSE_CARRIES_CODE_AND_REASON],
        run: close_carries_code_and_reason,
    },
    Check {
        name: "section-7.1.2/close-exchange-closes-the-connection",
        covers: &[r::CLOSE_EXCHANGE_CLOSES_CONNECTION],
        run: close_exchange_closes_the_connection,
    },
];

fn close_carries_code_and_reason() {
    for (code, reason) in [(4001, "done"), (1000, ""), (1001, "à bientôt"), (3000, &"x".repeat(123))] {
        // By the call made for it, and as a message.
        let mut called = End::client();
        called.close(Some(close_frame(code, reason)));
        let mut sent = End::client();
        sent.send(close(code, reason)).expect("open");
        for end in [&mut called, &mut sent] {
            assert_eq!(end.phase(), State::CloseSent);
            let wire = end.written();
            let frames = super::super::support::naive_frames(&wire);
            assert_eq!(frames.len(), 1);
            assert_eq!((frames[0].first(), &frames[0].payload), (CLOSE, &body(code, reason)));
            receives(Role::Server, wire, &[close(code, reason)]);
        }
    }
    // What cannot be said is refused, and nothing is begun.
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000] {
        assert_eq!(CloseCode::new(code), None);
    }
    assert_eq!(CloseFrame::new(CloseCode::NORMAL, &"x".repeat(124)), Err(ReasonTooLong { length: 124 }));
    let mut client = End::client();
    client.send(text("still open")).expect("open");
    assert_eq!(client.phase(), State::Open);
    // The first Close stands.
    client.close(Some(close_frame(4001, "first")));
    client.close(Some(close_frame(4002, "second")));
    let frames = client.frames();
    assert_eq!((frames.len(), &frames[1].payload), (2, &body(4001, "first")));
}

fn close_exchange_closes_the_connection() {
    // In order: the peer's own code is what is told.
    let mut client = End::client();
    client.close(Some(close_frame(4001, "ours")));
    client.written();
    assert_eq!(client.feed(plain(CLOSE, body(4002, "theirs"))).fine(), [close(4002, "theirs")]);
    assert_eq!(client.phase(), State::Closing);
    client.connection.handle_eof(Eof::Clean).expect("in order");
    assert_eq!(client.phase(), State::Closed);
    assert_eq!(client.connection.peer_close(), Some(&Some(close_frame(4002, "theirs"))));

    let mut client = End::client();
    let messages = client.feed([plain(CLOSE, ""), plain(CLOSE, body(1000, ""))].concat()).fine();
    assert_eq!(messages, [Message::Close(None)], "the first Close is the one that counts");
    client.connection.handle_eof(Eof::Truncated).expect("the exchange says that it ended");
    assert_eq!((client.phase(), client.connection.peer_close()), (State::Closed, Some(&None)));

    // After one Close only, it is not.
    let mut client = End::client();
    client.close(None);
    client.written();
    let error = client.connection.handle_eof(Eof::Clean).expect_err("their Close is missing");
    assert_eq!((error.kind(), client.phase()), (ErrorKind::Closed, State::Failed));
    assert_eq!(client.connection.peer_close(), None);
}
