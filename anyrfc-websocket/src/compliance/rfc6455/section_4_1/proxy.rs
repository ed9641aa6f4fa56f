//! RFC 6455, section 4.1, step 3: proxies, and what does not open.

use std::sync::{Arc, Mutex};

use anyrfc_core::{
    BoxFuture, ErrorKind, compliance::Check, error::ErrorDetail, testing::pki::Pki, transport::Resolve,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::super::super::support_sockets::{Connecting, Kind, Peer, Place, names_turn, on_sockets};
use crate::{WebSocketClient, WebSocketUri, rfc6455 as r};

pub(in super::super) static CHECKS: &[Check] = &[
    Check {
        name: "section-4.1/configured-proxy-is-asked",
        covers: &[r::CONFIGURED_PROXY_IS_USED],
        run: configured_proxy_is_asked,
    },
    Check {
        name: "section-4.1/no-proxy-means-direct",
        covers: &[r::DIRECT_CONNECTION_WITHOUT_PROXY],
        run: no_proxy_means_direct,
    },
    Check {
        name: "section-4.1/proxy-selector-gets-the-websocket-uri",
        covers: &[r::PROXY_AUTOCONFIGURATION_URI],
        run: proxy_selector_gets_the_websocket_uri,
    },
    Check {
        name: "section-4.1/refused-connection-fails",
        covers: &[r::UNOPENED_CONNECTION_FAILS],
        run: refused_connection_fails,
    },
];

fn configured_proxy_is_asked() {
    let turn = names_turn();
    for kind in Kind::ALL {
        on_sockets("configured-proxy", |place| async move {
            let (server_tls, client_tls) = Pki::new().pair(&["a.example"]);
            let (proxy, target) = (place.listen().await, place.listen().await);
            let builder = WebSocketClient::builder().proxy(kind.at(&proxy)).tls(client_tls);
            for (url, port) in
                [("ws://a.example/", 80), ("ws://a.example:8080/", 8080), ("wss://a.example/", 443)]
            {
                let secure = url.starts_with("wss");
                let builder = if secure { builder.clone() } else { plaintext(&builder) };
                let connecting = Connecting::start(&builder, url);
                let mut peer = proxy.accept().await;
                // The name goes to the proxy as it is; the default port is spelled out.
                assert_eq!(kind.asked(&mut peer).await, ("a.example".to_owned(), port));
                peer.write(kind.granted()).await;
                let head = if secure {
                    let (stream, _) = server_tls.accept(peer.stream).await.expect("TLS");
                    let mut peer = Peer::new(stream);
                    let head = peer.open().await;
                    connecting.opened().await;
                    head
                } else {
                    let head = peer.open().await;
                    assert!(connecting.opened().await.connection_info().proxied);
                    head
                };
                assert_eq!(head.all("proxy-authorization"), [""; 0]);
            }
            // An address goes as an address, and the target is only ever reached by the proxy.
            let connecting = Connecting::start(&plaintext(&builder), target.url("ws", "/"));
            let mut peer = proxy.accept().await;
            assert_eq!(kind.asked(&mut peer).await, (place.ip.to_string(), target.port()));
            assert!(target.is_quiet().await);
            let mut through = tokio::net::TcpStream::connect(target.address()).await.expect("connected");
            let mut reached = target.accept().await;
            peer.write(kind.granted()).await;
            let pipe = tokio::io::copy_bidirectional(&mut peer.stream, &mut through);
            let session = async {
                reached.open().await;
                connecting.opened().await
            };
            tokio::select! {
                _ = pipe => panic!("the tunnel broke"),
                _ = session => {}
            }
            assert!(target.was_quiet().await);
            // Without the proxy there is no way: nothing falls back to a direct connection.
            let down = kind.at(&proxy);
            drop(proxy);
            let builder = WebSocketClient::builder().proxy(down);
            let error = builder.connect(&target.url("ws", "/")).await.expect_err("the proxy is down");
            assert_eq!(error.kind(), ErrorKind::Io, "{error}");
            assert!(target.is_quiet().await);
        });
    }
    on_sockets("configured-proxy", credentials_are_for_the_proxy);
    drop(turn);
}

fn plaintext(builder: &crate::Builder) -> crate::Builder {
    builder.clone().security(anyrfc_core::Security::Plaintext)
}

async fn credentials_are_for_the_proxy(place: Place) {
    let proxy = place.listen().await;
    let with = |kind: Kind| kind.at(&proxy).credentials("me", "proxy secret").expect("fits");
    let builder = WebSocketClient::builder().proxy(with(Kind::Connect));
    let connecting = Connecting::start(&builder, "ws://a.example/");
    let mut peer = proxy.accept().await;
    let asked = peer.head().await;
    let basic = format!("Basic {}", STANDARD.encode("me:proxy secret"));
    assert_eq!(asked.one("proxy-authorization"), basic);
    peer.write(Kind::Connect.granted()).await;
    let head = peer.open().await;
    assert!(!format!("{head:?}").contains(&basic), "the target is told what is the proxy's");
    connecting.opened().await;

    let builder = WebSocketClient::builder().proxy(with(Kind::Socks5));
    let connecting = Connecting::start(&builder, "ws://a.example/");
    let mut peer = proxy.accept().await;
    assert_eq!(peer.take(4).await, [5, 2, 0, 2]);
    peer.write([5, 2]).await;
    assert_eq!(peer.take(17).await, b"\x01\x02me\x0cproxy secret");
    peer.write([1, 0]).await;
    assert_eq!(peer.take(16).await, b"\x05\x01\x00\x03\x09a.example\x00\x50");
    peer.write(Kind::Socks5.granted()).await;
    assert!(!format!("{:?}", peer.open().await).contains("secret"));
    connecting.opened().await;
}

fn no_proxy_means_direct() {
    on_sockets("no-proxy", |place| async move {
        let (proxy, target) = (place.listen().await, place.listen().await);
        let (none, elsewhere) = (WebSocketClient::builder(), Kind::Connect.at(&proxy));
        let (elsewhere, asked) = (Arc::new(elsewhere), target.address().to_string());
        // Not configured, or configured for other hosts only.
        let other = WebSocketClient::builder()
            .proxy_selector(move |uri| (uri.authority() != asked).then(|| Arc::clone(&elsewhere)));
        for builder in [none, other.clone()] {
            let connecting = Connecting::start(&builder, target.url("ws", "/"));
            let mut peer = target.accept().await;
            assert!(peer.open().await.line.starts_with("GET / "));
            let client = connecting.opened().await;
            let from = peer.stream.peer_addr().expect("connected");
            let info = client.connection_info();
            assert_eq!((info.local, info.peer, info.proxied), (Some(from), Some(target.address()), false));
            assert!(proxy.was_quiet().await, "a proxy that nobody configured");
        }
        // The detector works: another host does go there.
        let connecting = Connecting::start(&other, proxy.url("ws", "/"));
        Kind::Connect.asked(&mut proxy.accept().await).await;
        drop(connecting);
    });
}

/// Says what was looked up.
#[derive(Clone, Debug, Default)]
struct NoNames(Arc<Mutex<Vec<String>>>);

impl Resolve for NoNames {
    fn resolve<'a>(
        &'a self,
        host: &'a str,
        _: u16,
    ) -> BoxFuture<'a, std::io::Result<Vec<std::net::SocketAddr>>> {
        self.0.lock().expect("not poisoned").push(host.to_owned());
        Box::pin(async { Ok(vec![]) })
    }
}

