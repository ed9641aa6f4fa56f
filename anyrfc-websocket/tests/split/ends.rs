//! How a connection ends for both halves, whichever of them notices.

use anyrfc_core::{ErrorKind, ProtocolState, testing::Abort as _};
use anyrfc_websocket::{CloseCode, EndedBy, Message, WebSocketClient, rfc6455};
use futures_util::SinkExt;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{BINARY, CLOSE, TEXT, connect, frame, poll_now, read_frame};

/// The peer says Close while we are in the middle of a large message: that is ended,
/// then Close answered, and nothing follows.
#[tokio::test]
async fn the_peer_closes_while_a_message_is_under_way() {
    let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
    let sending = tokio::spawn(async move {
        let first = sender.send(vec![1; 300_000]).await;
        (first, sender.send("late").await, sender)
    });
    let receiving = tokio::spawn(async move {
        let close = receiver.next().await.unwrap();
        (close, receiver.next().await.unwrap(), receiver)
    });
    tokio::task::yield_now().await;
    far.write_all(&frame(CLOSE, &[0x03, 0xE9, b'b'])).await.unwrap();
    assert_eq!(read_frame(&mut far).await, (BINARY, vec![1; 300_000]));
    assert_eq!(read_frame(&mut far).await, (CLOSE, vec![0x03, 0xE9]));
    far.shutdown().await.unwrap();
    let mut rest = Vec::new();
    far.read_to_end(&mut rest).await.unwrap();
    assert!(rest.is_empty());
    let (first, late, sender) = sending.await.unwrap();
    // Its last bytes may leave after the other half has noticed the end.
    assert!(first.is_ok() || first.unwrap_err().kind() == ErrorKind::Closed);
    assert_eq!(late.unwrap_err().kind(), ErrorKind::Closed);
    let (close, end, receiver) = receiving.await.unwrap();
    assert!(matches!(close, Some(Message::Close(Some(_)))));
    assert_eq!(end, None);
    for end in [sender.end().unwrap(), receiver.end().unwrap()] {
        assert_eq!((end.by(), end.code(), end.reason()), (EndedBy::Peer, 1001, "b"));
        assert!(end.is_clean());
    }
    assert_eq!(
        (sender.state(), receiver.state()),
        (ProtocolState::Disconnected, ProtocolState::Disconnected)
    );
}

