//! RFC 6455, section 4.1: opening the connection, from the URI to the answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyrfc_core::{BoxFuture, ErrorKind, Fault, compliance::Check, transport::Resolve};
use tokio::io::AsyncReadExt as _;

use super::super::super::{
    support::{TEXT, plain},
    support_sockets::{Connecting, Kind, Peer, Place, on_sockets, soon, stays_pending},
};
use crate::{Message, WebSocketClient, WebSocketUri, rfc6455 as r, testing};

pub(in super::super) static CHECKS: &[Check] = &[
    Check {
        name: "section-4.1/establishes-by-connect-send-read",
        covers: &[r::ESTABLISH_A_CONNECTION],
        run: establishes_by_connect_send_read,
    },
    Check {
        name: "section-4.1/uri-components-are-validated",
        covers: &[r::URI_COMPONENTS_ARE_VALID],
        run: uri_components_are_validated,
    },
    Check {
        name: "section-4.1/invalid-component-never-connects",
        covers: &[r::INVALID_URI_COMPONENT_FAILS],
        run: invalid_component_never_connects,
    },
    Check {
        name: "section-4.1/handshake-is-sent-on-every-path",
        covers: &[r::OPENING_HANDSHAKE_IS_SENT],
        run: handshake_is_sent_on_every_path,
    },
];

fn establishes_by_connect_send_read() {
    on_sockets("establishes", |place| async move {
        let server = place.listen().await;
        let connecting = Connecting::start(&WebSocketClient::builder(), server.url("ws", "/chat?q"));
        let mut peer = server.accept().await;
        let head = peer.head().await;
        assert_eq!(head.line, "GET /chat?q HTTP/1.1");
        // One request, and then it waits for the answer.
        assert!(peer.is_silent().await);
        peer.write(head.answer()).await;
        let mut client = connecting.opened().await;
        client.send_text("there").await.expect("sent");
        assert_eq!(peer.frame().await.payload, b"there");
        peer.write(plain(TEXT, "and back")).await;
        assert_eq!(soon(client.next()).await.expect("received"), Some(Message::text("and back")));
        assert!(server.was_quiet().await, "one connection is enough");
    });
    on_sockets("establishes", |place| async move {
        // Without an answer, or with half of one, there is no connection.
        for part in ["", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"] {
            let server = place.listen().await;
            let builder = WebSocketClient::builder().handshake_timeout(Duration::from_millis(200));
            let connecting = Connecting::start(&builder, server.url("ws", "/"));
            let mut peer = server.accept().await;
            peer.head().await;
            peer.write(part).await;
            let error = connecting.failed().await;
            assert_eq!((error.kind(), error.fault()), (ErrorKind::Timeout, Fault::Network), "{error}");
            let (rest, _) = peer.rest().await;
            assert_eq!(rest, b"", "one request, and the end");
        }
    });
}

fn uri_components_are_validated() {
    for text in [
        "",
        "h",
        "/chat",
        "//h/chat",
        "http://h/",
        "https://h/",
        "wsx://h/",
        "ws:h",
        "ws:/h/",
        "ws:///",
        "ws://:80/",
        "ws://a b/",
        "ws://a%zz/",
        "ws://a%00b/",
        "ws://a%2Fb/",
        "ws://a..b/",
        "ws://[::1/",
        "ws://[::g]/",
        "ws://[1.2.3.4]/",
        "ws://h:65536/",
        "ws://h:8x/",
        "ws://h:-1/",
        "ws://h:0/",
        "ws://h/a\r\nb",
        "ws://h/a\nb",
        "ws://h/a\u{0}b",
        "ws://h\r\n/",
        "ws://h/?a\r\nHost: other",
        "wss://h/%",
        "wss://h/%4",
        " ws://h/",
    ] {
        let error = WebSocketUri::parse(text).expect_err(text);
        assert_eq!(error.requirement(), r::URI_COMPONENTS_ARE_VALID, "{text:?}: {error}");
        assert_eq!(error.kind(), ErrorKind::Usage, "{text:?}");
        assert!(!error.to_string().contains(['\r', '\n', '\0']), "{error}");
    }
    for (text, secure, host, port, resource) in [
        ("ws://h", false, "h", 80, "/"),
        ("WS://H.Example/", false, "h.example", 80, "/"),
        ("wss://h?a=b", true, "h", 443, "/?a=b"),
        ("ws://127.0.0.1:9/a/b?c#"[..].trim_end_matches('#'), false, "127.0.0.1", 9, "/a/b?c"),
        ("ws://[2001:db8::1]:9/", false, "[2001:db8::1]", 9, "/"),
        ("wss://u:p@h:8443/x", true, "h", 8443, "/x"),
        ("ws://h//a/../b", false, "h", 80, "//a/../b"),
        ("ws://h/%23%2F?%23", false, "h", 80, "/%23%2F?%23"),
        ("ws://xn--bcher-kva.example/", false, "xn--bcher-kva.example", 80, "/"),
    ] {
        let uri = WebSocketUri::parse(text).expect(text);
        assert_eq!(
            (uri.is_secure(), uri.host().to_string().as_str(), uri.port(), uri.resource_name()),
            (secure, host, port, resource),
            "{text}"
        );
        assert!(!uri.authority().contains('@') && !uri.to_string().contains('@'), "{uri}");
    }
}

