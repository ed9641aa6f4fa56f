//! How it ends.

use std::future::pending;

use anyrfc_core::Driver;
use anyrfc_websocket::{
    CloseCode, CloseFrame, Message,
    proto::{Config, Connection, OwnedEvent},
    testing::{EchoServer, accept},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::support::{program, run, run_with};

pub(crate) type Peer = Driver<Connection, TcpStream>;

pub(crate) async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    (listener, url)
}

/// The server's side of the only connection, open.
pub(crate) async fn open(listener: &TcpListener) -> Peer {
    let (stream, _) = listener.accept().await.unwrap();
    let mut peer = accept(stream, Config::default());
    assert!(!matches!(peer.next().await.unwrap(), Some(OwnedEvent::Message(_))));
    peer.flush().await.unwrap();
    peer
}

async fn say(peer: &mut Peer, message: Message) {
    let (connection, out) = peer.command();
    connection.send(out, message).unwrap();
    peer.flush().await.unwrap();
}

async fn close(peer: &mut Peer, frame: Option<CloseFrame>) {
    let now = peer.now();
    peer.command().0.close(frame, now).unwrap();
    while let Ok(Some(_)) = peer.next().await {}
}

/// The client's Close.
async fn closed(peer: &mut Peer) -> Option<CloseFrame> {
    let mut said = None;
    while let Some(event) = peer.next().await.unwrap() {
        if let OwnedEvent::Message(Message::Close(frame)) = event {
            said = Some(frame);
        }
    }
    said.expect("the client has not said Close")
}

/// Runs the program beside the only connection of a server.
macro_rules! beside_peer {
    ($run:expr, $listener:expr, |$peer:ident| $serve:expr) => {{
        let run = async { $run.await };
        let serve = async {
            #[allow(unused_mut, reason = "not everybody talks")]
            let mut $peer = open(&$listener).await;
            $serve
        };
        tokio::join!(run, serve)
    }};
}

pub(crate) use beside_peer;

#[tokio::test]
async fn a_refusal_is_told_with_its_reason_and_cannot_move_the_cursor() {
    let (listener, url) = listener().await;
    let frame = CloseFrame::new(CloseCode::POLICY_VIOLATION, "no\x1b[2J").unwrap();
    let (ran, ()) =
        beside_peer!(run(&["ws", "--listen", &url]), listener, |peer| close(&mut peer, Some(frame)).await);
    ran.exits(1).says("the server closed with 1008 (policy violation): no\\u{1b}[2J");
}

#[tokio::test]
async fn an_orderly_end_is_one() {
    for (code, expected) in
        [(Some(CloseCode::NORMAL), 1000), (Some(CloseCode::GOING_AWAY), 1001), (None, 1005)]
    {
        let (listener, url) = listener().await;
        let frame = code.map(CloseFrame::from);
        let (ran, ()) = beside_peer!(run(&["ws", "--listen", "--json", &url]), listener, |peer| {
            say(&mut peer, Message::Ping("p".into())).await;
            say(&mut peer, Message::text("tick")).await;
            close(&mut peer, frame).await;
        });
        let events = ran.exits(0).events();
        assert_eq!(events[1], json!({"event": "ping", "base64": "cA=="}));
        assert_eq!(events[2], json!({"event": "text", "text": "tick"}));
        assert_eq!((&events[3]["code"], &events[3]["by"]), (&json!(expected), &json!("server")));
    }
}

#[tokio::test]
async fn a_broken_rule_is_named() {
    for arguments in [&["ws", "--listen"][..], &["ws", "--listen", "--json"]] {
        let (listener, url) = listener().await;
        let arguments = [arguments, &[url.as_str()]].concat();
        let (ran, ()) = beside_peer!(run(&arguments), listener, |peer| {
            let (_, mut stream, _) = peer.into_parts();
            // A frame that is masked.
            stream.write_all(b"\x81\x81\0\0\0\0x").await.unwrap();
            let _ = stream.read_to_end(&mut Vec::new()).await;
        });
        let ran = ran.exits(7).says("rfc6455#5.1-4");
        if arguments.contains(&"--json") {
            let events = ran.events();
            assert_eq!(events[1]["requirement"], "rfc6455#5.1-4");
            assert_eq!(events[1]["clean"], false);
        } else {
            assert_eq!(ran.text(), "");
        }
    }
}

#[tokio::test]
async fn a_lost_connection_is_the_networks() {
    let (listener, url) = listener().await;
    let (ran, ()) = beside_peer!(run(&["ws", "--listen", &url]), listener, |peer| drop(peer));
    ran.exits(3);
}

#[tokio::test]
async fn late_answers_are_waited_for() {
    let (listener, url) = listener().await;
    let arguments = ["ws", "--send", "question", "--wait", "3600", "--count", "1", &url];
    let (ran, frame) = beside_peer!(run(&arguments), listener, |peer| {
        let event = peer.next().await.unwrap();
        assert!(matches!(event, Some(OwnedEvent::Message(Message::Text(_)))), "{event:?}");
        say(&mut peer, Message::text("answer")).await;
        closed(&mut peer).await
    });
    assert_eq!(ran.exits(0).text(), "answer\n");
    assert_eq!(frame.unwrap().code(), CloseCode::NORMAL);
}