fn proxy_selector_gets_the_websocket_uri() {
    on_sockets("selector", |_| async {
        for (written, rebuilt) in [
            ("ws://h/p?q", "ws://h/p?q"),
            ("ws://h", "ws://h/"),
            ("ws://h:80/", "ws://h/"),
            ("wss://h:443/?", "wss://h/"),
            ("wss://h:8443/", "wss://h:8443/"),
            ("ws://h:443/", "ws://h:443/"),
            ("ws://[::1]:9/x", "ws://[::1]:9/x"),
            ("WS://ME:secret@H.Example:80/%41?%2f", "ws://h.example/%41?%2f"),
            ("wss://b\u{fc}cher.example/\u{e9}", "wss://xn--bcher-kva.example/%C3%A9"),
        ] {
            let seen = Arc::new(Mutex::new(Vec::new()));
            let (record, names) = (Arc::clone(&seen), NoNames::default());
            let builder = WebSocketClient::builder()
                .transport(move |connector| connector.resolver(names.clone()))
                .limits({
                    let mut limits = anyrfc_core::Limits::default();
                    limits.connect_time = std::time::Duration::from_millis(1);
                    limits
                })
                .proxy_selector(move |uri| {
                    assert!(uri.credentials().is_none(), "{uri} with credentials");
                    assert!(!format!("{uri:?}").contains("secret"));
                    record.lock().expect("not poisoned").push(uri.to_string());
                    None
                });
            // Nothing is reached; the proxy is chosen before.
            builder.connect(written).await.expect_err("nobody is there");
            assert_eq!(*seen.lock().expect("not poisoned"), [rebuilt]);
            let parts = |uri: &str| {
                let uri = WebSocketUri::parse(uri).expect("valid");
                (uri.host().to_string(), uri.port(), uri.resource_name().to_owned(), uri.is_secure())
            };
            assert_eq!(parts(written), parts(rebuilt));
        }
    });
    on_sockets("selector", |place| async move {
        // Its answer decides who is connected to.
        let (one, two, target) = (place.listen().await, place.listen().await, place.listen().await);
        let proxies = [&one, &two].map(|proxy| Arc::new(Kind::Connect.at(proxy)));
        let builder =
            WebSocketClient::builder().proxy_selector(move |uri| match uri.to_string().rsplit_once('/') {
                Some((_, "one")) => Some(Arc::clone(&proxies[0])),
                Some((_, "two")) => Some(Arc::clone(&proxies[1])),
                _ => None,
            });
        for (path, expected) in [("/one", &one), ("/two", &two), ("/direct", &target)] {
            let connecting = Connecting::start(&builder, target.url("ws", path));
            expected.accept().await;
            connecting.failed().await;
            for other in [&one, &two, &target] {
                assert!(other.was_quiet().await, "{path}");
            }
        }
    });
}

