//! Two tasks on several threads, over real sockets.

use anyrfc_websocket::{Deflate, Message, Receiver, Sender, WebSocketClient, testing::EchoServer};
use futures_util::SinkExt;

/// Messages, pings and a Close from one thread, what comes back on another.
async fn echo_all(mut sender: Sender, mut receiver: Receiver, count: u32, size: usize) -> (Sender, Receiver) {
    let sending = tokio::spawn(async move {
        for n in 0..count {
            let message = Message::binary([&n.to_be_bytes()[..], &vec![n as u8; size]].concat());
            match n % 5 {
                0 => sender.feed(message).await.unwrap(),
                1 => SinkExt::feed(&mut sender, message).await.unwrap(),
                2 => sender.send_uncompressed(message).await.unwrap(),
                _ => sender.send(message).await.unwrap(),
            }
            if n % 11 == 0 {
                sender.send(Message::Ping(n.to_be_bytes().to_vec().into())).await.unwrap();
            }
        }
        sender.flush().await.unwrap();
        sender
    });
    let receiving = tokio::spawn(async move {
        let (mut data, mut pongs) = (0, 0);
        while data < count || pongs < count.div_ceil(11) {
            match receiver.next().await.unwrap().unwrap() {
                Message::Binary(bytes) => {
                    assert!(bytes[..4] == data.to_be_bytes() && bytes[4..] == vec![data as u8; size]);
                    data += 1;
                }
                // Of several pings a peer may answer the latest only; this one answers all it can.
                Message::Pong(_) => pongs += 1,
                other => panic!("{other:?}"),
            }
        }
        receiver
    });
    (sending.await.unwrap(), receiving.await.unwrap())
}

async fn all_the_way(client: WebSocketClient, count: u32, size: usize) {
    let (sender, receiver) = client.split();
    let (sender, receiver) = echo_all(sender, receiver, count, size).await;
    let (sender, receiver) = sender.reunite(receiver).unwrap().split();
    let (mut sender, mut receiver) = echo_all(sender, receiver, 50, size).await;
    let receiving = tokio::spawn(async move {
        while receiver.next().await.unwrap().is_some() {}
        receiver
    });
    sender.close(None).await.unwrap();
    let client = sender.reunite(receiving.await.unwrap()).unwrap();
    assert!(client.end().unwrap().is_clean());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tcp() {
    let server = EchoServer::start().await.unwrap();
    for (count, size) in [(5_000, 10), (1_000, 5_000), (60, 500_000)] {
        all_the_way(WebSocketClient::connect(&server.url()).await.unwrap(), count, size).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tls() {
    let server = EchoServer::start_tls().await.unwrap();
    for (count, size) in [(3_000, 10), (500, 5_000), (20, 500_000)] {
        let builder = WebSocketClient::builder().tls(server.client_tls().unwrap());
        all_the_way(builder.connect(&server.url()).await.unwrap(), count, size).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn compressed() {
    let server = EchoServer::start().await.unwrap();
    for (count, size) in [(2_000, 100), (20, 500_000)] {
        let builder = WebSocketClient::builder().compression(Deflate::default());
        all_the_way(builder.connect(&server.url()).await.unwrap(), count, size).await;
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stream_of_the_callers() {
    let (near, far) = tokio::net::UnixStream::pair().unwrap();
    tokio::spawn(anyrfc_websocket::testing::echo(far));
    let client = WebSocketClient::builder().connect_over("ws://memory/", near).await.unwrap();
    all_the_way(client, 3_000, 100).await;
}
