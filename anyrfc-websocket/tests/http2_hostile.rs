//! WebSocket over HTTP/2 (RFC 8441): servers that say no, break the rules, or say nothing.

mod http2_support;

use std::{future::poll_fn, time::Duration};

use anyrfc_core::{ErrorKind, Limits, ProtocolState};
use anyrfc_websocket::{Builder, Message, rfc8441, testing::echo_http2};
use bytes::Bytes;
use h2::Reason;
use http::{HeaderValue, Response, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use self::http2_support::*;

#[tokio::test]
async fn a_dropped_stream_is_reset_with_cancel_and_the_session_lives_on() {
    let (near, far) = tokio::io::duplex(1 << 16);
    let (told, tell) = tokio::sync::oneshot::channel();
    tokio::spawn(one_stream(far, async move |(_, mut answer): Accepted| {
        let mut send = ok(&mut answer);
        told.send(poll_fn(|cx| send.poll_reset(cx)).await.unwrap()).unwrap();
    }));
    let (session, driver) = Builder::default().http2_session_over(URL, near).await.unwrap();
    let driving = tokio::spawn(driver);
    drop(session.open(URL).await.unwrap());
    assert_eq!(tell.await.unwrap(), Reason::CANCEL);
    drop(session);
    driving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_dropped_attempt_is_reset_too() {
    let (near, far) = tokio::io::duplex(1 << 16);
    let (asked, ask) = tokio::sync::oneshot::channel();
    let (told, tell) = tokio::sync::oneshot::channel();
    tokio::spawn(one_stream(far, async move |(_, mut answer): Accepted| {
        asked.send(()).unwrap();
        told.send(poll_fn(|cx| answer.poll_reset(cx)).await.unwrap()).unwrap();
    }));
    let (session, driver) = Builder::default().http2_session_over(URL, near).await.unwrap();
    let driving = tokio::spawn(driver);
    tokio::select! {
        opened = session.open(URL) => panic!("{opened:?}"),
        asked = ask => asked.unwrap(),
    }
    assert_eq!(tell.await.unwrap(), Reason::CANCEL);
    driving.abort();
}

#[tokio::test]
async fn resets_are_typed() {
    for (code, kind, retriable) in [
        (0, ErrorKind::Closed, false),
        (2, ErrorKind::Closed, false),
        (7, ErrorKind::Refused, true),
        (8, ErrorKind::Closed, false),
        (11, ErrorKind::Refused, false),
        (13, ErrorKind::Unsupported, false),
        (4711, ErrorKind::Closed, false),
    ] {
        let error = reset_with(code).await;
        let http2 = *error.http2().unwrap_or_else(|| panic!("{code}: {error:?}"));
        assert_eq!((error.kind(), http2.code, http2.retriable), (kind, code, retriable), "{error}");
        assert!(http2.by_peer && !http2.connection, "{error}");
    }
}

#[tokio::test]
async fn a_refused_stream_may_be_tried_again() {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(one_stream(far, async move |(_, mut answer): Accepted| {
        answer.send_reset(Reason::REFUSED_STREAM);
    }));
    let error = http2().connect_over(URL, near).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error:?}");
    assert!(error.http2().unwrap().retriable && error.refusal().is_none());
    assert_eq!(error.to_string(), "the server ended the HTTP/2 stream with REFUSED_STREAM");
}

#[tokio::test]
async fn a_graceful_goaway_lets_open_streams_end_and_no_new_one_begin() {
    let (near, far) = tokio::io::duplex(1 << 16);
    let mut settings = h2::server::Builder::new();
    settings.enable_connect_protocol();
    let (go, gone) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(async move {
        let mut connection = settings.handshake::<_, Bytes>(far).await.unwrap();
        let (_, mut answer) = connection.accept().await.unwrap().unwrap();
        let mut send = ok(&mut answer);
        tokio::select! { _ = connection.accept() => panic!("another"), _ = gone => {} }
        connection.graceful_shutdown();
        tokio::spawn(async move {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            send.send_data(Bytes::from_static(b"\x81\x05after\x88\x02\x03\xe8"), true).unwrap();
        });
        while let Some(Ok(_)) = connection.accept().await {}
    });
    let (session, driver) = Builder::default().http2_session_over(URL, near).await.unwrap();
    let driving = tokio::spawn(driver);
    let mut client = session.open(URL).await.unwrap();
    go.send(()).unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::text("after")));
    let error = session.open(URL).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error:?}");
    let http2 = error.http2().unwrap();
    assert!(http2.retriable && http2.connection && http2.by_peer && http2.code == 0);
    assert!(matches!(client.next().await, Ok(Some(Message::Close(Some(_))))));
    assert_eq!(client.next().await.unwrap(), None);
    assert_eq!(client.state(), ProtocolState::Disconnected);
    drop((client, session));
    driving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_goaway_half_way_says_whether_the_stream_was_dealt_with() {
    // Stream 1 was opened; the server never looked at it, or may have.
    for (last, code, kind, retriable) in [
        (0, 0, ErrorKind::Refused, true),
        (0, 11, ErrorKind::Refused, true),
        (1, 11, ErrorKind::Refused, false),
        (1, 2, ErrorKind::Closed, false),
    ] {
        let (near, far) = tokio::io::duplex(1 << 16);
        tokio::spawn(async move {
            let mut far = raw(far, &[(8, 1)]).await;
            until(&mut far, 1).await;
            far.write_all(&goaway(last, code, b"\x1b[31mred")).await.unwrap();
            far.shutdown().await.unwrap();
            let _ = far.read_to_end(&mut Vec::new()).await;
        });
        let error = http2().connect_over(URL, near).await.unwrap_err();
        assert!(!error.to_string().contains('\x1b'), "{error}");
        let Some(http2) = error.http2() else { panic!("last {last}, code {code}: {error:?}") };
        assert_eq!((error.kind(), http2.code, http2.retriable), (kind, code, retriable), "{error}");
        assert!(http2.connection && http2.by_peer);
    }
}

