//! A WebSocket server that keeps to RFC 6455, except for what is planted.

use std::sync::Arc;

use anyrfc_websocket::codec::{
    handshake::{Key, accept_for},
    mask,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What the server does that it must not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plant {
    WrongAccept,
    NoUpgrade,
    AcceptTwice,
    UnaskedSubprotocol,
    UnaskedExtension,
    ForeignSubprotocol,
    SubprotocolTwice,
    AcceptsEveryVersion,
    NamesNoVersion,
    AcceptsWithoutKey,
    RefusesWithoutWords,
    TakesMalformedExtensions,
    Masks,
    SetsRsv2,
    WastesLength,
    FragmentsControl,
    IgnoresPing,
    LeavesTheMask,
    TakesUnmasked,
    TakesReservedBits,
    TakesOpcodes,
    TakesInvalidFrames,
    TakesAnyText,
    FailsWithoutClose,
    StaysAfterFailing,
    ListensAfterFailing,
    LeavesCloseUnanswered,
    StaysAfterClose,
    RepeatsReservedCodes,
    TalksAfterClose,
    StopsAtFragments,
    MixesMessages,
    TurnsFragmentsRound,
    SendsBrokenText,
    TakesBadOffers,
    LimitsOurWindow,
    LimitsItsWindowTooFar,
    ExtensionsTwice,
    TakesMisplacedRsv1,
    SetsRsv1OnControl,
}

use Plant::*;

pub(crate) struct Planted {
    url: String,
    accepting: JoinHandle<()>,
}

impl Planted {
    pub(crate) async fn start(plants: &[Plant]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("ws://{}/", listener.local_addr().unwrap());
        let plants: Arc<[Plant]> = plants.into();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let plants = Arc::clone(&plants);
                // A client that goes away is no failure of the server's.
                tokio::spawn(async move { Server { stream, plants, compressed: false }.serve().await.ok() });
            }
        });
        Self { url, accepting }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Planted {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// "Hello", and once more: all that it can decompress.
const HELLO: [&[u8]; 2] = [&[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00], &[0xf2, 0x00, 0x11, 0x00, 0x00]];

struct Server {
    stream: TcpStream,
    plants: Arc<[Plant]>,
    compressed: bool,
}

struct Frame {
    first: u8,
    masked: bool,
    length: u64,
    payload: Vec<u8>,
    /// The payload as it came.
    raw: Vec<u8>,
}

impl Server {
    fn does(&self, plant: Plant) -> bool {
        self.plants.contains(&plant)
    }

    async fn serve(mut self) -> std::io::Result<()> {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(self.stream.read_u8().await?);
        }
        let request = String::from_utf8(request).unwrap();
        let (answer, opens) = self.answer(&request);
        self.stream.write_all(answer.as_bytes()).await?;
        if opens { self.talk().await } else { self.leave().await }
    }

    fn answer(&mut self, request: &str) -> (String, bool) {
        let field = |name: &str| {
            request.lines().find_map(|line| {
                let (field, value) = line.split_once(": ")?;
                field.eq_ignore_ascii_case(name).then(|| value.to_owned())
            })
        };
        let refuse = |status: &str| {
            if self.does(RefusesWithoutWords) {
                return (String::new(), false);
            }
            (format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"), false)
        };
        let key = field("Sec-WebSocket-Key").and_then(|key| Key::parse(key.as_bytes()).ok());
        let good = request.starts_with("GET ")
            && request.contains(" HTTP/1.1\r\n")
            && field("Upgrade").is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
            && field("Connection").is_some_and(|value| value.to_lowercase().contains("upgrade"))
            && field("Sec-WebSocket-Version").is_some();
        if !good || (key.is_none() && !self.does(AcceptsWithoutKey)) {
            return refuse("400 Bad Request");
        }
        if field("Sec-WebSocket-Version").as_deref() != Some("13") && !self.does(AcceptsEveryVersion) {
            return match self.does(NamesNoVersion) {
                true => refuse("400 Bad Request"),
                false => (
                    "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nContent-Length: 0\r\n\r\n"
                        .into(),
                    false,
                ),
            };
        }
        let mut accept = key.as_ref().map(accept_for).unwrap_or_default();
        if self.does(WrongAccept) {
            accept = "AAAAAAAAAAAAAAAAAAAAAAAAAAA=".into();
        }
        let mut head =
            String::from("HTTP/1.1 101 Switching Protocols\r\nServer: planted/1\r\nConnection: Upgrade\r\n");
        let mut add = |name: &str, value: &str| head.push_str(&format!("{name}: {value}\r\n"));
        if !self.does(NoUpgrade) {
            add("Upgrade", "websocket");
        }
        add("Sec-WebSocket-Accept", &accept);
        if self.does(AcceptTwice) {
            add("Sec-WebSocket-Accept", &accept);
        }
        match field("Sec-WebSocket-Protocol") {
            None if self.does(UnaskedSubprotocol) => add("Sec-WebSocket-Protocol", "unasked"),
            Some(_) if self.does(ForeignSubprotocol) => add("Sec-WebSocket-Protocol", "foreign"),
            Some(all) if self.does(SubprotocolTwice) => {
                for name in all.split(", ") {
                    add("Sec-WebSocket-Protocol", name);
                }
            }
            _ => {}
        }
        let mut compressed = false;
        match field("Sec-WebSocket-Extensions") {
            None if self.does(UnaskedExtension) => add("Sec-WebSocket-Extensions", "x-unasked"),
            None => {}
            Some(offer) if offer.contains("=;") && !self.does(TakesMalformedExtensions) => {
                return refuse("400 Bad Request");
            }
            Some(offer) => {
                let good = [
                    "permessage-deflate",
                    "permessage-deflate; client_max_window_bits",
                    "permessage-deflate; server_no_context_takeover",
                ];
                // What our own client offers is not for a server that cannot compress.
                let good = good.contains(&offer.as_str());
                if good || (self.does(TakesBadOffers) && offer.contains("server_max_window_bits=7")) {
                    compressed = true;
                    let mut answer = offer.split("; client").next().unwrap().to_owned();
                    if self.does(LimitsOurWindow) {
                        answer.push_str("; client_max_window_bits=10");
                    }
                    if self.does(LimitsItsWindowTooFar) {
                        answer.push_str("; server_max_window_bits=7");
                    }
                    add("Sec-WebSocket-Extensions", &answer);
                    if self.does(ExtensionsTwice) {
                        add("Sec-WebSocket-Extensions", "");
                    }
                }
            }
        }
        head.push_str("\r\n");
        self.compressed = compressed;
        (head, true)
    }

    async fn read(&mut self) -> std::io::Result<Frame> {
        let first = self.stream.read_u8().await?;
        let second = self.stream.read_u8().await?;
        let length = match second & 0x7F {
            126 => u64::from(self.stream.read_u16().await?),
            127 => self.stream.read_u64().await?,
            short => u64::from(short),
        };
        let masked = second & 0x80 != 0;
        let mut key = [0; 4];
        if masked {
            self.stream.read_exact(&mut key).await?;
        }
        // A length that cannot be is not waited for.
        let mut payload = vec![0; if length >> 63 == 0 { usize::try_from(length).unwrap() } else { 0 }];
        self.stream.read_exact(&mut payload).await?;
        let raw = payload.clone();
        mask::apply(&mut payload, key, 0);
        Ok(Frame { first, masked, length, payload, raw })
    }

    async fn send(&mut self, mut first: u8, payload: &[u8]) -> std::io::Result<()> {
        if self.does(SetsRsv2) {
            first |= 0x20;
        }
        let control = first & 0x08 != 0;
        if self.does(SetsRsv1OnControl) && control && self.compressed {
            first |= 0x40;
        }
        if self.does(FragmentsControl) && first & 0x0F == 0xA {
            first &= 0x7F;
        }
        let mask_bit = if self.does(Masks) { 0x80 } else { 0 };
        let length = u8::try_from(payload.len()).unwrap();
        let mut out = match self.does(WastesLength) || length > 125 {
            true => vec![first, mask_bit | 126, 0, length],
            false => vec![first, mask_bit | length],
        };
        let mut payload = payload.to_vec();
        if self.does(Masks) {
            out.extend_from_slice(b"mask");
            mask::apply(&mut payload, *b"mask", 0);
        }
        out.extend_from_slice(&payload);
        self.stream.write_all(&out).await
    }

    /// Nothing more is said; the client may.
    async fn leave(mut self) -> std::io::Result<()> {
        self.stream.shutdown().await?;
        tokio::io::copy(&mut self.stream, &mut tokio::io::sink()).await.map(drop)
    }

    async fn fail(mut self, code: u16) -> std::io::Result<()> {
        if self.does(FailsWithoutClose) {
            return self.leave().await;
        }
        self.send(0x88, &code.to_be_bytes()).await?;
        if self.does(ListensAfterFailing) {
            loop {
                let frame = self.read().await?;
                if frame.first & 0x0F == 9 {
                    self.send(0x8A, &frame.payload).await?;
                }
            }
        }
        if self.does(StaysAfterFailing) {
            return tokio::io::copy(&mut self.stream, &mut tokio::io::sink()).await.map(drop);
        }
        self.leave().await
    }

    async fn talk(mut self) -> std::io::Result<()> {
        // Opcode, compressed, the pieces.
        let mut message: Option<(u8, bool, Vec<Vec<u8>>)> = None;
        loop {
            let frame = self.read().await?;
            let opcode = frame.first & 0x0F;
            let fin = frame.first & 0x80 != 0;
            if !frame.masked && !self.does(TakesUnmasked) {
                return self.fail(1002).await;
            }
            if frame.length >> 63 != 0 {
                return self.fail(1002).await;
            }
            let mut bits = frame.first & 0x70;
            let compressed = self.compressed && matches!(opcode, 1 | 2) && bits & 0x40 != 0;
            if compressed || (self.compressed && self.does(TakesMisplacedRsv1)) {
                bits &= 0x30;
            }
            if bits != 0 && (self.compressed || !self.does(TakesReservedBits)) {
                return self.fail(1002).await;
            }
            match opcode {
                0x9 => {
                    if (!fin || frame.length > 125) && !self.does(TakesInvalidFrames) {
                        return self.fail(1002).await;
                    }
                    if message.is_some() && self.does(StopsAtFragments) {
                        return self.fail(1002).await;
                    }
                    if !self.does(IgnoresPing) {
                        let payload = if self.does(LeavesTheMask) { &frame.raw } else { &frame.payload };
                        self.send(0x8A, &payload[..payload.len().min(125)]).await?;
                    }
                }
                0xA => {}
                0x8 => return self.close(&frame.payload).await,
                0..=2 => {
                    if (opcode == 0) != message.is_some() {
                        if !self.does(TakesInvalidFrames) {
                            return self.fail(1002).await;
                        }
                        continue;
                    }
                    let (kind, compressed, mut pieces) =
                        message.take().unwrap_or((opcode, compressed, Vec::new()));
                    pieces.push(frame.payload);
                    if !fin {
                        message = Some((kind, compressed, pieces));
                        continue;
                    }
                    let mut whole = pieces.concat();
                    if compressed {
                        if !HELLO.contains(&whole.as_slice()) {
                            return self.fail(1007).await;
                        }
                        whole = b"Hello".to_vec();
                    }
                    if kind == 1 && std::str::from_utf8(&whole).is_err() {
                        if self.does(TakesAnyText) {
                            continue;
                        }
                        return self.fail(1007).await;
                    }
                    if self.does(TurnsFragmentsRound) && pieces.len() > 1 {
                        pieces.reverse();
                        whole = pieces.concat();
                        self.send(0x82, &whole).await?;
                        continue;
                    }
                    self.echo(kind, &whole).await?;
                }
                _ if self.does(TakesOpcodes) => {}
                _ => return self.fail(1002).await,
            }
        }
    }

    async fn echo(&mut self, kind: u8, whole: &[u8]) -> std::io::Result<()> {
        if self.does(SendsBrokenText) {
            return self.send(0x81, b"\xff").await;
        }
        if self.does(MixesMessages) {
            self.send(kind, b"a").await?;
        }
        self.send(0x80 | kind, whole).await
    }

    async fn close(mut self, body: &[u8]) -> std::io::Result<()> {
        if self.does(LeavesCloseUnanswered) {
            return self.leave().await;
        }
        let reserved = matches!(body, [high, low, ..] if matches!(u16::from_be_bytes([*high, *low]), 1005 | 1006 | 1015));
        if reserved && !self.does(RepeatsReservedCodes) {
            return self.fail(1002).await;
        }
        self.send(0x88, body).await?;
        if self.does(TalksAfterClose) {
            self.send(0x81, b"one more thing").await?;
        }
        if self.does(StaysAfterClose) {
            return tokio::io::copy(&mut self.stream, &mut tokio::io::sink()).await.map(drop);
        }
        self.leave().await
    }
}
