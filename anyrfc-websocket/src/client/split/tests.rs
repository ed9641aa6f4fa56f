//! What cannot be seen from outside: which locks are taken, and what happens at the
//! moment in which the other half has what one needs.
#![cfg(feature = "testing")]

use std::{sync::atomic::Ordering, task::Waker};

use anyrfc_core::{ErrorKind, testing::pair};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream, UnixListener},
};

use super::*;
use crate::{proto, testing::accept};

/// How often the halves have taken a lock of theirs.
fn locked(shared: &Shared) -> usize {
    shared.locked.load(Ordering::Relaxed) + shared.link.desk.locked.load(Ordering::Relaxed)
}

/// Plays the server: so many messages are echoed; then one ping, and an end in order.
async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, count: usize) {
    let mut driver = accept(stream, proto::Config::default());
    let mut echoed = 0;
    while let Some(event) = driver.next().await.unwrap() {
        if let proto::OwnedEvent::Message(message @ Message::Binary(_)) = event {
            let (connection, out) = driver.command();
            connection.send(out, message).unwrap();
            echoed += 1;
            if echoed == count {
                let (connection, _) = driver.command();
                connection.ping(b"the first control frame").unwrap();
            }
            driver.flush().await.unwrap();
        }
    }
}

/// Many small messages and some that fill every buffer, both ways at once.
async fn exchange(client: WebSocketClient, count: usize) {
    let (mut sender, mut receiver) = client.split();
    let shared = Arc::clone(&sender.shared);
    let before = locked(&shared);
    let sending = tokio::spawn(async move {
        for n in 0..count {
            let size = if n % 100 == 99 { 300_000 } else { 10 };
            if n % 3 == 0 {
                sender.feed(vec![n as u8; size]).await.unwrap();
            } else {
                sender.send(vec![n as u8; size]).await.unwrap();
            }
        }
        sender.flush().await.unwrap();
        sender
    });
    for n in 0..count {
        let message = receiver.next().await.unwrap().unwrap();
        assert_eq!(message.into_data()[0], n as u8);
    }
    let mut sender = sending.await.unwrap();
    assert_eq!(locked(&shared), before, "a lock was taken for data");
    assert!(matches!(receiver.next().await.unwrap(), Some(Message::Ping(_))));
    let control = locked(&shared);
    assert!(control > before, "the count does not count");
    sender.close(None).await.unwrap();
    while receiver.next().await.unwrap().is_some() {}
    assert!(sender.end().unwrap().is_clean());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn data_takes_no_lock_on_tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { serve(listener.accept().await.unwrap().0, 5_000).await });
    let client = WebSocketClient::connect(&url).await.unwrap();
    // Made of tokio's halves, which share a reference count and nothing else.
    exchange(client, 5_000).await;
    server.await.unwrap();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn data_takes_no_lock_on_a_unix_socket() {
    use anyrfc_core::transport::{Connector, Target};
    let path = std::env::temp_dir().join(format!("anyrfc-split-{}.sock", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).unwrap();
    let server = tokio::spawn(async move { serve(listener.accept().await.unwrap().0, 2_000).await });
    let builder = WebSocketClient::builder().connector(Arc::new(Connector::new(Target::unix(&path))));
    exchange(builder.connect("ws://localhost/").await.unwrap(), 2_000).await;
    server.await.unwrap();
    std::fs::remove_file(&path).unwrap();
}

/// The only lock for data would be one in the stream: there is one in those that cannot
/// be read and written at once, TLS among them.
#[test]
fn the_code_for_data_knows_no_lock() {
    // The package alone has no core beside it.
    let core = concat!(env!("CARGO_MANIFEST_DIR"), "/../anyrfc-core/src/driver/writer.rs");
    let data = [include_str!("link.rs").to_owned(), std::fs::read_to_string(core).unwrap_or_default()];
    for source in data {
        assert!(!source.contains("Mutex") && !source.contains(".lock()"), "{source}");
    }
    // In the halves themselves: one that is never locked.
    let halves = include_str!("mod.rs");
    assert!(!halves.contains(".lock()"));
}

async fn connected()
-> (Sender, Receiver, anyrfc_core::Driver<proto::Connection, anyrfc_core::testing::MemoryStream>) {
    let (near, far) = pair(1 << 20);
    let mut server = accept(far, proto::Config::default());
    let opening = async {
        server.next().await.unwrap();
        server.flush().await.unwrap();
    };
    let builder = WebSocketClient::builder();
    let (client, ()) = tokio::join!(builder.connect_over("ws://memory/", near), opening);
    let (sender, receiver) = client.unwrap().split();
    (sender, receiver, server)
}

fn poll_now<F: Future>(future: F) -> Poll<F::Output> {
    std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// The receiving half is writing at the very moment in which messages are queued. They
/// leave when it is done, in order, although nobody polls the sending half again.
#[tokio::test]
async fn what_is_queued_while_the_other_half_writes() {
    let (mut sender, receiver, mut server) = connected().await;
    let shared = Arc::clone(&sender.shared);
    sender.feed("before").await.unwrap();
    let held = shared.link.take(Half::Reader).unwrap();
    Pin::new(&mut sender).start_send(Message::text("one")).unwrap();
    Pin::new(&mut sender).start_send(Message::Ping("two".into())).unwrap();
    let long = Message::Ping(vec![0; 126].into());
    assert_eq!(Pin::new(&mut sender).start_send(long).unwrap_err().kind(), ErrorKind::Usage);
    for _ in 0..15 {
        Pin::new(&mut sender).start_send(Message::Ping("more".into())).unwrap();
    }
    let many = Pin::new(&mut sender).start_send(Message::Ping("too many".into()));
    assert_eq!(many.unwrap_err().kind(), ErrorKind::Limit);
    // What can wait waits, and is woken.
    assert!(poll_now(sender.send("three")).is_pending());
    drop(held);
    let mut seen = Vec::new();
    while seen.len() < 18 {
        match server.next().await.unwrap() {
            Some(proto::OwnedEvent::Message(Message::Text(text))) => seen.push(text.to_string()),
            Some(proto::OwnedEvent::Message(Message::Ping(_))) => seen.push("ping".into()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen[..3], ["before", "one", "ping"]);
    sender.send("four").await.unwrap();
    let four = Some(proto::OwnedEvent::Message(Message::text("four")));
    assert_eq!(server.next().await.unwrap(), four);
    drop(receiver);
}

/// Close comes while the other half has the writer: it goes behind what was queued, and
/// nothing goes behind it.
#[tokio::test]
async fn close_while_the_other_half_writes() {
    let (mut sender, mut receiver, mut server) = connected().await;
    let shared = Arc::clone(&sender.shared);
    let held = shared.link.take(Half::Reader).unwrap();
    Pin::new(&mut sender).start_send(Message::text("one")).unwrap();
    Pin::new(&mut sender).start_send(Message::Close(None)).unwrap();
    let late = Pin::new(&mut sender).start_send(Message::text("late")).unwrap_err();
    assert_eq!(late.requirement(), Some(rfc6455::NO_DATA_AFTER_CLOSE));
    drop(held);
    let mut seen = Vec::new();
    let serving = async {
        while let Some(event) = server.next().await.unwrap() {
            seen.push(event);
        }
    };
    let receiving = async { while receiver.next().await.unwrap().is_some() {} };
    tokio::join!(serving, receiving);
    let expected = [Message::text("one"), Message::Close(None)].map(proto::OwnedEvent::Message);
    assert_eq!(seen, expected);
}

/// The peer's Close is being answered, and the answer waits for the writer, when we want
/// to say Close too: there is one, the answer.
#[tokio::test]
async fn close_while_the_answer_to_the_peers_waits() {
    let (mut sender, mut receiver, mut server) = connected().await;
    let shared = Arc::clone(&sender.shared);
    let now = server.now();
    server.command().0.close(Some(CloseCode::NORMAL.into()), now).unwrap();
    server.flush().await.unwrap();
    let held = shared.link.take(Half::Writer).unwrap();
    assert!(matches!(receiver.next().await.unwrap(), Some(Message::Close(_))));
    Pin::new(&mut sender).start_send(Message::Close(Some(CloseCode::GOING_AWAY.into()))).unwrap();
    drop(held);
    let answer = Some(proto::OwnedEvent::Message(Message::Close(Some(CloseCode::NORMAL.into()))));
    assert_eq!(server.next().await.unwrap(), answer);
}

/// The receiving side is elsewhere when it is polled: the half that has it wakes the other.
#[tokio::test]
async fn whoever_finds_a_side_taken_is_woken() {
    let (mut sender, mut receiver, mut server) = connected().await;
    let shared = Arc::clone(&sender.shared);
    let (connection, out) = server.command();
    connection.send(out, Message::text("there")).unwrap();
    server.flush().await.unwrap();
    let held = shared.take(Half::Writer).unwrap();
    let receiving = tokio::spawn(async move { receiver.next().await });
    tokio::task::yield_now().await;
    assert!(!receiving.is_finished());
    drop(held);
    assert_eq!(receiving.await.unwrap().unwrap(), Some(Message::text("there")));
    let held = shared.link.take(Half::Reader).unwrap();
    let sending = tokio::spawn(async move { sender.send("here").await });
    tokio::task::yield_now().await;
    assert!(!sending.is_finished());
    drop(held);
    sending.await.unwrap().unwrap();
}

/// A stream of ours that is not TCP is split by tokio, with a lock for each poll only.
#[tokio::test]
async fn a_tcp_stream_of_the_callers_works_too() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let server = tokio::spawn(async move { serve(listener.accept().await.unwrap().0, 100).await });
    let client = WebSocketClient::builder().connect_over("ws://localhost/", near).await.unwrap();
    exchange(client, 100).await;
    server.await.unwrap();
}
