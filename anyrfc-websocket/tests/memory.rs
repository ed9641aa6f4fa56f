//! What an idle connection holds.

use std::time::Duration;

use anyrfc_core::testing::pair;
use anyrfc_websocket::{KeepAlive, Kind, Message, ReconnectingClient, WebSocketClient, testing::echo};
use tokio::time::timeout;

/// All that an idle connection may hold in buffers.
const IDLE: usize = 4096;

/// Messages of every size and shape both ways, then nothing.
async fn burst(client: &mut WebSocketClient, largest: usize) {
    for length in [0, 1, 700, 3000, largest] {
        client.send_binary(vec![7; length]).await.unwrap();
        assert_eq!(client.next().await.unwrap().unwrap().into_data().len(), length);
    }
    for _ in 0..20 {
        client.feed("small").await.unwrap();
        client.ping("ping").await.unwrap();
    }
    for _ in 0..40 {
        client.next().await.unwrap().unwrap();
    }
    // Borrowed, and in pieces; the echo comes whole.
    let mut writer = client.writer(Kind::Text);
    writer.write(&[b'x'; 70_000]).await.unwrap();
    writer.finish().await.unwrap();
    assert_eq!(client.next_ref().await.unwrap().unwrap().to_owned().into_data().len(), 70_000);
    client.send_text("y".repeat(70_000)).await.unwrap();
    let mut reader = client.next_reader().await.unwrap().unwrap();
    while reader.chunk().await.unwrap().is_some() {}
    // As much as either buffer might keep by itself.
    client.send_binary(vec![7; 2000]).await.unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::binary(vec![7; 2000])));
}

#[tokio::test(start_paused = true)]
async fn a_thousand_idle_connections_hold_four_kibibytes_each_at_most() {
    let builder = WebSocketClient::builder().keep_alive(KeepAlive::every(Duration::from_secs(10)));
    let mut clients = Vec::new();
    for _ in 0..1000 {
        let (near, far) = pair(64 << 10);
        tokio::spawn(echo(far));
        clients.push(builder.connect_over("ws://memory/", near).await.unwrap());
    }
    let mut most = 0;
    for (n, client) in clients.iter_mut().enumerate() {
        burst(client, if n % 100 == 0 { 4 << 20 } else { 20_000 }).await;
        // Long enough for keep-alive pings, too.
        assert!(timeout(Duration::from_secs(60), client.next()).await.is_err());
        assert!(client.latency().is_some());
        most = most.max(client.buffer_capacity());
    }
    assert!(most <= IDLE, "{most} bytes");
}

/// Fragments are collected in a buffer of their own, which goes when it is not needed.
#[tokio::test(start_paused = true)]
async fn a_message_in_fragments_leaves_nothing_behind() {
    for borrowed in [false, true] {
        let (near, far) = pair(64 << 10);
        tokio::spawn(async move {
            let mut driver = anyrfc_websocket::testing::accept(far, Default::default());
            driver.next().await.unwrap();
            for last in [false, false, true] {
                let (connection, out) = driver.command();
                connection.send_part(out, Kind::Binary, &[1; 50_000], last).unwrap();
                driver.flush().await.unwrap();
            }
            driver.next().await.unwrap();
        });
        let mut client = WebSocketClient::builder().connect_over("ws://memory/", near).await.unwrap();
        if borrowed {
            let message = client.next_ref().await.unwrap().unwrap();
            assert_eq!(message.to_owned(), Message::binary(vec![1; 150_000]));
        } else {
            assert_eq!(client.next().await.unwrap(), Some(Message::binary(vec![1; 150_000])));
        }
        assert!(timeout(Duration::from_secs(1), client.next()).await.is_err());
        assert!(client.buffer_capacity() <= IDLE, "{} bytes", client.buffer_capacity());
    }
}

/// What a connection takes beside its buffers: nothing large is carried along inline.
#[test]
fn the_client_itself_is_small() {
    for (name, size, most) in [
        ("WebSocketClient", size_of::<WebSocketClient>(), 1680),
        ("ReconnectingClient", size_of::<ReconnectingClient>(), 1024),
    ] {
        assert!(size <= most, "{name}: {size} bytes");
    }
}
