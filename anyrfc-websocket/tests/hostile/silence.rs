//! Servers that take their time.

use std::time::Duration;

use anyrfc_core::{ErrorKind, Fault, Limits, ProtocolState, compliance::covers};
use anyrfc_websocket::{Message, WebSocketClient, rfc6455 as r};
use tokio::time::Instant;

use crate::support::{TEXT, answer, frame, head, opened, pair, within};

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers() {
    let mut limits = Limits::default();
    limits.connect_time = Duration::from_secs(3);
    for (builder, limit) in [
        (WebSocketClient::builder(), 30),
        (WebSocketClient::builder().handshake_timeout(Duration::from_secs(7)), 7),
        (WebSocketClient::builder().limits(limits), 3),
    ] {
        for room in [1, 4096] {
            // With so little room not even the request is taken.
            let (near, _server) = pair(room);
            let started = Instant::now();
            let error = within(builder.connect_over("ws://h.example/", near)).await.expect_err("no answer");
            assert_eq!((error.kind(), error.fault()), (ErrorKind::Timeout, Fault::Network), "{error}");
            let over = started.elapsed() - Duration::from_secs(limit);
            assert!(over <= Duration::from_millis(if room == 1 { 101 } else { 0 }), "{over:?} over");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_byte_a_second_is_too_slow_for_a_head() {
    let (near, mut server) = pair(4096);
    let started = Instant::now();
    let serve = async {
        let (_, key) = server.request().await;
        for byte in head(&answer(&key)) {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if server.push(&[byte]).await == 0 {
                break;
            }
        }
        server.rest().await
    };
    let connect = async {
        let result = WebSocketClient::builder().connect_over("ws://h.example/", near).await;
        (result, started.elapsed())
    };
    let ((result, took), written) = within(async { tokio::join!(connect, serve) }).await;
    let error = result.expect_err("too slow");
    assert_eq!((error.kind(), error.fault()), (ErrorKind::Timeout, Fault::Network), "{error}");
    assert_eq!(took, Duration::from_secs(30));
    assert_eq!(written, b"");
}

#[tokio::test(start_paused = true)]
async fn one_byte_a_second_of_a_refusal_is_a_refusal() {
    let (near, mut server) = pair(4096);
    let started = Instant::now();
    let serve = async {
        server.request().await;
        server.write("HTTP/1.1 503 Busy\r\nContent-Length: 1000\r\n\r\n").await;
        while server.push(b"x").await == 1 {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let connect = async {
        let result = WebSocketClient::builder().connect_over("ws://h.example/", near).await;
        (result, started.elapsed())
    };
    let ((result, took), ()) = within(async { tokio::join!(connect, serve) }).await;
    let error = result.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    let refusal = error.refusal().expect("its status is known");
    assert_eq!((refusal.status.as_u16(), refusal.truncated, took.as_secs()), (503, true, 30));
}

#[tokio::test(start_paused = true)]
async fn one_byte_a_second_is_slow_but_no_fault_of_a_frame() {
    let _covers = covers(&[r::CLIENT_DOES_NOT_CLOSE_OTHERWISE]);
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 4096).await;
    let started = Instant::now();
    let text = "as slow as it gets ".repeat(20);
    let bytes = frame(TEXT, &text);
    let serve = async {
        for byte in &bytes {
            tokio::time::sleep(Duration::from_secs(1)).await;
            server.write([*byte]).await;
        }
    };
    let (message, ()) = within(async { tokio::join!(client.next(), serve) }).await;
    assert_eq!(message.expect("open"), Some(Message::text(text)));
    assert_eq!(started.elapsed(), Duration::from_secs(bytes.len() as u64));
}

#[tokio::test(start_paused = true)]
async fn silence_on_an_open_connection_is_no_fault() {
    let _covers = covers(&[r::CLIENT_KEEPS_CONNECTION_OPEN]);
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 4096).await;
    let week = Duration::from_secs(7 * 86_400);
    let waiting = tokio::time::timeout(week, client.next()).await;
    assert!(waiting.is_err(), "{waiting:?}");
    assert_eq!(client.state(), ProtocolState::Connected);
    // In the middle of a frame as well.
    server.write(&frame(TEXT, "half")[..4]).await;
    assert!(tokio::time::timeout(week, client.next()).await.is_err());
    server.write(&frame(TEXT, "half")[4..]).await;
    assert_eq!(client.next().await.expect("open"), Some(Message::text("half")));
    // Nothing was sent in all that time.
    let nothing = tokio::time::timeout(Duration::from_secs(1), server.frame()).await;
    assert!(nothing.is_err(), "{nothing:?}");
}
