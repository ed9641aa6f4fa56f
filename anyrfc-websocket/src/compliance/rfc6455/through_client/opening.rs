//! Opening: redirects, randomness of each connection, internationalised names over TLS.

use std::collections::HashSet;

use anyrfc_core::{ErrorKind, Fault, compliance::Check, testing::pki::Pki};

use super::super::super::support_sockets::{Connecting, Head, Peer, on_sockets, soon};
use crate::{WebSocketClient, rfc6455 as r};

pub(in super::super) static CHECKS: &[Check] = &[
    Check {
        name: "section-4.1/every-client-draws-its-own-randomness",
        covers: &[
            r::KEY_IS_RANDOM_FOR_EACH_CONNECTION,
            r::MASKING_KEY_HAS_STRONG_ENTROPY,
            r::MASKING_KEY_IS_UNPREDICTABLE_TO_APPLICATIONS,
        ],
        run: every_client_draws_its_own_randomness,
    },
    Check {
        name: "section-4.2.2/redirects-are-followed-when-asked",
        covers: &[r::SERVER_MAY_REDIRECT],
        run: redirects_are_followed_when_asked,
    },
    Check {
        name: "section-4.1/credentials-stay-with-their-origin",
        covers: &[r::REQUEST_MAY_CARRY_OTHER_FIELDS],
        run: credentials_stay_with_their_origin,
    },
    Check {
        name: "section-11.1.2/wss-uri-reaches-the-server-converted",
        covers: &[r::WSS_HOST_IS_CONVERTED, r::WSS_COMPONENTS_ARE_PERCENT_ENCODED],
        run: wss_uri_reaches_the_server_converted,
    },
];

/// How many bits are set in each of the 128 places, over all keys.
fn bits(keys: &[Vec<u8>]) -> Vec<usize> {
    (0..128).map(|bit| keys.iter().filter(|key| key[bit / 8] >> (bit % 8) & 1 == 1).count()).collect()
}

fn every_client_draws_its_own_randomness() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    const COUNT: usize = 64;
    on_sockets("randomness", |_| async {
        // One builder, and the operating system's entropy.
        let builder = WebSocketClient::builder();
        let (mut keys, mut masks) = (Vec::new(), HashSet::new());
        for _ in 0..COUNT {
            let (near, far) = tokio::io::duplex(4096);
            let mut peer = Peer::new(far);
            let (client, head) = tokio::join!(builder.connect_over("ws://h/", near), peer.open());
            let mut client = client.expect("opened");
            keys.push(STANDARD.decode(head.one("sec-websocket-key")).expect("base64"));
            for _ in 0..4 {
                client.send_text("the same each time").await.expect("sent");
                masks.insert(peer.frame().await.key.expect("masked"));
            }
        }
        assert!(keys.iter().all(|key| key.len() == 16));
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), COUNT, "a key came twice");
        // Six standard deviations around the middle: chance does not leave it.
        let balanced = |keys: &[Vec<u8>]| bits(keys).iter().all(|count| (8..=56).contains(count));
        assert!(balanced(&keys), "{:?}", bits(&keys));
        assert!(!balanced(&vec![keys[0].clone(); COUNT]), "a constant is accepted");
        // 256 keys of 32 bits: a collision is a chance of one in a hundred thousand.
        assert!(masks.len() >= 4 * COUNT - 1, "{} different masking keys", masks.len());
    });
}

