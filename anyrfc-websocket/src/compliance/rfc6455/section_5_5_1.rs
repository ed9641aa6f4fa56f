//! RFC 6455, section 5.5.1: Close.

use std::time::Duration;

use anyrfc_core::{Eof, ErrorKind, Machine as _, Output, ProtocolState, compliance::Check};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::{
    support::{
        BINARY, CLOSE, End, PING, TEXT, body, close, close_frame, fails, naive_frame, naive_frames, noise,
        plain, receives, text, to,
    },
    wire::{Act, driven, virtually},
};
use crate::{
    CloseFrame, Kind, Message,
    proto::{Config, Role, State},
    rfc6455 as r,
};

const BOTH: [Role; 2] = [Role::Client, Role::Server];

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-5.5.1/close-body-is-optional",
        covers: &[r::CLOSE_MAY_HAVE_A_BODY],
        run: close_body_is_optional,
    },
    Check {
        name: "section-5.5.1/close-body-starts-with-a-code",
        covers: &[r::CLOSE_BODY_STARTS_WITH_A_CODE],
        run: close_body_starts_with_a_code,
    },
    Check {
        name: "section-5.5.1/close-body-may-have-a-reason",
        covers: &[r::CLOSE_BODY_MAY_HAVE_A_REASON],
        run: close_body_may_have_a_reason,
    },
    Check {
        name: "section-5.5.1/close-reason-is-not-displayed",
        covers: &[r::CLOSE_REASON_IS_NOT_SHOWN],
        run: close_reason_is_not_displayed,
    },
    Check {
        name: "section-5.5.1/no-data-after-close",
        covers: &[r::NO_DATA_AFTER_CLOSE],
        run: no_data_after_close,
    },
    Check {
        name: "section-5.5.1/close-is-answered",
        covers: &[r::CLOSE_IS_ANSWERED],
        run: close_is_answered,
    },
    Check {
        name: "section-5.5.1/close-is-answered-at-once",
        covers: &[r::CLOSE_IS_ANSWERED_SOON],
        run: close_is_answered_at_once,
    },
    Check {
        name: "section-5.5.1/close-waits-for-the-frame-in-progress",
        covers: &[r::CLOSE_MAY_WAIT_FOR_THE_MESSAGE],
        run: close_waits_for_the_frame_in_progress,
    },
    Check {
        name: "section-5.5.1/queued-fragments-precede-the-close",
        covers: &[r::CLOSE_MAY_FOLLOW_REMAINING_FRAGMENTS],
        run: queued_fragments_precede_the_close,
    },
    Check {
        name: "section-5.5.1/both-closes-end-the-connection",
        covers: &[r::TCP_IS_CLOSED_AFTER_BOTH_CLOSES],
        run: both_closes_end_the_connection,
    },
    Check {
        name: "section-5.5.1/server-closes-tcp-at-once",
        covers: &[r::SERVER_CLOSES_TCP_IMMEDIATELY],
        run: server_closes_tcp_at_once,
    },
    Check {
        name: "section-5.5.1/client-waits-for-the-server-after-closes",
        covers: &[r::CLIENT_WAITS_AFTER_BOTH_CLOSES],
        run: client_waits_for_the_server_after_closes,
    },
    Check {
        name: "section-5.5.1/client-closes-when-the-server-does-not",
        covers: &[r::CLIENT_MAY_CLOSE_AFTER_BOTH_CLOSES],
        run: client_closes_when_the_server_does_not,
    },
];

/// First byte and payload of what an end has written.
fn sent(end: &mut End) -> Vec<(u8, Vec<u8>)> {
    end.frames().into_iter().map(|frame| (frame.first(), frame.payload)).collect()
}

