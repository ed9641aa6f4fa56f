//! Ending: TCP and TLS closed in order, cut, reset, and connections that are made again.

use std::time::Duration;

use anyrfc_core::{Backoff, ErrorKind, Fault, ProtocolState, compliance::Check, testing::pki::Pki};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

use super::super::super::{
    session::violations,
    support::{CLOSE, PING, TEXT, body, plain},
    support_sockets::{Connecting, Peer, Place, Server, on_sockets, soon},
    wire::virtually,
};
use crate::{Message, WebSocketClient, rfc6455 as r};

pub(in super::super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.1.1/tcp-and-tls-close-cleanly",
        covers: &[r::CONNECTION_IS_CLOSED_CLEANLY],
        run: tcp_and_tls_close_cleanly,
    },
    Check {
        name: "section-7.1.1/dropping-a-client-cuts-tcp",
        covers: &[r::CONNECTION_MAY_BE_CUT],
        run: dropping_a_client_cuts_tcp,
    },
    Check {
        name: "section-7.1.7/failing-closes-tcp",
        covers: &[r::CLIENT_FAILING_CLOSES],
        run: failing_closes_tcp,
    },
    Check {
        name: "section-7.2.1/failing-to-open-closes-tcp",
        covers: &[r::CLIENT_FAILS_AS_DEFINED],
        run: failing_to_open_closes_tcp,
    },
    Check {
        name: "section-7.2.1/reset-and-truncation-fail",
        covers: &[r::LOST_TRANSPORT_FAILS],
        run: reset_and_truncation_fail,
    },
    Check {
        name: "section-7.2.3/application-backs-off",
        covers: &[r::RECONNECTING_BACKS_OFF],
        run: application_backs_off,
    },
    Check {
        name: "section-7.3/ten-thousand-messages-and-no-close",
        covers: &[r::CLIENT_DOES_NOT_CLOSE_ARBITRARILY],
        run: ten_thousand_messages_and_no_close,
    },
];

/// An open client and its server, by `ws`.
async fn open(server: &Server) -> (WebSocketClient, Peer<TcpStream>) {
    let connecting = Connecting::start(&WebSocketClient::builder(), server.url("ws", "/"));
    let mut peer = server.accept().await;
    peer.open().await;
    (connecting.opened().await, peer)
}

type TlsPeer = Peer<anyrfc_core::tls::TlsStream<TcpStream>>;

/// The same by `wss`.
async fn open_tls(place: Place, server: &Server) -> (WebSocketClient, TlsPeer) {
    let (server_tls, client_tls) = Pki::new().pair(&[&place.ip.to_string()]);
    let builder = WebSocketClient::builder().tls(client_tls);
    let connecting = Connecting::start(&builder, server.url("wss", "/"));
    let (stream, _) = soon(server_tls.accept(server.accept().await.stream)).await.expect("TLS");
    let mut peer = Peer::new(stream);
    peer.open().await;
    (connecting.opened().await, peer)
}

/// Both say Close; the server goes on talking, then ends. How the client's side then ended.
async fn closed_in_order<S>(client: WebSocketClient, mut peer: Peer<S>) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let server = async {
        assert_eq!(peer.frame().await.payload, body(1000, ""));
        peer.write([plain(CLOSE, body(1000, "")), plain(TEXT, "late"), vec![0xFF; 10_000]].concat()).await;
        peer.shut().await;
        let (rest, ended) = peer.rest().await;
        assert_eq!(rest, b"", "something after Close");
        ended
    };
    let (closed, ended) = tokio::join!(soon(client.close()), server);
    closed.expect("closed in order");
    ended
}

fn tcp_and_tls_close_cleanly() {
    on_sockets("close-cleanly", |place| async move {
        let server = place.listen().await;
        let (client, peer) = open(&server).await;
        closed_in_order(client, peer).await.expect("FIN, and no reset");
        let (client, peer) = open_tls(place, &server).await;
        closed_in_order(client, peer).await.expect("close_notify, FIN, and no reset");
        // One that is only dropped says no goodbye, and a TLS server can tell.
        let (client, mut peer) = open_tls(place, &server).await;
        drop(client);
        let (rest, ended) = peer.rest().await;
        assert_eq!(rest, b"");
        assert!(ended.is_err(), "close_notify without closing");
    });
}