/// We say Close within a large message of ours and one of the peer's.
#[tokio::test]
async fn we_close_while_messages_are_under_way_both_ways() {
    let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
    let incoming = frame(BINARY, &[2; 500]);
    far.write_all(&incoming[..300]).await.unwrap();
    assert_eq!(poll_now(receiver.next()).map(drop), None);
    assert_eq!(poll_now(sender.send(vec![1; 300_000])).map(drop), None);
    assert_eq!(poll_now(sender.close(Some(CloseCode::GOING_AWAY.into()))).map(drop), None);
    assert_eq!(sender.state(), ProtocolState::Disconnecting);
    assert_eq!(sender.send("late").await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(sender.send("late").await.unwrap_err().requirement(), Some(rfc6455::NO_DATA_AFTER_CLOSE));
    // The first Close stands.
    assert_eq!(poll_now(sender.close(None)).map(drop), None);
    let receiving = tokio::spawn(async move {
        let mut heard = Vec::new();
        while let Some(message) = receiver.next().await.unwrap() {
            heard.push(message);
        }
        (heard, receiver)
    });
    assert_eq!(read_frame(&mut far).await, (BINARY, vec![1; 300_000]));
    assert_eq!(read_frame(&mut far).await, (CLOSE, vec![0x03, 0xE9]));
    far.write_all(&incoming[300..]).await.unwrap();
    far.write_all(&frame(CLOSE, &[])).await.unwrap();
    drop(far);
    let (heard, receiver) = receiving.await.unwrap();
    assert_eq!(heard, [Message::binary(vec![2; 500]), Message::Close(None)]);
    let end = sender.end().unwrap();
    assert_eq!((end.by(), end.said(), end.code()), (EndedBy::Us, Some(CloseCode::GOING_AWAY), 1005));
    assert!(receiver.end().unwrap().is_clean());
    sender.close(None).await.unwrap_err();
    SinkExt::close(&mut sender).await.unwrap();
}

/// Both say Close at once: each side's Close answers the other's, and there is one of each.
#[tokio::test]
async fn both_sides_close_at_once() {
    for ours_first in [true, false] {
        let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
        far.write_all(&frame(CLOSE, &[0x03, 0xE8])).await.unwrap();
        if ours_first {
            sender.close(Some(CloseCode::GOING_AWAY.into())).await.unwrap();
        }
        assert!(matches!(receiver.next().await.unwrap(), Some(Message::Close(_))));
        sender.close(Some(CloseCode::GOING_AWAY.into())).await.unwrap();
        let said = if ours_first { vec![0x03, 0xE9] } else { vec![0x03, 0xE8] };
        assert_eq!(read_frame(&mut far).await, (CLOSE, said));
        far.shutdown().await.unwrap();
        assert_eq!(receiver.next().await.unwrap(), None);
        let mut rest = Vec::new();
        far.read_to_end(&mut rest).await.unwrap();
        assert!(rest.is_empty(), "a second Close");
        let by = if ours_first { EndedBy::Us } else { EndedBy::Peer };
        assert_eq!(sender.end().unwrap().by(), by);
    }
}

/// A frame that no server sends: masked.
const MASKED: [u8; 6] = [0x81, 0x80, 1, 2, 3, 4];

/// The peer breaks the protocol. Both halves learn why: the one that waits, and the
/// one that comes later.
#[tokio::test]
async fn a_violation_is_told_to_both() {
    let broken = Some(rfc6455::SERVER_DOES_NOT_MASK);
    // The receiving half notices.
    let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
    far.write_all(&MASKED).await.unwrap();
    let peer = tokio::spawn(async move {
        let said = read_frame(&mut far).await;
        drop(far);
        said
    });
    assert_eq!(receiver.next().await.unwrap_err().requirement(), broken);
    assert_eq!(peer.await.unwrap().1[..2], [0x03, 0xEA]);
    assert_eq!(sender.send("x").await.unwrap_err().requirement(), broken);
    assert_eq!(sender.flush().await.unwrap_err().requirement(), broken);
    assert_eq!(receiver.next().await.unwrap(), None);
    let ends = [sender.end().unwrap(), receiver.end().unwrap()];
    assert!(ends.iter().all(|end| end.error().unwrap().requirement() == broken && end.by() == EndedBy::Us));

    // The sending half notices, while it is blocked; the other one polls later.
    let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
    let sending = tokio::spawn(async move { (sender.send(vec![1; 300_000]).await, sender) });
    tokio::task::yield_now().await;
    far.write_all(&MASKED).await.unwrap();
    let mut rest = Vec::new();
    tokio::join!(async { far.read_to_end(&mut rest).await.unwrap() }, async {
        let (sent, sender) = sending.await.unwrap();
        assert_eq!(sent.unwrap_err().requirement(), broken);
        assert_eq!(receiver.next().await.unwrap_err().requirement(), broken);
        assert_eq!(receiver.next().await.unwrap(), None);
        drop((sender, receiver));
    });
    // The message was cut, so that there is no place for Close.
    assert!(rest.len() < 300_000, "{}", rest.len());

    // Both wait.
    let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
    let sending = tokio::spawn(async move { sender.send(vec![1; 300_000]).await });
    let receiving = tokio::spawn(async move { receiver.next().await });
    tokio::task::yield_now().await;
    far.write_all(&MASKED).await.unwrap();
    far.read_to_end(&mut Vec::new()).await.unwrap();
    drop(far);
    assert_eq!(sending.await.unwrap().unwrap_err().requirement(), broken);
    assert_eq!(receiving.await.unwrap().unwrap_err().requirement(), broken);
}

#[tokio::test(start_paused = true)]
async fn a_reset_is_told_to_both() {
    for sends in [false, true] {
        let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
        let receiving = tokio::spawn(async move { (receiver.next().await, receiver) });
        let sending =
            sends.then(|| tokio::spawn(async move { (sender.send(vec![1; 300_000]).await, sender) }));
        tokio::task::yield_now().await;
        far.reset();
        let (heard, receiver) = receiving.await.unwrap();
        let heard = heard.unwrap_err();
        assert_eq!((heard.kind(), heard.requirement()), (ErrorKind::Io, Some(rfc6455::LOST_TRANSPORT_FAILS)));
        if let Some(sending) = sending {
            let (sent, mut sender) = sending.await.unwrap();
            assert_eq!(sent.unwrap_err().kind(), ErrorKind::Io);
            assert_eq!(sender.send("x").await.unwrap_err().kind(), ErrorKind::Io);
        }
        assert_eq!(receiver.end().unwrap().by(), EndedBy::Network);
    }
}

/// Nothing can be written any more, but the peer's last words are still heard.
#[tokio::test(start_paused = true)]
async fn the_last_words_of_a_peer_that_stopped_reading() {
    let (near, far) = anyrfc_core::testing::pair(1000);
    let (mut far_read, far_write) = tokio::io::split(far);
    let mut far = tokio::io::join(&mut far_read, far_write);
    let client = crate::support::open(WebSocketClient::builder(), near, &mut far).await;
    let (mut sender, mut receiver) = client.split();
    let receiving = tokio::spawn(async move {
        let mut heard = Vec::new();
        loop {
            match receiver.next().await {
                Ok(Some(message)) => heard.push(message),
                Ok(None) => return (heard, None),
                Err(error) => return (heard, Some(error)),
            }
        }
    });
    far.write_all(&frame(TEXT, b"last words")).await.unwrap();
    far.shutdown().await.unwrap();
    let (heard, error) = receiving.await.unwrap();
    assert_eq!(heard, [Message::text("last words")]);
    assert_eq!(error.unwrap().kind(), ErrorKind::Closed);
    assert_eq!(sender.send("x").await.unwrap_err().kind(), ErrorKind::Closed);
    assert!(!sender.end().unwrap().is_clean());
}

/// The end came before the halves were made.
#[tokio::test]
async fn halves_of_a_connection_that_has_ended() {
    let (near, mut far) = anyrfc_core::testing::pair(1000);
    let mut client = crate::support::open(WebSocketClient::builder(), near, &mut far).await;
    drop(far);
    client.next().await.unwrap_err();
    let (mut sender, mut receiver) = client.split();
    assert_eq!(receiver.next().await.unwrap(), None);
    assert!(sender.send("x").await.is_err());
    assert!(sender.close(None).await.is_err());
    assert!(sender.end().is_some() && receiver.end().is_some());
    assert!(sender.reunite(receiver).unwrap().end().is_some());
}