fn close_body_is_optional() {
    for role in BOTH {
        let answer = receives(role, to(role, CLOSE, ""), &[Message::Close(None)]);
        assert_eq!((answer.len(), answer[0].first(), &answer[0].payload[..]), (1, CLOSE, &b""[..]));
        let answer = receives(role, to(role, CLOSE, body(1000, "")), &[close(1000, "")]);
        assert_eq!((answer.len(), &answer[0].payload), (1, &body(1000, "")));
        fails(role, to(role, CLOSE, [3]), r::CLOSE_BODY_STARTS_WITH_A_CODE, 1002);

        for (frame, expected) in [(None, vec![]), (Some(close_frame(1000, "")), body(1000, ""))] {
            let mut end = End::new(role, &Config::default(), [7; 32]);
            end.close(frame);
            assert_eq!(sent(&mut end), [(CLOSE, expected)]);
        }
        // What came is kept for the caller: nothing, no body, or a code.
        let mut end = End::new(role, &Config::default(), [7; 32]);
        assert_eq!(end.connection.peer_close(), None);
        end.feed(to(role, CLOSE, "")).fine();
        assert_eq!(end.connection.peer_close(), Some(&None));
    }
}

fn close_body_starts_with_a_code() {
    for role in BOTH {
        for byte in [0, 3, 0xFF] {
            fails(role, to(role, CLOSE, [byte]), r::CLOSE_BODY_STARTS_WITH_A_CODE, 1002);
        }
        for code in [0, 1, 999, 1004, 1016, 1100, 2000, 2999, 5000, 59_395, 65_535] {
            fails(role, to(role, CLOSE, body(code, "")), r::CLOSE_BODY_STARTS_WITH_A_CODE, 1002);
            fails(role, to(role, CLOSE, body(code, "why")), r::CLOSE_BODY_STARTS_WITH_A_CODE, 1002);
        }
        for code in (1000..=1003).chain(1007..=1014).chain([3000, 3999, 4000, 4999]) {
            let answer = receives(role, to(role, CLOSE, body(code, "")), &[close(code, "")]);
            assert_eq!(answer[0].payload, code.to_be_bytes(), "the code comes back");
            let mut end = End::new(role, &Config::default(), [7; 32]);
            end.close(Some(close_frame(code, "")));
            assert_eq!(sent(&mut end), [(CLOSE, code.to_be_bytes().to_vec())]);
        }
    }
    // The more significant byte is the first.
    receives(Role::Client, b"\x88\x02\x03\xE8", &[close(1000, "")]);
    fails(Role::Client, b"\x88\x02\xE8\x03", r::CLOSE_BODY_STARTS_WITH_A_CODE, 1002);
}

fn close_body_may_have_a_reason() {
    let long = "ж".repeat(61) + "x";
    for reason in ["", "bye", "日本語", &long] {
        for role in BOTH {
            receives(role, to(role, CLOSE, body(4000, reason)), &[close(4000, reason)]);
        }
        let (mut client, mut server) = (End::client(), End::server());
        client.close(Some(close_frame(4000, reason)));
        assert_eq!(server.feed(client.written()).fine(), [close(4000, reason)]);
    }
    assert_eq!(long.len(), CloseFrame::REASON_MAX);
    // Cut inside a character it is none.
    for role in BOTH {
        let cut = &body(1000, "ж")[..3];
        fails(role, to(role, CLOSE, cut), r::INVALID_UTF8_FAILS, 1007);
        fails(role, to(role, CLOSE, body(1000, [0x61, 0xFF])), r::INVALID_UTF8_FAILS, 1007);
        // Without a code there is no reason: its first bytes are taken for one.
        fails(role, to(role, CLOSE, "bye"), r::CLOSE_BODY_STARTS_WITH_A_CODE, 1002);
    }
}

