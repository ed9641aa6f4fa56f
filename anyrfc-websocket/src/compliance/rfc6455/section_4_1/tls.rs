//! RFC 6455, section 4.1, step 5: TLS comes first, and everything goes through it.

use anyrfc_core::{ErrorKind, compliance::Check, testing::pki::Pki, tls::TlsServerConfig};
use tokio::{io::AsyncReadExt as _, net::TcpStream};

use super::super::super::{
    support::{CLOSE, PING, TEXT, body, plain},
    support_sockets::{Connecting, Kind, Peer, Place, Server, Tape, Tapped, names_turn, on_sockets, soon},
};
use crate::{Builder, Message, WebSocketClient, rfc6455 as r};

pub(in super::super) static CHECKS: &[Check] = &[
    Check {
        name: "section-4.1/tls-comes-before-the-request",
        covers: &[r::TLS_BEFORE_OPENING_HANDSHAKE],
        run: tls_comes_before_the_request,
    },
    Check { name: "section-4.1/tls-failure-fails", covers: &[r::TLS_FAILURE_FAILS], run: tls_failure_fails },
    Check {
        name: "section-4.1/nothing-outside-tls",
        covers: &[r::ALL_TRAFFIC_INSIDE_TLS, r::SERVER_TRAFFIC_INSIDE_TLS],
        run: nothing_outside_tls,
    },
    Check {
        name: "section-4.1/sni-names-the-host",
        covers: &[r::SERVER_NAME_INDICATION],
        run: sni_names_the_host,
    },
];

/// Whether the next thing to come is a whole TLS handshake record and nothing after it.
async fn is_client_hello(peer: &mut Peer<TcpStream>) -> bool {
    let record = peer.take(5).await;
    if record[..2] != [0x16, 3] {
        return false;
    }
    let hello = peer.take(u16::from_be_bytes([record[3], record[4]]).into()).await;
    hello[0] == 1 && peer.is_silent().await
}

fn tls_comes_before_the_request() {
    on_sockets("tls-first", |place| async move {
        let server = place.listen().await;
        let (server_tls, client_tls) = Pki::new().pair(&[&place.ip.to_string()]);
        let builder = WebSocketClient::builder();
        let secured = builder.clone().tls(client_tls);
        let connecting = Connecting::start(&secured, server.url("wss", "/"));
        assert!(is_client_hello(&mut server.accept().await).await);
        drop(connecting);
        // Without TLS the same listener sees the request.
        let connecting = Connecting::start(&builder, server.url("ws", "/"));
        let mut peer = server.accept().await;
        assert_eq!(peer.take(4).await, b"GET ");
        drop(connecting);
        // With it, what is decrypted first is the request.
        let connecting = Connecting::start(&secured, server.url("wss", "/"));
        let (stream, _) = soon(server_tls.accept(server.accept().await.stream)).await.expect("TLS");
        let mut peer = Peer::new(stream);
        assert!(peer.open().await.line.starts_with("GET / "));
        let client = connecting.opened().await;
        assert!(client.tls_info().is_some());
        // Behind a proxy: its own words, then TLS.
        for kind in Kind::ALL {
            let proxy = place.listen().await;
            let secured = secured.clone().proxy(kind.at(&proxy));
            let connecting = Connecting::start(&secured, server.url("wss", "/"));
            let mut peer = proxy.accept().await;
            assert_eq!(kind.asked(&mut peer).await.1, server.port());
            assert!(peer.is_silent().await);
            peer.write(kind.granted()).await;
            assert!(is_client_hello(&mut peer).await);
            drop(connecting);
        }
    });
}

/// Connects to `server`, which answers by `tls`; the error, and what the server could read.
async fn refused(server: &Server, builder: &Builder, tls: &TlsServerConfig) -> (crate::Error, Vec<u8>) {
    let connecting = Connecting::start(builder, format!("wss://a.test:{}/", server.port()));
    let mut read = Vec::new();
    // The client may notice before or after the server believes to be done.
    if let Ok((mut stream, _)) = soon(tls.accept(server.accept().await.stream)).await {
        let _ = soon(stream.read_to_end(&mut read)).await;
    }
    (connecting.failed().await, read)
}