fn dropping_a_client_cuts_tcp() {
    on_sockets("dropping", |place| async move {
        let server = place.listen().await;
        for closing in [false, true] {
            let (mut client, mut peer) = open(&server).await;
            // The server reads nothing: the message is stuck, and dropping is not.
            let stuck = async { client.send_binary(vec![7; 64 << 20]).await };
            let stuck = tokio::time::timeout(Duration::from_millis(100), stuck).await;
            assert!(stuck.is_err(), "{stuck:?}");
            if closing {
                let closing = client.close();
                let stuck = tokio::time::timeout(Duration::from_millis(100), closing).await;
                assert!(stuck.is_err(), "{stuck:?}");
            } else {
                drop(client);
            }
            // What was written may still be read, then comes the end.
            peer.rest().await.0.truncate(0);
        }
    });
}

fn failing_closes_tcp() {
    on_sockets("failing", |place| async move {
        let server = place.listen().await;
        for violation in violations() {
            let (mut client, mut peer) = open(&server).await;
            peer.write(&violation.bytes).await;
            let serve = async {
                let close = peer.frame().await;
                assert_eq!(close.payload[..2], violation.code.to_be_bytes(), "{}", violation.name);
                // The client waits for the server to close first; then it is gone.
                peer.write(plain(TEXT, "late")).await;
                peer.shut().await;
                peer.rest().await
            };
            let receive = async {
                loop {
                    match client.next().await {
                        Ok(Some(message)) => assert!(!message.is_data(), "{}: {message:?}", violation.name),
                        Ok(None) => panic!("{}: in order", violation.name),
                        Err(error) => break error,
                    }
                }
            };
            let (error, (rest, ended)) = soon(async { tokio::join!(receive, serve) }).await;
            assert_eq!(error.requirement(), Some(violation.requirement), "{error}");
            assert_eq!(rest, b"", "{}", violation.name);
            ended.unwrap_or_else(|error| panic!("{}: {error}", violation.name));
            assert_eq!(client.next().await.expect("told once"), None);
            assert_eq!(client.state(), ProtocolState::Failed);
        }
        // Nothing wrong, and it stays.
        let (mut client, mut peer) = open(&server).await;
        peer.write([plain(PING, ""), plain(TEXT, "fine")].concat()).await;
        soon(client.next()).await.expect("open");
        assert_eq!(soon(client.next()).await.expect("open"), Some(Message::text("fine")));
        peer.frame().await;
        assert!(peer.is_silent().await);
    });
}

fn failing_to_open_closes_tcp() {
    on_sockets("failing-to-open", |place| async move {
        let server = place.listen().await;
        let mut long = "HTTP/1.1 101 Switching Protocols\r\n".to_owned();
        long.push_str(&"X: y\r\n".repeat(20_000));
        for (answer, kind) in [
            ("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", ErrorKind::Refused),
            ("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", ErrorKind::Protocol),
            ("HTTP/1.0 200 OK\r\n\r\n<html>", ErrorKind::Refused),
            ("220 mail.example ESMTP\r\n\r\n", ErrorKind::Protocol),
            (&long, ErrorKind::Limit),
        ] {
            let connecting = Connecting::start(&WebSocketClient::builder(), server.url("ws", "/"));
            let mut peer = server.accept().await;
            peer.head().await;
            {
                use tokio::io::AsyncWriteExt as _;
                // It may not be read to its end.
                let _ = peer.stream.write_all(answer.as_bytes()).await;
            }
            if answer.contains("<html>") {
                peer.shut().await;
            }
            let error = connecting.failed().await;
            assert_eq!(error.kind(), kind, "{answer:.40}: {error}");
            let (rest, _) = peer.rest().await;
            assert_eq!(rest, b"", "{answer:.40}: wrote after its request");
        }
        let (_client, mut peer) = open(&server).await;
        assert!(peer.is_silent().await, "a good answer, and it ended");
    });
}

/// What the client makes of the end.
async fn end(client: &mut WebSocketClient) -> crate::Error {
    loop {
        match soon(client.next()).await {
            Ok(Some(message)) => assert_eq!(message, Message::text("whole")),
            Ok(None) => panic!("in order"),
            Err(error) => return error,
        }
    }
}

