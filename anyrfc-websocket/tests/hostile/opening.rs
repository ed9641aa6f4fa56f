//! Answers to the opening handshake.

use std::time::Duration;

use anyrfc_core::{ErrorKind, Fault, Requirement, compliance::covers};
use anyrfc_websocket::{Message, WebSocketClient, rfc6455 as r};

use crate::support::{BINARY, CLOSE, PING, PONG, TEXT, accept, answer, assert_refused, attempt, body};
use crate::support::{frame, head, pair, within};

/// A correct answer, edited.
fn edited(key: &str, edit: impl FnOnce(&mut Vec<String>)) -> Vec<u8> {
    let mut lines = answer(key);
    edit(&mut lines);
    head(&lines)
}

#[tokio::test(start_paused = true)]
async fn a_header_block_without_end() {
    let _covers = covers(&[r::OWN_LIMITS_ARE_GUARDED]);
    let builder = WebSocketClient::builder();
    let status = "HTTP/1.1 101 Switching Protocols\r\n";
    for (what, begin, repeat) in [
        ("fields", status.to_owned(), "X: y\r\n".repeat(100)),
        ("one field", format!("{status}X: "), "y".repeat(1000)),
        ("a field's name", status.to_owned(), "x".repeat(1000)),
        ("a folded field", format!("{status}X: y\r\n"), " y\r\n".repeat(100)),
        ("a status line", "HTTP/1.1 101 ".to_owned(), "Yes ".repeat(100)),
        ("interim answers", String::new(), "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(10)),
    ] {
        let (near, mut server) = pair(4096);
        let serve = async {
            server.request().await;
            let mut taken = server.push(begin.as_bytes()).await;
            loop {
                let count = server.push(repeat.as_bytes()).await;
                taken += count;
                if count < repeat.len() {
                    return (taken, server.rest().await);
                }
            }
        };
        let connect = builder.connect_over("ws://h.example/", near);
        let (result, (taken, written)) = within(async { tokio::join!(connect, serve) }).await;
        let error = result.expect_err(what);
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Limit, Fault::Policy), "{what}: {error}");
        assert_eq!(error.requirement(), Some(r::OWN_LIMITS_ARE_GUARDED), "{what}");
        // Its limit, what a read takes at once, and what the stream holds.
        assert!(taken <= (64 << 10) + (64 << 10) + 2 * 4096, "{what}: took {taken} bytes");
        assert_eq!(written, b"", "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_header_block_of_64_kib_and_a_byte_more() {
    let builder = WebSocketClient::builder();
    for extra in [0, 1] {
        let fill = |key: &str| {
            edited(key, |lines| {
                let room = (64 << 10) - head(lines).len() - "X: \r\n".len() + extra;
                lines.push(format!("X: {}", "y".repeat(room)));
            })
        };
        let outcome = attempt(&builder, fill).await;
        if extra == 0 {
            outcome.result.expect("within the limit");
        } else {
            assert_refused("a byte more", outcome, ErrorKind::Limit, r::OWN_LIMITS_ARE_GUARDED);
        }
    }
    // Far over it.
    let huge = |key: &str| edited(key, |lines| lines.push(format!("X: {}", "y".repeat(900_000))));
    let outcome = attempt(&builder, huge).await;
    assert_refused("far over", outcome, ErrorKind::Limit, r::OWN_LIMITS_ARE_GUARDED);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_headers() {
    let builder = WebSocketClient::builder();
    let fields = |count: usize| {
        move |key: &str| edited(key, |lines| lines.extend((0..count).map(|_| "a:b".to_owned())))
    };
    let outcome = attempt(&builder, fields(10_000)).await;
    assert_refused("10 000", outcome, ErrorKind::Limit, r::OWN_LIMITS_ARE_GUARDED);
    attempt(&builder, fields(253)).await.result.expect("256 fields are within the limit");
    let outcome = attempt(&builder, fields(254)).await;
    assert_refused("257", outcome, ErrorKind::Limit, r::OWN_LIMITS_ARE_GUARDED);
}

/// A correct answer whose line `at` is replaced by others.
type Edit = fn(&str) -> (usize, Vec<String>);

#[tokio::test(start_paused = true)]
async fn a_wrong_accept() {
    let _covers = covers(&[r::RESPONSE_WITH_WRONG_ACCEPT_FAILS]);
    let builder = WebSocketClient::builder();
    let wrong = r::RESPONSE_WITH_WRONG_ACCEPT_FAILS;
    let twisted = |text: &str| -> String {
        let swap =
            |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        text.chars().map(swap).collect()
    };
    for what in 0..10 {
        let respond = |key: &str| {
            let right = accept(key);
            let value = match what {
                0 => return edited(key, |lines| drop(lines.pop())),
                1 => String::new(),
                2 => twisted(&right),
                3 => right[..27].to_owned(),
                4 => right[..20].to_owned(),
                5 => format!("{right}="),
                6 => format!("{right}{right}"),
                7 => format!("{right}, {right}"),
                8 => accept("dGhlIHNhbXBsZSBub25jZQ=="),
                _ => key.to_owned(),
            };
            edited(key, |lines| lines[3] = format!("Sec-WebSocket-Accept: {value}"))
        };
        let outcome = attempt(&builder, respond).await;
        assert_refused(&format!("case {what}"), outcome, ErrorKind::Protocol, wrong);
    }
    for same in [true, false] {
        let respond = |key: &str| {
            let second = if same { accept(key) } else { accept("AQIDBAUGBwgJCgsMDQ4PEA==") };
            edited(key, |lines| lines.push(format!("Sec-WebSocket-Accept: {second}")))
        };
        let outcome = attempt(&builder, respond).await;
        assert_refused("twice", outcome, ErrorKind::Protocol, r::ACCEPT_APPEARS_ONCE);
    }
    // The case of the field's name does not count, nor does white space around the value.
    let spaced =
        |key: &str| edited(key, |lines| lines[3] = format!("SEC-WEBSOCKET-ACCEPT: \t{} \t", accept(key)));
    attempt(&builder, spaced).await.result.expect("accepted");
}

#[tokio::test(start_paused = true)]
async fn a_head_that_upgrades_nothing() {
    let _covers = covers(&[
        r::RESPONSE_WITHOUT_UPGRADE_FAILS,
        r::RESPONSE_WITHOUT_CONNECTION_FAILS,
        r::NONCONFORMING_RESPONSE_FAILS,
    ]);
    let builder = WebSocketClient::builder();
    let cases: [(&str, Edit, &'static Requirement); 12] = [
        ("no Upgrade", |_| (1, vec![]), r::RESPONSE_WITHOUT_UPGRADE_FAILS),
        ("another Upgrade", |_| (1, vec!["Upgrade: h2c".into()]), r::RESPONSE_WITHOUT_UPGRADE_FAILS),
        ("an empty Upgrade", |_| (1, vec!["Upgrade:".into()]), r::RESPONSE_WITHOUT_UPGRADE_FAILS),
        ("no Connection", |_| (2, vec![]), r::RESPONSE_WITHOUT_CONNECTION_FAILS),
        ("keep-alive", |_| (2, vec!["Connection: keep-alive".into()]), r::RESPONSE_WITHOUT_CONNECTION_FAILS),
        ("Upgraded", |_| (2, vec!["Connection: Upgraded".into()]), r::RESPONSE_WITHOUT_CONNECTION_FAILS),
        ("HTTP/1.0", |_| (0, vec!["HTTP/1.0 101 Yes".into()]), r::ACCEPTING_RESPONSE_IS_VALID),
        ("HTTP/2", |_| (0, vec!["HTTP/2 101 Yes".into()]), r::ACCEPTING_RESPONSE_IS_VALID),
        ("1010", |_| (0, vec!["HTTP/1.1 1010 Yes".into()]), r::ACCEPTING_RESPONSE_IS_VALID),
        ("10", |_| (0, vec!["HTTP/1.1 10 Yes".into()]), r::ACCEPTING_RESPONSE_IS_VALID),
        ("ICY", |_| (0, vec!["ICY 101 Yes".into()]), r::ACCEPTING_RESPONSE_IS_VALID),
        ("NUL", |_| (1, vec!["Upgrade: websocket\0".into()]), r::ACCEPTING_RESPONSE_IS_VALID),
    ];
    for (what, edit, requirement) in cases {
        let respond = |key: &str| {
            let (at, lines) = edit(key);
            edited(key, |all| drop(all.splice(at..=at, lines)))
        };
        assert_refused(what, attempt(&builder, respond).await, ErrorKind::Protocol, requirement);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_not_asked_for() {
    let plain = WebSocketClient::builder();
    let chat = plain.clone().subprotocol("chat").subprotocol("v2");
    for (builder, line, requirement) in [
        (&plain, "Sec-WebSocket-Protocol: chat", r::SUBPROTOCOL_IS_CHOSEN_FROM_OFFER),
        (&chat, "Sec-WebSocket-Protocol: Chat", r::SUBPROTOCOL_IS_CHOSEN_FROM_OFFER),
        (&chat, "Sec-WebSocket-Protocol: chat, v2", r::SUBPROTOCOL_IS_CHOSEN_FROM_OFFER),
        (&chat, "Sec-WebSocket-Protocol:", r::SUBPROTOCOL_IS_CHOSEN_FROM_OFFER),
        (&plain, "Sec-WebSocket-Extensions: permessage-deflate", r::NO_UNLISTED_EXTENSION),
        (&plain, "Sec-WebSocket-Extensions: x; y=1", r::NO_UNLISTED_EXTENSION),
    ] {
        let respond = |key: &str| edited(key, |lines| lines.push(line.to_owned()));
        assert_refused(line, attempt(builder, respond).await, ErrorKind::Protocol, requirement);
    }
    let respond = |key: &str| edited(key, |lines| lines.push("Sec-WebSocket-Protocol: v2".into()));
    let client = attempt(&chat, respond).await.result.expect("one of the offered");
    assert_eq!(client.subprotocol(), Some("v2"));
    let client = attempt(&chat, |key| head(&answer(key))).await.result.expect("none of them");
    assert_eq!(client.subprotocol(), None);
}

#[tokio::test(start_paused = true)]
async fn frames_in_the_segment_of_the_101() {
    let _covers = covers(&[r::INPUT_IS_PARSED_AS_FRAMES]);
    let frames =
        [frame(TEXT, "first"), frame(PING, "p"), frame(BINARY, [7; 300]), frame(CLOSE, body(1000, "bye"))]
            .concat();
    let length = head(&answer("AQIDBAUGBwgJCgsMDQ4PEA==")).len() + frames.len();
    // In one segment, and in two that are split anywhere.
    for split in 0..=length {
        let (near, mut server) = pair(4096);
        let serve = async {
            let (_, key) = server.request().await;
            let all = [head(&answer(&key)), frames.clone()].concat();
            server.write(&all[..split]).await;
            tokio::task::yield_now().await;
            tokio::time::sleep(Duration::from_millis(1)).await;
            server.write(&all[split..]).await;
            server.shut().await;
            server.frames().await
        };
        let session = async {
            let mut client =
                WebSocketClient::builder().connect_over("ws://h.example/", near).await.expect("opened");
            let mut messages = Vec::new();
            while let Some(message) = client.next().await.expect("in order") {
                messages.push(message);
            }
            messages
        };
        let (messages, sent) = within(async { tokio::join!(session, serve) }).await;
        assert_eq!(messages[..2], [Message::text("first"), Message::Ping("p".into())], "split at {split}");
        assert_eq!(messages[2], Message::binary(vec![7; 300]));
        assert!(matches!(&messages[3..], [Message::Close(Some(frame))] if frame.reason() == "bye"));
        assert_eq!(sent.iter().map(|frame| frame.first).collect::<Vec<_>>(), [PONG, CLOSE]);
        assert!(sent.iter().all(|frame| frame.masked));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_with_a_body_without_end() {
    let builder = WebSocketClient::builder();
    for framing in ["", "Content-Length: 999999999\r\n", "Transfer-Encoding: chunked\r\n"] {
        let (near, mut server) = pair(4096);
        let serve = async {
            server.request().await;
            let head = format!("HTTP/1.1 403 Forbidden\r\n{framing}X-Why: because\r\n\r\n");
            let mut taken = server.push(head.as_bytes()).await;
            let piece = if framing.contains("chunked") { "5\r\nno no\r\n" } else { "no no " };
            loop {
                let count = server.push(piece.as_bytes()).await;
                taken += count;
                if count < piece.len() {
                    return (taken, server.rest().await);
                }
            }
        };
        let connect = builder.connect_over("ws://h.example/", near);
        let (result, (taken, written)) = within(async { tokio::join!(connect, serve) }).await;
        let error = result.expect_err("refused");
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Refused, Fault::Peer), "{error}");
        let refusal = error.refusal().expect("an answer");
        assert_eq!((refusal.status.as_u16(), refusal.truncated), (403, true));
        assert_eq!(refusal.headers["x-why"], "because");
        assert_eq!(refusal.body.len(), 64 << 10);
        assert!(refusal.body.starts_with(b"no no"));
        assert!(taken < 512 << 10, "took {taken} bytes");
        assert_eq!(written, b"");
    }
}

#[tokio::test(start_paused = true)]
async fn no_peer_bytes_in_what_is_displayed() {
    let builder = WebSocketClient::builder();
    for respond in [
        "HTTP/1.1 403 \u{1b}[31mRED\r\nX: \u{1b}[31mRED\r\n\r\n\u{1b}[31mRED",
        "\u{1b}[31mRED\r\n\r\n",
        "HTTP/1.1 101 \u{1b}[31mRED\r\nUpgrade: \u{1b}[31mRED\r\n\r\n",
        "HTTP/1.1 101 Yes\r\n\u{1b}[31mRED: x\r\n\r\n",
    ] {
        let (near, mut server) = pair(4096);
        let serve = async {
            server.request().await;
            server.push(respond.as_bytes()).await;
            server.shut().await;
            server.rest().await;
        };
        let connect = builder.connect_over("ws://h.example/", near);
        let (result, ()) = within(async { tokio::join!(connect, serve) }).await;
        let error = result.expect_err("no answer");
        let mut shown = vec![error.to_string(), format!("{error:?}")];
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            shown.push(cause.to_string());
            source = cause.source();
        }
        for text in shown {
            assert!(!text.contains('\u{1b}'), "{text:?}");
        }
    }
}
