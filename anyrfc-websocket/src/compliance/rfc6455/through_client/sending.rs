//! Sending: what leaves when, and what is answered while the application does something else.

use std::time::Duration;

use anyrfc_core::compliance::Check;
use tokio::io::AsyncReadExt as _;

use super::super::super::{
    support::{BINARY, CLOSE, PING, PONG, TEXT, body, naive_frames, plain},
    support_sockets::{Peer, Tape, Tapped},
    wire::virtually,
};
use crate::{CloseCode, Message, WebSocketClient, rfc6455 as r};

pub(in super::super) static CHECKS: &[Check] = &[
    Check {
        name: "section-2.1/fed-messages-leave-with-one-flush",
        covers: &[r::SENDING_MAY_BE_DELAYED],
        run: fed_messages_leave_with_one_flush,
    },
    Check {
        name: "section-5.5.1/client-answers-close-whatever-it-does",
        covers: &[r::CLOSE_IS_ANSWERED, r::CLOSE_IS_ANSWERED_SOON],
        run: client_answers_close_whatever_it_does,
    },
    Check {
        name: "section-5.5.1/client-does-not-display-a-close-reason",
        covers: &[r::CLOSE_REASON_IS_NOT_SHOWN],
        run: client_does_not_display_a_close_reason,
    },
    Check {
        name: "section-5.5.2/client-answers-pings-whatever-it-does",
        covers: &[r::PING_IS_ANSWERED, r::PONG_IS_SENT_SOON],
        run: client_answers_pings_whatever_it_does,
    },
];

/// An open client on a stream that is recorded, and its server.
async fn opened(room: usize) -> (WebSocketClient, Peer<tokio::io::DuplexStream>, Tape) {
    let (near, far) = tokio::io::duplex(room);
    let tape = Tape::default();
    let stream = Tapped { stream: near, tape: tape.clone() };
    let mut peer = Peer::new(far);
    let builder = WebSocketClient::builder();
    let (client, _) = tokio::join!(builder.connect_over("ws://h/", stream), peer.open());
    (client.expect("opened"), peer, tape)
}

fn fed_messages_leave_with_one_flush() {
    virtually(async {
        let (mut client, mut peer, tape) = opened(4096).await;
        let before = tape.both()[1].len();
        for text in ["one", "two", "three"] {
            client.feed(text).await.expect("queued");
        }
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(tape.both()[1].len(), before, "written before it was flushed");
        client.flush().await.expect("flushed");
        let [_, written] = tape.both();
        let frames = naive_frames(&written[before..]);
        assert_eq!(
            frames.iter().map(|f| &f.payload[..]).collect::<Vec<_>>(),
            [&b"one"[..], b"two", b"three"]
        );
        client.flush().await.expect("flushed");
        assert_eq!(tape.both()[1].len(), written.len(), "written twice");
        // Waiting for a message flushes as well: nobody has to think of it.
        client.feed("four").await.expect("queued");
        peer.write(plain(TEXT, "hurry")).await;
        client.next().await.expect("open");
        let waiting = tokio::time::timeout(Duration::from_secs(1), client.next()).await;
        assert!(waiting.is_err(), "{waiting:?}");
        for expected in ["one", "two", "three", "four"] {
            assert_eq!(peer.frame().await.payload, expected.as_bytes());
        }
    });
}

/// What an application may be doing while the peer says something.
#[derive(Clone, Copy, Debug)]
enum Doing {
    Receiving,
    ReceivingBorrowed,
    ReceivingPieces,
    Driving,
    Flushing,
}

const ALL: [Doing; 5] =
    [Doing::Receiving, Doing::ReceivingBorrowed, Doing::ReceivingPieces, Doing::Driving, Doing::Flushing];

/// Does it until cancelled, or over.
async fn busy(client: &mut WebSocketClient, doing: Doing) {
    match doing {
        Doing::Receiving => while client.next().await.is_ok_and(|message| message.is_some()) {},
        Doing::ReceivingBorrowed => while client.next_ref().await.is_ok_and(|message| message.is_some()) {},
        Doing::ReceivingPieces => {
            while let Ok(Some(mut reader)) = client.next_reader().await {
                while let Ok(Some(_)) = reader.chunk().await {}
            }
        }
        Doing::Driving => {
            // What it drives to stays to be taken.
            let _ = client.drive().await;
            let _ = client.flush().await;
        }
        Doing::Flushing => {
            client.feed(vec![7; 10_000]).await.expect("queued");
            let _ = client.flush().await;
        }
    }
    std::future::pending::<()>().await;
}