fn close_reason_is_not_displayed() {
    const SECRET: &str = "SHOW-ME\u{1b}[31m";
    for code in [1000, 1011, 4000] {
        let mut client = End::client();
        let messages = client.feed(plain(CLOSE, body(code, SECRET))).fine();
        let [Message::Close(Some(frame))] = &messages[..] else { panic!("{messages:?}") };
        // It was received, for the program.
        assert_eq!(frame.reason(), SECRET);
        assert_eq!(client.connection.peer_close(), Some(&Some(close_frame(code, SECRET))));
        // What is made for showing leaves it out, and does show the code.
        let mut shown = vec![frame.to_string(), frame.code().to_string(), format!("{:?}", frame.code())];
        assert!(shown.iter().all(|text| text.contains(&code.to_string())), "{shown:?}");
        let refused = client.send(text("late")).expect_err("closing");
        shown.push(refused.to_string());
        let mut source = std::error::Error::source(&refused);
        while let Some(error) = source {
            shown.push(error.to_string());
            source = error.source();
        }
        shown.push(client.state().to_string());
        // The server never ends the connection: no complaint names the reason either.
        if let Err(error) = client.pass(Duration::from_secs(60)) {
            shown.push(error.to_string());
        }
        assert!(shown.iter().all(|text| !text.contains("SHOW-ME")), "{shown:?}");
    }
    // A reason that is refused does not come through in the error.
    let mut client = End::client();
    let offending = [&b"SHOW-ME"[..], &[0xFF]].concat();
    let error = client.feed(plain(CLOSE, body(1000, offending))).error.expect("not UTF-8");
    assert!(!error.to_string().contains("SHOW-ME"), "{error}");
    assert!(!client.written().windows(7).any(|window| window == b"SHOW-ME"));
}

/// Nothing but control frames is written, whatever is tried.
fn stays_silent(mut end: End, role: Role) {
    let refused = [
        end.send(text("late")),
        end.send(Message::binary(vec![0; 100_000])),
        end.connection.send_slice(&mut end.output, Kind::Text, b"late"),
        end.part(Kind::Binary, "late", true),
        end.part(Kind::Text, "late", false),
    ];
    for refused in refused {
        let error = refused.expect_err("after Close");
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Closed, Some(r::NO_DATA_AFTER_CLOSE)));
    }
    end.feed([to(role, TEXT, "more"), to(role, PING, "?"), to(role, 0x01, "more")].concat()).fine();
    end.pass(Duration::from_secs(1)).expect("before the deadline");
    for frame in end.frames() {
        assert!(frame.opcode >= 8, "data after Close: {frame:?}");
    }
}

fn no_data_after_close() {
    for role in BOTH {
        let open = || End::new(role, &Config::default(), [7; 32]);
        // Closed by us, before and after Close has left.
        let mut end = open();
        end.send(text("before")).expect("open");
        end.close(Some(close_frame(1000, "")));
        assert_eq!(sent(&mut end), [(TEXT, b"before".to_vec()), (CLOSE, body(1000, ""))]);
        stays_silent(end, role);
        let mut end = open();
        end.close(None);
        stays_silent(end, role);

        // Closed by the peer.
        let mut end = open();
        end.feed(to(role, CLOSE, body(1000, ""))).fine();
        assert_eq!(sent(&mut end), [(CLOSE, body(1000, ""))]);
        stays_silent(end, role);
        let mut end = open();
        end.feed(to(role, CLOSE, body(1000, ""))).fine();
        stays_silent(end, role);

        // In the middle of a message.
        let mut end = open();
        end.part(Kind::Text, "a", false).expect("begun");
        end.close(None);
        assert_eq!(sent(&mut end), [(0x01, b"a".to_vec()), (CLOSE, vec![])]);
        assert_eq!(end.part(Kind::Text, "b", true).expect_err("closing").kind(), ErrorKind::Closed);
        stays_silent(end, role);

        // Closing a second time says nothing more.
        let mut end = open();
        end.close(None);
        sent(&mut end);
        end.close(Some(close_frame(1001, "again")));
        assert_eq!(sent(&mut end), []);
    }
}