fn tls_failure_fails() {
    on_sockets("tls-failure", |place| async move {
        let server = place.listen().await;
        let (pki, other) = (Pki::new(), Pki::new());
        let builder = place.builder().tls(pki.trusting());
        for (what, identity) in [
            ("an unknown issuer", other.server_for(&["a.test"])),
            ("another name", pki.server_for(&["b.test"])),
            ("an address only", pki.server_for(&[&place.ip.to_string()])),
            ("a time that is over", pki.expired_server_for(&["a.test"])),
            ("a time to come", pki.future_server_for(&["a.test"])),
        ] {
            let (error, read) = refused(&server, &builder, &identity.server()).await;
            assert_eq!(error.kind(), ErrorKind::Tls, "{what}: {error}");
            assert_eq!(String::from_utf8_lossy(&read), "", "{what}: sent to whom it does not trust");
        }
        // By default nobody trusts a certificate made on the spot.
        let unsure = place.builder();
        let (error, read) = refused(&server, &unsure, &pki.server_for(&["a.test"]).server()).await;
        assert_eq!((error.kind(), &read[..]), (ErrorKind::Tls, &b""[..]), "{error}");
        // No TLS at all comes back.
        for (answer, kinds) in [
            ("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", [ErrorKind::Tls, ErrorKind::Tls]),
            ("", [ErrorKind::Tls, ErrorKind::Io]),
        ] {
            let connecting = Connecting::start(&builder, format!("wss://a.test:{}/", server.port()));
            let mut peer = server.accept().await;
            assert_eq!(peer.take(2).await, [0x16, 3]);
            peer.write(answer).await;
            peer.shut().await;
            let error = connecting.failed().await;
            assert!(kinds.contains(&error.kind()), "{answer:?}: {error}");
            let (rest, _) = peer.rest().await;
            assert!(!rest.windows(4).any(|four| four == b"GET "), "fell back to plaintext");
            assert!(server.was_quiet().await, "tried again in plaintext");
        }
        // The right certificate is accepted.
        let connecting = Connecting::start(&builder, format!("wss://a.test:{}/", server.port()));
        let tls = pki.server_for(&["a.test"]).server();
        let (stream, _) = soon(tls.accept(server.accept().await.stream)).await.expect("TLS");
        Peer::new(stream).open().await;
        connecting.opened().await;
    });
}

/// Whether `bytes` are TLS records and nothing else.
fn are_records(mut bytes: &[u8]) -> bool {
    while let Some((head, rest)) = bytes.split_first_chunk::<5>() {
        let length = usize::from(u16::from_be_bytes([head[3], head[4]]));
        if !(20..=23).contains(&head[0]) || head[1] != 3 || rest.len() < length {
            return false;
        }
        bytes = &rest[length..];
    }
    bytes.is_empty()
}

/// A session with everything in it, by way of a relay that records both directions.
async fn recorded(place: Place, tls: Option<(TlsServerConfig, anyrfc_core::TlsConfig)>) -> [Vec<u8>; 2] {
    let (relay, server, tape) = (place.listen().await, place.listen().await, Tape::default());
    let relaying = async {
        let near = relay.accept().await.stream;
        let mut near = Tapped { stream: near, tape: tape.clone() };
        let mut far = TcpStream::connect(server.address()).await.expect("connected");
        let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
    };
    let session = async {
        match tls {
            None => {
                let connecting = Connecting::start(&WebSocketClient::builder(), relay.url("ws", "/secret"));
                whole_session(server.accept().await, connecting).await;
            }
            Some((server_tls, client_tls)) => {
                let builder = WebSocketClient::builder().tls(client_tls);
                let connecting = Connecting::start(&builder, relay.url("wss", "/secret"));
                let (stream, _) = soon(server_tls.accept(server.accept().await.stream)).await.expect("TLS");
                whole_session(Peer::new(stream), connecting).await;
            }
        }
    };
    tokio::join!(relaying, session);
    tape.both()
}

async fn whole_session<S>(mut peer: Peer<S>, connecting: Connecting)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    peer.open().await;
    let mut client = connecting.opened().await;
    client.send_text("a secret text").await.expect("sent");
    assert_eq!(peer.frame().await.payload, b"a secret text");
    peer.write([plain(TEXT, "a secret answer"), plain(PING, "a secret ping")].concat()).await;
    assert_eq!(soon(client.next()).await.expect("open"), Some(Message::text("a secret answer")));
    soon(client.next()).await.expect("open");
    let server = async {
        assert_eq!(peer.frame().await.first(), 0x8A);
        assert_eq!(peer.frame().await.first(), CLOSE);
        peer.write(plain(CLOSE, body(1000, "a secret reason"))).await;
        peer.shut().await;
        peer.rest().await.1.expect("an orderly end");
    };
    let (closed, ()) = tokio::join!(soon(client.close()), server);
    closed.expect("closed in order");
}

/// What must not be seen from outside.
const WORDS: [&str; 4] = ["GET /", "ec-WebSocket", "secret", "HTTP/1.1"];

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