/// Writes `bytes` while the client does each of these; the first frame with `first` that it then sends.
fn answered(first: u8, bytes: &[u8]) {
    for doing in ALL {
        virtually(async {
            let (mut client, mut peer, _) = opened(1000).await;
            let started = tokio::time::Instant::now();
            let serve = async {
                peer.write(bytes).await;
                loop {
                    let frame = peer.frame().await;
                    if frame.first() == first {
                        return frame;
                    }
                    assert_eq!(frame.first(), BINARY, "{doing:?}: {frame:?}");
                }
            };
            let frame = tokio::select! {
                frame = serve => frame,
                () = busy(&mut client, doing) => unreachable!("it only waits"),
            };
            assert!(frame.key.is_some());
            let expected = naive_frames(bytes).remove(0).payload;
            assert_eq!(frame.payload[..2], expected[..2], "{doing:?}");
            assert_eq!(started.elapsed(), Duration::ZERO, "{doing:?}");
        });
    }
}

fn client_answers_close_whatever_it_does() {
    answered(CLOSE, &plain(CLOSE, body(1001, "away")));
    // Without a Close none is said.
    for doing in ALL {
        virtually(async {
            let (mut client, mut peer, _) = opened(1000).await;
            peer.write(plain(TEXT, "no Close")).await;
            let collect = async {
                let mut all = Vec::new();
                while let Ok(count) = peer.stream.read_buf(&mut all).await {
                    assert!(count > 0, "it ended");
                }
            };
            let none = tokio::time::timeout(Duration::from_secs(60), async {
                tokio::select! { () = collect => {}, () = busy(&mut client, doing) => {} }
            });
            assert!(none.await.is_err());
            drop(client);
        });
    }
}

fn client_answers_pings_whatever_it_does() {
    answered(PONG, &plain(PING, "are you there"));
    // In the middle of a message that is being sent, as soon as a frame ends.
    virtually(async {
        let (mut client, mut peer, _) = opened(1000).await;
        let serve = async {
            peer.write(plain(PING, "now")).await;
            let mut firsts = Vec::new();
            while firsts.last() != Some(&PONG) {
                firsts.push(peer.frame().await.first());
            }
            firsts
        };
        let send = async {
            let mut writer = client.writer(crate::Kind::Binary);
            for _ in 0..100 {
                writer.write(&[7; 10_000]).await.expect("written");
            }
            writer.finish().await.expect("finished");
            std::future::pending::<()>().await;
        };
        let firsts = tokio::select! { firsts = serve => firsts, () = send => unreachable!("it only waits") };
        assert!(firsts.len() < 50, "between fragments, not after them: {firsts:x?}");
        assert_eq!(firsts[0], 0x02);
    });
}

fn client_does_not_display_a_close_reason() {
    for code in [1000, 1011] {
        virtually(async {
            let (mut client, mut peer, _) = opened(1000).await;
            peer.write(plain(CLOSE, body(code, "SHOW-ME \u{1b}[31m"))).await;
            peer.shut().await;
            let Some(Message::Close(Some(frame))) = client.next().await.expect("a Close") else { panic!() };
            // The program may read it; what is made for people to read does not say it.
            assert_eq!((frame.code().get(), frame.reason()), (code, "SHOW-ME \u{1b}[31m"));
            assert_eq!(client.next().await.expect("in order"), None);
            let late = client.send_text("late").await.expect_err("closed");
            let mut shown = vec![frame.to_string(), frame.code().to_string(), late.to_string()];
            let mut source = std::error::Error::source(&late);
            while let Some(cause) = source {
                shown.push(cause.to_string());
                source = cause.source();
            }
            assert!(
                shown.iter().all(|text| !text.contains("SHOW-ME") && !text.contains('\u{1b}')),
                "{shown:?}"
            );
        });
        virtually(async {
            // A reader that meets it half-way through a message.
            let (mut client, mut peer, _) = opened(1000).await;
            peer.write([plain(0x01, "half"), plain(CLOSE, body(code, "SHOW-ME"))].concat()).await;
            peer.shut().await;
            let mut reader = client.next_reader().await.expect("open").expect("a message");
            assert_eq!(reader.chunk().await.expect("open").as_deref(), Some(&b"half"[..]));
            let error = reader.chunk().await.expect_err("it is not complete");
            assert!(!error.to_string().contains("SHOW-ME"), "{error}");
            let Some(Some(frame)) = client.peer_close() else { panic!("no Close") };
            assert_eq!((frame.code(), frame.reason()), (CloseCode::new(code).expect("valid"), "SHOW-ME"));
        });
    }
}