/// An answer of a proxy, and how the attempt fails.
type Answer = (Kind, Vec<u8>, ErrorKind);

fn answers() -> Vec<Answer> {
    let http = |text: &str, kind| (Kind::Connect, text.as_bytes().to_vec(), kind);
    let socks = |bytes: &[u8], kind| (Kind::Socks5, bytes.to_vec(), kind);
    let mut endless = "HTTP/1.1 200 OK\r\n".to_owned();
    endless.push_str(&"X: y\r\n".repeat(20_000));
    vec![
        http("HTTP/1.1 403 Forbidden\r\n\r\n", ErrorKind::Refused),
        http("HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic\r\n\r\n", ErrorKind::Auth),
        http("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno", ErrorKind::Refused),
        http("HTTP/1.1 301 There\r\nLocation: http://h/\r\n\r\n", ErrorKind::Refused),
        http("HTTP/1.1 101 Switching Protocols\r\n\r\n", ErrorKind::Protocol),
        http("220 mail.example ESMTP\r\n\r\n", ErrorKind::Protocol),
        http("", ErrorKind::Closed),
        http("HTTP/1.1 200 OK\r\n", ErrorKind::Closed),
        http(&endless, ErrorKind::Limit),
        socks(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0], ErrorKind::Refused),
        socks(&[5, 1, 0, 1, 0, 0, 0, 0, 0, 0], ErrorKind::Refused),
        socks(&[5, 8, 0, 1, 0, 0, 0, 0, 0, 0], ErrorKind::Unsupported),
        socks(&[4, 0, 0, 1, 0, 0, 0, 0, 0, 0], ErrorKind::Protocol),
        socks(&[5, 0, 0, 9, 0, 0, 0, 0, 0, 0], ErrorKind::Protocol),
        socks(&[5, 0, 0], ErrorKind::Closed),
        socks(&[], ErrorKind::Closed),
    ]
}

