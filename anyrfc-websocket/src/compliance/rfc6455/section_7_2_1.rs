//! RFC 6455, section 7.2.1: abnormal closures begun by the client.

use std::time::Duration;

use anyrfc_core::{Eof, ErrorKind, Fault, Machine as _, compliance::Check};
use tokio::io::AsyncWriteExt as _;

use super::super::{
    session::harmless,
    support::{BINARY, CLOSE, End, PING, PONG, TEXT, body, close, naive_frames, ping, plain, run_with, text},
    wire::{driven, virtually},
};
use crate::{
    proto::{Config, Role, State},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[
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