fn close_is_answered() {
    for role in BOTH {
        let answer = receives(role, to(role, CLOSE, body(1001, "going away")), &[close(1001, "going away")]);
        assert_eq!(answer.len(), 1);
        assert_eq!((answer[0].first(), answer[0].payload.get(..2)), (CLOSE, Some(&body(1001, "")[..])));

        // Only once, however often it comes.
        let mut end = End::new(role, &Config::default(), [7; 32]);
        end.feed(to(role, CLOSE, body(1001, ""))).fine();
        assert_eq!(end.frames().len(), 1);
        assert_eq!(end.feed(to(role, CLOSE, body(1000, ""))).fine(), []);
        assert_eq!(sent(&mut end), []);

        // Not as the answer to an answer, nor when both cross.
        let mut end = End::new(role, &Config::default(), [7; 32]);
        end.close(Some(close_frame(1000, "")));
        assert_eq!(sent(&mut end), [(CLOSE, body(1000, ""))]);
        assert_eq!(end.feed(to(role, CLOSE, body(1000, ""))).fine(), [close(1000, "")]);
        assert_eq!(sent(&mut end), []);
        let mut end = End::new(role, &Config::default(), [7; 32]);
        end.close(Some(close_frame(4000, "")));
        end.feed(to(role, CLOSE, body(4001, ""))).fine();
        assert_eq!(sent(&mut end), [(CLOSE, body(4000, ""))]);

        // Nothing else makes us say Close.
        for other in [to(role, TEXT, "a"), to(role, PING, ""), to(role, 0x01, "a")] {
            let mut end = End::new(role, &Config::default(), [7; 32]);
            end.feed(other).fine();
            assert!(end.frames().iter().all(|frame| frame.opcode != 8));
            end.connection.handle_eof(Eof::Clean).expect_err("no Close came");
            assert_eq!(sent(&mut end), []);
        }
    }
}

fn close_is_answered_at_once() {
    let mut client = End::client();
    assert!(!client.connection.wants_write(), "nothing to say before");
    let bytes = plain(CLOSE, body(1000, ""));
    client.connection.advance(&bytes, client.now).expect("a Close");
    // The event is not taken, and no time has passed.
    assert!(client.connection.wants_write());
    assert_eq!(sent(&mut client), [(CLOSE, body(1000, ""))]);
    let mut client = End::client();
    client.feed(plain(TEXT, "no Close")).fine();
    assert!(!client.connection.wants_write());

    // On a stream: while the application waits for messages only, and while it flushes.
    virtually(async {
        let (mut driver, mut far, _) = driven(Role::Client, 4096);
        far.write_all(&plain(CLOSE, body(1000, ""))).await.expect("written");
        let started = tokio::time::Instant::now();
        assert!(driver.next().await.is_ok_and(|event| event.is_some()));
        let mut buffer = [0; 8];
        tokio::select! {
            event = driver.next() => panic!("the connection ended by itself: {event:?}"),
            read = far.read_exact(&mut buffer) => { read.expect("the answer"); }
        }
        assert_eq!(naive_frames(&buffer)[0].payload, body(1000, ""));
        assert_eq!(started.elapsed(), Duration::ZERO);
    });
    virtually(async {
        let (mut driver, mut far, _) = driven(Role::Client, 64);
        far.write_all(&plain(CLOSE, body(1000, ""))).await.expect("written");
        let (connection, output) = driver.command();
        connection.send_slice(output, Kind::Binary, &[1; 1000]).expect("sent");
        let reading = async {
            let mut all = Vec::new();
            while all.len() < 1008 + 8 {
                let mut buffer = [0; 64];
                let count = far.read(&mut buffer).await.expect("read");
                all.extend_from_slice(&buffer[..count]);
            }
            naive_frames(&all).iter().map(|f| f.first()).collect::<Vec<_>>()
        };
        let (flushed, firsts) = tokio::join!(driver.flush(), reading);
        flushed.expect("flushed");
        assert_eq!(firsts, [BINARY, CLOSE]);
    });
}

fn close_waits_for_the_frame_in_progress() {
    let payload = noise(1 << 20, 1);
    for ours in [false, true] {
        let mut client = End::client();
        client.output = Output::with_high_water(100_000);
        client.send(Message::binary(payload.clone())).expect("sent");
        let begun = client.output.take();
        assert!(begun.len() <= 100_014 && client.connection.is_sending(), "{} bytes", begun.len());
        if ours {
            client.close(Some(close_frame(1000, "")));
        } else {
            client.feed(plain(CLOSE, body(1000, ""))).fine();
        }
        // A message that was not begun is not sent any more.
        assert_eq!(client.send(text("late")).expect_err("closing").kind(), ErrorKind::Closed);
        let all = [&begun[..], &client.written()].concat();
        let frames = naive_frames(&all);
        assert_eq!(frames.iter().map(|f| f.first()).collect::<Vec<_>>(), [BINARY, CLOSE]);
        assert!(frames[0].payload == payload, "the message came through damaged");
        // A Close inside the frame would be taken for payload, and seen here.
        let mut broken = all.clone();
        broken.splice(1000..1000, all[all.len() - 8..].iter().copied());
        let (first, used) = naive_frame(&broken).expect("a frame");
        assert!(first.payload != payload);
        assert!(naive_frame(&broken[used..]).is_none_or(|(frame, _)| frame.first() != CLOSE));
    }
}

