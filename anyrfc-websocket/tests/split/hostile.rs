//! Back-pressure, control frames in between, and peers that only write.

use anyrfc_core::testing::{ChoppingStream, pair};
use anyrfc_websocket::{Message, WebSocketClient, testing::echo};
use futures_util::{SinkExt, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{BINARY, PING, PONG, TEXT, connect, frame, open, poll_now, read_frame};

/// The writer is stuck in a large message, the reader hears pings: the answers leave
/// as soon as the message is out, before the next one.
#[tokio::test]
async fn pongs_leave_between_messages_while_the_writer_is_blocked() {
    let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
    let sending = tokio::spawn(async move {
        for n in 0..5 {
            sender.send(vec![n; 300_000]).await.unwrap();
        }
        sender
    });
    let receiving = tokio::spawn(async move {
        let mut pings = Vec::new();
        while let Some(Message::Ping(payload)) = receiver.next().await.unwrap() {
            pings.push(payload);
            if pings.len() == 3 {
                break;
            }
        }
        (pings, receiver)
    });
    for word in ["one", "two", "three"] {
        far.write_all(&frame(PING, word.as_bytes())).await.unwrap();
    }
    let (pings, receiver) = receiving.await.unwrap();
    assert_eq!(pings, ["one", "two", "three"]);
    let mut seen = Vec::new();
    for _ in 0..8 {
        seen.push(read_frame(&mut far).await);
    }
    let kinds: Vec<u8> = seen.iter().map(|(first, _)| *first).collect();
    assert_eq!(kinds, [BINARY, PONG, PONG, PONG, BINARY, BINARY, BINARY, BINARY]);
    assert_eq!(seen[1].1, b"one");
    let mut client = sending.await.unwrap().reunite(receiver).unwrap();
    far.write_all(&frame(TEXT, b"still in step")).await.unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::text("still in step")));
}

/// The sending task has given up within a large message; nobody sends any more. The
/// reader alone writes the rest, then its answers.
#[tokio::test]
async fn the_reader_finishes_what_a_cancelled_writer_began() {
    let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
    assert_eq!(poll_now(sender.send(vec![7; 300_000])).map(drop), None);
    let receiving = tokio::spawn(async move { (receiver.next().await, receiver.next().await) });
    far.write_all(&frame(PING, b"?")).await.unwrap();
    assert_eq!(read_frame(&mut far).await, (BINARY, vec![7; 300_000]));
    assert_eq!(read_frame(&mut far).await, (PONG, b"?".to_vec()));
    drop(far);
    let (heard, end) = receiving.await.unwrap();
    assert_eq!(heard.unwrap(), Some(Message::Ping("?".into())));
    end.unwrap_err();
}

/// What was fed and never flushed leaves with the reader's next turn, also when the
/// sending half is gone.
#[tokio::test]
async fn what_was_fed_leaves_without_the_sender() {
    for gone in [false, true] {
        let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
        let receiving = tokio::spawn(async move { receiver.next().await });
        tokio::task::yield_now().await;
        sender.feed("fed").await.unwrap();
        let kept = (!gone).then_some(sender);
        if !gone {
            far.write_all(&frame(PING, b"")).await.unwrap();
        }
        assert_eq!(read_frame(&mut far).await, (TEXT, b"fed".to_vec()));
        drop((kept, far));
        receiving.await.unwrap().ok();
    }
}

/// The peer does not read before it has written its message, and neither do we: the
/// sending half reads, although nobody polls the other.
#[tokio::test]
async fn two_peers_that_only_write_get_on() {
    let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
    for n in 0..3_u8 {
        let peer = async {
            far.write_all(&frame(BINARY, &vec![n; 200_000])).await.unwrap();
            far.write_all(&frame(PING, &[n])).await.unwrap();
            assert!(read_frame(&mut far).await == (BINARY, vec![n + 100; 200_000]));
            assert_eq!(read_frame(&mut far).await, (PONG, vec![n]));
        };
        let ours = async {
            sender.send(vec![n + 100; 200_000]).await.unwrap();
            assert!(receiver.next().await.unwrap() == Some(Message::binary(vec![n; 200_000])));
            assert_eq!(receiver.next().await.unwrap(), Some(Message::Ping(vec![n].into())));
        };
        tokio::join!(peer, ours);
    }
}

/// The same with a receiver that has messages lying there, and one that is gone.
#[tokio::test]
async fn a_receiver_that_takes_nothing_blocks_the_sender_no_longer_than_the_peer_does() {
    let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1 << 20).await;
    far.write_all(&[frame(TEXT, b"one"), frame(TEXT, b"two"), frame(PING, b"p")].concat()).await.unwrap();
    // The second one is there already.
    assert_eq!(receiver.next().await.unwrap(), Some(Message::text("one")));
    for n in 0..50_u8 {
        sender.send(vec![n; 10_000]).await.unwrap();
    }
    assert_eq!(receiver.next().await.unwrap(), Some(Message::text("two")));
    assert_eq!(receiver.next().await.unwrap(), Some(Message::Ping("p".into())));
    assert_eq!(poll_now(receiver.next()).map(drop), None);
    drop(receiver);
    sender.send("after").await.unwrap();
    for n in 0..50_u8 {
        assert_eq!(read_frame(&mut far).await, (BINARY, vec![n; 10_000]));
    }
    assert_eq!(read_frame(&mut far).await, (PONG, b"p".to_vec()));
    assert_eq!(read_frame(&mut far).await, (TEXT, b"after".to_vec()));
}

