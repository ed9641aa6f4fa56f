//! RFC 6455, section 10.6: connection confidentiality and integrity.

use anyrfc_core::{
    ErrorKind, Fault, Security, TlsConfig,
    compliance::Check,
    testing::pki::Pki,
    tls::{TlsServerConfig, TlsVersion},
};

use super::super::{
    support::{CLOSE, TEXT, body, plain},
    support_sockets::{Connecting, Peer, Server, on_sockets, soon},
};
use crate::{Message, WebSocketClient, WebSocketUri, rfc6455 as r};

pub(super) static CHECKS: &[Check] = &[
    Check { name: "section-10.6/wss-works", covers: &[r::TLS_IS_SUPPORTED], run: wss_works },
    Check {
        name: "section-10.6/tls-is-preferred-and-never-dropped",
        covers: &[r::TLS_IS_EMPLOYED],
        run: tls_is_preferred_and_never_dropped,
    },
];

/// A session by `wss`; the version of TLS that was agreed on.
async fn session(server: &Server, server_tls: &TlsServerConfig, client_tls: TlsConfig) -> &'static str {
    let builder = WebSocketClient::builder().tls(client_tls);
    let connecting = Connecting::start(&builder, server.url("wss", "/"));
    let (stream, _) = soon(server_tls.accept(server.accept().await.stream)).await.expect("TLS");
    let mut peer = Peer::new(stream);
    peer.open().await;
    let mut client = connecting.opened().await;
    client.send_binary(vec![7; 100_000]).await.expect("sent");
    let frame = peer.frame().await;
    assert!(frame.payload == [7; 100_000] && frame.key.is_some(), "{frame:?}");
    peer.write(plain(TEXT, "and back")).await;
    assert_eq!(soon(client.next()).await.expect("received"), Some(Message::text("and back")));
    let version = client.tls_info().expect("TLS").version.expect("a version");
    let server = async {
        let close = peer.frame().await;
        assert_eq!((close.first(), close.key.is_some()), (CLOSE, true));
        peer.write(plain(CLOSE, body(1000, ""))).await;
        peer.shut().await;
        peer.rest().await
    };
    let (closed, (rest, ended)) = tokio::join!(soon(client.close()), server);
    closed.expect("closed in order");
    ended.expect("close_notify");
    assert_eq!(rest, b"");
    version
}

fn wss_works() {
    on_sockets("wss-works", |place| async move {
        let server = place.listen().await;
        let (server_tls, client_tls) = Pki::new().pair(&[&place.ip.to_string()]);
        let new = client_tls.clone().minimum_version(TlsVersion::V1_3);
        assert_eq!(session(&server, &server_tls, new).await, "TLSv1.3");
        let old = server_tls.clone().maximum_version(TlsVersion::V1_2);
        assert_eq!(session(&server, &old, client_tls.clone()).await, "TLSv1.2");
        // TLS on one side only is no connection, whichever it is.
        let connecting = Connecting::start(&WebSocketClient::builder(), server.url("ws", "/"));
        soon(server_tls.accept(server.accept().await.stream)).await.expect_err("no TLS");
        let error = connecting.failed().await;
        assert!(matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Closed | ErrorKind::Io), "{error}");
        let builder = WebSocketClient::builder().tls(client_tls);
        let connecting = Connecting::start(&builder, server.url("wss", "/"));
        let mut peer = server.accept().await;
        peer.write("HTTP/1.1 101 Switching Protocols\r\n\r\n").await;
        assert_eq!(connecting.failed().await.kind(), ErrorKind::Tls);
    });
}

fn tls_is_preferred_and_never_dropped() {
    // Whoever says nothing gets TLS; an address without scheme is no way around it.
    assert!(Security::default().tls().is_some());
    WebSocketUri::parse("h.example/chat").expect_err("no scheme");
    on_sockets("tls-employed", |place| async move {
        let server = place.listen().await;
        let builder = WebSocketClient::builder();
        for (builder, scheme) in [
            (builder.clone().security(Security::Plaintext), "wss"),
            (builder.clone().security(Security::default()), "ws"),
            (builder.clone().security(Security::StartTls(TlsConfig::default())), "wss"),
            (builder.clone().security(Security::StartTls(TlsConfig::default())), "ws"),
        ] {
            let error = builder.connect(&server.url(scheme, "/")).await.expect_err("a contradiction");
            assert_eq!((error.kind(), error.fault()), (ErrorKind::Usage, Fault::Caller), "{scheme}: {error}");
        }
        assert!(server.is_quiet().await, "a connection in spite of the contradiction");
        // Plaintext only where the URL says so.
        let connecting = Connecting::start(&builder, server.url("ws", "/"));
        server.accept().await.open().await;
        assert!(connecting.opened().await.tls_info().is_none());
        // A TLS handshake that fails is not followed by an attempt without it.
        let connecting = Connecting::start(&builder, server.url("wss", "/"));
        let mut peer = server.accept().await;
        assert_eq!(peer.take(2).await, [0x16, 3]);
        peer.shut().await;
        drop(peer);
        connecting.failed().await;
        assert!(server.is_quiet().await, "it came back without TLS");
        // Nor does a server get rid of it by a redirect.
        let (server_tls, client_tls) = Pki::new().pair(&[&place.ip.to_string()]);
        let secured = builder.tls(client_tls).redirects(5);
        for (scheme, followed) in [("ws", false), ("http", false), ("wss", true), ("https", true)] {
            let connecting = Connecting::start(&secured, server.url("wss", "/from"));
            let (stream, _) = soon(server_tls.accept(server.accept().await.stream)).await.expect("TLS");
            let mut peer = Peer::new(stream);
            peer.head().await;
            let location = server.url(scheme, "/to");
            peer.write(format!("HTTP/1.1 307 There\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"))
                .await;
            if followed {
                let (stream, _) = soon(server_tls.accept(server.accept().await.stream)).await.expect("TLS");
                assert_eq!(Peer::new(stream).open().await.line, "GET /to HTTP/1.1");
                connecting.opened().await;
                continue;
            }
            let error = connecting.failed().await;
            assert_eq!((error.kind(), error.fault()), (ErrorKind::Refused, Fault::Policy), "{error}");
            assert_eq!(error.requirement(), Some(r::TLS_IS_EMPLOYED), "{error}");
            assert!(server.is_quiet().await, "it was followed to {scheme}");
        }
    });
}