fn queued_fragments_precede_the_close() {
    let mut client = End::client();
    for (part, last) in [("a", false), ("b", false), ("c", true)] {
        client.part(Kind::Text, part, last).expect("sent");
    }
    client.feed(plain(CLOSE, "")).fine();
    let wire = client.written();
    let firsts: Vec<_> = naive_frames(&wire).iter().map(|f| f.first()).collect();
    assert_eq!(firsts, [0x01, 0x00, 0x80, CLOSE]);
    assert_eq!(End::server().feed(&wire).fine(), [text("abc"), Message::Close(None)]);

    // Without the last one, Close does not wait for it.
    let mut client = End::client();
    client.part(Kind::Text, "a", false).expect("sent");
    client.feed(plain(CLOSE, "")).fine();
    let wire = client.written();
    let late = client.part(Kind::Text, "b", true).expect_err("closing");
    assert_eq!(late.kind(), ErrorKind::Closed);
    assert_eq!(client.written(), b"");
    assert_eq!(End::server().feed(&wire).fine(), [Message::Close(None)], "the message stays unfinished");
}

fn both_closes_end_the_connection() {
    for order in ["ours first", "theirs first", "crossing"] {
        let mut client = End::client();
        match order {
            "ours first" => {
                client.close(Some(close_frame(1000, "")));
                client.written();
                assert_eq!(client.phase(), State::CloseSent, "one Close is not enough");
                client.feed(plain(CLOSE, body(1000, ""))).fine();
            }
            "theirs first" => {
                client.feed(plain(CLOSE, body(1000, ""))).fine();
                client.written();
            }
            _ => {
                client.close(Some(close_frame(1000, "")));
                client.feed(plain(CLOSE, body(1000, ""))).fine();
                client.written();
            }
        }
        assert_eq!(
            (client.phase(), client.state()),
            (State::Closing, ProtocolState::Disconnecting),
            "{order}"
        );
        client.connection.handle_eof(Eof::Clean).expect("in order");
        assert_eq!((client.phase(), client.state()), (State::Closed, ProtocolState::Disconnected), "{order}");
        assert_eq!(client.connection.poll_timeout(), None);
    }
    // On a stream: our side is closed as well, and only after theirs.
    virtually(async {
        let (mut driver, mut far, record) = driven(Role::Client, 4096);
        far.write_all(&plain(CLOSE, body(1000, ""))).await.expect("written");
        assert!(driver.next().await.is_ok_and(|event| event.is_some()));
        far.shutdown().await.expect("shut");
        assert_eq!(driver.next().await.expect("in order"), None);
        assert!(record.has(Act::Shut));
        let mut all = Vec::new();
        far.read_to_end(&mut all).await.expect("the end");
        assert_eq!(naive_frames(&all).len(), 1);
    });
    // With a single Close it stays open.
    virtually(async {
        let (mut driver, mut far, record) = driven(Role::Client, 4096);
        let now = driver.now();
        driver.command().0.close(None, now).expect("closing");
        driver.flush().await.expect("flushed");
        let waiting = tokio::time::timeout(Duration::from_millis(4999), driver.next()).await;
        assert!(waiting.is_err(), "{waiting:?}");
        assert!(!record.has(Act::Shut));
        far.write_all(&plain(TEXT, "still open")).await.expect("open");
    });
}