#[tokio::test]
async fn silence_ends_what_was_waited_for() {
    let (listener, url) = listener().await;
    let arguments = ["ws", "--send", "question", "--wait", "0.05", "--count", "2", &url];
    let (ran, _) = beside_peer!(run(&arguments), listener, |peer| {
        say(&mut peer, Message::text("half an answer")).await;
        closed(&mut peer).await
    });
    assert_eq!(ran.exits(4).says("1 of 2 messages").text(), "half an answer\n");
}

#[tokio::test]
async fn silence_is_no_failure_where_nothing_was_counted() {
    let (listener, url) = listener().await;
    let (ran, _) = beside_peer!(run(&["ws", "--listen", "--wait", "0.05", &url]), listener, |peer| {
        say(&mut peer, Message::text("tick")).await;
        closed(&mut peer).await
    });
    assert_eq!(ran.exits(0).text(), "tick\n");
}

#[tokio::test]
async fn fewer_than_were_asked_for_is_a_failure() {
    let (listener, url) = listener().await;
    let (ran, ()) = beside_peer!(run(&["ws", "--listen", "--count", "2", &url]), listener, |peer| {
        say(&mut peer, Message::text("tick")).await;
        close(&mut peer, Some(CloseCode::NORMAL.into())).await;
    });
    assert_eq!(ran.exits(1).says("1 of 2 messages").text(), "tick\n");
}

#[tokio::test]
async fn bytes_do_not_get_among_lines() {
    let (listener, url) = listener().await;
    let (ran, ()) = beside_peer!(run(&["ws", "--listen", &url]), listener, |peer| {
        say(&mut peer, Message::binary(&b"\x1b[2J"[..])).await;
        say(&mut peer, Message::text("text")).await;
        close(&mut peer, None).await;
    });
    assert_eq!(ran.exits(0).says("a binary message of 4 bytes is left out").text(), "text\n");
}

#[tokio::test]
async fn pings_are_sent() {
    let (listener, url) = listener().await;
    let (ran, ()) = beside_peer!(run(&["ws", "--listen", "--ping", "0.01", &url]), listener, |peer| {
        loop {
            if let Some(OwnedEvent::Message(Message::Ping(_))) = peer.next().await.unwrap() {
                break;
            }
        }
        close(&mut peer, None).await;
    });
    ran.exits(0);
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupt_says_close() {
    let (listener, url) = listener().await;
    let child = program(&["ws", "--listen", &url]).spawn().unwrap();
    let id = child.id().unwrap().to_string();
    let (ran, frame) = beside_peer!(crate::support::feed(child, Vec::new()), listener, |peer| {
        // It listens to signals before it sends anything: the pong shows that it has got so far.
        say(&mut peer, Message::Ping("p".into())).await;
        let event = peer.next().await.unwrap();
        assert!(matches!(event, Some(OwnedEvent::Message(Message::Pong(_)))), "{event:?}");
        assert!(tokio::process::Command::new("kill").args(["-INT", &id]).status().await.unwrap().success());
        closed(&mut peer).await
    });
    ran.exits(130);
    assert_eq!(frame.unwrap().code(), CloseCode::GOING_AWAY);
}

#[tokio::test]
async fn a_server_that_is_gone_gets_nothing() {
    let (listener, url) = listener().await;
    let lines = "line\n".repeat(100_000);
    let (ran, ()) = beside_peer!(run_with(lines, &["ws", &url]), listener, |peer| {
        close(&mut peer, Some(CloseCode::NORMAL.into())).await;
    });
    ran.exits(1).says("the server closed before everything was sent");
}

#[tokio::test]
async fn nobody_there() {
    let (listener, url) = listener().await;
    drop(listener);
    run(&["ws", &url]).await.exits(3);
    run(&["ws", "http://127.0.0.1/"]).await.exits(2);
    run(&["ws"]).await.exits(2);
}

#[tokio::test]
async fn a_server_without_a_word() {
    let (listener, url) = listener().await;
    let mute = async {
        let _connection = listener.accept().await.unwrap();
        pending::<()>().await;
    };
    let arguments = ["ws", "--connect-timeout", "1", &url];
    let ran = tokio::select! {
        ran = run(&arguments) => ran,
        () = mute => unreachable!("it waits for ever"),
    };
    ran.exits(4);
}

#[tokio::test]
async fn certificates_are_judged() {
    let server = EchoServer::start_tls().await.unwrap();
    run_with("a\n", &["ws", &server.url()]).await.exits(5);
    let arguments = ["ws", "--danger-accept-any-certificate", &server.url()];
    let ran = run_with("a\n", &arguments).await.exits(0);
    assert_eq!(ran.says("nothing here is secret").text(), "a\n");
}
