//! Servers that send without end, or never read.

use std::time::Duration;

use anyrfc_core::{ErrorKind, compliance::covers};
use anyrfc_websocket::{Kind, Message, WebSocketClient, rfc6455 as r};

use crate::support::{BINARY, CLOSE, PING, PONG, TEXT, frame, opened, within};

/// What a connection holds at most when nobody takes what it wants to send:
/// the output's high-water mark, the read window, and what growing them costs.
const BOUND: usize = 600 << 10;

#[tokio::test(start_paused = true)]
async fn a_ping_flood_is_answered_within_bounds() {
    let _covers = covers(&[r::ONLY_THE_LATEST_PING_IS_ANSWERED, r::PING_IS_ANSWERED]);
    const PINGS: u32 = 100_000;
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 4096).await;
    // The server reads nothing while it sends them.
    let flood = async {
        for n in 0..PINGS {
            server.write(frame(PING, n.to_be_bytes())).await;
        }
    };
    let mut most = 0;
    let receive = async {
        for n in 0..PINGS {
            let message = client.next().await.expect("open");
            assert_eq!(message, Some(Message::Ping(n.to_be_bytes().to_vec().into())));
            most = most.max(client.buffer_capacity());
        }
    };
    within(async { tokio::join!(flood, receive) }).await;
    assert!(most <= BOUND, "held {most} bytes");
    // Then it reads: answers in order, the latest among them, and far fewer than pings.
    let collect = async {
        let mut answered = Vec::new();
        while answered.last() != Some(&(PINGS - 1)) {
            let pong = server.frame().await.expect("the latest ping is answered");
            assert_eq!(pong.first, PONG);
            answered.push(u32::from_be_bytes(*pong.payload.first_chunk().expect("a number")));
        }
        answered
    };
    let (flushed, answered) = within(async { tokio::join!(client.flush(), collect) }).await;
    flushed.expect("flushed");
    assert!(answered.windows(2).all(|pair| pair[0] < pair[1]), "out of order, or twice");
    assert!(answered.len() < 10_000, "{} pongs were queued", answered.len());
    // Of those that came together the first ones are all answered, and the last one.
    assert_eq!(answered[..15], (0..15).collect::<Vec<_>>()[..]);
    assert!(client.buffer_capacity() <= BOUND);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_read_that_nobody_takes() {
    // An application that only sends: of a server's messages it holds what one window does.
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 4096).await;
    let flood = async {
        let message = frame(TEXT, "x".repeat(1000));
        let mut sent = 0;
        loop {
            let pushing = tokio::time::timeout(Duration::from_secs(1), server.push(&message)).await;
            let Ok(count) = pushing else { return sent };
            sent += count;
        }
    };
    let sending = tokio::time::timeout(Duration::from_secs(60), client.send_binary(vec![7; 1 << 20]));
    let (stuck, sent) = within(async { tokio::join!(sending, flood) }).await;
    assert!(stuck.is_err(), "nobody read it: {stuck:?}");
    assert!(sent <= 300 << 10, "took {sent} bytes");
    // The message itself, shared with the caller, is the caller's.
    assert!(client.buffer_capacity() <= BOUND + (1 << 20), "{}", client.buffer_capacity());
    // It was no loss: everything is still there, in order.
    assert_eq!(within(client.next()).await.unwrap(), Some(Message::text("x".repeat(1000))));
}

#[tokio::test(start_paused = true)]
async fn two_that_only_write_do_not_block_each_other() {
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 1024).await;
    let theirs: Vec<u8> = (0..200).flat_map(|_| frame(BINARY, [1; 1000])).collect();
    let serve = async {
        // Not a byte is read before all is written.
        server.write(&theirs).await;
        server.frame().await.expect("the message")
    };
    let (sent, received) = within(async { tokio::join!(client.send_binary(vec![2; 1 << 20]), serve) }).await;
    sent.expect("sent");
    assert!(received.first == BINARY && received.payload == vec![2; 1 << 20]);
    for _ in 0..200 {
        assert_eq!(within(client.next()).await.unwrap(), Some(Message::binary(vec![1; 1000])));
    }
}