fn reset_and_truncation_fail() {
    on_sockets("reset", |place| async move {
        let server = place.listen().await;
        let said = [plain(TEXT, "whole"), plain(0x01, "half")].concat();
        let (mut client, mut peer) = open(&server).await;
        peer.write(&said).await;
        soon(client.next()).await.expect("whole");
        peer.reset();
        let error = end(&mut client).await;
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Io, Fault::Network), "{error}");
        assert_eq!(error.requirement(), Some(r::LOST_TRANSPORT_FAILS));
        assert_eq!((client.peer_close(), client.state()), (None, ProtocolState::Failed));
        // TLS that ends without saying so, and TLS that says so but not Close.
        for notify in [false, true] {
            let (mut client, mut peer) = open_tls(place, &server).await;
            peer.write(&said).await;
            if notify {
                peer.shut().await;
            } else {
                // The socket below is closed in order: nothing but TLS can tell.
                drop(peer.stream);
            }
            let error = end(&mut client).await;
            assert_eq!((error.kind(), error.fault()), (ErrorKind::Closed, Fault::Network), "{error}");
            assert_eq!(error.to_string().contains("close_notify"), !notify, "{error}");
            assert_eq!(client.peer_close(), None);
        }
        // After both Closes a missing close_notify is no loss: everything was said.
        let (mut client, mut peer) = open_tls(place, &server).await;
        peer.write(plain(CLOSE, body(1000, ""))).await;
        assert!(matches!(soon(client.next()).await, Ok(Some(Message::Close(Some(_))))));
        let (end, ()) = tokio::join!(soon(client.next()), async {
            peer.frame().await;
            drop(peer);
        });
        assert_eq!(end.expect("in order"), None);
        assert_eq!(client.state(), ProtocolState::Disconnected);
    });
}

/// Connects until it works, as an application that keeps to the RFC would; when each attempt was made.
async fn reconnect(url: &str, failures: usize) -> Vec<Duration> {
    let mut backoff = Backoff::new([9; 32]);
    let started = tokio::time::Instant::now();
    let mut attempts = Vec::new();
    loop {
        attempts.push(started.elapsed());
        let (near, far) = tokio::io::duplex(4096);
        let mut peer = Peer::new(far);
        let failing = attempts.len() <= failures;
        let serve = async {
            if url.starts_with("ws:") {
                let head = peer.head().await;
                if failing {
                    peer.write("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").await;
                } else {
                    peer.write(head.answer()).await;
                }
            }
        };
        let builder = WebSocketClient::builder();
        let (connected, ()) = tokio::join!(builder.connect_over(url, near), serve);
        match connected {
            Ok(_) => return attempts,
            // Trying again would not help.
            Err(error) if error.fault() == Fault::Caller => return attempts,
            Err(_) => tokio::time::sleep(backoff.next_delay()).await,
        }
    }
}

fn application_backs_off() {
    virtually(async {
        let attempts = reconnect("ws://h/", 8).await;
        assert_eq!(attempts.len(), 9);
        let waits: Vec<Duration> = attempts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let mut expected = Backoff::new([9; 32]);
        for wait in &waits {
            // The clock of the runtime ticks in milliseconds.
            assert!(wait.abs_diff(expected.next_delay()) <= Duration::from_millis(2), "{waits:?}");
        }
        assert!(waits[0] <= Duration::from_secs(5) && waits[7] >= Duration::from_secs(150), "{waits:?}");
        // A mistake of the caller's own is not tried again.
        assert_eq!(reconnect("http://h/", 8).await.len(), 1);
    });
}

fn ten_thousand_messages_and_no_close() {
    on_sockets("no-close", |place| async move {
        let server = place.listen().await;
        let (mut client, mut peer) = open(&server).await;
        let echo = async {
            let mut count = 0;
            loop {
                let frame = peer.frame().await;
                if frame.opcode == 8 {
                    peer.write(plain(CLOSE, &frame.payload)).await;
                    peer.shut().await;
                    return (count, peer.rest().await);
                }
                count += 1;
                if count % 100 == 0 {
                    peer.write(plain(TEXT, "a hundred more")).await;
                }
            }
        };
        let work = async {
            let mut received = 0;
            for n in 0..10_000 {
                if n % 100 == 50 {
                    // Waiting is given up all the time, and costs nothing.
                    let waiting = client.next();
                    if let Ok(message) = tokio::time::timeout(Duration::from_micros(10), waiting).await {
                        received += u32::from(message.expect("open").is_some());
                    }
                }
                client.send_text("x").await.expect("open");
            }
            // Of those answers none was lost.
            while received < 100 && soon(client.next()).await.expect("open").is_some() {
                received += 1;
            }
            // Only when asked: exactly one Close, and the end.
            soon(client.close()).await.expect("in order")
        };
        let ((count, (rest, ended)), frame) = soon(async { tokio::join!(echo, work) }).await;
        assert_eq!((count, rest), (10_000, vec![]));
        ended.expect("an orderly end");
        assert_eq!(frame.expect("echoed").code().get(), 1000);
    });
}
