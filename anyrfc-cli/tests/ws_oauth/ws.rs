//! What is sent, and what comes back.

use anyrfc_websocket::testing::EchoServer;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use crate::support::{run, run_with};

#[tokio::test]
async fn lines_go_and_come_back() {
    let server = EchoServer::start().await.unwrap();
    let ran = run_with("one\n\ntwo\r\nthree", &["ws", &server.url()]).await.exits(0);
    assert_eq!(ran.text(), "one\n\ntwo\nthree\n");
    assert_eq!(ran.stderr, "");
}

#[tokio::test]
async fn nothing_is_sent_for_nothing() {
    let server = EchoServer::start().await.unwrap();
    let ran = run(&["ws", &server.url()]).await.exits(0);
    assert_eq!(ran.text(), "");
}

#[tokio::test]
async fn more_is_sent_than_fits_anywhere_and_all_of_it_comes_back() {
    let server = EchoServer::start().await.unwrap();
    let line = "x".repeat(100_000);
    let input = format!("{line}\n").repeat(300);
    let ran = run_with(input.clone(), &["ws", &server.url()]).await.exits(0);
    assert!(ran.text() == input, "{} bytes came back of {}", ran.stdout.len(), input.len());
}

#[tokio::test]
async fn messages_may_be_arguments() {
    let server = EchoServer::start().await.unwrap();
    // What is on stdin is not read then.
    let ran = run_with("three\n", &["ws", &server.url(), "--send", "one", "--send", "two"]).await.exits(0);
    assert_eq!(ran.text(), "one\ntwo\n");
}

#[tokio::test]
async fn so_many_are_enough() {
    let server = EchoServer::start().await.unwrap();
    let arguments = ["ws", &server.url(), "--count", "2", "--send", "a", "--send", "b", "--send", "c"];
    let ran = run(&arguments).await.exits(0);
    assert_eq!(ran.text(), "a\nb\n");
}

#[tokio::test]
async fn bytes_go_and_come_back() {
    let server = EchoServer::start().await.unwrap();
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let ran = run_with(bytes.clone(), &["ws", "--binary", &server.url()]).await.exits(0);
    assert!(ran.stdout == bytes, "{} bytes came back", ran.stdout.len());
}

#[tokio::test]
async fn events_are_objects_on_lines() {
    let server = EchoServer::start().await.unwrap();
    let text = "a\u{1b}[2J\nb";
    let arguments = ["ws", "--json", "--compress", "--subprotocol", "chat", "--send", text, &server.url()];
    let events = run(&arguments).await.exits(0).events();
    assert_eq!(
        events,
        [
            json!({"event": "open", "subprotocol": "chat", "compression": true}),
            json!({"event": "text", "text": text}),
            json!({
                "event": "close", "by": "us", "code": 1000, "reason": "",
                "clean": true, "error": null, "requirement": null,
            }),
        ]
    );
    let events = run_with([0xff, 0], &["ws", "--json", "--binary", &server.url()]).await.exits(0).events();
    assert_eq!(events[0], json!({"event": "open", "subprotocol": null, "compression": false}));
    assert_eq!(events[1], json!({"event": "binary", "base64": STANDARD.encode([0xff, 0])}));
}

#[tokio::test]
async fn by_http_2() {
    let server = EchoServer::start_http2().await.unwrap();
    let ran = run_with("hello\n", &["ws", "--http2", &server.url()]).await.exits(0);
    assert_eq!(ran.text(), "hello\n");
}

#[tokio::test]
async fn what_is_no_text_is_not_sent_as_such() {
    let server = EchoServer::start().await.unwrap();
    let ran = run_with(b"good\n\xff\nbad\n", &["ws", &server.url()]).await.exits(2);
    assert_eq!(ran.text(), "good\n");
    ran.says("line 2 of stdin is not UTF-8");
}

#[tokio::test]
async fn a_message_may_be_too_large() {
    let server = EchoServer::start().await.unwrap();
    let arguments = ["ws", "--max-message", "4", &server.url(), "--send", "abcd", "--send", "abcde"];
    let ran = run(&arguments).await.exits(7);
    assert_eq!(ran.text(), "abcd\n");
}
