//! The opening handshake, written and read without the client's own guard.

use anyrfc_core::http1::{HeadLimits, HeadReader, ResponseHead};
use anyrfc_websocket::codec::handshake::{Key, accept_for};

use super::{frames::entropy, peer::Peer};
use crate::{
    doctor::{
        subject::{Subject, unable},
        wire::Wire,
    },
    exit::Failure,
};

/// The longest head that is read.
const HEAD_MAX: usize = 32 << 10;

/// A request that may be wrong.
pub(super) struct Request {
    method: &'static str,
    version: &'static str,
    target: String,
    fields: Vec<(&'static str, String)>,
    key: Key,
}

impl Request {
    /// As it should be, without offers (RFC 6455, section 4.1).
    pub(super) fn new(subject: &Subject) -> Self {
        let uri = subject.uri();
        let path = if uri.path().is_empty() { "/" } else { uri.path() };
        let target = uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
        let host = uri.host().map(|host| host.to_string()).unwrap_or_default();
        let host = uri.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        let key = Key::new(entropy());
        let fields = vec![
            ("Host", host),
            ("Upgrade", "websocket".to_owned()),
            ("Connection", "Upgrade".to_owned()),
            ("Sec-WebSocket-Key", key.as_str().to_owned()),
            ("Sec-WebSocket-Version", "13".to_owned()),
        ];
        Self { method: "GET", version: "HTTP/1.1", target, fields, key }
    }

    pub(super) fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub(super) fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    /// Without this field.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| *field != name);
        self
    }

    /// With this field, in place of what it had.
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self = self.without(name);
        self.fields.push((name, value.to_owned()));
        self
    }

    /// Sends it on a connection of its own, and reads the head of the answer.
    ///
    /// # Errors
    /// The connection fails, or the head is endless.
    pub(super) async fn send(self, subject: &Subject) -> Result<Answer, Failure> {
        let mut wire = subject.open().await?;
        let mut text = format!("{} {} {}\r\n", self.method, self.target, self.version);
        for (name, value) in &self.fields {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        wire.send(text.as_bytes()).await?;
        loop {
            let raw = head(&mut wire).await?;
            let mut reader = HeadReader::<ResponseHead>::new(HeadLimits::default());
            let head = reader.advance(&raw).ok().flatten().map(|(head, _)| head);
            let interim = head.as_ref().is_some_and(|head| head.status.is_informational());
            if !interim || head.as_ref().is_some_and(|head| head.status.as_u16() == 101) {
                return Ok(Answer { wire, head, raw, key: self.key });
            }
        }
    }
}

/// Everything up to the empty line, or to the end.
async fn head(wire: &mut Wire) -> Result<Vec<u8>, Failure> {
    let mut raw = Vec::new();
    while let Some(line) = wire.line().await? {
        raw.extend_from_slice(&line);
        if raw.len() > HEAD_MAX {
            return Err(unable("the head of the answer is endless"));
        }
        if matches!(line.as_slice(), b"\r\n" | b"\n") || !line.ends_with(b"\n") {
            break;
        }
    }
    Ok(raw)
}

/// What came of a request.
pub(super) struct Answer {
    wire: Wire,
    head: Option<ResponseHead>,
    raw: Vec<u8>,
    key: Key,
}

impl Answer {
    /// The head, where it can be read.
    pub(super) fn head(&self) -> Option<&ResponseHead> {
        self.head.as_ref()
    }

    /// Its bytes.
    pub(super) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The `Sec-WebSocket-Accept` that answers the request's key.
    pub(super) fn accept(&self) -> String {
        accept_for(&self.key)
    }

    /// Whether the server takes the connection for a WebSocket from here on.
    pub(super) fn switched(&self) -> bool {
        self.raw.starts_with(b"HTTP/1.1 101")
    }

    /// The values of a field, in their order.
    pub(super) fn field(&self, name: &str) -> Vec<&[u8]> {
        let values = self.head.iter().flat_map(|head| head.headers.get_all(name));
        values.map(|value| value.as_bytes()).collect()
    }

    /// The open connection.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn open(self, compressed: bool) -> Result<Peer, Failure> {
        if !self.switched() {
            let status = self.head.as_ref().map(|head| head.status.to_string());
            let status = status.unwrap_or_else(|| "no HTTP".to_owned());
            return Err(unable(format!("the server answered the opening handshake with {status}")));
        }
        Ok(Peer::new(self.wire, compressed))
    }
}

/// An open connection without subprotocol and extensions.
///
/// # Errors
/// The handshake does not succeed.
pub(super) async fn open(subject: &Subject) -> Result<Peer, Failure> {
    Request::new(subject).send(subject).await?.open(false)
}