fn server_closes_tcp_at_once() {
    // By its state, in each order.
    let mut server = End::server();
    server.feed(to(Role::Server, CLOSE, body(1000, ""))).fine();
    assert_eq!(server.state(), ProtocolState::Disconnected);
    let mut server = End::server();
    server.close(None);
    server.written();
    assert_eq!(server.state(), ProtocolState::Disconnecting, "one Close is not enough");
    server.feed(to(Role::Server, CLOSE, "")).fine();
    assert_eq!(server.state(), ProtocolState::Disconnected);
    // On a stream, without waiting, and after the answer.
    virtually(async {
        let (mut driver, mut far, record) = driven(Role::Server, 4096);
        far.write_all(&to(Role::Server, CLOSE, body(1000, ""))).await.expect("written");
        assert!(driver.next().await.is_ok_and(|event| event.is_some()));
        let started = tokio::time::Instant::now();
        let reading = async {
            let mut all = Vec::new();
            far.read_to_end(&mut all).await.expect("the end");
            drop(far);
            all
        };
        let (ended, all) = tokio::join!(driver.next(), reading);
        assert_eq!(ended.expect("in order"), None);
        assert_eq!(naive_frames(&all)[0].payload, body(1000, ""));
        assert_eq!(started.elapsed(), Duration::ZERO);
        assert_eq!(record.acts()[..2], [Act::Wrote(4), Act::Shut]);
    });
}

fn client_waits_for_the_server_after_closes() {
    virtually(async {
        let (mut driver, mut far, record) = driven(Role::Client, 4096);
        far.write_all(&plain(CLOSE, body(1000, ""))).await.expect("written");
        assert!(driver.next().await.is_ok_and(|event| event.is_some()));
        for wait in [0, 10, 4980] {
            let waiting = tokio::time::timeout(Duration::from_millis(wait), driver.next()).await;
            assert!(waiting.is_err(), "ended by itself: {waiting:?}");
            assert!(!record.has(Act::Shut), "closed TCP before the server did");
        }
        far.shutdown().await.expect("shut");
        assert_eq!(driver.next().await.expect("in order"), None);
        let acts = record.acts();
        let place = |act| acts.iter().position(|seen| *seen == act);
        assert!(place(Act::SawEnd) < place(Act::Shut) && place(Act::SawEnd).is_some(), "{acts:?}");
    });
    // The state that asks for closing is reached by the server at once, by the client not.
    let (mut client, mut server) = (End::client(), End::server());
    client.feed(plain(CLOSE, "")).fine();
    server.feed(to(Role::Server, CLOSE, "")).fine();
    assert_ne!(client.state(), ProtocolState::Disconnected);
    assert_eq!(server.state(), ProtocolState::Disconnected);
}

fn client_closes_when_the_server_does_not() {
    let timeout = Config::default().close_timeout;
    let mut client = End::client();
    client.feed(plain(TEXT, "a")).fine();
    assert_eq!(client.connection.poll_timeout(), None, "an open connection has no deadline");
    client.feed(plain(CLOSE, body(1000, ""))).fine();
    assert_eq!(client.connection.poll_timeout(), Some(client.now + timeout));
    client.pass(timeout - Duration::from_millis(1)).expect("not yet");
    assert_eq!(client.phase(), State::Closing);
    client.pass(Duration::from_millis(1)).expect("both Closes were exchanged: this is in order");
    assert_eq!((client.phase(), client.state()), (State::Closed, ProtocolState::Disconnected));
    assert_eq!(client.connection.poll_timeout(), None);

    // Just in time nothing is reported, and nothing later.
    let mut client = End::client();
    client.feed(plain(CLOSE, body(1000, ""))).fine();
    client.pass(timeout - Duration::from_millis(1)).expect("not yet");
    client.connection.handle_eof(Eof::Clean).expect("in order");
    client.pass(Duration::from_secs(60)).expect("nothing is left to wait for");
    assert_eq!(client.phase(), State::Closed);

    // On a stream the client goes first, and ends without an error.
    virtually(async {
        let (mut driver, mut far, record) = driven(Role::Client, 4096);
        far.write_all(&plain(CLOSE, body(1000, ""))).await.expect("written");
        assert!(driver.next().await.is_ok_and(|event| event.is_some()));
        let started = tokio::time::Instant::now();
        assert_eq!(driver.next().await.expect("in order"), None);
        assert!(started.elapsed() >= timeout, "{:?}", started.elapsed());
        assert!(record.has(Act::Shut) && !record.has(Act::SawEnd));
    });
}
