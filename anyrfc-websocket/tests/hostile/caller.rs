//! What the caller must not be made to send.

use anyrfc_core::{ErrorKind, Fault};
use anyrfc_websocket::{Builder, Message, WebSocketClient};

use crate::support::{CLOSE, TEXT, opened, pair, within};

/// The attempt fails as the caller's fault, and the stream ends without a byte.
async fn refused(what: &str, builder: &Builder, url: &str) {
    let (near, mut server) = pair(4096);
    let error = within(builder.connect_over(url, near)).await.expect_err(what);
    assert_eq!((error.kind(), error.fault()), (ErrorKind::Usage, Fault::Caller), "{what}: {error}");
    assert!(!error.to_string().contains(['\r', '\n', '\0']), "{what}: {error:?}");
    assert!(!format!("{error:?}").contains(['\r', '\n', '\0']), "{what}: {error:?}");
    assert_eq!(within(server.rest()).await, b"", "{what}: a byte was sent");
}

#[tokio::test(start_paused = true)]
async fn line_breaks_are_refused_before_a_byte_is_sent() {
    let plain = WebSocketClient::builder();
    for evil in ["\r\nX-Evil: 1", "\nX-Evil: 1", "\rX-Evil: 1", "\0", "a\r\n\r\nGET /evil HTTP/1.1\r\n"] {
        let url = "ws://h.example/";
        refused("a value", &plain.clone().header("X-A", format!("b{evil}")), url).await;
        refused("a cookie", &plain.clone().header("Cookie", format!("a=b{evil}")), url).await;
        refused("authorization", &plain.clone().header("Authorization", format!("Bearer b{evil}")), url)
            .await;
        refused("a name", &plain.clone().header(format!("X-A{evil}"), "b"), url).await;
        refused("a subprotocol", &plain.clone().subprotocol(format!("chat{evil}")), url).await;
        refused("an origin", &plain.clone().origin(format!("https://h{evil}")), url).await;
        refused("a user", &plain.clone().basic_auth(format!("me{evil}"), "pw".to_owned()), url).await;
        refused("a password", &plain.clone().basic_auth("me", format!("pw{evil}")), url).await;
        refused("a token", &plain.clone().bearer_auth(format!("token{evil}")), url).await;
        for part in ["/path", "/?query"] {
            refused("a path", &plain, &format!("ws://h.example{part}{evil}")).await;
        }
        refused("a host", &plain, &format!("ws://h.example{evil}/")).await;
        refused("a port", &plain, &format!("ws://h.example:80{evil}/")).await;
        refused("a userinfo", &plain, &format!("ws://me:pw{evil}@h.example/")).await;
    }
    // Percent-encoded in the userinfo they would come back by decoding.
    refused("encoded", &plain, "ws://me%0D%0AX:pw@h.example/").await;
    refused("encoded", &plain, "ws://me:pw%0Aa@h.example/").await;
}

#[tokio::test(start_paused = true)]
async fn what_belongs_to_the_protocol_is_not_the_callers() {
    let plain = WebSocketClient::builder();
    for name in [
        "Host",
        "Upgrade",
        "Connection",
        "Content-Length",
        "Transfer-Encoding",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Version",
        "sec-websocket-extensions",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Anything",
        "",
        "X A",
        "X:",
    ] {
        refused(name, &plain.clone().header(name, "x"), "ws://h.example/").await;
    }
    refused("a list", &plain.clone().subprotocol("a, b"), "ws://h.example/").await;
    refused("twice", &plain.clone().subprotocol("a").subprotocol("a"), "ws://h.example/").await;
    refused("a fragment", &plain, "ws://h.example/#top").await;
}

#[tokio::test(start_paused = true)]
async fn on_an_open_connection_a_mistake_sends_nothing_and_ends_nothing() {
    let (mut client, mut server) = opened(&WebSocketClient::builder(), 4096).await;
    for message in [Message::Ping(vec![0; 126].into()), Message::Pong(vec![0; 126].into())] {
        let error = client.send(message).await.expect_err("too long");
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Usage, Fault::Caller));
    }
    client.send_text("still here").await.expect("sent");
    assert_eq!(server.frame().await.expect("a frame").first, TEXT);
    let closing = tokio::spawn(client.close());
    assert_eq!(within(server.frame()).await.expect("a frame").first, CLOSE);
    closing.abort();
}
