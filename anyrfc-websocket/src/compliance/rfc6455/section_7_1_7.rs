//! RFC 6455, section 7.1.7: failing the connection.

use std::time::Duration;

use anyrfc_core::{Eof, ErrorKind, Fault, Machine as _, Output, ProtocolState, compliance::Check};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::{
    session::{harmless, violations},
    support::{
        BINARY, CLOSE, End, PING, TEXT, assert_last_words, body, close_frame, fails_after, masked,
        naive_frames, noise, plain, text, to,
    },
    wire::{Act, driven, virtually},
};
use crate::{
    CloseCode, Message,
    proto::{Config, Role, State},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.1.7/failing-closes-the-connection",
        covers: &[r::CLIENT_FAILING_CLOSES, r::SERVER_FAILING_CLOSES],
        run: failing_closes_the_connection,
    },
    Check {
        name: "section-7.1.7/failing-is-reported",
        covers: &[r::CLIENT_FAILING_IS_REPORTED],
        run: failing_is_reported,
    },
    Check {
        name: "section-7.1.7/failing-sends-close",
        covers: &[r::FAILING_SENDS_CLOSE],
        run: failing_sends_close,
    },
    Check {
        name: "section-7.1.7/close-frame-is-omitted-when-useless",
        covers: &[r::FAILING_MAY_OMIT_CLOSE],
        run: close_frame_is_omitted_when_useless,
    },
    Check {
        name: "section-7.1.7/nothing-is-processed-after-failing",
        covers: &[r::NOTHING_IS_PROCESSED_AFTER_FAILING],
        run: nothing_is_processed_after_failing,
    },
    Check {
        name: "section-7.1.7/idle-connection-stays-open",
        covers: &[r::CLIENT_KEEPS_CONNECTION_OPEN],
        run: idle_connection_stays_open,
    },
];

fn failing_closes_the_connection() {
    let mut cases: Vec<(Role, &str, Vec<u8>)> =
        violations().into_iter().map(|v| (Role::Client, v.name, v.bytes)).collect();
    cases.push((Role::Server, "an unmasked frame", plain(TEXT, "a")));
    cases.push((Role::Server, "an unknown opcode", masked(0x83, "")));
    for (role, name, bytes) in cases {
        virtually(async {
            let (mut driver, mut far, record) = driven(role, 1 << 20);
            far.write_all(&bytes).await.expect("written");
            let peer = async {
                let mut all = Vec::new();
                far.read_to_end(&mut all).await.expect("an end");
                drop(far);
                all
            };
            let (ended, all) = tokio::join!(driver.next(), peer);
            ended.expect_err(name);
            let frames = naive_frames(&all);
            assert_eq!(frames.iter().map(|f| f.first()).collect::<Vec<_>>(), [CLOSE], "{name}");
            assert!(record.has(Act::Shut), "{name}: TCP is left open");
            assert!(driver.is_finished());
            assert_eq!(driver.next().await.expect("told once"), None, "{name}");
        });
    }
    for (name, bytes) in harmless() {
        virtually(async {
            let (mut driver, mut far, record) = driven(Role::Client, 1 << 20);
            far.write_all(&bytes).await.expect("written");
            while let Ok(event) = tokio::time::timeout(Duration::from_secs(60), driver.next()).await {
                assert!(event.expect(name).is_some(), "{name}: closed");
            }
            assert!(!record.has(Act::Shut) && !driver.is_finished(), "{name}: closed");
        });
    }
}

fn failing_is_reported() {
    for violation in violations() {
        let mut client = End::client();
        let error = client.feed(&violation.bytes).error.expect(violation.name);
        assert_eq!(error.requirement(), Some(violation.requirement), "{}", violation.name);
        let limit = violation.code == 1009;
        let expected =
            if limit { (ErrorKind::Limit, Fault::Policy) } else { (ErrorKind::Protocol, Fault::Peer) };
        assert_eq!((error.kind(), error.fault()), expected, "{}", violation.name);
        assert_eq!(error.close_code().map(CloseCode::get), Some(violation.code), "{}", violation.name);
        let shown = error.to_string();
        assert!(shown.starts_with(&violation.requirement.id()), "{shown}");
        assert!(shown.is_ascii() && !shown.ends_with('.'), "{shown}");
        // Once: what follows, the end too, is no second failure.
        client.feed(&violation.bytes).fine();
        client.connection.handle_eof(Eof::Clean).expect("it was told already");
        client.pass(Duration::from_secs(60)).expect("it was told already");
        assert_eq!((client.phase(), client.state()), (State::Failed, ProtocolState::Failed));
    }
    for end in [Eof::Clean, Eof::Truncated] {
        let mut client = End::client();
        let error = client.connection.handle_eof(end).expect_err("no Close came");
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Closed, Fault::Network));
        assert_eq!(error.requirement(), Some(r::LOST_TRANSPORT_FAILS));
        client.connection.handle_eof(end).expect("it was told already");
    }
    let mut client = End::client();
    client.feed(plain(CLOSE, body(1011, "their trouble"))).fine();
    client.connection.handle_eof(Eof::Clean).expect("a closing in order is no failure");
}

