//! The client against the embedded server, on loopback.

use std::time::Duration;

use anyrfc_core::{ErrorKind, ProtocolState};
use anyrfc_websocket::{
    CloseCode, CloseFrame, Kind, Message, MessageRef, Utf8Bytes, WebSocketClient,
    testing::{EchoServer, echo},
};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt};

#[tokio::test]
async fn echo_in_plaintext_and_a_closing_handshake() {
    let server = EchoServer::start().await.unwrap();
    let mut client = WebSocketClient::connect(&server.url()).await.unwrap();
    assert_eq!(client.state(), ProtocolState::Connected);
    client.send_text("hello").await.unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::text("hello")));
    client.send_binary(vec![7; 1 << 20]).await.unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::binary(vec![7; 1 << 20])));
    client.ping("are you there").await.unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::Pong("are you there".into())));
    assert_eq!(client.close().await.unwrap(), Some(CloseCode::NORMAL.into()));
}

#[tokio::test]
async fn echo_over_tls() {
    let server = EchoServer::start_tls().await.unwrap();
    let builder = WebSocketClient::builder().tls(server.client_tls().unwrap());
    let mut client = builder.connect(&server.url()).await.unwrap();
    assert!(client.tls_info().is_some());
    client.send_text("secret").await.unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::text("secret")));
    client.close().await.unwrap();
    let error = WebSocketClient::connect(&server.url()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
}

#[tokio::test]
async fn subprotocols_are_agreed_on() {
    let server = EchoServer::start().await.unwrap();
    let builder = WebSocketClient::builder().subprotocol("mqtt").subprotocol("superchat").subprotocol("chat");
    let client = builder.connect(&server.url()).await.unwrap();
    assert_eq!(client.subprotocol(), Some("superchat"));
}

#[tokio::test]
async fn stream_and_sink_and_split_halves_in_two_tasks() {
    let server = EchoServer::start().await.unwrap();
    let client = WebSocketClient::connect(&server.url()).await.unwrap();
    let (mut sender, mut receiver) = client.split();
    let sending = tokio::spawn(async move {
        for n in 0..2000 {
            SinkExt::send(&mut sender, Message::text(n.to_string())).await.unwrap();
        }
        sender
    });
    for n in 0..2000 {
        let message = StreamExt::next(&mut receiver).await.unwrap().unwrap();
        assert_eq!(message.as_text(), Some(n.to_string().as_str()));
    }
    let mut client = sending.await.unwrap().reunite(receiver).unwrap();
    SinkExt::close(&mut client).await.unwrap();
    assert!(matches!(StreamExt::next(&mut client).await, Some(Ok(Message::Close(Some(_))))));
    assert!(StreamExt::next(&mut client).await.is_none());
    assert_eq!(client.state(), ProtocolState::Disconnected);
}