#[tokio::test]
async fn a_server_without_the_setting_is_not_asked() {
    for settings in [&[][..], &[(8, 0)], &[(3, 100), (4, 1000)]] {
        let (error, mut server) = against(settings).await;
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert_eq!(error.requirement(), Some(rfc8441::EXTENDED_CONNECT_AFTER_THE_SETTING));
        let mut sent = Vec::new();
        server.read_to_end(&mut sent).await.unwrap();
        // Nothing but SETTINGS, their acknowledgement and a WINDOW_UPDATE.
        let mut rest = &sent[..];
        while let [a, b, c, kind, ..] = *rest {
            assert!(matches!(kind, 4 | 7 | 8), "a frame of type {kind}");
            rest = &rest[9 + u32::from_be_bytes([0, a, b, c]) as usize..];
        }
    }
}

#[tokio::test]
async fn a_senseless_setting_is_an_error_of_the_connection() {
    let (error, mut server) = against(&[(8, 2)]).await;
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(rfc8441::SETTING_IS_0_OR_1)));
    let (_, payload) = until(&mut server, 7).await;
    assert_eq!(payload[4..8], [0, 0, 0, 1], "PROTOCOL_ERROR");
}

#[tokio::test]
async fn a_setting_that_is_taken_back_ends_the_connection() {
    let (near, far) = tokio::io::duplex(1 << 16);
    let server = tokio::spawn(async move {
        let mut far = raw(far, &[(8, 1)]).await;
        let (stream, _) = until(&mut far, 1).await;
        // `:status 200` is the eighth entry of HPACK's static table.
        far.write_all(&frame(1, 4, stream, &[0x88])).await.unwrap();
        far.write_all(&settings_frame(&[(8, 0)])).await.unwrap();
        until(&mut far, 7).await.1
    });
    let mut client = http2().connect_over(URL, near).await.unwrap();
    let error = client.next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    assert_eq!(error.requirement(), Some(rfc8441::SETTING_IS_NOT_TAKEN_BACK));
    assert_eq!(server.await.unwrap()[4..8], [0, 0, 0, 1]);
}

#[tokio::test]
async fn what_is_no_http2_is_an_error() {
    let (near, mut far) = tokio::io::duplex(1 << 16);
    let server = tokio::spawn(async move {
        far.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        let _ = far.read_to_end(&mut Vec::new()).await;
    });
    let error = http2().connect_over(URL, near).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error:?}");
    assert!(!error.http2().unwrap().by_peer);
    server.await.unwrap();
}

#[tokio::test]
async fn a_refusal_has_its_status_fields_and_body() {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(one_stream(far, async move |(_, mut answer): Accepted| {
        let mut response = Response::new(());
        *response.status_mut() = StatusCode::FORBIDDEN;
        response.headers_mut().insert("x-reason", HeaderValue::from_static("closed"));
        let mut send = answer.send_response(response, false).unwrap();
        send.send_data("go away".into(), true).unwrap();
    }));
    let error = http2().connect_over(URL, near).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    let refusal = error.refusal().unwrap();
    assert_eq!((refusal.status, &refusal.body[..]), (StatusCode::FORBIDDEN, &b"go away"[..]));
    assert_eq!(refusal.headers["x-reason"], "closed");
    assert!(!refusal.truncated);
}

#[tokio::test]
async fn the_body_of_a_refusal_is_bounded() {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(one_stream(far, async move |(_, mut answer): Accepted| {
        let mut response = Response::new(());
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        let mut send = answer.send_response(response, false).unwrap();
        loop {
            send.reserve_capacity(16_384);
            let Some(Ok(_)) = poll_fn(|cx| send.poll_capacity(cx)).await else { return };
            if send.send_data(vec![b'x'; send.capacity()].into(), false).is_err() {
                return;
            }
        }
    }));
    let error = http2().connect_over(URL, near).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    let refusal = error.refusal().unwrap();
    assert!(refusal.truncated && refusal.body.len() == 64 << 10);
}