/// Counts lookups, which come before anything else that is done for a host.
#[derive(Clone, Debug, Default)]
struct Counting(Arc<AtomicUsize>);

impl Resolve for Counting {
    fn resolve<'a>(
        &'a self,
        _: &'a str,
        port: u16,
    ) -> BoxFuture<'a, std::io::Result<Vec<std::net::SocketAddr>>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move { Ok(vec![(std::net::Ipv4Addr::LOCALHOST, port).into()]) })
    }
}

fn invalid_component_never_connects() {
    on_sockets("invalid-component", |place| async move {
        let server = place.listen().await;
        let (authority, lookups) = (server.address(), Counting::default());
        let counting = lookups.clone();
        let builder = WebSocketClient::builder().transport(move |connector| {
            // Called for every attempt, before it begins.
            counting.0.fetch_add(1, Ordering::SeqCst);
            connector.resolver(counting.clone())
        });
        for url in [
            format!("http://{authority}/"),
            format!("ws://{authority}/#fragment"),
            format!("ws://{authority}/a\r\nX: y"),
            format!("ws://{authority}/%zz"),
            format!("ws:{authority}/"),
            format!("{authority}/"),
        ] {
            let error = builder.connect(&url).await.expect_err(&url);
            assert_eq!((error.kind(), error.fault()), (ErrorKind::Usage, Fault::Caller), "{url}: {error}");
            assert!(error.requirement().is_some(), "{url}: {error}");
        }
        // What cannot be sent is no less a reason.
        for builder in [
            builder.clone().header("X-A", "b\r\nX-C: d"),
            builder.clone().header("X A", "b"),
            builder.clone().header("Sec-WebSocket-Key", "mine"),
            builder.clone().subprotocol("a b"),
            builder.clone().origin("https://h/path"),
        ] {
            let error = builder.connect(&server.url("ws", "/")).await.expect_err("cannot be sent");
            assert_eq!((error.kind(), error.fault()), (ErrorKind::Usage, Fault::Caller), "{error}");
        }
        assert_eq!(lookups.0.load(Ordering::SeqCst), 0, "an attempt was begun");
        assert!(server.is_quiet().await, "a connection was made");
        // The valid one of the same server is connected to.
        let connecting = Connecting::start(&builder, server.url("ws", "/"));
        server.accept().await.open().await;
        connecting.opened().await;
        assert_eq!(lookups.0.load(Ordering::SeqCst), 1);
    });
}

fn handshake_is_sent_on_every_path() {
    on_sockets("every-path", direct_and_tunnelled);
    on_sockets("every-path", secured);
    on_sockets("every-path", streams_of_the_caller);
    on_sockets("every-path", too_early);
}

/// The first thing on the path is one whole request, which our server accepts too.
async fn is_opened<S>(peer: Peer<S>, connecting: Connecting)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let mut driver = testing::accept(peer.stream, crate::proto::Config::default());
    let opened = soon(driver.next()).await.expect("a valid request");
    assert_eq!(opened, Some(crate::proto::OwnedEvent::Open));
    soon(driver.flush()).await.expect("answered");
    connecting.opened().await;
}