#[tokio::test]
async fn a_sender_whose_receiver_is_gone_still_answers_while_it_is_blocked() {
    let (mut sender, receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
    drop(receiver);
    let sending = tokio::spawn(async move { sender.send(vec![1; 100_000]).await.map(|()| sender) });
    far.write_all(&frame(PING, b"there?")).await.unwrap();
    assert_eq!(read_frame(&mut far).await, (BINARY, vec![1; 100_000]));
    assert_eq!(read_frame(&mut far).await, (PONG, b"there?".to_vec()));
    sending.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_receiver_whose_sender_is_gone_still_answers() {
    let (sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
    drop(sender);
    let receiving = tokio::spawn(async move { receiver.next().await });
    far.write_all(&frame(PING, b"there?")).await.unwrap();
    assert_eq!(read_frame(&mut far).await, (PONG, b"there?".to_vec()));
    assert_eq!(receiving.await.unwrap().unwrap(), Some(Message::Ping("there?".into())));
}

/// A flood of pings that nobody lets us answer: a bounded number of answers is kept.
#[tokio::test]
async fn a_flood_of_pings_is_answered_within_bounds() {
    let (_sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1 << 20).await;
    let (mut filler, mut others, mut stuck) = connect(WebSocketClient::builder(), 1000).await;
    // Nothing is read of what is sent here.
    assert_eq!(poll_now(filler.send(vec![0; 200_000])).map(drop), None);
    for n in 0..10_000_u32 {
        let ping = frame(PING, &n.to_be_bytes());
        stuck.write_all(&ping).await.unwrap();
        assert_eq!(others.next().await.unwrap(), Some(Message::Ping(n.to_be_bytes().to_vec().into())));
    }
    let reading = tokio::spawn(async move { others.next().await });
    assert_eq!(read_frame(&mut stuck).await.1.len(), 200_000);
    let mut pongs = Vec::new();
    loop {
        let (first, payload) = read_frame(&mut stuck).await;
        assert_eq!(first, PONG);
        pongs.push(u32::from_be_bytes(payload.try_into().unwrap()));
        if pongs.last() == Some(&9_999) {
            break;
        }
    }
    assert!(pongs.len() <= 32 && pongs.is_sorted(), "{pongs:?}");
    drop(stuck);
    reading.await.unwrap().unwrap_err();
    // Where they can be answered, all of them are.
    for n in 0..100_u32 {
        far.write_all(&frame(PING, &n.to_be_bytes())).await.unwrap();
        receiver.next().await.unwrap();
        assert_eq!(read_frame(&mut far).await, (PONG, n.to_be_bytes().to_vec()));
    }
}

/// Every boundary is an await point, in both directions.
#[tokio::test]
async fn one_byte_at_a_time() {
    for spurious in [false, true] {
        let (near, far) = pair(3);
        tokio::spawn(echo(far));
        let near =
            if spurious { ChoppingStream::bytewise(near).spurious() } else { ChoppingStream::bytewise(near) };
        let builder = WebSocketClient::builder();
        let (mut sender, mut receiver) = builder.connect_over("ws://memory/", near).await.unwrap().split();
        let sending = tokio::spawn(async move {
            for n in 0..200_usize {
                sender.feed(Message::binary(vec![n as u8; n])).await.unwrap();
                if n % 7 == 0 {
                    sender.send(Message::Ping(vec![n as u8].into())).await.unwrap();
                }
            }
            SinkExt::close(&mut sender).await.unwrap();
            sender
        });
        let (mut data, mut pongs) = (0_usize, 0);
        while let Some(message) = receiver.next().await.unwrap() {
            match message {
                Message::Binary(bytes) => {
                    assert_eq!(bytes, vec![data as u8; data]);
                    data += 1;
                }
                Message::Pong(_) => pongs += 1,
                Message::Close(_) => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((data, pongs), (200, 29));
        assert_eq!(receiver.next().await.unwrap(), None);
        assert!(sending.await.unwrap().end().unwrap().is_clean());
    }
}

/// Half a message has come when the halves are made, or made one again.
#[tokio::test]
async fn splitting_and_reuniting_within_messages_loses_nothing() {
    let (near, mut far) = pair(1 << 20);
    let mut client = open(WebSocketClient::builder(), near, &mut far).await;
    let incoming = frame(BINARY, &[9; 1000]);
    let mut sent = 0;
    for (round, byte) in incoming.iter().enumerate() {
        far.write_all(&[*byte]).await.unwrap();
        if round % 2 == 0 {
            assert_eq!(poll_now(client.next()).map(drop), None);
        }
        let (mut sender, mut receiver) = client.split();
        if round + 1 < incoming.len() {
            assert_eq!(poll_now(receiver.next()).map(drop), None);
        }
        sender.feed(round.to_string()).await.unwrap();
        sent += 1;
        client = sender.reunite(receiver).unwrap();
    }
    assert_eq!(client.next().await.unwrap(), Some(Message::binary(vec![9; 1000])));
    client.flush().await.unwrap();
    for round in 0..sent {
        assert_eq!(read_frame(&mut far).await, (TEXT, round.to_string().into_bytes()));
    }
    // Messages that wait, one of them kept by the receiving half.
    far.write_all(&[frame(TEXT, b"a"), frame(TEXT, b"b"), frame(TEXT, b"c")].concat()).await.unwrap();
    let (sender, mut receiver) = client.split();
    assert_eq!(receiver.next().await.unwrap(), Some(Message::text("a")));
    let mut client = sender.reunite(receiver).unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::text("b")));
    // A large message is under way, a ping was heard and not answered yet.
    let (near, mut far) = pair(100);
    let client = open(WebSocketClient::builder(), near, &mut far).await;
    let (mut sender, mut receiver) = client.split();
    assert_eq!(poll_now(sender.send(vec![1; 200_000])).map(drop), None);
    far.write_all(&frame(PING, b"!")).await.unwrap();
    assert_eq!(receiver.next().await.unwrap(), Some(Message::Ping("!".into())));
    let mut client = sender.reunite(receiver).unwrap();
    let driving = tokio::spawn(async move { client.next().await.map(|_| client) });
    assert_eq!(read_frame(&mut far).await, (BINARY, vec![1; 200_000]));
    assert_eq!(read_frame(&mut far).await, (PONG, b"!".to_vec()));
    far.write_all(&frame(TEXT, b"")).await.unwrap();
    driving.await.unwrap().unwrap();
}

#[tokio::test]
async fn halves_of_different_connections_do_not_unite() {
    let (sender, receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
    let (other_sender, other_receiver, _far) = connect(WebSocketClient::builder(), 1000).await;
    let error = sender.reunite(other_receiver).unwrap_err();
    assert_eq!(error.to_string(), "the halves belong to different connections");
    let mut client = other_sender.reunite(error.1).unwrap();
    assert_eq!(poll_now(client.next()).map(drop), None);
    let mut client = error.0.reunite(receiver).unwrap();
    client.send("x").await.unwrap();
    assert_eq!(read_frame(&mut far).await, (TEXT, b"x".to_vec()));
}

/// A message that a reader of pieces has left half-way is passed over by the halves too.
#[tokio::test]
async fn a_message_left_half_way_is_drained() {
    let (near, mut far) = pair(1 << 20);
    let mut client = open(WebSocketClient::builder(), near, &mut far).await;
    far.write_all(&frame(BINARY, &[1; 100])[..50]).await.unwrap();
    let mut reader = client.next_reader().await.unwrap().unwrap();
    assert_eq!(reader.chunk().await.unwrap().unwrap().len(), 48);
    let (_sender, mut receiver) = client.split();
    far.write_all(&frame(BINARY, &[1; 100])[50..]).await.unwrap();
    far.write_all(&[frame(TEXT, b"next"), frame(TEXT, b"more")].concat()).await.unwrap();
    assert_eq!(receiver.next().await.unwrap(), Some(Message::text("next")));
    assert_eq!(receiver.next().await.unwrap(), Some(Message::text("more")));
}

/// A message begun in parts and never ended: nothing but closing is possible.
#[tokio::test]
async fn a_message_begun_in_parts_stays_open_in_halves() {
    let (near, mut far) = pair(1 << 20);
    let mut client = open(WebSocketClient::builder(), near, &mut far).await;
    let mut writer = client.writer(anyrfc_websocket::Kind::Text);
    writer.write(b"begun").await.unwrap();
    let (mut sender, _receiver) = client.split();
    let error = sender.send("no").await.unwrap_err();
    assert_eq!(error.kind(), anyrfc_core::ErrorKind::Usage);
    sender.close(None).await.unwrap();
    assert_eq!(read_frame(&mut far).await.0, 0x01);
    assert_eq!(read_frame(&mut far).await.0, 0x88);
    let mut rest = Vec::new();
    drop((sender, _receiver));
    far.read_to_end(&mut rest).await.unwrap();
    assert!(rest.is_empty());
}

#[tokio::test]
async fn both_halves_are_stream_and_sink_and_go_to_any_thread() {
    fn anywhere<T: Send + Sync + 'static>(_: &T) {}
    let (near, far) = pair(1000);
    tokio::spawn(echo(far));
    let client = WebSocketClient::builder().connect_over("ws://memory/", near).await.unwrap();
    let (sender, receiver) = client.split();
    anywhere(&sender);
    anywhere(&receiver);
    let messages: Vec<_> = (0..1000).map(|n| Ok(Message::text(n.to_string()))).collect();
    let sending = tokio::spawn(futures_util::stream::iter(messages).forward(sender));
    let echoed: Vec<_> = receiver.take(1000).map(|message| message.unwrap()).collect().await;
    assert!(echoed.iter().enumerate().all(|(n, message)| *message == Message::text(n.to_string())));
    sending.await.unwrap().unwrap();
}