#[tokio::test]
async fn borrowed_messages_are_sent_like_owned_ones() {
    let server = EchoServer::start().await.unwrap();
    let mut client = WebSocketClient::connect(&server.url()).await.unwrap();
    let (bytes, large) = (bytes::Bytes::from_static(b"shared"), vec![7; 200_000]);
    client.feed_ref("text").await.unwrap();
    client.feed_ref(&bytes).await.unwrap();
    client.feed_ref(&large[..]).await.unwrap();
    client.feed_ref(MessageRef::Ping(b"?")).await.unwrap();
    client.send_ref(&Utf8Bytes::from("größer")).await.unwrap();
    let expected = [
        Message::text("text"),
        Message::binary(bytes),
        Message::binary(large),
        Message::Pong("?".into()),
        Message::text("größer"),
    ];
    for message in expected {
        assert_eq!(client.next().await.unwrap(), Some(message));
    }
    client.send_ref(MessageRef::Close(None)).await.unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::Close(None)));
    assert_eq!(client.next().await.unwrap(), None);
    assert_eq!(client.send_ref("late").await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn messages_in_pieces_both_ways() {
    let (near, far) = tokio::io::duplex(4096);
    tokio::spawn(echo(far));
    let mut client = WebSocketClient::builder().connect_over("ws://localhost/", near).await.unwrap();
    let text = "größer als der Speicher ".repeat(50_000);
    let mut writer = client.writer(Kind::Text);
    // Cut inside characters, too.
    for piece in text.as_bytes().chunks(9_999) {
        writer.write(piece).await.unwrap();
    }
    writer.finish().await.unwrap();
    let mut reader = client.next_reader().await.unwrap().unwrap();
    assert_eq!(reader.kind(), Kind::Text);
    let mut received = Vec::new();
    while let Some(piece) = reader.chunk().await.unwrap() {
        received.extend_from_slice(&piece);
    }
    assert!(received == text.as_bytes());

    // A reader that is dropped half-way leaves the connection in step.
    client.send_binary(vec![1; 300_000]).await.unwrap();
    client.send_text("after").await.unwrap();
    let mut reader = client.next_reader().await.unwrap().unwrap();
    assert!(reader.chunk().await.unwrap().is_some());
    assert_eq!(client.next().await.unwrap(), Some(Message::text("after")));

    let mut writer = client.writer(Kind::Binary);
    writer.write_all(&[9; 200_000]).await.unwrap();
    AsyncWriteExt::shutdown(&mut writer).await.unwrap();
    let mut all = Vec::new();
    client.next_reader().await.unwrap().unwrap().read_to_end(&mut all).await.unwrap();
    assert!(all == [9; 200_000]);
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_borrowed_message_and_the_close_frame_of_the_peer() {
    let (near, far) = tokio::io::duplex(4096);
    let peer = tokio::spawn(async move {
        let mut driver = anyrfc_websocket::testing::accept(far, anyrfc_websocket::proto::Config::default());
        driver.next().await.unwrap();
        let frame = CloseFrame::new(CloseCode::GOING_AWAY, "maintenance").unwrap();
        let (connection, out) = driver.command();
        connection.send(out, Message::text("one")).unwrap();
        connection.close(Some(frame), std::time::Instant::now()).unwrap();
        while driver.next().await.unwrap().is_some() {}
    });
    let mut client = WebSocketClient::builder().connect_over("ws://localhost/", near).await.unwrap();
    assert_eq!(client.next_ref().await.unwrap().unwrap().to_owned(), Message::text("one"));
    let Some(Message::Close(Some(frame))) = client.next().await.unwrap() else { panic!("no close") };
    assert_eq!((frame.code(), frame.reason()), (CloseCode::GOING_AWAY, "maintenance"));
    assert_eq!(client.send_text("late").await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(client.next().await.unwrap(), None);
    assert_eq!(client.next().await.unwrap(), None);
    peer.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_is_given_up() {
    let (near, _far) = tokio::io::duplex(4096);
    let started = tokio::time::Instant::now();
    let error = WebSocketClient::builder().connect_over("ws://localhost/", near).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(started.elapsed(), Duration::from_secs(30));
}

#[tokio::test]
async fn a_message_no_reader_touched_is_still_there() {
    let (near, far) = tokio::io::duplex(4096);
    tokio::spawn(echo(far));
    let mut client = WebSocketClient::builder().connect_over("ws://localhost/", near).await.unwrap();
    for size in [0, 10, 100_000] {
        client.send_binary(vec![7; size]).await.unwrap();
        drop(client.next_reader().await.unwrap().unwrap());
        drop(client.next_reader().await.unwrap().unwrap());
        let mut reader = client.next_reader().await.unwrap().unwrap();
        let mut received = 0;
        while let Some(piece) = reader.chunk().await.unwrap() {
            received += piece.len();
        }
        assert_eq!(received, size);
        client.send_binary(vec![8; size]).await.unwrap();
        drop(client.next_reader().await.unwrap().unwrap());
        assert_eq!(client.next().await.unwrap(), Some(Message::binary(vec![8; size])));
    }
}

#[tokio::test]
async fn whoever_stops_at_close_has_answered_it() {
    for way in 0..3 {
        let (near, far) = tokio::io::duplex(4096);
        let mut client = {
            let builder = WebSocketClient::builder();
            let mut driver =
                anyrfc_websocket::testing::accept(far, anyrfc_websocket::proto::Config::default());
            let (client, open) = tokio::join!(builder.connect_over("ws://localhost/", near), async {
                driver.next().await.unwrap();
                let now = driver.now();
                driver.command().0.close(Some(CloseCode::GOING_AWAY.into()), now).unwrap();
                driver.flush().await.unwrap();
                driver
            });
            (client.unwrap(), open)
        };
        match way {
            0 => assert!(matches!(client.0.next().await, Ok(Some(Message::Close(_))))),
            1 => assert!(client.0.next_ref().await.unwrap().is_some()),
            _ => client.0.drive().await.unwrap(),
        }
        // Nothing more is asked of the client.
        drop(client.0);
        let answer = client.1.next().await.unwrap();
        let expected = Message::Close(Some(CloseCode::GOING_AWAY.into()));
        assert_eq!(answer, Some(anyrfc_websocket::proto::OwnedEvent::Message(expected)));
    }
}
