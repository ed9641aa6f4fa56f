//! Futures dropped at every await.

use anyrfc_core::testing::{ChoppingStream, Sizes, pair};
use anyrfc_websocket::{Deflate, Message, WebSocketClient, testing::echo};
use futures_util::SinkExt as _;
use tokio::io::AsyncWriteExt as _;

use crate::support::{BINARY, CLOSE, PING, PONG, TEXT, connect, frame, poll_now, poll_times, read_frame};

/// Every call of both halves is dropped after so many polls and made again: what was
/// sent arrives whole, in order and once.
#[tokio::test]
async fn every_future_dropped_after_any_number_of_polls() {
    for (patience, deflate) in [(1, false), (2, false), (3, true), (7, false), (20, true)] {
        let (near, far) = pair(50);
        tokio::spawn(echo(far));
        let near = ChoppingStream::new(near, Sizes::random(1, 40)).writes(Sizes::random(2, 40));
        let mut builder = WebSocketClient::builder();
        if deflate {
            builder = builder.compression(Deflate::default());
        }
        let client = builder.connect_over("ws://memory/", near).await.unwrap();
        let (mut sender, mut receiver) = client.split();
        let sending = tokio::spawn(async move {
            for n in 0..300_u32 {
                let message = Message::binary(n.to_be_bytes().repeat(n as usize));
                // Queued whole or not at all, which `poll_ready` and `start_send` tell apart.
                while poll_times(std::future::poll_fn(|cx| sender.poll_ready_unpin(cx)), patience)
                    .await
                    .transpose()
                    .unwrap()
                    .is_none()
                {}
                sender.start_send_unpin(message).unwrap();
                while poll_times(sender.flush(), patience).await.transpose().unwrap().is_none() {}
            }
            while poll_times(sender.close(None), patience).await.transpose().unwrap().is_none() {}
            sender
        });
        let mut expected = 0_u32;
        loop {
            match poll_times(receiver.next(), patience).await {
                None => tokio::task::yield_now().await,
                Some(Ok(Some(Message::Binary(bytes)))) => {
                    assert!(bytes == expected.to_be_bytes().repeat(expected as usize), "{expected}");
                    expected += 1;
                }
                Some(Ok(Some(Message::Close(_)))) => {}
                Some(Ok(None)) => break,
                Some(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(expected, 300);
        assert!(sending.await.unwrap().end().unwrap().is_clean());
    }
}

/// A `send` that is dropped has queued its message or not; never half of it, never twice.
#[tokio::test]
async fn a_dropped_send_is_all_or_nothing() {
    for polls in 0..6 {
        let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
        let mut sure = Vec::new();
        for n in 0..100_u8 {
            // Five of these fill the output; then sends wait, and give up.
            if poll_times(sender.send(vec![n; 20_000]), polls).await.is_some() {
                sure.push(n);
            }
            if n % 10 == 0 {
                far.write_all(&frame(PING, &[n])).await.unwrap();
                assert_eq!(receiver.next().await.unwrap(), Some(Message::Ping(vec![n].into())));
            }
        }
        let peer = tokio::spawn(async move {
            let mut seen = Vec::new();
            loop {
                match read_frame(&mut far).await {
                    (BINARY, payload) => {
                        assert_eq!(payload, vec![payload[0]; 20_000]);
                        seen.push(payload[0]);
                    }
                    (PONG, _) => {}
                    (CLOSE, _) => return seen,
                    other => panic!("{other:?}"),
                }
            }
        });
        sender.close(None).await.unwrap();
        let seen = peer.await.unwrap();
        assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
        assert!(sure.iter().all(|n| seen.contains(n)), "{polls}: {sure:?} {seen:?}");
        drop(receiver);
    }
}

/// Whoever was woken and is dropped instead of polled leaves the work to the other.
#[tokio::test]
async fn a_receiver_that_waits_survives_a_sender_that_comes_and_goes() {
    let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 100).await;
    let receiving = tokio::spawn(async move { (receiver.next().await, receiver) });
    tokio::task::yield_now().await;
    for n in 0..50_u8 {
        // It fills the pipe and takes the reader's place at the stream, then is gone.
        assert_eq!(poll_now(sender.send(vec![n; 1000])).map(drop), None);
        assert_eq!(read_frame(&mut far).await, (BINARY, vec![n; 1000]));
    }
    far.write_all(&frame(TEXT, b"woken")).await.unwrap();
    let (heard, mut receiver) = receiving.await.unwrap();
    assert_eq!(heard.unwrap(), Some(Message::text("woken")));
    // The other way round: the receiver comes and goes while the sender waits.
    let sending = tokio::spawn(async move { sender.send(vec![9; 100_000]).await.map(|()| sender) });
    tokio::task::yield_now().await;
    let mut taken = Vec::new();
    tokio::select! {
        _ = async { loop { assert_eq!(poll_now(receiver.next()).map(drop), None); tokio::task::yield_now().await } } => {}
        frame = read_frame(&mut far) => taken.push(frame),
    }
    assert_eq!(taken[0].1.len(), 100_000);
    sending.await.unwrap().unwrap();
}
