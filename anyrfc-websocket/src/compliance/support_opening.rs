//! What the checks of the opening handshake share. As in `support`, nothing here
//! uses `codec`: heads are written and read by hand, and the accept value is
//! computed from the definitions of SHA-1 and base64.

use std::time::{Duration, Instant};

use anyrfc_core::{ErrorKind, Fault, Machine as _, Output, ProtocolState, Requirement, Step, Tolerance};
use bytes::{Buf as _, BytesMut};

use super::support::{SEED, TEXT, masked, naive_frames, plain, to};
use crate::{
    Error, Message, Subprotocols, WebSocketUri,
    codec::handshake::Request,
    proto::{Config, Connection, Opening, OwnedEvent, Role, State},
};

/// The nonce of every client unless a check says otherwise, and its key.
pub(super) const NONCE: [u8; 16] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
pub(super) const KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEA==";
/// What is appended to a key before it is hashed (RFC 6455, section 1.3).
pub(super) const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// SHA-1 (FIPS 180-4, section 6.1), step by step.
fn sha1(data: &[u8]) -> [u8; 20] {
    let mut hash: [u32; 5] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];
    let mut padded = data.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((data.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let mut w: Vec<u32> =
            block.chunks(4).map(|b| b.iter().fold(0, |word, byte| word << 8 | u32::from(*byte))).collect();
        for t in 16..80 {
            w.push((w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16]).rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = hash;
        for (t, word) in w.iter().enumerate() {
            let (f, k) = match t {
                0..=19 => (b & c | !b & d, 0x5A82_7999),
                20..=39 => (b ^ c ^ d, 0x6ED9_EBA1),
                40..=59 => (b & c | b & d | c & d, 0x8F1B_BCDC),
                _ => (b ^ c ^ d, 0xCA62_C1D6_u32),
            };
            let next = a.rotate_left(5).wrapping_add(f).wrapping_add(e).wrapping_add(k).wrapping_add(*word);
            (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
        }
        for (sum, value) in hash.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(value);
        }
    }
    let mut out = [0; 20];
    for (bytes, word) in out.chunks_mut(4).zip(hash) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    out
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 (RFC 4648, section 4).
pub(super) fn base64(data: &[u8]) -> String {
    let mut out = String::new();
    for group in data.chunks(3) {
        let word = (0..3).fold(0_u32, |word, i| word << 8 | u32::from(*group.get(i).unwrap_or(&0)));
        for i in 0..4 {
            let index = (word >> (18 - 6 * i) & 63) as usize;
            out.push(if i <= group.len() { char::from(ALPHABET[index]) } else { '=' });
        }
    }
    out
}

/// What base64 text stands for; `None` for what no canonical encoder writes.
pub(super) fn unbase64(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text
        .trim_end_matches('=')
        .bytes()
        .map(|c| ALPHABET.iter().position(|a| *a == c).map(|i| i as u32))
        .collect::<Option<_>>()?;
    let mut out = Vec::new();
    for group in digits.chunks(4) {
        let word = (0..4).fold(0_u32, |word, i| word << 6 | group.get(i).copied().unwrap_or(0));
        out.extend(&word.to_be_bytes()[1..group.len()]);
    }
    (base64(&out) == text).then_some(out)
}

/// The `Sec-WebSocket-Accept` that answers `key`.
pub(super) fn naive_accept(key: &str) -> String {
    base64(&sha1(format!("{key}{GUID}").as_bytes()))
}

/// An HTTP head, to be changed and written in any way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) start: String,
    /// In their order; names as they stood on the wire.
    pub(super) fields: Vec<(String, Vec<u8>)>,
}

impl Head {
    /// Reads one head that must be valid: lines end in CRLF, fields are
    /// `token: value` without folding. Gives back what follows it.
    #[track_caller]
    pub(super) fn read(bytes: &[u8]) -> (Self, &[u8]) {
        let mut lines = Vec::new();
        let mut rest = bytes;
        let rest = loop {
            let end = rest.windows(2).position(|two| two == b"\r\n").expect("a line without its end");
            let line = &rest[..end];
            assert!(!line.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)), "a control character");
            rest = &rest[end + 2..];
            if line.is_empty() {
                break rest;
            }
            lines.push(line);
        };
        let start = String::from_utf8(lines.remove(0).to_vec()).expect("text");
        let field = |line: &[u8]| {
            let colon = line.iter().position(|b| *b == b':').expect("a field without a colon");
            let name = String::from_utf8(line[..colon].to_vec()).expect("text");
            let tchar = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            assert!(!name.is_empty() && name.bytes().all(tchar), "{name:?} is no token");
            let value = line[colon + 1..].strip_prefix(b" ").unwrap_or(&line[colon + 1..]);
            (name, value.to_vec())
        };
        (Self { start, fields: lines.into_iter().map(field).collect() }, rest)
    }

    /// Every value of a field, in order.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        let named = self.fields.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        named.map(|(_, value)| std::str::from_utf8(value).expect("text")).collect()
    }

    /// The value of a field that stands there exactly once.
    #[track_caller]
    pub(super) fn one(&self, name: &str) -> &str {
        let all = self.all(name);
        let [value] = all[..] else { panic!("{name} is not there exactly once: {all:?}") };
        value
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
        self
    }

    pub(super) fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.fields.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// The field with this value only, wherever it stood.
    pub(super) fn set(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.without(name).with(name, value)
    }

    pub(super) fn start(mut self, start: &str) -> Self {
        start.clone_into(&mut self.start);
        self
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = format!("{}\r\n", self.start).into_bytes();
        for (name, value) in &self.fields {
            out.extend(name.as_bytes());
            out.extend(b": ");
            out.extend(value);
            out.extend(b"\r\n");
        }
        out.extend(b"\r\n");
        out
    }
}

