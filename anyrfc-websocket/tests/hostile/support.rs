//! The far end of an in-memory stream, in the hands of the test. Nothing here
//! uses the crate's codec.

use std::time::Duration;

use anyrfc_core::{ErrorKind, Fault, Requirement};
use anyrfc_websocket::{Builder, Error, WebSocketClient};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha1::{Digest as _, Sha1};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream},
    time::Instant,
};

pub(crate) const TEXT: u8 = 0x81;
pub(crate) const BINARY: u8 = 0x82;
pub(crate) const CLOSE: u8 = 0x88;
pub(crate) const PING: u8 = 0x89;
pub(crate) const PONG: u8 = 0x8A;

/// A server's frame of any legal length.
pub(crate) fn frame(first: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let mut out = vec![first];
    match payload.len() {
        length @ 0..=125 => out.push(length as u8),
        length @ 126..=65_535 => {
            out.push(126);
            out.extend((length as u16).to_be_bytes());
        }
        length => {
            out.push(127);
            out.extend((length as u64).to_be_bytes());
        }
    }
    out.extend(payload);
    out
}

/// The body of a Close frame.
pub(crate) fn body(code: u16, reason: impl AsRef<[u8]>) -> Vec<u8> {
    [&code.to_be_bytes()[..], reason.as_ref()].concat()
}

/// `Sec-WebSocket-Accept` for a key.
pub(crate) fn accept(key: &str) -> String {
    STANDARD.encode(Sha1::digest(format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11")))
}

/// An accepting answer, line by line.
pub(crate) fn answer(key: &str) -> Vec<String> {
    vec![
        "HTTP/1.1 101 Switching Protocols".into(),
        "Upgrade: websocket".into(),
        "Connection: Upgrade".into(),
        format!("Sec-WebSocket-Accept: {}", accept(key)),
    ]
}

/// Lines as a head.
pub(crate) fn head(lines: &[String]) -> Vec<u8> {
    [lines.join("\r\n").as_bytes(), b"\r\n\r\n"].concat()
}

/// A client's frame as it was on the wire, unmasked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub first: u8,
    pub masked: bool,
    pub payload: Vec<u8>,
}

impl Frame {
    /// The code in a Close frame's body.
    pub(crate) fn code(&self) -> Option<u16> {
        assert_eq!(self.first, CLOSE);
        self.payload.first_chunk::<2>().map(|code| u16::from_be_bytes(*code))
    }
}

fn read_frame(bytes: &[u8]) -> Option<(Frame, usize)> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    let (length, mut at) = match second & 127 {
        126 => (usize::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?)), 4),
        127 => (u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?) as usize, 10),
        short => (usize::from(short), 2),
    };
    let mut key = [0; 4];
    if second & 128 != 0 {
        key = *bytes.get(at..)?.first_chunk()?;
        at += 4;
    }
    let payload = bytes.get(at..at + length)?;
    let payload = payload.iter().enumerate().map(|(i, byte)| byte ^ key[i % 4]).collect();
    Some((Frame { first, masked: second & 128 != 0, payload }, at + length))
}

/// The hostile server.
#[derive(Debug)]
pub(crate) struct Hostile {
    pub stream: DuplexStream,
    ahead: Vec<u8>,
}

impl Hostile {
    /// The request, and the key in it.
    pub(crate) async fn request(&mut self) -> (String, String) {
        loop {
            if let Some(at) = self.ahead.windows(4).position(|four| four == b"\r\n\r\n") {
                let head: Vec<u8> = self.ahead.drain(..at + 4).collect();
                let text = String::from_utf8(head).expect("ASCII");
                let key = text.lines().find_map(|line| line.strip_prefix("sec-websocket-key: "));
                let key = key.or_else(|| text.lines().find_map(|l| l.strip_prefix("Sec-WebSocket-Key: ")));
                let key = key.expect("a key").to_owned();
                return (text, key);
            }
            assert!(self.more().await, "no request");
        }
    }

    /// Opens the connection as a proper server would.
    pub(crate) async fn open(&mut self) {
        let (_, key) = self.request().await;
        self.write(head(&answer(&key))).await;
    }