async fn direct_and_tunnelled(place: Place) {
    let server = place.listen().await;
    let connecting = Connecting::start(&WebSocketClient::builder(), server.url("ws", "/"));
    is_opened(server.accept().await, connecting).await;
    for kind in Kind::ALL {
        let proxy = place.listen().await;
        let builder = WebSocketClient::builder().proxy(kind.at(&proxy));
        let connecting = Connecting::start(&builder, format!("ws://{}:81/", place.ip));
        let mut peer = proxy.accept().await;
        assert_eq!(kind.asked(&mut peer).await, (place.ip.to_string(), 81));
        assert!(peer.is_silent().await, "a request before the tunnel is there");
        peer.write(kind.granted()).await;
        is_opened(peer, connecting).await;
    }
}

async fn secured(place: Place) {
    let (server_tls, client_tls) = anyrfc_core::testing::pki::Pki::new().pair(&["a.test"]);
    let server = place.listen().await;
    let builder = place.builder().tls(client_tls.clone());
    let connecting = Connecting::start(&builder, format!("wss://a.test:{}/", server.port()));
    let (stream, _) = soon(server_tls.accept(server.accept().await.stream)).await.expect("TLS");
    is_opened(Peer::new(stream), connecting).await;

    let proxy = place.listen().await;
    let builder = builder.proxy(Kind::Connect.at(&proxy));
    let turn = super::super::super::support_sockets::names_turn();
    let connecting = Connecting::start(&builder, "wss://a.test/");
    let mut peer = proxy.accept().await;
    assert_eq!(Kind::Connect.asked(&mut peer).await, ("a.test".to_owned(), 443));
    peer.write(Kind::Connect.granted()).await;
    let (stream, _) = soon(server_tls.accept(peer.stream)).await.expect("TLS");
    is_opened(Peer::new(stream), connecting).await;
    drop(turn);
}

async fn streams_of_the_caller(_: Place) {
    let over = |stream: anyrfc_core::transport::Connection| async {
        WebSocketClient::builder().connect_over("ws://h/", stream).await.expect("opened")
    };
    let accepts = |far: anyrfc_core::transport::Connection| async {
        let mut driver = testing::accept(far, crate::proto::Config::default());
        soon(driver.next()).await.expect("a valid request");
        soon(driver.flush()).await.expect("answered");
        driver
    };
    let (near, far) = tokio::io::duplex(1000);
    let connection = anyrfc_core::transport::Connection::from_stream;
    tokio::join!(over(connection(near)), accepts(connection(far)));
    #[cfg(unix)]
    {
        let connection = anyrfc_core::transport::Connection::from_stream;
        let (near, far) = tokio::net::UnixStream::pair().expect("a pair");
        tokio::join!(over(connection(near)), accepts(connection(far)));
    }
}

/// What a server says before it was asked opens nothing.
async fn too_early(place: Place) {
    let early = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                 Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    let frames = [plain(TEXT, "early"), b"\r\n\r\n".to_vec()].concat();
    for banner in
        [[early.as_bytes(), &frames].concat(), b"220 mail.example ESMTP\r\n\r\n".to_vec(), frames.clone()]
    {
        let server = place.listen().await;
        let connecting = Connecting::start(&WebSocketClient::builder(), server.url("ws", "/"));
        let mut peer = server.accept().await;
        peer.write(&banner).await;
        let error = connecting.failed().await;
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        assert!(error.requirement().is_some(), "{error}");
    }
    // The same from a proxy, in one piece with its own answer.
    let proxy = place.listen().await;
    let builder = WebSocketClient::builder().proxy(Kind::Connect.at(&proxy));
    let connecting = Connecting::start(&builder, format!("ws://{}/", place.ip));
    let mut peer = proxy.accept().await;
    Kind::Connect.asked(&mut peer).await;
    peer.write([Kind::Connect.granted(), early.as_bytes(), &frames].concat()).await;
    let error = connecting.failed().await;
    assert_eq!(error.requirement(), Some(r::RESPONSE_WITH_WRONG_ACCEPT_FAILS), "{error}");
    let mut rest = Vec::new();
    let read = stays_pending(peer.stream.read_to_end(&mut rest)).await;
    assert!(!read, "the connection is left open");
}
