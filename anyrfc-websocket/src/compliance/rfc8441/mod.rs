//! RFC 8441, one file a section. The servers are the HTTP/2 library's own, and, where it
//! cannot misbehave, frames written by hand.

use anyrfc_core::compliance::Check;
use bytes::Bytes;
use h2::ext::Protocol;
use http::{HeaderMap, Method, Response, Uri};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream};

use crate::{Builder, Error, HttpVersion, WebSocketClient};

mod section_3;
mod section_4;
mod section_5;

pub(super) static GROUPS: &[&[Check]] = &[section_3::CHECKS, section_4::CHECKS, section_5::CHECKS];

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const END_HEADERS: u8 = 4;
/// `SETTINGS_ENABLE_CONNECT_PROTOCOL`.
const SETTING: u16 = 8;
/// `:status 200`, the eighth entry of HPACK's static table (RFC 7541, appendix A).
const STATUS_200: &[u8] = &[0x88];

/// A client that insists on HTTP/2.
fn http2() -> Builder {
    WebSocketClient::builder().http(HttpVersion::Http2)
}

/// Any frame of HTTP/2 (RFC 9113, section 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let [_, length @ ..] = u32::try_from(payload.len()).expect("a short payload").to_be_bytes();
    [&length[..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// SETTINGS with this value of the one setting.
fn setting(value: u32) -> Vec<u8> {
    frame(SETTINGS, 0, 0, &[&SETTING.to_be_bytes()[..], &value.to_be_bytes()].concat())
}

/// The other end of a client's stream.
struct Raw(DuplexStream);

impl Raw {
    /// A server that has read the client's preface.
    async fn accept(mut stream: DuplexStream) -> Self {
        let mut preface = [0; 24];
        stream.read_exact(&mut preface).await.expect("the preface");
        assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        Self(stream)
    }

    async fn say(&mut self, frame: &[u8]) {
        self.0.write_all(frame).await.expect("a client that reads");
    }

    /// The next frame: its type, stream and payload; `None` at the end.
    async fn hear(&mut self) -> Option<(u8, u32, Vec<u8>)> {
        let mut head = [0; 9];
        self.0.read_exact(&mut head).await.ok()?;
        let [a, b, c, kind, _flags, stream @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        self.0.read_exact(&mut payload).await.ok()?;
        Some((kind, u32::from_be_bytes(stream), payload))
    }

    /// The next frame of this type.
    async fn hear_a(&mut self, wanted: u8) -> (u32, Vec<u8>) {
        while let Some((kind, stream, payload)) = self.hear().await {
            if kind == wanted {
                return (stream, payload);
            }
        }
        panic!("no frame of type {wanted}")
    }

    /// The code with which the client ends the connection.
    async fn goaway_code(&mut self) -> u32 {
        let (_, payload) = self.hear_a(GOAWAY).await;
        let [_, _, _, _, a, b, c, d, ..] = payload[..] else { panic!("a short GOAWAY") };
        u32::from_be_bytes([a, b, c, d])
    }
}

/// What a server was asked.
struct Asked {
    method: Method,
    uri: Uri,
    protocol: Option<String>,
    headers: HeaderMap,
}

/// Connects to a server that answers the first request with 200 and Close: what it was asked.
async fn asked(builder: &Builder, url: &str) -> Asked {
    let (near, far) = tokio::io::duplex(1 << 16);
    let (asked, client) = tokio::join!(answer(far), builder.connect_over(url, near));
    drop(client.expect("an open connection"));
    asked
}

/// Serves one request.
async fn answer<T: AsyncRead + AsyncWrite + Send + Unpin + 'static>(stream: T) -> Asked {
    let mut settings = h2::server::Builder::new();
    settings.enable_connect_protocol();
    let mut connection = settings.handshake::<_, Bytes>(stream).await.expect("an HTTP/2 client");
    let (request, mut answer) = connection.accept().await.expect("a request").expect("a valid request");
    let send = answer.send_response(Response::new(()), false).expect("a client that waits");
    let (head, body) = request.into_parts();
    // The connection lives on until the client drops it.
    tokio::spawn(async move {
        while connection.accept().await.is_some() {}
        drop((send, body));
    });
    Asked {
        method: head.method,
        uri: head.uri,
        protocol: head.extensions.get::<Protocol>().map(|protocol| protocol.as_str().to_owned()),
        headers: head.headers,
    }
}

/// What connecting comes to, with `server` at the other end.
async fn against<F, R>(server: impl FnOnce(Raw) -> F) -> (Result<WebSocketClient, Error>, R)
where
    F: Future<Output = R>,
{
    let (near, far) = tokio::io::duplex(1 << 16);
    let serving = async { server(Raw::accept(far).await).await };
    let builder = http2();
    tokio::join!(builder.connect_over("ws://server.example.com/chat", near), serving)
}