pub(super) fn uri(text: &str) -> WebSocketUri {
    WebSocketUri::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub(super) fn request(text: &str) -> Request {
    Request::new(uri(text)).expect("a request")
}

/// What `request` looks like on the wire under [`NONCE`], and nothing else was written.
#[track_caller]
pub(super) fn sent(request: &Request) -> Head {
    let mut client = Peer::client(request);
    let (head, rest) = read_all(&client.written());
    assert_eq!(rest, b"", "more than a head was sent");
    head
}

#[track_caller]
fn read_all(bytes: &[u8]) -> (Head, Vec<u8>) {
    let (head, rest) = Head::read(bytes);
    (head, rest.to_vec())
}

/// The plainest request there is, written by hand: what is wrong with ours does
/// not spoil what is to be shown of a server.
pub(super) fn plainest() -> Head {
    let head = Head { start: "GET /chat HTTP/1.1".to_owned(), fields: Vec::new() };
    head.with("Host", "server.example.com")
        .with("Upgrade", "websocket")
        .with("Connection", "Upgrade")
        .with("Sec-WebSocket-Key", KEY)
        .with("Sec-WebSocket-Version", "13")
}

/// A correct answer to a client with [`NONCE`].
pub(super) fn answer() -> Head {
    let head = Head { start: "HTTP/1.1 101 Switching Protocols".to_owned(), fields: Vec::new() };
    head.with("Upgrade", "websocket")
        .with("Connection", "Upgrade")
        .with("Sec-WebSocket-Accept", naive_accept(KEY))
}

/// One end of an opening handshake, driven by hand on virtual time.
pub(super) struct Peer {
    pub(super) connection: Connection,
    pub(super) output: Output,
    pub(super) now: Instant,
    pub(super) input: BytesMut,
    /// Takes events borrowed rather than owned.
    pub(super) borrowed: bool,
}

/// What came of feeding bytes.
#[derive(Debug, Default)]
pub(super) struct Came {
    pub(super) opened: usize,
    pub(super) messages: Vec<Message>,
    pub(super) error: Option<Error>,
}

impl Peer {
    pub(super) fn new(opening: Opening, config: Config) -> Self {
        let now = Instant::now();
        let connection = Connection::new(opening, config, SEED, now);
        Self { connection, output: Output::new(), now, input: BytesMut::new(), borrowed: false }
    }

    pub(super) fn client(request: &Request) -> Self {
        Self::client_with(request, NONCE, Config::default())
    }

    #[track_caller]
    pub(super) fn client_with(request: &Request, nonce: [u8; 16], config: Config) -> Self {
        let opening = Opening::client(request, nonce, &config).expect("a request that can be sent");
        Self::new(opening, config)
    }

    pub(super) fn server(subprotocols: &[&str]) -> Self {
        let config = Config::default();
        let subprotocols = Subprotocols::from_names(subprotocols).expect("tokens");
        Self::new(Opening::server(subprotocols, &config), config)
    }

    pub(super) fn phase(&self) -> State {
        self.connection.phase()
    }

    /// Hands over what arrived, and takes every event.
    #[track_caller]
    pub(super) fn feed(&mut self, bytes: impl AsRef<[u8]>) -> Came {
        self.input.extend_from_slice(bytes.as_ref());
        let mut came = Came::default();
        loop {
            match self.connection.advance(&self.input, self.now) {
                Ok(Step::Ready) => match self.take() {
                    OwnedEvent::Open => came.opened += 1,
                    OwnedEvent::Message(message) => came.messages.push(message),
                    OwnedEvent::Chunk(chunk) => panic!("a piece nobody asked for: {chunk:?}"),
                },
                Ok(Step::Consumed(count)) => {
                    assert!(count > 0 && count <= self.input.len(), "consumed {count}");
                    self.input.advance(count);
                }
                Ok(Step::Need(hint)) => {
                    assert!(hint > 0, "needs nothing");
                    return came;
                }
                Err(error) => {
                    came.error = Some(error);
                    return came;
                }
            }
        }
    }

    fn take(&mut self) -> OwnedEvent {
        if !self.borrowed {
            return self.connection.event_owned(&mut self.input);
        }
        let (count, event) = self.connection.event(&self.input);
        let owned = match event {
            crate::proto::Event::Open => OwnedEvent::Open,
            crate::proto::Event::Message(message) => OwnedEvent::Message(message.to_owned()),
            crate::proto::Event::Chunk(chunk) => OwnedEvent::Chunk(chunk.to_owned()),
        };
        self.input.advance(count);
        owned
    }

    /// The same in pieces of this size, up to the first error.
    #[track_caller]
    pub(super) fn feed_in(&mut self, bytes: &[u8], size: usize) -> Came {
        let mut all = Came::default();
        for piece in bytes.chunks(size) {
            let came = self.feed(piece);
            all.opened += came.opened;
            all.messages.extend(came.messages);
            if came.error.is_some() {
                all.error = came.error;
                break;
            }
        }
        all
    }

    /// Everything the connection wants to write, with what was queued already.
    #[track_caller]
    pub(super) fn written(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            let wanted = self.connection.wants_write();
            if wanted {
                self.connection.transmit(&mut self.output, self.now);
            }
            let bytes = self.output.take();
            if bytes.is_empty() {
                assert!(!wanted, "wants to write, and writes nothing");
                return all;
            }
            all.extend_from_slice(&bytes);
        }
    }

    pub(super) fn send(&mut self, message: Message) -> Result<(), Error> {
        self.connection.send(&mut self.output, message)
    }

    /// Lets time pass and calls the machine when it asked for it.
    pub(super) fn pass(&mut self, time: Duration) -> Result<(), Error> {
        let until = self.now + time;
        while let Some(at) = self.connection.poll_timeout().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.connection.handle_timeout(self.now)?;
        }
        self.now = until;
        Ok(())
    }
}

