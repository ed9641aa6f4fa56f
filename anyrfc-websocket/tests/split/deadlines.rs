//! Deadlines are kept by whichever half is polled.

use anyrfc_core::{ErrorKind, ProtocolState};
use anyrfc_websocket::{KeepAlive, Message, Waited, WebSocketClient, client::Builder};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::{Instant, sleep, timeout},
};

use crate::support::{BINARY, CLOSE, PING, PONG, SECOND, connect, frame, poll_now, read_frame};

fn keep_alive() -> Builder {
    WebSocketClient::builder().keep_alive(KeepAlive::every(10 * SECOND).timeout(3 * SECOND))
}

#[tokio::test(start_paused = true)]
async fn the_receiver_alone_pings_and_finds_out() {
    let (sender, mut receiver, mut far) = connect(keep_alive(), 1000).await;
    let receiving = tokio::spawn(async move { (receiver.next().await, Instant::now()) });
    let start = Instant::now();
    for _ in 0..3 {
        let (first, tag) = read_frame(&mut far).await;
        assert_eq!(first, PING);
        sleep(SECOND).await;
        far.write_all(&frame(PONG, &tag)).await.unwrap();
    }
    assert_eq!(read_frame(&mut far).await.0, PING);
    assert_eq!(read_frame(&mut far).await.0, CLOSE);
    drop(far);
    let (heard, at) = receiving.await.unwrap();
    assert_eq!(heard.unwrap_err().waited_for(), Some(Waited::Pong));
    assert_eq!(sender.latency(), Some(SECOND));
    assert!((43 * SECOND..44 * SECOND).contains(&(at - start)), "{:?}", at - start);
}

/// The sending half is blocked and the only one that is polled.
#[tokio::test(start_paused = true)]
async fn a_blocked_sender_alone_keeps_the_deadlines_of_both() {
    let start = Instant::now();
    let (mut sender, mut receiver, mut far) = connect(keep_alive().idle_timeout(25 * SECOND), 1000).await;
    let sending = tokio::spawn(async move { (sender.send(vec![1; 300_000]).await, sender) });
    sleep(20 * SECOND).await;
    far.write_all(&frame(PONG, b"")).await.unwrap();
    // That counts: there was traffic at 20 s.
    let (sent, _sender) = sending.await.unwrap();
    let error = sent.unwrap_err();
    // It is told when nothing was written for 30 s, which comes first.
    assert_eq!((error.kind(), error.waited_for()), (ErrorKind::Timeout, Some(Waited::Writing)));
    assert!(start.elapsed() < 31 * SECOND, "{:?}", start.elapsed());
    // The other half still gets what came before.
    assert_eq!(receiver.next().await.unwrap(), Some(Message::Pong("".into())));
    assert!(receiver.next().await.is_err());

    let start = Instant::now();
    let (mut sender, mut receiver, _far) =
        connect(WebSocketClient::builder().idle_timeout(25 * SECOND), 1000).await;
    let error = sender.send(vec![1; 300_000]).await.unwrap_err();
    assert_eq!(error.waited_for(), Some(Waited::Traffic));
    assert!((25 * SECOND..28 * SECOND).contains(&start.elapsed()), "{:?}", start.elapsed());
    assert_eq!(receiver.next().await.unwrap_err().waited_for(), Some(Waited::Traffic));
}

/// A ping that is due waits for the large message to end, and its time runs from then.
#[tokio::test(start_paused = true)]
async fn a_ping_behind_a_large_message_is_not_late() {
    let (mut sender, mut receiver, mut far) = connect(keep_alive(), 1000).await;
    let sending = tokio::spawn(async move { sender.send(vec![1; 2_000_000]).await });
    let receiving = tokio::spawn(async move { receiver.next().await });
    // Slow, but living: it takes 20 s.
    let mut taken = 0;
    while taken < 2_000_014 {
        sleep(SECOND / 100).await;
        let most = (2_000_014 - taken).min(999);
        taken += far.read(&mut vec![0; most]).await.unwrap();
    }
    // Then the ping that was due all the time.
    let (first, tag) = read_frame(&mut far).await;
    assert_eq!(first, PING);
    sending.await.unwrap().unwrap();
    sleep(2 * SECOND).await;
    far.write_all(&frame(PONG, &tag)).await.unwrap();
    far.write_all(&frame(BINARY, b"fine")).await.unwrap();
    assert_eq!(receiving.await.unwrap().unwrap(), Some(Message::binary(&b"fine"[..])));
}

