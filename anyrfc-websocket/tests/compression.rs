//! The client with compression, against the embedded server.

use anyrfc_core::ErrorKind;
use anyrfc_websocket::{Deflate, Kind, Message, WebSocketClient, WindowBits, testing::EchoServer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

async fn connect(server: &EchoServer, deflate: Deflate) -> WebSocketClient {
    WebSocketClient::builder().compression(deflate).connect(&server.url()).await.unwrap()
}

#[tokio::test]
async fn every_way_to_send_and_receive() {
    let server = EchoServer::start().await.unwrap();
    for deflate in [
        Deflate::default(),
        Deflate::default().threshold(0).level(9),
        Deflate::default().client_no_context_takeover().server_no_context_takeover(),
        Deflate::default()
            .client_max_window_bits(WindowBits::new(9).unwrap())
            .server_max_window_bits(WindowBits::new(8).unwrap()),
    ] {
        let mut client = connect(&server, deflate).await;
        assert!(client.compression().is_some());
        let text = "compressed or not, what is sent comes back. ".repeat(100);
        for _ in 0..3 {
            client.send_text(text.as_str()).await.unwrap();
            assert_eq!(client.next().await.unwrap(), Some(Message::text(text.as_str())));
            client.send_uncompressed(text.as_str()).await.unwrap();
            assert_eq!(client.next_ref().await.unwrap().unwrap().to_owned(), Message::text(text.as_str()));
        }
        let large: Vec<u8> = (0..2_000_000_u32).flat_map(|i| (i / 7).to_le_bytes()).collect();
        let large = bytes::Bytes::from(large);
        let (mut sender, mut receiver) = client.split();
        let (queued, echoed) = tokio::join!(sender.send(large.clone()), receiver.next());
        queued.unwrap();
        assert!(echoed.unwrap() == Some(Message::Binary(large.clone())));
        sender.send_uncompressed(text.as_str()).await.unwrap();
        assert_eq!(receiver.next().await.unwrap(), Some(Message::text(text.as_str())));
        let mut client = sender.reunite(receiver).unwrap();

        for compress in [true, false] {
            let mut writer = client.writer(Kind::Text);
            if !compress {
                writer = writer.uncompressed();
            }
            writer.write(text.as_bytes()).await.unwrap();
            writer.write_all(text.as_bytes()).await.unwrap();
            writer.finish().await.unwrap();
            let mut reader = client.next_reader().await.unwrap().unwrap();
            let mut back = String::new();
            reader.read_to_string(&mut back).await.unwrap();
            assert_eq!(back, text.repeat(2));
        }
        client.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_reader_that_is_dropped_loses_nothing_but_its_own_message() {
    let server = EchoServer::start().await.unwrap();
    let mut client = connect(&server, Deflate::default()).await;
    let large = "0123456789".repeat(100_000);
    for taken in 0..4 {
        for text in [large.as_str(), "next, and long enough to be compressed ".repeat(5).as_str()] {
            client.feed(text).await.unwrap();
        }
        client.flush().await.unwrap();
        let mut reader = client.next_reader().await.unwrap().unwrap();
        for _ in 0..taken {
            assert!(reader.chunk().await.unwrap().is_some());
        }
        drop(reader);
        let mut message = client.next().await.unwrap().unwrap();
        if taken == 0 {
            // It was not touched, and is still there, whole.
            assert!(message.as_text() == Some(&large));
            message = client.next().await.unwrap().unwrap();
        }
        assert!(message.as_text().unwrap().starts_with("next"), "after {taken} pieces");
    }
    client.close().await.unwrap();
}

#[tokio::test]
async fn idle_connections_give_memory_back() {
    let server = EchoServer::start().await.unwrap();
    let mut client = connect(&server, Deflate::default()).await;
    let text = "much the same as before, but for a number: ".repeat(20);
    for n in 0..5 {
        let text = format!("{text}{n}");
        client.send_text(text.as_str()).await.unwrap();
        assert_eq!(client.next().await.unwrap().unwrap().as_text(), Some(text.as_str()));
        let allocated = |client: &WebSocketClient| format!("{client:?}").matches("allocated: true").count();
        assert_eq!(allocated(&client), 2, "one each way");
        client.release_contexts();
        assert_eq!(allocated(&client), 0, "{client:?}");
        let (mut sender, mut receiver) = client.split();
        sender.send(text.as_str()).await.unwrap();
        assert_eq!(receiver.next().await.unwrap().unwrap().as_text(), Some(text.as_str()));
        sender.release_contexts();
        client = sender.reunite(receiver).unwrap();
    }
    client.close().await.unwrap();
}

#[tokio::test]
async fn off_unless_asked_for() {
    let server = EchoServer::start().await.unwrap();
    let mut client = WebSocketClient::connect(&server.url()).await.unwrap();
    assert_eq!(client.compression(), None);
    client.send_text("plain").await.unwrap();
    assert_eq!(client.next().await.unwrap().unwrap().as_text(), Some("plain"));
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_limit_on_the_ratio_ends_the_connection() {
    let server = EchoServer::start().await.unwrap();
    let mut client = connect(&server, Deflate::default().max_ratio(20)).await;
    client.send_binary(vec![0; 4 << 20]).await.unwrap();
    let error = client.next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}
