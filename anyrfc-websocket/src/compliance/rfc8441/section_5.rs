//! RFC 8441, section 5: using extended CONNECT to bootstrap WebSocket.

use anyrfc_core::{ErrorKind, compliance::Check, testing::pki::Pki};
use http::Method;

use super::{answer, asked, http2};
use crate::{compliance::wire::virtually, rfc8441 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8441/section-5/connect-has-protocol",
        covers: &[r::CONNECT_HAS_PROTOCOL, r::PROTOCOL_IS_WEBSOCKET],
        run: connect_has_protocol,
    },
    Check {
        name: "rfc8441/section-5/scheme-stands-for-the-uri",
        covers: &[r::SCHEME_STANDS_FOR_THE_URI],
        run: scheme_stands_for_the_uri,
    },
    Check {
        name: "rfc8441/section-5/no-connection-or-upgrade",
        covers: &[r::NO_CONNECTION_OR_UPGRADE],
        run: no_connection_or_upgrade,
    },
];

const URL: &str = "ws://server.example.com/chat";

/// The field is there, and it says what it must, letter by letter.
fn connect_has_protocol() {
    virtually(async {
        let asked = asked(&http2().subprotocol("chat").origin("http://example.com"), URL).await;
        assert_eq!(asked.method, Method::CONNECT);
        let protocol = asked.protocol.expect("a CONNECT without :protocol");
        assert_eq!(protocol, "websocket");
        // What goes with it as in RFC 6455.
        assert_eq!(asked.headers["sec-websocket-version"], "13");
        assert_eq!(asked.headers["sec-websocket-protocol"], "chat");
        assert_eq!(asked.headers["origin"], "http://example.com");
    });
}

/// `http` for `ws`, and `https` for `wss`, which is inside TLS.
fn scheme_stands_for_the_uri() {
    virtually(async {
        assert_eq!(asked(&http2(), URL).await.uri.scheme_str(), Some("http"));

        let (server, client) = Pki::new().pair(&["server.example.com"]);
        let server = server.alpn(["h2"]);
        let (near, far) = tokio::io::duplex(1 << 16);
        let serving = async {
            let (stream, _) = server.accept(far).await.expect("a TLS client");
            answer(stream).await
        };
        let builder = http2().tls(client);
        let connecting = builder.connect_over("wss://server.example.com/chat", near);
        let (asked, client) = tokio::join!(serving, connecting);
        client.expect("open");
        assert_eq!(asked.uri.scheme_str(), Some("https"));
        assert_eq!(asked.uri.path(), "/chat");
    });
}

/// Nothing of HTTP/1.1's upgrade, neither of our own nor by the caller's wish.
fn no_connection_or_upgrade() {
    virtually(async {
        let builder = http2().header("cookie", "a=b").basic_auth("user", "password".to_owned());
        let asked = asked(&builder, URL).await;
        for name in ["connection", "upgrade", "host", "sec-websocket-key", "sec-websocket-accept"] {
            assert!(!asked.headers.contains_key(name), "{name}");
        }
        assert_eq!(asked.headers["cookie"], "a=b");
        assert!(asked.headers.contains_key("authorization"));

        for (name, value) in [("Connection", "Upgrade"), ("upgrade", "websocket"), ("Keep-Alive", "5")] {
            let (near, far) = tokio::io::duplex(1 << 16);
            let error =
                http2().header(name, value).connect_over(URL, near).await.expect_err("a field of HTTP/1.1");
            assert_eq!(error.kind(), ErrorKind::Usage, "{name}");
            let mut sent = Vec::new();
            let mut far = far;
            tokio::io::AsyncReadExt::read_to_end(&mut far, &mut sent).await.expect("a dropped stream");
            assert!(sent.is_empty(), "{name}: something was sent");
        }
    });
}