fn nothing_outside_tls() {
    on_sockets("inside-tls", |place| async move {
        let pair = || Some(Pki::new().pair(&[&place.ip.to_string()]));
        for direction in recorded(place, pair()).await {
            assert!(are_records(&direction), "something else than TLS records");
            assert!(direction.len() > 100);
            for word in WORDS {
                assert!(!holds(&direction, word), "{word:?} outside TLS");
            }
        }
        // A session without TLS shows all of it to the same detector.
        let [from, to] = recorded(place, None).await;
        assert!(!are_records(&from) && !are_records(&to));
        assert!(WORDS.iter().filter(|word| holds(&from, word)).count() >= 3);
        assert!(WORDS.iter().filter(|word| holds(&to, word)).count() >= 3);
    });
    on_sockets("inside-tls", |place| async move {
        // What somebody injects in plaintext is never taken for the server's.
        let injected = [
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n".to_vec(),
            plain(TEXT, "injected"),
        ]
        .concat();
        for after in [false, true] {
            let (server_tls, client_tls) = Pki::new().pair(&[&place.ip.to_string()]);
            let (relay, server) = (place.listen().await, place.listen().await);
            let builder = WebSocketClient::builder().tls(client_tls);
            let connecting = Connecting::start(&builder, relay.url("wss", "/"));
            let mut near = relay.accept().await;
            let mut far = TcpStream::connect(server.address()).await.expect("connected");
            let accepted = server.accept().await.stream;
            if !after {
                near.write(&injected).await;
                let error = connecting.failed().await;
                assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
                continue;
            }
            let serving = async {
                let (stream, _) = soon(server_tls.accept(accepted)).await.expect("TLS");
                let mut peer = Peer::new(stream);
                peer.open().await;
                (peer, connecting.opened().await)
            };
            let (mut peer, mut client) = tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut near.stream, &mut far) => panic!("cut off"),
                opened = serving => opened,
            };
            near.write(&injected).await;
            let error = soon(client.next()).await.expect_err("injected");
            assert!(matches!(error.kind(), ErrorKind::Io | ErrorKind::Tls), "{error}");
            assert_eq!(soon(client.next()).await.expect("finished"), None);
            peer.shut().await;
        }
    });
}

fn sni_names_the_host() {
    let turn = names_turn();
    on_sockets("sni", |place| async move {
        let server = place.listen().await;
        let ip = place.ip.to_string();
        let pki = Pki::new();
        let names = ["a.test", "b\u{fc}cher.example", "cover.test", &ip];
        let (server_tls, client_tls) = pki.pair(&names);
        let builder = place.builder().tls(client_tls.clone());
        let port = server.port();
        for (host, expected) in [
            ("a.test", Some("a.test")),
            ("A.Test", Some("a.test")),
            ("a.test.", Some("a.test")),
            ("b\u{fc}cher.example", Some("xn--bcher-kva.example")),
            ("xn--bcher-kva.example", Some("xn--bcher-kva.example")),
            // An address is not a name (RFC 6066, section 3).
            (ip.as_str(), None),
        ] {
            let connecting = Connecting::start(&builder, format!("wss://{host}:{port}/"));
            let (stream, info) = soon(server_tls.accept(server.accept().await.stream)).await.expect("TLS");
            assert_eq!(info.server_name.as_deref(), expected, "{host}");
            Peer::new(stream).open().await;
            let client = connecting.opened().await;
            let known = client.tls_info().expect("TLS");
            assert_eq!(known.server_name.as_deref(), expected);
        }
        // Through a proxy it is still the host's name, and not the proxy's.
        let proxied = builder.clone().proxy(Kind::Connect.at(&server));
        let connecting = Connecting::start(&proxied, "wss://a.test/");
        let mut peer = server.accept().await;
        Kind::Connect.asked(&mut peer).await;
        peer.write(Kind::Connect.granted()).await;
        let (stream, info) = soon(server_tls.accept(peer.stream)).await.expect("TLS");
        assert_eq!(info.server_name.as_deref(), Some("a.test"));
        drop((connecting, stream));
        // The application may name another host of its choice; it is named then.
        let covered = builder.clone().tls(client_tls.server_name("cover.test"));
        let connecting = Connecting::start(&covered, format!("wss://a.test:{port}/"));
        let (stream, info) = soon(server_tls.accept(server.accept().await.stream)).await.expect("TLS");
        assert_eq!(info.server_name.as_deref(), Some("cover.test"));
        drop((connecting, stream));
        // A configuration without the indication is refused before anything is sent.
        let silent = builder.tls(pki.trusting_without_sni());
        let error = silent.connect(&format!("wss://a.test:{port}/")).await.expect_err("no name is sent");
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(r::SERVER_NAME_INDICATION)));
        assert!(server.was_quiet().await);
        // For an address there is no name to leave out.
        let connecting = Connecting::start(&silent, server.url("wss", "/"));
        let (stream, info) = soon(server_tls.accept(server.accept().await.stream)).await.expect("TLS");
        assert_eq!(info.server_name, None);
        drop((connecting, stream));
    });
    drop(turn);
}