/// Nobody polls the sending half any more; what it began stands still.
#[tokio::test(start_paused = true)]
async fn a_stall_after_a_cancelled_send_is_found_by_the_receiver() {
    let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
    let start = Instant::now();
    assert_eq!(poll_now(sender.send(vec![1; 300_000])).map(drop), None);
    let receiving = tokio::spawn(async move { (receiver.next().await, receiver.next().await) });
    sleep(29 * SECOND).await;
    // One byte is taken: the time starts anew.
    far.read_u8().await.unwrap();
    let (heard, end) = receiving.await.unwrap();
    assert_eq!(heard.unwrap_err().waited_for(), Some(Waited::Writing));
    assert_eq!(end.unwrap(), None);
    // 29 s, 30 s, and two more for the peer's last words.
    assert!((61 * SECOND..62 * SECOND).contains(&start.elapsed()), "{:?}", start.elapsed());
    assert_eq!(sender.send("x").await.unwrap_err().waited_for(), Some(Waited::Writing));
}

#[tokio::test(start_paused = true)]
async fn a_stall_is_told_to_the_sender_at_once_and_to_the_receiver_after() {
    let (mut sender, mut receiver, _far) = connect(WebSocketClient::builder(), 1000).await;
    let start = Instant::now();
    let receiving = tokio::spawn(async move { (receiver.next().await, Instant::now()) });
    let error = sender.send(vec![1; 300_000]).await.unwrap_err();
    assert_eq!(error.waited_for(), Some(Waited::Writing));
    assert_eq!(start.elapsed(), 30 * SECOND);
    let (heard, at) = receiving.await.unwrap();
    assert_eq!(heard.unwrap_err().waited_for(), Some(Waited::Writing));
    assert_eq!(at - start, 32 * SECOND);
}

/// Close is not answered: the half that receives finds out, whoever asked for it.
#[tokio::test(start_paused = true)]
async fn a_close_that_nobody_answers() {
    for waits in [false, true] {
        let (mut sender, mut receiver, _far) = connect(WebSocketClient::builder(), 1000).await;
        let start = Instant::now();
        let error = if waits {
            let receiving = tokio::spawn(async move { receiver.next().await });
            tokio::task::yield_now().await;
            sender.close(None).await.unwrap();
            receiving.await.unwrap()
        } else {
            sender.close(None).await.unwrap();
            receiver.next().await
        }
        .unwrap_err();
        assert_eq!(error.waited_for(), Some(Waited::Close));
        assert!((5 * SECOND..8 * SECOND).contains(&start.elapsed()), "{:?}", start.elapsed());
        assert_eq!(sender.state(), ProtocolState::Failed);
        assert_eq!(sender.flush().await.unwrap_err().waited_for(), Some(Waited::Close));
    }
}

/// Close waits behind a large message that a slow peer takes: that is no silence.
#[tokio::test(start_paused = true)]
async fn the_time_for_close_runs_anew_while_the_peer_takes_what_goes_before() {
    let (mut sender, mut receiver, mut far) = connect(WebSocketClient::builder(), 1000).await;
    assert_eq!(poll_now(sender.send(vec![1; 300_000])).map(drop), None);
    let closing = tokio::spawn(async move { (sender.close(None).await, sender) });
    let receiving = tokio::spawn(async move { (receiver.next().await, receiver.next().await) });
    let mut taken = 0;
    let mut buffer = vec![0; 10_000];
    while taken < 300_014 {
        sleep(SECOND / 20).await;
        taken += far.read(&mut buffer[..]).await.unwrap();
    }
    assert_eq!(taken, 300_014 + 6, "and Close");
    closing.await.unwrap().0.unwrap();
    sleep(SECOND).await;
    far.write_all(&frame(CLOSE, &[])).await.unwrap();
    drop(far);
    let (close, end) = receiving.await.unwrap();
    assert_eq!((close.unwrap(), end.unwrap()), (Some(Message::Close(None)), None));
}

/// An hour of nothing but polling now and then.
#[tokio::test(start_paused = true)]
async fn a_receiver_that_is_polled_in_between_does_not_blame_the_peer() {
    let (near, far) = anyrfc_core::testing::pair(1 << 20);
    tokio::spawn(anyrfc_websocket::testing::echo(far));
    let client = keep_alive().idle_timeout(11 * SECOND).connect_over("ws://memory/", near).await.unwrap();
    let (mut sender, mut receiver) = client.split();
    for n in 0..20 {
        assert!(timeout(10 * SECOND, receiver.next()).await.is_err());
        sleep(100 * SECOND).await;
        sender.send(n.to_string()).await.unwrap();
        assert_eq!(receiver.next().await.unwrap(), Some(Message::text(n.to_string())));
    }
}
