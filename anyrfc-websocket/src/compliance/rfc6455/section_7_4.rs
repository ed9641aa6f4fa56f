//! RFC 6455, section 7.4: status codes.

use anyrfc_core::compliance::Check;

use super::super::support::{CLOSE, End, close, close_frame, plain};
use crate::{Message, proto::State, rfc6455 as r};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "section-7.4/close-may-give-a-reason",
    covers: &[r::CLOSURE_MAY_GIVE_A_REASON],
    run: close_may_give_a_reason,
}];

fn close_may_give_a_reason() {
    for (frame, expected) in [
        (Some(close_frame(1000, "all done")), close(1000, "all done")),
        (Some(close_frame(1000, "")), close(1000, "")),
        (None, Message::Close(None)),
    ] {
        let (mut client, mut server) = (End::client(), End::server());
        client.close(frame);
        assert_eq!(server.feed(client.written()).fine(), [expected]);
    }
    // Once the connection has ended there is nobody to tell.
    let mut client = End::client();
    client.feed(plain(CLOSE, "")).fine();
    client.written();
    client.close(Some(close_frame(1000, "too late")));
    assert_eq!((client.written().len(), client.phase()), (0, State::Closing));
    let mut client = End::client();
    client.feed([0x83]).error.expect("an unknown opcode");
    client.written();
    client.close(Some(close_frame(1000, "too late")));
    assert_eq!((client.written().len(), client.phase()), (0, State::Failed));
}