/// How input may come: at once, in some pieces, byte by byte; with borrowed or owned events.
pub(super) const WAYS: [(usize, bool); 5] =
    [(usize::MAX, false), (1, false), (usize::MAX, true), (1, true), (7, false)];
const TOLERANCES: [Tolerance; 3] = [Tolerance::Strict, Tolerance::Field, Tolerance::Lenient];

fn tolerant(tolerance: Tolerance) -> Config {
    Config { tolerance, ..Config::default() }
}

/// The client opens on `answer` however it comes, and messages then go both
/// ways, also one that came with the answer. Gives back one such client.
#[track_caller]
pub(super) fn opens(request: &Request, answer: impl AsRef<[u8]>) -> Peer {
    let answer = answer.as_ref();
    let shown = String::from_utf8_lossy(answer);
    let mut last = None;
    for tolerance in TOLERANCES {
        for (size, borrowed) in WAYS {
            let mut client = Peer { borrowed, ..Peer::client_with(request, NONCE, tolerant(tolerance)) };
            client.written();
            let came = client.feed_in(&[answer, &plain(TEXT, "first")].concat(), size);
            if let Some(error) = came.error {
                panic!("refused: {error}\n{shown}");
            }
            assert_eq!((came.opened, client.phase()), (1, State::Open), "{shown}");
            assert_eq!(came.messages, [Message::text("first")], "{shown}");
            assert_eq!(client.connection.state(), ProtocolState::Connected);
            assert_eq!(client.connection.poll_timeout(), None, "the handshake's deadline outlived it");
            assert_eq!(client.written(), b"", "{shown}");
            client.send(Message::text("second")).expect("open");
            let frames = naive_frames(&client.written());
            assert_eq!((frames.len(), frames[0].first()), (1, TEXT));
            assert_eq!(frames[0].payload, b"second");
            last = Some(client);
        }
    }
    last.expect("at least one way")
}