/// An answer that sends the client elsewhere.
fn redirect(status: u16, location: &str) -> String {
    format!("HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
}

fn redirects_are_followed_when_asked() {
    on_sockets("redirects", |place| async move {
        let server = place.listen().await;
        let plain = WebSocketClient::builder();
        // Not by default: it is a refusal as any other, with what the server said.
        for status in [301, 302, 303, 307, 308] {
            let connecting = Connecting::start(&plain, server.url("ws", "/from"));
            let mut peer = server.accept().await;
            peer.head().await;
            peer.write(redirect(status, "/to")).await;
            let error = connecting.failed().await;
            assert_eq!((error.kind(), error.fault()), (ErrorKind::Refused, Fault::Peer), "{error}");
            let refusal = error.refusal().expect("an answer");
            assert_eq!(
                (refusal.status.as_u16(), refusal.headers["location"].as_bytes()),
                (status, &b"/to"[..])
            );
        }
        assert!(server.was_quiet().await, "followed unasked");
        // When asked, up to the limit, each time with a key of its own.
        let following = plain.clone().redirects(2);
        for (locations, followed) in
            [(vec!["/a"], true), (vec!["/a", "b?c"], true), (vec!["/a", "/b", "/from"], false)]
        {
            let connecting = Connecting::start(&following, server.url("ws", "/from"));
            let mut keys = HashSet::new();
            for location in &locations {
                let mut peer = server.accept().await;
                keys.insert(peer.head().await.one("sec-websocket-key").to_owned());
                peer.write(redirect(307, location)).await;
            }
            if !followed {
                assert_eq!(connecting.failed().await.refusal().expect("the last one").status.as_u16(), 307);
                assert!(server.was_quiet().await);
                continue;
            }
            let head = server.accept().await.open().await;
            let last = locations[locations.len() - 1].trim_start_matches('/');
            assert_eq!(head.line, format!("GET /{last} HTTP/1.1"));
            assert!(
                keys.insert(head.one("sec-websocket-key").to_owned()) && keys.len() == locations.len() + 1
            );
            connecting.opened().await;
        }
        // What leads nowhere is the server's fault, and not tried.
        for location in ["http://h:x/", "ftp://h/", "ws://", "//u:p@h/", "http://[::1/"] {
            let connecting = Connecting::start(&following, server.url("ws", "/from"));
            let mut peer = server.accept().await;
            peer.head().await;
            peer.write(redirect(307, location)).await;
            let error = connecting.failed().await;
            assert_eq!(
                (error.kind(), error.fault()),
                (ErrorKind::Protocol, Fault::Peer),
                "{location}: {error}"
            );
        }
        // Other statuses are no redirects, Location or not.
        for status in [200, 300, 304, 404] {
            let connecting = Connecting::start(&following, server.url("ws", "/from"));
            let mut peer = server.accept().await;
            peer.head().await;
            peer.write(redirect(status, "/to")).await;
            assert_eq!(connecting.failed().await.kind(), ErrorKind::Refused, "{status}");
        }
        assert!(server.was_quiet().await);
    });
}

/// What of a request is a secret.
fn secrets(head: &Head) -> (Vec<&str>, Vec<&str>) {
    (head.all("authorization"), head.all("cookie"))
}

fn credentials_stay_with_their_origin() {
    on_sockets("credentials", |place| async move {
        let (server, other) = (place.listen().await, place.listen().await);
        let builder = WebSocketClient::builder()
            .redirects(1)
            .basic_auth("me", "hunter2".to_owned())
            .header("Cookie", "session=1")
            .header("X-Trace", "a")
            .header("X-Trace", "b");
        let basic = vec!["Basic bWU6aHVudGVyMg=="];
        assert!(!format!("{builder:?}").contains("hunter2") && !format!("{builder:?}").contains("session=1"));
        for (location, kept) in [
            ("/same".to_owned(), true),
            (server.url("ws", "/same"), true),
            (other.url("ws", "/other"), false),
        ] {
            let connecting = Connecting::start(&builder, server.url("ws", "/from"));
            let mut peer = server.accept().await;
            let first = peer.head().await;
            assert_eq!(secrets(&first), (basic.clone(), vec!["session=1"]));
            assert_eq!(first.all("x-trace"), ["a", "b"]);
            peer.write(redirect(307, &location)).await;
            let second = if kept { &server } else { &other }.accept().await.open().await;
            let expected = if kept { (basic.clone(), vec!["session=1"]) } else { (vec![], vec![]) };
            assert_eq!(secrets(&second), expected, "{location}");
            assert_eq!(second.all("x-trace"), ["a", "b"], "what is no secret goes along");
            connecting.opened().await;
        }
        // Refused credentials are asked for once more, at their origin only.
        let connecting = Connecting::start(&builder, server.url("ws", "/"));
        for _ in 0..2 {
            let mut peer = server.accept().await;
            assert_eq!(peer.head().await.all("authorization"), basic);
            peer.write("HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n").await;
            if server.was_quiet().await {
                break;
            }
        }
        assert_eq!(connecting.failed().await.kind(), ErrorKind::Auth);
    });
}

fn wss_uri_reaches_the_server_converted() {
    on_sockets("wss-converted", |place| async move {
        let server = place.listen().await;
        let pki = Pki::new();
        let tls = pki.server_for(&["xn--bcher-kva.example"]).server();
        let builder = place.builder().tls(pki.trusting());
        let port = server.port();
        for host in [
            "b\u{fc}cher.example",
            "B\u{dc}CHER.example",
            "xn--bcher-kva.example",
            "b\u{fc}cher\u{3002}example",
        ] {
            let url = format!("wss://{host}:{port}/\u{e9}/%C3%A9/\u{65e5}?\u{fc}=\u{f1}&%23");
            let connecting = Connecting::start(&builder, url);
            let (stream, info) = soon(tls.accept(server.accept().await.stream)).await.expect("TLS");
            assert_eq!(info.server_name.as_deref(), Some("xn--bcher-kva.example"), "{host}");
            let head = Peer::new(stream).open().await;
            assert_eq!(head.line, "GET /%C3%A9/%C3%A9/%E6%97%A5?%C3%BC=%C3%B1&%23 HTTP/1.1");
            assert_eq!(head.one("host"), format!("xn--bcher-kva.example:{port}"));
            connecting.opened().await;
        }
        // The converted name is the one that is verified.
        let tls = pki.server_for(&["bucher.example"]).server();
        let connecting = Connecting::start(&builder, format!("wss://b\u{fc}cher.example:{port}/"));
        let _ = soon(tls.accept(server.accept().await.stream)).await;
        assert_eq!(connecting.failed().await.kind(), ErrorKind::Tls);
        // What IDNA refuses is not sent raw.
        for host in ["xn--a", "a\u{5d0}.example", "\u{fc}..example"] {
            let url = format!("wss://{host}:{port}/");
            let error = builder.connect(&url).await.expect_err(host);
            assert_eq!(error.kind(), ErrorKind::Usage, "{host}: {error}");
        }
        assert!(server.was_quiet().await);
    });
}
