//! Frames that break a rule, each with the statement, the code and the silence that follow.

use std::time::Duration;

use anyrfc_core::{ErrorKind, Fault, Limits, ProtocolState, Requirement, compliance::covers};
use anyrfc_websocket::{Message, WebSocketClient, rfc6455 as r};
use tokio::time::Instant;

use crate::support::{BINARY, CLOSE, PING, PONG, TEXT, body, frame, opened, within};

/// What the server sends, what it breaks, and the code it is told.
struct Case {
    what: String,
    bytes: Vec<u8>,
    kind: ErrorKind,
    requirement: &'static Requirement,
    code: u16,
}

fn case(what: impl Into<String>, bytes: Vec<u8>, requirement: &'static Requirement, code: u16) -> Case {
    let limit = code == 1009;
    let kind = if limit { ErrorKind::Limit } else { ErrorKind::Protocol };
    Case { what: what.into(), bytes, kind, requirement, code }
}

/// With a 64-bit length, whatever that says.
fn long(first: u8, length: u64) -> Vec<u8> {
    [&[first, 127][..], &length.to_be_bytes()].concat()
}

fn cases() -> Vec<Case> {
    let mut all = vec![
        case(
            "a masked text",
            vec![0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58],
            r::SERVER_DOES_NOT_MASK,
            1002,
        ),
        case("masked with zeros", vec![0x81, 0x81, 0, 0, 0, 0, b'x'], r::SERVER_DOES_NOT_MASK, 1002),
        case("a masked ping", vec![0x89, 0x80, 1, 2, 3, 4], r::SERVER_DOES_NOT_MASK, 1002),
        case("a masked Close", vec![0x88, 0x80, 1, 2, 3, 4], r::SERVER_DOES_NOT_MASK, 1002),
        case("2^62 bytes", long(BINARY, 1 << 62), r::SIZES_ARE_LIMITED, 1009),
        case("2^63 - 1 bytes", long(BINARY, (1 << 63) - 1), r::SIZES_ARE_LIMITED, 1009),
        case("2^63 bytes", long(BINARY, 1 << 63), r::LENGTH_FITS_63_BITS, 1002),
        case("2^64 - 1 bytes", long(TEXT, u64::MAX), r::LENGTH_FITS_63_BITS, 1002),
        case("a byte over the limit", long(BINARY, (64 << 20) + 1), r::SIZES_ARE_LIMITED, 1009),
        case("125 in 16 bits", [&[BINARY, 126, 0, 125][..], &[0; 125]].concat(), r::LENGTH_IS_MINIMAL, 1002),
        case("0 in 16 bits", vec![TEXT, 126, 0, 0], r::LENGTH_IS_MINIMAL, 1002),
        case("0 in 64 bits", long(TEXT, 0), r::LENGTH_IS_MINIMAL, 1002),
        case("65 535 in 64 bits", long(BINARY, 65_535), r::LENGTH_IS_MINIMAL, 1002),
        case("nothing to continue", frame(0x80, "x"), r::FIRST_FRAME_TELLS_THE_TYPE, 1002),
        case("nothing to go on with", frame(0x00, "x"), r::FIRST_FRAME_TELLS_THE_TYPE, 1002),
        case(
            "continued after its end",
            [frame(0x01, "a"), frame(0x80, "b"), frame(0x80, "c")].concat(),
            r::FIRST_FRAME_TELLS_THE_TYPE,
            1002,
        ),
        case(
            "a message in a message",
            [frame(0x01, "a"), frame(TEXT, "b")].concat(),
            r::MESSAGES_ARE_NOT_INTERLEAVED,
            1002,
        ),
        case(
            "binary in text",
            [frame(0x01, "a"), frame(PING, ""), frame(0x02, "b")].concat(),
            r::MESSAGES_ARE_NOT_INTERLEAVED,
            1002,
        ),
        case("half a code", frame(CLOSE, [3]), r::CLOSE_BODY_STARTS_WITH_A_CODE, 1002),
        case("code 1005", frame(CLOSE, body(1005, "")), r::CODE_1005_IS_NOT_SENT, 1002),
        case("code 1006", frame(CLOSE, body(1006, "")), r::CODE_1006_IS_NOT_SENT, 1002),
        case("code 1015", frame(CLOSE, body(1015, "")), r::CODE_1015_IS_NOT_SENT, 1002),
        case(
            "a reason that is not UTF-8",
            frame(CLOSE, body(1000, [0xC3, 0x28])),
            r::INVALID_UTF8_FAILS,
            1007,
        ),
        case("a reason cut off", frame(CLOSE, body(1000, [0xE2, 0x82])), r::INVALID_UTF8_FAILS, 1007),
    ];
    for code in [0, 1, 999, 1004, 1016, 1100, 2000, 2999, 5000, 65_535] {
        let requirement = r::CLOSE_BODY_STARTS_WITH_A_CODE;
        all.push(case(format!("code {code}"), frame(CLOSE, body(code, "why")), requirement, 1002));
    }
    for (bit, requirement) in
        [(0x40, r::RSV1_IS_ZERO), (0x20, r::RSV2_IS_ZERO), (0x10, r::RSV3_IS_ZERO), (0x70, r::RSV1_IS_ZERO)]
    {
        for first in [TEXT, BINARY, PING, PONG, CLOSE] {
            all.push(case(format!("{first:x} with {bit:x}"), frame(first | bit, ""), requirement, 1002));
        }
    }
    for opcode in (3..=7).chain(0xB..=0xF) {
        for fin in [0, 0x80] {
            let first = fin | opcode;
            // Its payload need not come.
            all.push(case(format!("opcode {first:x}"), vec![first, 100], r::UNKNOWN_OPCODE_FAILS, 1002));
        }
    }
    for first in [PING, PONG, CLOSE] {
        let short = r::CONTROL_PAYLOAD_IS_SHORT;
        all.push(case(format!("{first:x} of 126"), vec![first, 126, 0, 126], short, 1002));
        all.push(case(format!("{first:x} of 65 536"), long(first, 65_536), short, 1002));
        let fragment = frame(first & 0x7F, "");
        all.push(case(format!("{first:x} in fragments"), fragment, r::CONTROL_FRAME_IS_FINAL, 1002));
    }
    for (what, pieces) in [
        ("overlong", vec![&b"\xC0"[..], b"\x80"]),
        ("a surrogate", vec![b"\xED", b"\xA0", b"\x80"]),
        ("beyond Unicode", vec![b"\xF4", b"\x90\x80\x80"]),
        ("a stray continuation", vec![b"a", b"\x80"]),
        ("cut off by the end", vec![b"\xE2\x82"]),
        ("cut off by the last fragment", vec![b"\xE2", b"\x82"]),
        ("cut off by a letter", vec![b"\xE2", b"\x82", b"a"]),
        ("cut off by an empty fragment", vec![b"\xF0\x9F", b""]),
    ] {
        let last = pieces.len() - 1;
        let fragment =
            |(i, piece): (usize, &&[u8])| frame(u8::from(i == last) << 7 | u8::from(i == 0), piece);
        let bytes = pieces.iter().enumerate().map(fragment).collect::<Vec<_>>().concat();
        all.push(case(format!("text {what}"), bytes, r::TEXT_IS_UTF8, 1007));
    }
    all
}

