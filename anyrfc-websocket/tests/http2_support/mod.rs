//! Servers of HTTP/2, h2's own and in raw frames.
#![allow(dead_code, reason = "each test binary uses a part")]

use anyrfc_websocket::{Builder, Error, HttpVersion, Message, WebSocketClient};
use bytes::Bytes;
use h2::{Reason, SendStream, server::SendResponse};
use http::{Request, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

pub(crate) const URL: &str = "ws://localhost/chat";

pub(crate) fn http2() -> Builder {
    WebSocketClient::builder().http(HttpVersion::Http2)
}

pub(crate) async fn echo_of(mut client: WebSocketClient, text: &str) -> WebSocketClient {
    client.send_text(text).await.unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::text(text)));
    client
}

pub(crate) type Accepted = (Request<h2::RecvStream>, SendResponse<Bytes>);

/// A server of one stream, which `script` answers; the connection is driven until `script` ends.
pub(crate) async fn one_stream<F: Future<Output = ()>>(
    stream: DuplexStream,
    script: impl FnOnce(Accepted) -> F,
) {
    let mut settings = h2::server::Builder::new();
    settings.enable_connect_protocol();
    let mut connection = settings.handshake::<_, Bytes>(stream).await.unwrap();
    let accepted = connection.accept().await.unwrap().unwrap();
    tokio::select! {
        biased;
        () = script(accepted) => {}
        more = connection.accept() => panic!("{}", more.is_some()),
    }
    while let Some(Ok(_)) = connection.accept().await {}
}

pub(crate) fn ok(answer: &mut SendResponse<Bytes>) -> SendStream<Bytes> {
    answer.send_response(Response::new(()), false).unwrap()
}

/// What the client learns when the open stream is reset.
pub(crate) async fn reset_with(code: u32) -> Error {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(one_stream(far, async move |(_, mut answer): Accepted| {
        let mut send = ok(&mut answer);
        send.send_data(Bytes::from_static(b"\x81\x02hi"), false).unwrap();
        // It takes the data with it where both leave together.
        tokio::task::yield_now().await;
        send.send_reset(Reason::from(code));
    }));
    let mut client = http2().connect_over(URL, near).await.unwrap();
    loop {
        match client.next().await {
            Ok(Some(message)) => assert_eq!(message, Message::text("hi")),
            Ok(None) => panic!("an orderly end"),
            Err(error) => {
                assert_eq!(client.next().await.unwrap(), None);
                assert_eq!(client.send_text("x").await.unwrap_err().kind(), error.kind());
                return error;
            }
        }
    }
}

/// A server in raw frames, up to its SETTINGS.
pub(crate) async fn raw(mut stream: DuplexStream, settings: &[(u16, u32)]) -> DuplexStream {
    let mut preface = [0; 24];
    stream.read_exact(&mut preface).await.unwrap();
    assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    stream.write_all(&settings_frame(settings)).await.unwrap();
    stream
}

pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let [d, e, f, g] = stream.to_be_bytes();
    [&[a, b, c, kind, flags, d, e, f, g], payload].concat()
}

pub(crate) fn settings_frame(settings: &[(u16, u32)]) -> Vec<u8> {
    let payload: Vec<u8> = settings
        .iter()
        .flat_map(|(id, value)| [&id.to_be_bytes()[..], &value.to_be_bytes()].concat())
        .collect();
    frame(4, 0, 0, &payload)
}

pub(crate) fn goaway(last: u32, code: u32, debug: &[u8]) -> Vec<u8> {
    frame(7, 0, 0, &[&last.to_be_bytes()[..], &code.to_be_bytes(), debug].concat())
}

/// Reads frames until one of `kind` comes; its stream and payload.
pub(crate) async fn until(stream: &mut DuplexStream, kind: u8) -> (u32, Vec<u8>) {
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.unwrap();
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        stream.read_exact(&mut payload).await.unwrap();
        if head[3] == kind {
            return (u32::from_be_bytes([head[5], head[6], head[7], head[8]]), payload);
        }
    }
}

/// What connecting to a raw server comes to.
pub(crate) async fn against(settings: &'static [(u16, u32)]) -> (Error, DuplexStream) {
    let (near, far) = tokio::io::duplex(1 << 16);
    let server = tokio::spawn(raw(far, settings));
    let error = http2().connect_over(URL, near).await.unwrap_err();
    (error, server.await.unwrap())
}