fn refused_connection_fails() {
    on_sockets("refused", |place| async move {
        // Nobody listens.
        let closed = place.listen().await;
        let url = closed.url("ws", "/");
        drop(closed);
        let error = WebSocketClient::connect(&url).await.expect_err("nobody listens");
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        // Somebody else does, at the second address: that one is used.
        let server = place.listen().await;
        let (port, ip) = (server.port(), place.ip);
        let builder = WebSocketClient::builder().transport(move |connector| {
            connector.resolver(Both([std::net::Ipv4Addr::new(127, 255, 255, 254), ip]))
        });
        let connecting = Connecting::start(&builder, format!("ws://a.test:{port}/"));
        server.accept().await.open().await;
        connecting.opened().await;
    });
    on_sockets("refused", |place| async move {
        for (kind, answer, expected) in answers() {
            let proxy = place.listen().await;
            let builder = WebSocketClient::builder().proxy(kind.at(&proxy));
            let connecting = Connecting::start(&builder, format!("ws://{}:9/", place.ip));
            let mut peer = proxy.accept().await;
            kind.asked(&mut peer).await;
            let shown = String::from_utf8_lossy(&answer[..answer.len().min(40)]).into_owned();
            {
                use tokio::io::AsyncWriteExt as _;
                // It may hang up in the middle of an endless one.
                let _ = peer.stream.write_all(&answer).await;
                let _ = peer.stream.shutdown().await;
            }
            let error = connecting.failed().await;
            assert_eq!(error.kind(), expected, "{shown}: {error}");
            let (rest, _) = peer.rest().await;
            assert_eq!(String::from_utf8_lossy(&rest), "", "after {shown}");
            let source = std::error::Error::source(&error).and_then(|source| source.downcast_ref());
            let detail = source.map(anyrfc_core::Error::detail);
            match &answer[..] {
                _ if answer.starts_with(b"HTTP/1.1 403") => {
                    assert!(matches!(detail, Some(ErrorDetail::ProxyStatus(403))), "{detail:?}");
                }
                [5, 5, ..] => assert!(matches!(detail, Some(ErrorDetail::SocksReply(5))), "{detail:?}"),
                _ => {}
            }
        }
        // A SOCKS5 proxy that takes none of our methods, or another version.
        for (answer, expected) in
            [([5, 0xFF], ErrorKind::Auth), ([4, 0], ErrorKind::Protocol), ([5, 2], ErrorKind::Protocol)]
        {
            let proxy = place.listen().await;
            let builder = WebSocketClient::builder().proxy(Kind::Socks5.at(&proxy));
            let connecting = Connecting::start(&builder, format!("ws://{}:9/", place.ip));
            let mut peer = proxy.accept().await;
            assert_eq!(peer.take(3).await, [5, 1, 0]);
            peer.write(answer).await;
            assert_eq!(connecting.failed().await.kind(), expected);
            assert_eq!(peer.rest().await.0, b"");
        }
        // The same proxies, when they say yes.
        for kind in Kind::ALL {
            let proxy = place.listen().await;
            let builder = WebSocketClient::builder().proxy(kind.at(&proxy));
            let connecting = Connecting::start(&builder, format!("ws://{}:9/", place.ip));
            let mut peer = proxy.accept().await;
            kind.asked(&mut peer).await;
            peer.write(kind.granted()).await;
            peer.open().await;
            connecting.opened().await;
        }
    });
}

/// Two addresses for every name.
#[derive(Clone, Copy, Debug)]
struct Both([std::net::Ipv4Addr; 2]);

impl Resolve for Both {
    fn resolve<'a>(
        &'a self,
        _: &'a str,
        port: u16,
    ) -> BoxFuture<'a, std::io::Result<Vec<std::net::SocketAddr>>> {
        let Self(addresses) = *self;
        Box::pin(async move { Ok(addresses.map(|ip| (ip, port).into()).to_vec()) })
    }
}