    async fn more(&mut self) -> bool {
        self.stream.read_buf(&mut self.ahead).await.is_ok_and(|count| count > 0)
    }

    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.expect("the client is gone");
    }

    /// Writes as long as the client takes it, at most all; how much that was.
    pub(crate) async fn push(&mut self, bytes: &[u8]) -> usize {
        let mut written = 0;
        while written < bytes.len() {
            match self.stream.write(&bytes[written..]).await {
                Ok(count) => written += count,
                Err(_) => break,
            }
        }
        written
    }

    /// The next frame; `None` at the end.
    pub(crate) async fn frame(&mut self) -> Option<Frame> {
        loop {
            if let Some((frame, used)) = read_frame(&self.ahead) {
                self.ahead.drain(..used);
                return Some(frame);
            }
            if !self.more().await {
                assert!(self.ahead.is_empty(), "the end within a frame: {:x?}", self.ahead);
                return None;
            }
        }
    }

    /// Every frame up to the end of the client's side.
    pub(crate) async fn frames(&mut self) -> Vec<Frame> {
        let mut all = Vec::new();
        while let Some(frame) = self.frame().await {
            all.push(frame);
        }
        all
    }

    /// Everything up to the end of the client's side, whatever it is.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        while self.more().await {}
        std::mem::take(&mut self.ahead)
    }

    pub(crate) async fn shut(&mut self) {
        self.stream.shutdown().await.expect("shut");
    }
}

/// A client's stream and the hostile end of it, with so much room in each direction.
pub(crate) fn pair(room: usize) -> (DuplexStream, Hostile) {
    let (near, stream) = tokio::io::duplex(room);
    (near, Hostile { stream, ahead: Vec::new() })
}

/// An open client, and its server.
pub(crate) async fn opened(builder: &Builder, room: usize) -> (WebSocketClient, Hostile) {
    let (near, mut server) = pair(room);
    let (client, ()) = tokio::join!(builder.connect_over("ws://h.example/chat", near), server.open());
    (client.expect("opened"), server)
}

/// No test waits longer than this on its virtual clock.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    let limit = Duration::from_secs(3600);
    tokio::time::timeout(limit, future).await.expect("it hangs")
}

/// What an attempt to connect came to.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub result: Result<WebSocketClient, Error>,
    /// What the client wrote after its request.
    pub written: Vec<u8>,
    pub took: Duration,
}

/// Connects to a server that answers the request with these bytes and then waits.
pub(crate) async fn attempt(builder: &Builder, respond: impl FnOnce(&str) -> Vec<u8>) -> Attempt {
    let (near, mut server) = pair(1 << 20);
    let started = Instant::now();
    let serve = async {
        let (_, key) = server.request().await;
        server.push(&respond(&key)).await;
        server
    };
    let connect = async {
        let result = builder.connect_over("ws://h.example/chat", near).await;
        (result, started.elapsed())
    };
    let ((result, took), mut server) = within(async { tokio::join!(connect, serve) }).await;
    let written = if result.is_err() { within(server.rest()).await } else { Vec::new() };
    Attempt { result, written, took }
}

/// The attempt failed at once, by the server's fault, and nothing was sent but the request.
#[track_caller]
pub(crate) fn assert_refused(
    what: &str,
    attempt: Attempt,
    kind: ErrorKind,
    requirement: &'static Requirement,
) {
    let error = attempt.result.err().unwrap_or_else(|| panic!("{what}: accepted"));
    let fault = if kind == ErrorKind::Limit { Fault::Policy } else { Fault::Peer };
    assert_eq!((error.kind(), error.fault()), (kind, fault), "{what}: {error}");
    assert_eq!(error.requirement(), Some(requirement), "{what}: {error}");
    assert!(error.to_string().starts_with(&requirement.to_string()), "{what}: {error}");
    assert_eq!(error.close_code(), None, "{what}: no frame can be sent yet");
    assert_eq!(attempt.written, b"", "{what}: wrote after its request");
    assert_eq!(attempt.took, Duration::ZERO, "{what}");
}