#[tokio::test]
async fn early_hints_are_passed_over_and_a_foreign_accept_is_ignored() {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(one_stream(far, async move |(_, mut answer): Accepted| {
        let hints = Response::builder().status(103).header("link", "</a>").body(()).unwrap();
        answer.send_informational(hints).unwrap();
        let response = Response::builder().status(201).header("sec-websocket-accept", "x").body(()).unwrap();
        let mut send = answer.send_response(response, false).unwrap();
        send.send_data(Bytes::from_static(b"\x81\x02hi\x88\x00"), true).unwrap();
    }));
    let mut client = http2().connect_over(URL, near).await.unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::text("hi")));
    assert_eq!(client.close().await.unwrap(), None);
}

#[tokio::test]
async fn what_was_not_offered_is_refused() {
    for (name, value) in
        [("sec-websocket-protocol", "chat"), ("sec-websocket-extensions", "permessage-deflate")]
    {
        let (near, far) = tokio::io::duplex(1 << 16);
        tokio::spawn(one_stream(far, async move |(_, mut answer): Accepted| {
            let response = Response::builder().header(name, value).body(()).unwrap();
            answer.send_response(response, false).unwrap();
        }));
        let error = http2().connect_over(URL, near).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        assert_eq!(error.requirement().unwrap().rfc, 6455);
    }
}

#[tokio::test]
async fn too_many_fields_and_too_large_ones_are_refused() {
    let mut limits = Limits::default();
    limits.headers = 10;
    limits.header_block = 2000;
    // `:status 200`, and literal fields `x` (RFC 7541, section 6.2.2).
    let many = [&[0x88][..], &[0, 1, b'x', 1, b'y'].repeat(11)].concat();
    let large = [&[0x88, 0, 1, b'x', 0x7F, 0xB9, 0x16][..], &[b'y'; 3000]].concat();
    // The library does not say that it was the size.
    for (block, kind) in [(many, ErrorKind::Limit), (large, ErrorKind::Protocol)] {
        let (near, far) = tokio::io::duplex(1 << 16);
        tokio::spawn(async move {
            let mut far = raw(far, &[(8, 1)]).await;
            let (stream, _) = until(&mut far, 1).await;
            far.write_all(&frame(1, 4, stream, &block)).await.unwrap();
            let _ = far.read_to_end(&mut Vec::new()).await;
        });
        let error = http2().limits(limits.clone()).connect_over(URL, near).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
    }
}

#[tokio::test]
async fn the_end_of_the_connection_is_no_end_of_the_websocket() {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        let mut far = raw(far, &[(8, 1)]).await;
        let (stream, _) = until(&mut far, 1).await;
        far.write_all(&frame(1, 4, stream, &[0x88])).await.unwrap();
        far.write_all(&frame(0, 0, stream, b"\x81\x04last")).await.unwrap();
    });
    let mut client = http2().connect_over(URL, near).await.unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::text("last")));
    let error = client.next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed, "{error:?}");
    assert_eq!(client.next().await.unwrap(), None);
}

#[tokio::test]
async fn the_end_of_the_stream_without_a_close_frame_is_an_error() {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(one_stream(far, async move |(_, mut answer): Accepted| {
        ok(&mut answer).send_data(Bytes::new(), true).unwrap();
    }));
    let mut client = http2().connect_over(URL, near).await.unwrap();
    assert_eq!(client.next().await.unwrap_err().to_string(), {
        let requirement = anyrfc_websocket::rfc6455::LOST_TRANSPORT_FAILS;
        format!("{requirement} (the stream ended without a Close frame)")
    });
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_says_anything_is_given_up() {
    let started = tokio::time::Instant::now();
    let (near, _far) = tokio::io::duplex(1 << 16);
    let error = http2().connect_over(URL, near).await.unwrap_err();
    assert_eq!((error.kind(), started.elapsed()), (ErrorKind::Timeout, Duration::from_secs(30)));
    assert_eq!(error.to_string(), "the start of HTTP/2 timed out");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_the_request_is_given_up() {
    let (near, far) = tokio::io::duplex(1 << 16);
    let server = tokio::spawn(raw(far, &[(8, 1)]));
    let builder = http2().handshake_timeout(Duration::from_secs(7));
    let started = tokio::time::Instant::now();
    let error = builder.connect_over(URL, near).await.unwrap_err();
    assert_eq!((error.kind(), started.elapsed()), (ErrorKind::Timeout, Duration::from_secs(7)));
    drop(server.await.unwrap());

    // Nor is one whose driver nobody polls.
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(echo_http2(far, 65_535));
    let (session, _driver) = Builder::default().http2_session_over(URL, near).await.unwrap();
    assert_eq!(session.open(URL).await.unwrap_err().kind(), ErrorKind::Timeout);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_answer_close_is_given_up() {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(one_stream(far, async move |(_, mut answer): Accepted| {
        let _send = ok(&mut answer);
        std::future::pending::<()>().await;
    }));
    let client = http2().connect_over(URL, near).await.unwrap();
    let started = tokio::time::Instant::now();
    assert_eq!(client.close().await.unwrap_err().kind(), ErrorKind::Timeout);
    assert!(started.elapsed() < Duration::from_secs(10));
}
