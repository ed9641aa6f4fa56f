//! RFC 6455, section 7.2.1: abnormal closures begun by the client.

use std::time::Duration;

use anyrfc_core::{Eof, ErrorKind, Fault, Machine as _, ProtocolState, compliance::Check};
use tokio::io::AsyncWriteExt as _;

use super::super::{
    session::harmless,
    support::{BINARY, CLOSE, End, PING, PONG, TEXT, body, close, naive_frames, ping, plain, run_with, text},
    support_sockets::Peer,
    wire::{driven, virtually},
};
use crate::{
    proto::{Config, Role, State},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.2.1/handshake-failure-closes",
        covers: &[r::CLIENT_FAILS_AS_DEFINED],
        run: handshake_failure_closes,
    },
    Check {
        name: "section-7.2.1/lost-transport-fails",
        covers: &[r::LOST_TRANSPORT_FAILS],
        run: lost_transport_fails,
    },
    Check {
        name: "section-7.2.1/harmless-input-keeps-the-connection-open",
        covers: &[r::CLIENT_DOES_NOT_CLOSE_OTHERWISE],
        run: harmless_input_keeps_the_connection_open,
    },
];

/// Connects to a server that answers as `answer` says; what the client says, and
/// what the server hears after the request.
fn answered(
    answer: impl Fn(String) -> Vec<u8>,
) -> (Result<crate::WebSocketClient, crate::Error>, Option<Vec<u8>>) {
    virtually(async {
        let (near, far) = tokio::io::duplex(1 << 20);
        let mut peer = Peer::new(far);
        let builder = crate::WebSocketClient::builder();
        let serve = async {
            let good = peer.head().await.answer();
            peer.write(answer(good)).await;
        };
        let (client, ()) = tokio::join!(builder.connect_over("ws://localhost/", near), serve);
        let heard = tokio::time::timeout(Duration::from_secs(1), peer.rest()).await;
        (client, heard.ok().map(|(bytes, _)| bytes))
    })
}

fn handshake_failure_closes() {
    let wrong_accept = |good: String| good.replace("ccept: ", "ccept: x").into_bytes();
    let not_found = |_| b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno".to_vec();
    let too_long = |_| [b"HTTP/1.1 101 S\r\nx: ".to_vec(), vec![b'x'; 70_000]].concat();
    let kinds = [ErrorKind::Protocol, ErrorKind::Refused, ErrorKind::Limit];
    let answers: [&dyn Fn(String) -> Vec<u8>; 3] = [&wrong_accept, &not_found, &too_long];
    for (answer, kind) in answers.into_iter().zip(kinds) {
        let (client, heard) = answered(answer);
        assert_eq!(client.expect_err("no connection").kind(), kind);
        assert_eq!(heard.as_deref(), Some(&b""[..]), "closed, and not a byte more");
    }
    // A good answer leaves the connection open, and silent.
    let (client, heard) = answered(String::into_bytes);
    assert_eq!((client.expect("open").state(), heard), (ProtocolState::Connected, None));
}

fn lost_transport_fails() {
    let stream =
        [plain(TEXT, "whole"), plain(0x01, "half"), plain(PING, "p"), plain(CLOSE, body(1000, "bye"))]
            .concat();
    for end in [Eof::Clean, Eof::Truncated] {
        for answered in [false, true] {
            for cut in 0..stream.len() {
                let mut client = End::client();
                let messages = client.feed(&stream[..cut]).fine();
                if answered {
                    client.written();
                }
                let error = client.connection.handle_eof(end).expect_err("Close is not complete");
                assert_eq!(error.requirement(), Some(r::LOST_TRANSPORT_FAILS), "cut at {cut}");
                assert_eq!((error.kind(), error.fault()), (ErrorKind::Closed, Fault::Network));
                assert_eq!((client.phase(), client.connection.peer_close()), (State::Failed, None));
                let whole = [text("whole"), ping("p")];
                assert_eq!(messages, whole[..messages.len()], "half a message was delivered");
                assert_eq!(client.written(), b"", "cut at {cut}");
            }
            let mut client = End::client();
            let messages = client.feed(&stream).fine();
            assert_eq!(messages, [text("whole"), ping("p"), close(1000, "bye")]);
            if answered {
                client.written();
            }
            client.connection.handle_eof(end).expect("Close went both ways");
            assert_eq!(client.phase(), State::Closed);
        }
    }
    // Also after our own Close, while theirs is missing.
    let mut client = End::client();
    client.close(None);
    client.written();
    client.connection.handle_eof(Eof::Clean).expect_err("their Close is missing");
    // On a stream.
    for (bytes, in_order) in [(&stream[..], true), (&stream[..stream.len() - 1], false)] {
        virtually(async {
            let (mut driver, mut far, _) = driven(Role::Client, 4096);
            far.write_all(bytes).await.expect("written");
            far.shutdown().await.expect("shut");
            let ended = loop {
                match driver.next().await {
                    Ok(Some(_)) => {}
                    Ok(None) => break true,
                    Err(_) => break false,
                }
            };
            assert_eq!(ended, in_order);
            drop(driver);
        });
    }
}

/// A neighbour of something harmless that is not harmless itself.
fn harmful() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("an empty lone fragment", plain(0x00, "")),
        ("an empty message in a message", [plain(0x01, ""), plain(TEXT, "")].concat()),
        ("a pong that is too long", plain(PONG, [0; 126])),
        ("a ping that is too long", plain(PING, [0; 126])),
        ("a surrogate", plain(TEXT, b"\xED\xA0\x80")),
        ("beyond Unicode", plain(TEXT, b"\xF4\x90\x80\x80")),
        (
            "a fragment too many",
            [plain(0x02, "x"), plain(0x00, "x").repeat(5000), plain(BINARY, "x")].concat(),
        ),
        ("a long frame, wordily", {
            let mut bytes = vec![BINARY, 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];
            bytes.extend([0; 65_535]);
            bytes
        }),
    ]
}

fn harmless_input_keeps_the_connection_open() {
    for (name, bytes) in harmless() {
        let outcome = run_with(Role::Client, &Config::default(), &bytes);
        assert!(outcome.error.is_none(), "{name}: {:?}", outcome.error);
        assert_eq!(outcome.phase, State::Open, "{name}");
        assert!(outcome.sent.iter().all(|frame| frame.opcode != 8), "{name}");
        assert!(!outcome.messages.is_empty(), "{name}");
    }
    // Silence in the middle of anything.
    for (name, bytes) in harmless() {
        for cut in [1, 2, bytes.len() / 2, bytes.len() - 1] {
            let mut client = End::client();
            client.feed(&bytes[..cut]).fine();
            client.pass(Duration::from_secs(86_400)).expect(name);
            client.feed(&bytes[cut..]).fine();
            assert_eq!(client.phase(), State::Open, "{name}");
        }
    }
    for (name, bytes) in harmful() {
        let mut client = End::client();
        assert!(client.feed(&bytes).error.is_some(), "{name}");
        assert_eq!(client.phase(), State::Failed, "{name}");
        assert_eq!(naive_frames(&client.written()).last().map(|f| f.first()), Some(CLOSE), "{name}");
    }
}
