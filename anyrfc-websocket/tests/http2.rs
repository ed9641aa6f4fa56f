//! WebSocket over HTTP/2 (RFC 8441): the client against h2's own server.

mod http2_support;

use anyrfc_core::ErrorKind;
use anyrfc_websocket::{
    Builder, CloseCode, Http2Session, HttpVersion, Message, WebSocketClient,
    testing::{EchoServer, echo_http2},
};
use bytes::Bytes;
use http::{Response, StatusCode};

use self::http2_support::*;

#[tokio::test]
async fn one_stream_on_a_connection_of_its_own() {
    let server = EchoServer::start_http2().await.unwrap();
    let client = http2().subprotocol("chat").connect(&server.url()).await.unwrap();
    assert_eq!(client.subprotocol(), Some("chat"));
    assert!(client.response_headers().is_some());
    let mut client = echo_of(client, "hello").await;
    client.ping("there?").await.unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::Pong("there?".into())));
    assert_eq!(client.close().await.unwrap(), Some(CloseCode::NORMAL.into()));
}

#[tokio::test]
async fn alpn_chooses_the_version() {
    let both = EchoServer::start_tls_http2().await.unwrap();
    let old = EchoServer::start_tls().await.unwrap();
    let builder = |version| WebSocketClient::builder().http(version);
    for (server, version, alpn) in [
        (&both, HttpVersion::Http1, Some("http/1.1")),
        (&both, HttpVersion::Http2, Some("h2")),
        (&both, HttpVersion::Http2OrHttp1, Some("h2")),
        (&old, HttpVersion::Http2OrHttp1, None),
    ] {
        let tls = server.client_tls().unwrap();
        let client = builder(version).tls(tls).connect(&server.url()).await.unwrap();
        let chosen = client.tls_info().unwrap().alpn.clone();
        assert_eq!(chosen.as_deref(), alpn.map(str::as_bytes), "{version:?}");
        echo_of(client, "chosen").await.close().await.unwrap();
    }
    let tls = old.client_tls().unwrap();
    let error = builder(HttpVersion::Http2).tls(tls.clone()).connect(&old.url()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    let error = Builder::default().tls(tls).http2_session(&old.url()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
}

#[tokio::test]
async fn plaintext_is_http1_unless_http2_is_insisted_on() {
    let server = EchoServer::start().await.unwrap();
    let builder = WebSocketClient::builder().http(HttpVersion::Http2OrHttp1);
    echo_of(builder.connect(&server.url()).await.unwrap(), "old").await.close().await.unwrap();
}

#[tokio::test]
async fn large_messages_through_windows_of_every_size() {
    for (ours, theirs) in [(1, 65_535), (100, 100), (65_535, 1), (1 << 20, 1 << 20)] {
        let (near, far) = tokio::io::duplex(1000);
        tokio::spawn(echo_http2(far, theirs));
        let size = if ours.min(theirs) < 1000 { 5_000 } else { 3_000_000 };
        let mut client = http2().http2_window(ours).connect_over(URL, near).await.unwrap();
        let message = vec![0xA5; size];
        client.send_binary(message.clone()).await.unwrap();
        assert!(client.next().await.unwrap() == Some(Message::binary(message)));
        client.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_peer_that_only_writes_while_we_do_blocks_nobody() {
    let (near, far) = tokio::io::duplex(1000);
    tokio::spawn(echo_http2(far, 65_535));
    let client = http2().connect_over(URL, near).await.unwrap();
    let (mut sender, mut receiver) = client.split();
    let sending = async {
        for n in 0..300_u32 {
            futures_util::SinkExt::send(&mut sender, Message::binary(vec![n as u8; 10_000])).await.unwrap();
        }
    };
    let receiving = async {
        for n in 0..300_u32 {
            let message = futures_util::StreamExt::next(&mut receiver).await.unwrap().unwrap();
            assert_eq!(message, Message::binary(vec![n as u8; 10_000]));
        }
    };
    tokio::join!(sending, receiving);
}

#[tokio::test]
async fn many_small_messages_that_nobody_takes_yet() {
    let (near, far) = tokio::io::duplex(1 << 20);
    tokio::spawn(echo_http2(far, 65_535));
    let mut client = http2().connect_over(URL, near).await.unwrap();
    for n in 0..20_000_u32 {
        client.feed(Message::binary(n.to_be_bytes().to_vec())).await.unwrap();
    }
    client.flush().await.unwrap();
    for n in 0..20_000_u32 {
        assert_eq!(client.next().await.unwrap(), Some(Message::binary(n.to_be_bytes().to_vec())));
    }
}

#[tokio::test]
async fn several_streams_of_one_session() {
    let server = EchoServer::start_tls_http2().await.unwrap();
    let url = server.url();
    let builder = WebSocketClient::builder().tls(server.client_tls().unwrap()).subprotocol("superchat");
    let (session, driver) = builder.http2_session(&url).await.unwrap();
    let driving = tokio::spawn(driver);
    let mut clients = Vec::new();
    for n in 0..20 {
        let client = session.open(&format!("{url}/{n}")).await.unwrap();
        assert_eq!(client.subprotocol(), Some("superchat"));
        clients.push(client);
    }
    let each = clients.into_iter().enumerate().map(|(n, mut client)| async move {
        let message = vec![n as u8; 200_000];
        client.send_binary(message.clone()).await.unwrap();
        assert!(client.next().await.unwrap() == Some(Message::binary(message)));
        client.close().await.unwrap();
    });
    futures_util::future::join_all(each).await;
    assert_eq!(session.connection_info().tls.as_ref().unwrap().alpn.as_deref(), Some(&b"h2"[..]));
    let error = session.open("wss://elsewhere.example/").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    drop(session);
    driving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_stream_that_nobody_reads_stops_no_other() {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(echo_http2(far, 1 << 20));
    let (session, driver) = Builder::default().http2_session_over(URL, near).await.unwrap();
    let driving = tokio::spawn(driver);
    let mut idle = Vec::new();
    for _ in 0..5 {
        let mut client = session.open(URL).await.unwrap();
        client.send_binary(vec![1; 600_000]).await.unwrap();
        idle.push(client);
    }
    let client = session.open(URL).await.unwrap();
    echo_of(client, "through").await.close().await.unwrap();
    for mut client in idle {
        assert!(client.next().await.unwrap() == Some(Message::binary(vec![1; 600_000])));
    }
    driving.abort();
}

#[tokio::test]
async fn a_driver_that_is_dropped_takes_the_session_along() {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(echo_http2(far, 65_535));
    let (session, driver) = Builder::default().http2_session_over(URL, near).await.unwrap();
    let mut driver = Box::pin(driver);
    let client = tokio::select! {
        client = session.open(URL) => client.unwrap(),
        _ = &mut driver => panic!("the driver has ended"),
    };
    drop(driver);
    let mut client = client;
    let error = client.next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed, "{error:?}");
    assert_eq!(client.send_text("x").await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(session.open(URL).await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn a_session_authenticates_when_asked_to() {
    let (near, far) = tokio::io::duplex(1 << 16);
    let mut settings = h2::server::Builder::new();
    settings.enable_connect_protocol();
    tokio::spawn(async move {
        let mut connection = settings.handshake::<_, Bytes>(far).await.unwrap();
        while let Some(Ok((request, mut answer))) = connection.accept().await {
            let authorized = request.headers().get("authorization").is_some_and(|value| value == "Bearer t");
            let mut response = Response::new(());
            if !authorized {
                *response.status_mut() = StatusCode::UNAUTHORIZED;
            }
            let mut send = answer.send_response(response, !authorized).unwrap();
            if authorized {
                send.send_data(Bytes::from_static(b"\x88\x00"), true).unwrap();
            }
        }
    });
    let (session, driver) = Builder::default().http2_session_over(URL, near).await.unwrap();
    let driving = tokio::spawn(driver);
    let error = session.open(URL).await.unwrap_err();
    assert_eq!((error.kind(), error.refusal().unwrap().status.as_u16()), (ErrorKind::Auth, 401));
    let client = session.open_with(&Builder::default().bearer_auth("t".to_owned()), URL).await.unwrap();
    client.close().await.unwrap();
    drop(session);
    driving.await.unwrap().unwrap();
    // The type says so, too: the driver of a session may go to another thread.
    fn sendable<T: Send + 'static>(_: &impl Fn() -> T) {}
    sendable(&|| -> anyrfc_websocket::Http2Driver { unreachable!() });
    sendable(&|| -> Http2Session { unreachable!() });
}

#[test]
fn no_log_holds_a_secret() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ((), log) = anyrfc_core::testing::log::capture(|| {
        runtime().block_on(async {
            let (near, far) = tokio::io::duplex(1 << 16);
            let serving = tokio::spawn(echo_http2(far, 65_535));
            let builder =
                http2().basic_auth("me", "hunter2hunter2".to_owned()).header("cookie", "id=hunter2hunter2");
            let mut client = builder.connect_over(URL, near).await.unwrap();
            client.send_text("a payload of ours").await.unwrap();
            client.next().await.unwrap();
            client.close().await.unwrap();
            serving.abort();
        });
    });
    assert!(log.contains("h2::"), "HTTP/2 logs nothing");
    let secrets = ["hunter2hunter2", "me:hunter2hunter2", "a payload of ours"];
    anyrfc_core::testing::log::assert_no_secret(&log, &secrets);
}