#[tokio::test(start_paused = true)]
async fn pings_are_answered_while_the_application_only_writes() {
    let _covers = covers(&[r::PONG_IS_SENT_SOON]);
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 512).await;
    let serve = async {
        server.write(frame(PING, "are you there")).await;
        let mut firsts = Vec::new();
        loop {
            let frame = server.frame().await.expect("open");
            firsts.push(frame.first);
            if frame.first == PONG {
                return firsts;
            }
        }
    };
    let write = async {
        for _ in 0..100 {
            client.send_binary(vec![7; 10_000]).await.expect("sent");
        }
        std::future::pending::<()>().await;
    };
    let firsts = within(async {
        tokio::select! {
            firsts = serve => firsts,
            () = write => unreachable!(),
        }
    })
    .await;
    assert!(firsts.len() < 100, "the answer came after {} messages", firsts.len());
}

#[tokio::test(start_paused = true)]
async fn fragments_without_end() {
    let _covers = covers(&[r::SIZES_ARE_LIMITED]);
    for payload in ["", "x"] {
        let (mut client, mut server) = opened(&WebSocketClient::builder(), 4096).await;
        let flood = async {
            server.write(frame(0x02, payload)).await;
            let fragments = frame(0x00, payload).repeat(100);
            while server.push(&fragments).await == fragments.len() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            server.frames().await
        };
        let receive = async {
            let error = client.next().await.expect_err("never a message");
            let held = client.buffer_capacity();
            drop(client);
            (error, held)
        };
        let ((error, held), frames) = within(async { tokio::join!(receive, flood) }).await;
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Limit, Some(r::SIZES_ARE_LIMITED)));
        assert!(held <= BOUND, "held {held} bytes");
        assert_eq!(frames.last().map(|frame| frame.code()), Some(Some(1008)), "{frames:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_without_end_is_refused_whole_and_received_in_pieces() {
    // Whole: over the limit.
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 1 << 16).await;
    let flood = async {
        server.write(frame(0x02, "")).await;
        let fragment = frame(0x00, vec![7; 60_000]);
        while server.push(&fragment).await == fragment.len() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.frames().await
    };
    let receive = async {
        let error = client.next().await.expect_err("over the limit");
        drop(client);
        error
    };
    let (error, frames) = within(async { tokio::join!(receive, flood) }).await;
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Limit, Some(r::SIZES_ARE_LIMITED)));
    assert_eq!(frames.last().expect("a Close").code(), Some(1009));

    // In pieces: four times the limit, and no more memory than a window.
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 1 << 16).await;
    let total = 256 << 20;
    let send = async {
        server.write([&[BINARY, 127][..], &(total as u64).to_be_bytes()].concat()).await;
        let piece = vec![7; 1 << 16];
        for _ in 0..total / piece.len() {
            server.write(&piece).await;
        }
        server.write(frame(TEXT, "after")).await;
    };
    let receive = async {
        let mut most = 0;
        let mut reader = client.next_reader().await.expect("open").expect("a message");
        assert_eq!(reader.kind(), Kind::Binary);
        let mut received = 0;
        while let Some(piece) = reader.chunk().await.expect("open") {
            received += piece.len();
            most = most.max(piece.len());
        }
        assert_eq!(received, total);
        assert_eq!(client.next().await.expect("open"), Some(Message::text("after")));
        (most, client.buffer_capacity())
    };
    let ((most, held), ()) = within(async { tokio::join!(receive, send) }).await;
    assert!(most <= 512 << 10 && held <= BOUND, "pieces of {most} bytes, {held} bytes held");
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_holds_little() {
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 1 << 16).await;
    let burst = async {
        for _ in 0..100 {
            server.write(frame(BINARY, vec![7; 100_000])).await;
        }
    };
    let receive = async {
        for _ in 0..100 {
            client.next().await.expect("open");
        }
    };
    within(async { tokio::join!(burst, receive) }).await;
    let idle = tokio::time::timeout(Duration::from_secs(3600), client.next()).await;
    assert!(idle.is_err(), "{idle:?}");
    assert!(client.buffer_capacity() <= 16 << 10, "{}", client.buffer_capacity());
    server.write(frame(CLOSE, "")).await;
}
