//! The end of a connection, in order and otherwise.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use anyrfc_core::{ErrorKind, Fault, ProtocolState, compliance::covers};
use anyrfc_websocket::{CloseCode, CloseFrame, Message, WebSocketClient, rfc6455 as r};
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf},
    time::Instant,
};

use crate::support::{BINARY, CLOSE, PING, PONG, TEXT, answer, body, frame, head, opened, pair, within};

const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

#[tokio::test(start_paused = true)]
async fn data_after_the_servers_close_is_let_go() {
    let _covers = covers(&[r::CONNECTION_IS_CLOSED_CLEANLY]);
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 4096).await;
    let serve = async {
        server
            .write([frame(TEXT, "before"), frame(CLOSE, body(1001, "")), frame(TEXT, "after")].concat())
            .await;
        // Not even frames any more.
        server.write(vec![0xFF; 1 << 20]).await;
        server.shut().await;
        server.frames().await
    };
    let receive = async {
        let mut all = Vec::new();
        while let Some(message) = client.next().await.expect("in order") {
            all.push(message);
        }
        all
    };
    let (all, sent) = within(async { tokio::join!(receive, serve) }).await;
    assert_eq!(all, [Message::text("before"), Message::Close(Some(CloseCode::GOING_AWAY.into()))]);
    assert_eq!(sent.iter().map(|frame| frame.code()).collect::<Vec<_>>(), [Some(1001)]);
    assert_eq!(client.state(), ProtocolState::Disconnected);
    assert!(client.buffer_capacity() < 1 << 20);
}