#[tokio::test(start_paused = true)]
async fn each_violation_is_named_answered_and_final() {
    let _covers = covers(&[
        r::SERVER_DOES_NOT_MASK,
        r::FAILING_SENDS_CLOSE,
        r::NOTHING_IS_PROCESSED_AFTER_FAILING,
        r::CLIENT_FAILING_CLOSES,
        r::INVALID_DATA_SENDS_CLOSE,
    ]);
    for Case { what, bytes, kind, requirement, code } in cases() {
        // Byte by byte, and in as few pieces as the stream takes.
        for room in [1, 1 << 16] {
            let (mut client, mut server) = opened(&WebSocketClient::builder(), room).await;
            let started = Instant::now();
            let serve = async {
                server.write(frame(TEXT, "before")).await;
                server.write(&bytes).await;
                // None of this counts any more.
                server
                    .push(&[frame(TEXT, "late"), frame(PING, ""), frame(CLOSE, body(1000, ""))].concat())
                    .await;
                let frames = server.frames().await;
                server.shut().await;
                frames
            };
            let receive = async {
                let first = client.next().await.expect("before the violation");
                assert_eq!(first, Some(Message::text("before")), "{what}");
                loop {
                    match client.next().await {
                        Ok(Some(Message::Text(text))) => assert_eq!(text, "ab", "{what}"),
                        Ok(Some(message)) => assert_eq!(message, Message::Ping("".into()), "{what}"),
                        Ok(None) => panic!("{what}: ended in order"),
                        Err(error) => break error,
                    }
                }
            };
            let (error, frames) = within(async { tokio::join!(receive, serve) }).await;
            let fault = if kind == ErrorKind::Limit { Fault::Policy } else { Fault::Peer };
            assert_eq!((error.kind(), error.fault()), (kind, fault), "{what}: {error}");
            assert_eq!(error.requirement(), Some(requirement), "{what}: {error}");
            assert!(error.to_string().starts_with(&requirement.to_string()), "{what}: {error}");
            assert_eq!(error.close_code().map(|code| code.get()), Some(code), "{what}: {error}");
            // One Close, masked, with the code, and nothing after it.
            let (close, rest) = frames.split_last().expect("a Close");
            assert_eq!((close.code(), close.masked), (Some(code), true), "{what}: {frames:?}");
            assert!(std::str::from_utf8(&close.payload[2..]).is_ok());
            assert!(rest.iter().all(|frame| frame.first == PONG), "{what}: {frames:?}");
            assert_eq!(started.elapsed(), Duration::ZERO, "{what}");
            // It is over, and says the same to whoever asks again.
            assert_eq!(client.next().await.expect("told once"), None, "{what}");
            assert_eq!(client.state(), ProtocolState::Failed, "{what}");
            let again = client.send_text("late").await.expect_err("failed");
            assert_eq!(again.requirement(), Some(requirement), "{what}");
            assert!(client.buffer_capacity() <= 300 << 10, "{what}: {}", client.buffer_capacity());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_connection_waits_for_a_stubborn_server_but_not_long() {
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 4096).await;
    server.write([0x83, 0]).await;
    let started = Instant::now();
    let error = within(client.next()).await.expect_err("an unknown opcode");
    assert_eq!(error.requirement(), Some(r::UNKNOWN_OPCODE_FAILS));
    assert_eq!(started.elapsed(), Duration::from_secs(2), "the time for last words");
    assert_eq!(server.frame().await.expect("a Close").code(), Some(1002));
    assert_eq!(server.frame().await, None);
}

#[tokio::test(start_paused = true)]
async fn an_announced_size_takes_no_memory() {
    let _covers = covers(&[r::OWN_LIMITS_ARE_GUARDED]);
    for length in [1 << 20, 64 << 20] {
        let (mut client, mut server) = opened(&WebSocketClient::builder(), 4096).await;
        server.write([long(BINARY, length), vec![7; 10]].concat()).await;
        let waiting = tokio::time::timeout(Duration::from_secs(60), client.next()).await;
        assert!(waiting.is_err(), "{waiting:?}");
        assert!(client.buffer_capacity() <= 16 << 10, "{length}: {}", client.buffer_capacity());
    }
    // What has arrived is held, and little more.
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 4096).await;
    let sending = async {
        server.write(long(BINARY, 64 << 20)).await;
        server.write(vec![7; 1 << 20]).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    let receiving = tokio::time::timeout(Duration::from_secs(60), client.next());
    let (waiting, ()) = tokio::join!(receiving, sending);
    assert!(waiting.is_err(), "{waiting:?}");
    assert!(client.buffer_capacity() <= 3 << 20, "{}", client.buffer_capacity());
}

#[tokio::test(start_paused = true)]
async fn limits_of_the_caller() {
    let _covers = covers(&[r::SIZES_ARE_LIMITED]);
    let mut limits = Limits::default();
    (limits.frame, limits.message, limits.fragments) = (100, 150, 3);
    let builder = WebSocketClient::builder().limits(limits);
    for (what, bytes, code) in [
        ("a frame", frame(BINARY, [0; 101]), 1009),
        ("a message", [frame(0x02, [0; 100]), frame(0x80, [0; 51])].concat(), 1009),
        ("fragments", [frame(0x02, ""), frame(0x00, ""), frame(0x00, ""), frame(0x00, "")].concat(), 1008),
    ] {
        let (mut client, mut server) = opened(&builder, 4096).await;
        server.write(bytes).await;
        server.shut().await;
        let error = within(client.next()).await.expect_err(what);
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Limit, Fault::Policy), "{what}: {error}");
        assert_eq!(error.requirement(), Some(r::SIZES_ARE_LIMITED), "{what}");
        assert_eq!(server.frame().await.expect("a Close").code(), Some(code), "{what}");
    }
    let (mut client, mut server) = opened(&builder, 4096).await;
    server.write([frame(0x02, [1; 100]), frame(0x00, [1; 49]), frame(0x80, [1; 1])].concat()).await;
    let message = within(client.next()).await.expect("all at the limit");
    assert_eq!(message, Some(Message::binary(vec![1; 150])));
}
