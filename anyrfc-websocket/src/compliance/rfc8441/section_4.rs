//! RFC 8441, section 4: the extended CONNECT method.

use anyrfc_core::compliance::Check;
use http::Method;

use super::{asked, http2};
use crate::{compliance::wire::virtually, rfc8441 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8441/section-4/protocol-names-what-is-tunnelled",
        covers: &[r::PROTOCOL_NAMES_WHAT_IS_TUNNELLED],
        run: protocol_names_what_is_tunnelled,
    },
    Check {
        name: "rfc8441/section-4/scheme-and-path-go-with-protocol",
        covers: &[r::SCHEME_AND_PATH_GO_WITH_PROTOCOL],
        run: scheme_and_path_go_with_protocol,
    },
];

/// A CONNECT with one protocol, which is how the server tells it from a plain tunnel.
fn protocol_names_what_is_tunnelled() {
    virtually(async {
        let asked = asked(&http2(), "ws://server.example.com/chat").await;
        assert_eq!(asked.method, Method::CONNECT);
        assert!(asked.protocol.is_some_and(|name| !name.is_empty()), "a plain CONNECT");
    });
}

/// `:scheme` and `:path` are those of the target, and `:authority` names its host.
fn scheme_and_path_go_with_protocol() {
    virtually(async {
        for (url, path, authority) in [
            ("ws://server.example.com", "/", "server.example.com"),
            ("ws://server.example.com:80/chat?room=1&x=%20", "/chat?room=1&x=%20", "server.example.com"),
            ("ws://server.example.com:8080//a//b/", "//a//b/", "server.example.com:8080"),
            ("ws://[2001:db8::1]:81/?q", "/?q", "[2001:db8::1]:81"),
        ] {
            let asked = asked(&http2(), url).await;
            assert_eq!(asked.protocol.as_deref(), Some("websocket"));
            assert_eq!(asked.uri.scheme_str(), Some("http"), "{url}");
            assert_eq!(asked.uri.path_and_query().map(|path| path.as_str()), Some(path), "{url}");
            assert_eq!(asked.uri.authority().map(|authority| authority.as_str()), Some(authority), "{url}");
        }
    });
}
