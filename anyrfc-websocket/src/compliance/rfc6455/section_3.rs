//! RFC 6455, section 3: WebSocket URIs.

use anyrfc_core::{ErrorKind, Fault, compliance::Check};

use super::super::support_opening::{request, sent, uri};
use crate::{Error, WebSocketUri, rfc6455 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-3/port-defaults-by-scheme",
        covers: &[r::PORT_IS_OPTIONAL],
        run: port_defaults_by_scheme,
    },
    Check {
        name: "section-3/fragment-is-refused",
        covers: &[r::URI_HAS_NO_FRAGMENT],
        run: fragment_is_refused,
    },
    Check {
        name: "section-3/number-sign-is-escaped",
        covers: &[r::URI_NUMBER_SIGN_IS_ESCAPED],
        run: number_sign_is_escaped,
    },
];

fn port_defaults_by_scheme() {
    for (text, port, secure) in [
        ("ws://h/", 80, false),
        ("ws://h", 80, false),
        ("ws://h:/", 80, false),
        ("ws://h:80/", 80, false),
        ("WS://h?q", 80, false),
        ("wss://h/", 443, true),
        ("wss://h:/", 443, true),
        ("WSS://h/", 443, true),
        ("wSs://h:0443", 443, true),
        ("ws://h:443/", 443, false),
        ("wss://h:80/", 80, true),
        ("ws://[::1]:9", 9, false),
        ("wss://[::1]", 443, true),
        ("ws://127.0.0.1:65535/", 65_535, false),
        ("ws://h:1/", 1, false),
    ] {
        let uri = uri(text);
        assert_eq!((uri.port(), uri.is_secure()), (port, secure), "{text}");
    }
    for text in [
        "ws://h:65536/",
        "wss://h:99999999999999999999/",
        "ws://h:8x/",
        "ws://h:-1/",
        "ws://h:+80/",
        "ws://h:0/",
    ] {
        let error = WebSocketUri::parse(text).expect_err(text);
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, r::URI_COMPONENTS_ARE_VALID));
    }
}

fn fragment_is_refused() {
    for text in
        ["ws://h/p#f", "ws://h/p#", "ws://h#f", "ws://h#", "wss://h/p?q#f", "wss://h?#?", "ws://h/#/x"]
    {
        let error = Error::from(WebSocketUri::parse(text).expect_err(text));
        assert_eq!(error.requirement(), Some(r::URI_HAS_NO_FRAGMENT), "{text}");
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Usage, Fault::Caller), "{text}");
    }
    // Its escaped form is no fragment, and is asked for byte for byte.
    let escaped = request("ws://h/p%23f?q%23");
    assert_eq!(sent(&escaped).start, "GET /p%23f?q%23 HTTP/1.1");
    // Where a server redirects to an HTTP URI with a fragment, it goes no further.
    for (location, target) in [("/a#b", "/a"), ("http://h/a?c#b", "/a?c"), ("#b", "/p%23f?q%23")] {
        let next = escaped.redirect(location).expect("a redirect");
        assert!(!next.uri().to_string().contains('#'), "{location}");
        assert_eq!(sent(&next).start, format!("GET {target} HTTP/1.1"), "{location}");
    }
}

fn number_sign_is_escaped() {
    for (text, target) in [
        ("ws://h/a%23b?c%23d", "/a%23b?c%23d"),
        ("ws://h/%23", "/%23"),
        ("wss://h?%23", "/?%23"),
        // Not even when other characters are escaped beside it.
        ("ws://h/\u{e9}%23 ?%23\u{e9}", "/%C3%A9%23%20?%23%C3%A9"),
        // An escaped percent sign does not make one.
        ("ws://h/%2523", "/%2523"),
    ] {
        let read = uri(text);
        assert_eq!(read.resource_name(), target, "{text}");
        let (start, shown) = (sent(&request(text)).start, read.to_string());
        assert_eq!(start, format!("GET {target} HTTP/1.1"), "{text}");
        for written in [&start, &shown] {
            assert!(!written.contains('#') && written.contains(target), "{written}");
        }
        assert_eq!(uri(&shown).to_string(), shown);
        assert_eq!(uri(&shown).resource_name(), target);
    }
    // A bare one is never taken for a literal one.
    for text in ["ws://h/a#b", "ws://h/?a#b", "ws://h/a%23#b"] {
        let error = WebSocketUri::parse(text).expect_err(text);
        assert_eq!(error.requirement(), r::URI_HAS_NO_FRAGMENT, "{text}");
    }
    // In the userinfo it is a character like others, and neither shown nor sent raw.
    let named = uri("ws://u%23:p%23@h/x");
    let credentials = named.credentials().expect("credentials");
    assert_eq!(credentials.user.as_deref(), Some("u#"));
    assert_eq!(named.to_string(), "ws://h/x");
}