/// `answer` breaks `requirement`: under every tolerance, and however it comes,
/// the client fails without an event, says nothing, and stays silent.
#[track_caller]
pub(super) fn fails_opening(request: &Request, answer: impl AsRef<[u8]>, requirement: &'static Requirement) {
    fails_as(request, answer.as_ref(), (ErrorKind::Protocol, Fault::Peer), requirement);
}

#[track_caller]
pub(super) fn fails_as(
    request: &Request,
    answer: &[u8],
    (kind, fault): (ErrorKind, Fault),
    requirement: &'static Requirement,
) {
    fails_if(request, answer, (kind, fault), |broken| broken == requirement);
}

/// As the extension itself says, by a statement of its own RFC.
#[track_caller]
pub(super) fn fails_by_extension(request: &Request, answer: impl AsRef<[u8]>) {
    fails_if(request, answer.as_ref(), (ErrorKind::Protocol, Fault::Peer), |broken| broken.rfc == 7692);
}

#[track_caller]
fn fails_if(
    request: &Request,
    answer: &[u8],
    (kind, fault): (ErrorKind, Fault),
    broken: impl Fn(&'static Requirement) -> bool,
) {
    let shown = String::from_utf8_lossy(answer.get(..400).unwrap_or(answer));
    for tolerance in TOLERANCES {
        for (size, borrowed) in WAYS {
            for request_was_sent in [true, false] {
                let mut client = Peer { borrowed, ..Peer::client_with(request, NONCE, tolerant(tolerance)) };
                if request_was_sent {
                    client.written();
                }
                let came = client.feed_in(&[answer, &plain(TEXT, "early")].concat(), size);
                let Some(error) = came.error else { panic!("accepted ({size} at a time)\n{shown}") };
                assert_eq!((came.opened, &came.messages[..]), (0, &[][..]), "{shown}");
                assert!(error.requirement().is_some_and(&broken), "{error}\n{shown}");
                assert_eq!((error.kind(), error.fault()), (kind, fault), "{error}\n{shown}");
                assert!(error.close_code().is_none() && error.refusal().is_none(), "{error}");
                stays_failed(&mut client);
            }
        }
    }
}

/// Failed: nothing is written, nothing is read, and nothing is waited for.
#[track_caller]
pub(super) fn stays_failed(client: &mut Peer) {
    assert_eq!((client.phase(), client.connection.state()), (State::Failed, ProtocolState::Failed));
    assert_eq!(client.written(), b"", "something was written after the failure");
    client.input.clear();
    let later = client.feed([answer().bytes(), plain(TEXT, "late")].concat());
    assert!(later.error.is_none() && later.opened == 0 && later.messages.is_empty(), "{later:?}");
    assert!(client.send(Message::text("late")).is_err(), "sends after failing");
    assert_eq!(client.written(), b"", "answered something after failing");
    assert_eq!(client.connection.poll_timeout(), None, "waits for something after failing");
}

/// What a server makes of a request: it accepts it.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) answer: Head,
    pub(super) server: Peer,
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Peer").field("phase", &self.phase()).finish_non_exhaustive()
    }
}

