//! What the README shows is what is printed.

use anyrfc_websocket::testing::EchoServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    support::{run, run_with},
    ws_end::{beside_peer, listener, open},
};

const README: &str = include_str!("../../README.md");

#[tokio::test]
async fn the_events_are_these() {
    let server = EchoServer::start().await.unwrap();
    let ran = run_with("hello\n", &["ws", "--json", &server.url()]).await.exits(0);
    assert!(README.contains(&format!("\n```json\n{}```\n", ran.text())), "{}", ran.text());
}

#[tokio::test]
async fn the_error_is_this() {
    let (listener, url) = listener().await;
    let (ran, ()) = beside_peer!(run(&["ws", "--listen", &url]), listener, |peer| {
        let (_, mut stream, _) = peer.into_parts();
        stream.write_all(b"\x81\x81\0\0\0\0x").await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    let ran = ran.exits(7);
    assert!(README.contains(&format!("\n```text\n{}```\n", ran.stderr)), "{}", ran.stderr);
}