fn failing_sends_close() {
    for violation in violations() {
        let mut client = End::client();
        client.feed(&violation.bytes).error.expect(violation.name);
        assert_last_words(Role::Client, &client.frames(), violation.code);
        assert!(!client.connection.wants_write());
        // Also with other things waiting: they give way.
        let mut client = End::client();
        client.send(super::super::support::ping("waiting")).expect("open");
        client.part(crate::Kind::Text, "unfinished", false).expect("open");
        client.output.clear();
        client.feed(&violation.bytes).error.expect(violation.name);
        assert_last_words(Role::Client, &client.frames(), violation.code);
    }
    for (name, bytes) in harmless() {
        let mut client = End::client();
        client.feed(bytes).fine();
        assert!(client.frames().iter().all(|frame| frame.opcode != 8), "{name}");
    }
}

fn close_frame_is_omitted_when_useless() {
    // There is nobody left to read it.
    for end in [Eof::Clean, Eof::Truncated] {
        let mut client = End::client();
        client.send(super::super::support::ping("waiting")).expect("open");
        client.connection.handle_eof(end).expect_err("no Close came");
        assert_eq!(client.written(), b"");
    }
    for violation in violations() {
        // We have said Close already: a second one would be out of place.
        let mut client = End::client();
        client.close(Some(close_frame(1000, "")));
        assert_eq!(client.frames().len(), 1);
        client.feed(&violation.bytes).error.expect(violation.name);
        assert_eq!(client.frames(), [], "{}: a second Close", violation.name);
        // We have not said it yet: one is said, and it is the last word.
        let mut client = End::client();
        client.close(Some(close_frame(1000, "")));
        client.feed(&violation.bytes).error.expect(violation.name);
        let frames = client.frames();
        assert_eq!((frames.len(), frames[0].first()), (1, CLOSE), "{}", violation.name);
        // Inside a frame of ours it would be taken for payload.
        let mut client = End::client();
        client.output = Output::with_high_water(1000);
        client.send(Message::binary(noise(100_000, 1))).expect("open");
        client.output.clear();
        client.feed(&violation.bytes).error.expect(violation.name);
        assert_eq!(client.written(), b"", "{}", violation.name);
        // On a live connection with nothing in the way it is not omitted.
        let mut client = End::client();
        client.feed(&violation.bytes).error.expect(violation.name);
        assert_eq!(client.frames().len(), 1, "{}", violation.name);
    }
    // No answer to Close in time: nothing more is said.
    let mut client = End::client();
    client.close(None);
    client.written();
    client.pass(Duration::from_secs(60)).expect_err("the deadline");
    assert_eq!(client.written(), b"");
    // Nor is what could not be written all that time.
    let mut client = End::client();
    client.send(super::super::support::ping("waiting")).expect("open");
    client.close(None);
    client.pass(Duration::from_secs(60)).expect_err("the deadline");
    assert_eq!(client.written(), b"");
}

fn nothing_is_processed_after_failing() {
    let after = [plain(TEXT, "after"), plain(PING, "after"), plain(CLOSE, body(1000, ""))].concat();
    for violation in violations() {
        for at_once in [true, false] {
            let mut client = End::client();
            let before = plain(TEXT, "before");
            let fed = if at_once {
                client.feed([&before[..], &violation.bytes, &after].concat())
            } else {
                let mut fed = client.feed([&before[..], &violation.bytes].concat());
                fed.messages.extend(client.feed(&after).fine());
                fed
            };
            fed.error.expect(violation.name);
            assert_eq!(fed.messages, [text("before")], "{}", violation.name);
            client.feed(&after).fine();
            // No pong, no answer to Close, and the code is not taken from it.
            assert_last_words(Role::Client, &client.frames(), violation.code);
            assert_eq!(client.feed(&after).fine(), []);
            assert_eq!(client.connection.peer_close(), None);
            assert_eq!(client.written(), b"");
        }
    }
    for role in [Role::Client, Role::Server] {
        fails_after(role, &to(role, TEXT, "before"), &to(role, 0x83, ""), r::UNKNOWN_OPCODE_FAILS, 1002);
    }
    // Without the violation everything is processed.
    let mut client = End::client();
    assert_eq!(client.feed([plain(TEXT, "before"), after].concat()).fine().len(), 4);
    assert_eq!(client.frames().len(), 2);
}

fn idle_connection_stays_open() {
    let week = Duration::from_secs(7 * 86_400);
    for prepare in [
        |_: &mut End| {},
        |end: &mut End| drop(end.feed(plain(0x01, "half a message")).fine()),
        |end: &mut End| drop(end.feed([BINARY, 100, 1, 2, 3]).fine()),
        |end: &mut End| end.send(super::super::support::ping("unanswered")).expect("open"),
    ] {
        let mut client = End::client();
        prepare(&mut client);
        assert_eq!(client.connection.poll_timeout(), None);
        client.pass(week).expect("nothing happens");
        client.connection.handle_timeout(client.now).expect("nobody asked for it");
        assert_eq!((client.phase(), client.state()), (State::Open, ProtocolState::Connected));
        assert!(client.frames().iter().all(|frame| frame.opcode != 8));
        client.send(text("still here")).expect("open");
    }
    // Time does pass: where there is a deadline, it ends the connection.
    let mut client = End::client();
    client.close(None);
    client.pass(Config::default().close_timeout).expect_err("the deadline");
    assert_eq!(client.phase(), State::Failed);
    // And the application closes it whenever it likes.
    let mut client = End::client();
    client.pass(week).expect("nothing happens");
    client.close(None);
    assert_eq!(client.frames()[0].first(), CLOSE);
}