/// The server role accepts `request`, however it comes, and reads a message
/// that comes with it; all ways agree. It knows `chat` and `superchat`.
#[track_caller]
pub(super) fn accepted(request: impl AsRef<[u8]>) -> Judged {
    let request = request.as_ref();
    let mut last: Option<Judged> = None;
    for (size, borrowed) in WAYS {
        let mut server = Peer { borrowed, ..Peer::server(&["chat", "superchat"]) };
        let came = server.feed_in(&[request, &masked(TEXT, "hello")].concat(), size);
        if let Some(error) = came.error {
            panic!("the server refused: {error}\n{}", String::from_utf8_lossy(request));
        }
        assert_eq!((came.opened, server.phase()), (1, State::Open));
        assert_eq!(came.messages, [Message::text("hello")]);
        let (answer, rest) = read_all(&server.written());
        assert_eq!(rest, b"", "more than a head was answered");
        if let Some(last) = &last {
            assert_eq!(answer, last.answer, "it matters how the request comes");
        }
        last = Some(Judged { answer, server });
    }
    last.expect("at least one way")
}

/// The server role refuses `request`, however it comes, with this status and
/// because of `requirement`; gives back its answer.
#[track_caller]
pub(super) fn refused(request: impl AsRef<[u8]>, status: u16, requirement: &'static Requirement) -> Head {
    let request = request.as_ref();
    let shown = String::from_utf8_lossy(request.get(..400).unwrap_or(request)).into_owned();
    let mut last = None;
    for (size, borrowed) in WAYS {
        let mut server = Peer { borrowed, ..Peer::server(&["chat", "superchat"]) };
        let came = server.feed_in(request, size);
        let Some(error) = came.error else { panic!("the server accepted ({size} at a time)\n{shown}") };
        assert_eq!((came.opened, &came.messages[..]), (0, &[][..]), "{shown}");
        assert_eq!(error.requirement(), Some(requirement), "{error}\n{shown}");
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Protocol, Fault::Peer), "{error}");
        assert_eq!(server.phase(), State::Failed);
        let (answer, rest) = read_all(&server.written());
        assert_eq!(rest, b"", "a refusal is followed by something");
        assert!(answer.start.starts_with(&format!("HTTP/1.1 {status} ")), "{}\n{shown}", answer.start);
        assert!(answer.all("Sec-WebSocket-Accept").is_empty(), "{answer:?}");
        server.input.clear();
        let later = server.feed([plainest().bytes(), to(Role::Server, TEXT, "late")].concat());
        assert!(later.opened == 0 && later.messages.is_empty() && later.error.is_none(), "{later:?}");
        assert_eq!(server.written(), b"", "answered something after refusing");
        last = Some(answer);
    }
    last.expect("at least one way")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oracle_knows_its_own_definitions() {
        let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        assert_eq!(hex(&sha1(b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(hex(&sha1(b"")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        let million = vec![b'a'; 1_000_000];
        assert_eq!(hex(&sha1(&million)), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
            assert_eq!(unbase64(text).as_deref(), Some(bytes.as_bytes()));
        }
        for bad in ["Zg", "Zg=", "Zh==", "Zg==\n", "Z", "_w==", "Zm9v===="] {
            assert_eq!(unbase64(bad), None, "{bad}");
        }
        assert_eq!(naive_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(base64(&NONCE), KEY);
    }
}