#[tokio::test(start_paused = true)]
async fn data_after_our_close_is_still_received_and_never_sent() {
    let _covers = covers(&[r::NO_DATA_AFTER_CLOSE]);
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 4096).await;
    client.send(Message::Close(None)).await.expect("sent");
    for late in [Message::text("late"), Message::Ping("late".into())] {
        let error = client.send(late).await.expect_err("closing");
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Closed, Some(r::NO_DATA_AFTER_CLOSE)));
    }
    server.write([frame(TEXT, "last"), frame(PING, "p"), frame(CLOSE, "")].concat()).await;
    server.shut().await;
    assert_eq!(within(client.next()).await.unwrap(), Some(Message::text("last")));
    assert_eq!(within(client.next()).await.unwrap(), Some(Message::Ping("p".into())));
    assert_eq!(within(client.next()).await.unwrap(), Some(Message::Close(None)));
    assert_eq!(within(client.next()).await.unwrap(), None);
    let sent: Vec<_> = server.frames().await.iter().map(|frame| frame.first).collect();
    assert_eq!(sent, [CLOSE, PONG]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_ends_tcp() {
    let _covers = covers(&[r::CLIENT_MAY_CLOSE_AFTER_BOTH_CLOSES]);
    for (builder, limit) in [
        (WebSocketClient::builder(), CLOSE_TIMEOUT),
        (WebSocketClient::builder().close_timeout(Duration::from_millis(70)), Duration::from_millis(70)),
    ] {
        // Our Close first.
        let (client, mut server) = opened(&builder, 4096).await;
        let started = Instant::now();
        let serve = async {
            assert_eq!(server.frame().await.expect("a Close").code(), Some(1000));
            server.write(frame(CLOSE, body(1000, "bye"))).await;
            server.frames().await
        };
        let (closed, late) = within(async { tokio::join!(client.close(), serve) }).await;
        assert_eq!(
            closed.expect("both said Close"),
            Some(CloseFrame::new(CloseCode::NORMAL, "bye").unwrap())
        );
        assert_eq!((started.elapsed(), late), (limit, vec![]));
        // Theirs first.
        let (mut client, mut server) = opened(&builder, 4096).await;
        server.write(frame(CLOSE, "")).await;
        let started = Instant::now();
        assert_eq!(within(client.next()).await.unwrap(), Some(Message::Close(None)));
        assert_eq!(started.elapsed(), Duration::ZERO);
        assert_eq!(within(client.next()).await.unwrap(), None);
        assert_eq!(started.elapsed(), limit);
        assert_eq!(server.frames().await.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_close() {
    let _covers = covers(&[r::CLIENT_MAY_CLOSE_TCP_FIRST]);
    // In silence, with data that never ends, and with an answer of one byte a second.
    for way in 0..3 {
        let (client, mut server) = opened(&WebSocketClient::builder(), 4096).await;
        let started = Instant::now();
        let serve = async {
            assert_eq!(server.frame().await.expect("a Close").code(), Some(1000));
            match way {
                0 => {}
                1 => {
                    while server.push(&frame(BINARY, [0; 1000])).await == 1004 {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                }
                _ => {
                    for byte in frame(CLOSE, body(1000, "slowly but surely")) {
                        tokio::time::sleep(Duration::from_secs(1)).await;
                        if server.push(&[byte]).await == 0 {
                            break;
                        }
                    }
                }
            }
            server.rest().await
        };
        let close = async { (client.close().await, started.elapsed()) };
        let ((closed, took), rest) = within(async { tokio::join!(close, serve) }).await;
        let error = closed.expect_err("no Close came");
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Timeout, Fault::Network), "{way}: {error}");
        let least = CLOSE_TIMEOUT;
        assert!(took >= least && took < least + Duration::from_millis(10), "{way}: {took:?}");
        assert_eq!(rest, b"", "{way}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_takes_nothing_is_left() {
    // A large message is stuck, and Close behind it.
    let (mut client, server) = opened(&WebSocketClient::builder(), 64).await;
    client.feed(vec![7; 1 << 20]).await.expect("queued");
    tokio::time::sleep(Duration::from_secs(60)).await;
    let started = Instant::now();
    let error = within(client.close()).await.expect_err("nothing is taken");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(started.elapsed() >= CLOSE_TIMEOUT, "{:?}", started.elapsed());
    assert!(started.elapsed() <= CLOSE_TIMEOUT + Duration::from_secs(2), "{:?}", started.elapsed());
    drop(server);
    // One that is slow, but takes it, is waited for.
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 16 << 10).await;
    client.feed(vec![7; 400_000]).await.expect("queued");
    let serve = async {
        let mut taken = 0;
        while taken < 400_000 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let mut room = vec![0; 16 << 10];
            let count = tokio::io::AsyncReadExt::read(&mut server.stream, &mut room).await.expect("read");
            assert!(count > 0, "given up after {taken} bytes");
            taken += count;
        }
        server.write(frame(CLOSE, body(1000, ""))).await;
        server.shut().await;
    };
    let (closed, ()) = within(async { tokio::join!(client.close(), serve) }).await;
    closed.expect("slow is in order");
    // A write that is stuck is the caller's to give up, and dropping is always possible.
    let (mut client, _server) = opened(&WebSocketClient::builder(), 64).await;
    let stuck = tokio::time::timeout(Duration::from_secs(600), client.send_binary(vec![7; 1 << 20])).await;
    assert!(stuck.is_err(), "{stuck:?}");
    drop(client);
}

/// What a session is cut off in.
fn session() -> Vec<u8> {
    [
        frame(TEXT, "text"),
        frame(PING, "ping"),
        frame(0x02, "frag"),
        frame(PONG, "pong"),
        frame(0x80, "ment"),
        frame(CLOSE, body(1000, "bye")),
    ]
    .concat()
}

#[tokio::test(start_paused = true)]
async fn cut_off_at_every_byte() {
    let _covers = covers(&[r::LOST_TRANSPORT_FAILS]);
    let whole = [
        Message::text("text"),
        Message::Ping("ping".into()),
        Message::Pong("pong".into()),
        Message::binary("fragment".to_owned().into_bytes()),
    ];
    let opening = head(&answer("AQIDBAUGBwgJCgsMDQ4PEA==")).len();
    for cut in 0..=opening + session().len() {
        for dropped in [false, true] {
            let (near, mut server) = pair(4096);
            let started = Instant::now();
            let serve = async {
                let (_, key) = server.request().await;
                let all = [head(&answer(&key)), session()].concat();
                server.write(&all[..cut]).await;
                if dropped {
                    drop(server);
                    return vec![];
                }
                server.shut().await;
                server.rest().await
            };
            let receive = async {
                let mut client = WebSocketClient::builder()
                    .connect_over("ws://h.example/", near)
                    .await
                    .map_err(|e| (vec![], e))?;
                let mut messages = Vec::new();
                loop {
                    match client.next().await {
                        Ok(Some(message)) => messages.push(message),
                        Ok(None) => return Ok((messages, client.state())),
                        Err(error) => {
                            assert_eq!(client.state(), ProtocolState::Failed, "cut at {cut}");
                            return Err((messages, error));
                        }
                    }
                }
            };
            let (outcome, written) = within(async { tokio::join!(receive, serve) }).await;
            assert_eq!(started.elapsed(), Duration::ZERO, "cut at {cut}");
            if cut == opening + session().len() {
                let (messages, state) = outcome.expect("complete");
                assert_eq!(messages[..4], whole);
                assert_eq!(state, ProtocolState::Disconnected);
                continue;
            }
            let (messages, error) = outcome.err().unwrap_or_else(|| panic!("cut at {cut}: in order"));
            assert_eq!(messages, whole[..messages.len()], "cut at {cut}");
            assert_eq!(error.fault(), Fault::Network, "cut at {cut}: {error}");
            assert_eq!(error.requirement(), Some(r::LOST_TRANSPORT_FAILS), "cut at {cut}: {error}");
            assert!(matches!(error.kind(), ErrorKind::Closed | ErrorKind::Io), "cut at {cut}: {error}");
            if cut < opening {
                assert_eq!(written, b"", "cut at {cut}: wrote after its request");
            }
        }
    }
}

/// A stream whose end, when it comes, is a reset.
struct Resetting(DuplexStream);

impl AsyncRead for Resetting {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.0).poll_read(cx, buf);
        if matches!(read, Poll::Ready(Ok(()))) && buf.filled().len() == before {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        read
    }
}

impl AsyncWrite for Resetting {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[tokio::test(start_paused = true)]
async fn a_reset_is_a_failure_unless_all_was_said() {
    for (bytes, in_order) in [
        (vec![], false),
        (frame(TEXT, "text"), false),
        (vec![CLOSE], false),
        (frame(CLOSE, body(1000, "")), true),
    ] {
        let (near, mut server) = pair(4096);
        let connect = async {
            WebSocketClient::builder().connect_over("ws://h.example/", Resetting(near)).await.expect("opened")
        };
        let (mut client, ()) = tokio::join!(connect, server.open());
        server.write(&bytes).await;
        drop(server);
        let end = loop {
            match within(client.next()).await {
                Ok(Some(_)) => {}
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        match end {
            None => {
                assert!(in_order);
                assert_eq!(client.state(), ProtocolState::Disconnected);
                assert!(client.peer_close().is_some());
            }
            Some(error) => {
                assert!(!in_order, "{error}");
                assert_eq!((error.kind(), error.fault()), (ErrorKind::Io, Fault::Network), "{error}");
                assert_eq!(error.requirement(), Some(r::LOST_TRANSPORT_FAILS));
                assert_eq!(client.state(), ProtocolState::Failed);
                assert_eq!(client.next().await.expect("told once"), None);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_close_whatever_the_server_says_after_ours() {
    // A violation after our own Close: the failure is told, and no second Close leaves.
    let (client, mut server) = opened(&WebSocketClient::builder(), 4096).await;
    let serve = async {
        assert_eq!(server.frame().await.expect("a Close").code(), Some(1000));
        server.write(frame(0x83, "")).await;
        let rest = server.rest().await;
        server.shut().await;
        rest
    };
    let (closed, rest) = within(async { tokio::join!(client.close(), serve) }).await;
    assert_eq!(closed.expect_err("a violation").requirement(), Some(r::UNKNOWN_OPCODE_FAILS));
    assert_eq!(rest, b"");
    // Two Closes of the server: the second is let go.
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 4096).await;
    server.write([frame(CLOSE, body(1000, "")), frame(CLOSE, body(4000, ""))].concat()).await;
    server.shut().await;
    assert!(
        matches!(within(client.next()).await.unwrap(), Some(Message::Close(Some(f))) if f.code().get() == 1000)
    );
    assert_eq!(within(client.next()).await.unwrap(), None);
    assert_eq!(server.frames().await.len(), 1);
}
