//! Before the request: what can be shown without a socket.

use anyrfc_core::{ErrorKind, Fault, compliance::Check};

use super::super::super::support_opening::{request, sent, uri};
use crate::{Error, WebSocketUri, rfc6455 as r};

pub(in super::super) static CHECKS: &[Check] = &[Check {
    name: "section-4.1/uri-components-are-parsed-strictly",
    covers: &[r::URI_COMPONENTS_ARE_VALID],
    run: uri_components_are_validated,
}];

fn uri_components_are_validated() {
    for text in [
        "",
        "h",
        "//h/",
        "/p",
        "h/p",
        "http://h/",
        "https://h/",
        "wsx://h/",
        "ws ://h/",
        "ws:h",
        "ws:/h",
        "ws:",
        "ws://",
        "ws:///p",
        "ws://:80/",
        "ws://?q",
        "ws://a b/",
        "ws://a%20b/",
        "ws://%zz/",
        "ws://h%/",
        "ws://a%00b/",
        "ws://a%2fb/",
        "ws://a\\b/",
        "ws://[::1/",
        "ws://::1/",
        "ws://[::1]x/",
        "ws://[::1::2]/",
        "ws://[12345::]/",
        "ws://[1.2.3.4]/",
        "ws://[v1.x]/",
        "ws://[fe80::1%25eth0]/",
        "ws://a@b@c/",
        "ws://h/a%2",
        "ws://h/?%g0",
        "ws://h/a\u{0}",
        "ws://h/a\u{1f}b",
        "ws://h/\u{7f}",
        "ws://h/a\tb",
        "ws://h/\r\nX: y",
        "ws://h/?a\r\nX: y",
        "ws://h\r\n/",
        "ws://h\r\nX:y/",
        "\r\nws://h/",
        "ws://h/\n",
        "ws://u\r\n:p@h/",
        "ws://u:p%0d%0aX@h/",
        "ws://h:65536/",
        "ws://h:0/",
        "ws://h:80:80/",
        "ws://a..b/",
        "ws://h:p/",
    ] {
        let error = WebSocketUri::parse(text).expect_err(text);
        let error = Error::from(error);
        assert_eq!(error.requirement(), Some(r::URI_COMPONENTS_ARE_VALID), "{text:?}");
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Usage, Fault::Caller), "{text:?}");
        assert!(!error.to_string().contains(['\r', '\n']), "{error:?}");
    }
    // Names that DNS cannot hold, and one that it can.
    let label = "a".repeat(63);
    assert_eq!(uri(&format!("ws://{label}.example/")).host().to_string(), format!("{label}.example"));
    assert!(WebSocketUri::parse(&format!("ws://a{label}.example/")).is_err());
    assert!(WebSocketUri::parse(&format!("ws://{}example/", "abcdefg.".repeat(32))).is_err());

    for (text, secure, host, port, resource) in [
        ("ws://h", false, "h", 80, "/"),
        ("ws://h/", false, "h", 80, "/"),
        ("ws://h?q", false, "h", 80, "/?q"),
        ("ws://h/?", false, "h", 80, "/"),
        ("ws://h/?q?/:@!$&'()*+,;=-._~", false, "h", 80, "/?q?/:@!$&'()*+,;=-._~"),
        ("WSS://H.Example:8443/Chat", true, "h.example", 8443, "/Chat"),
        ("ws://127.0.0.1/p", false, "127.0.0.1", 80, "/p"),
        ("wss://[2001:DB8::1]:9/p?q=%2F", true, "[2001:db8::1]", 9, "/p?q=%2F"),
        ("ws://%68%6fst.example/", false, "host.example", 80, "/"),
        ("ws://a-b_c.d/", false, "a-b_c.d", 80, "/"),
        ("ws://user:pass@h/x", false, "h", 80, "/x"),
        ("ws://h//a/../b/./", false, "h", 80, "//a/../b/./"),
        ("ws://h/%41%2e%7e", false, "h", 80, "/%41%2e%7e"),
    ] {
        let read = uri(text);
        assert_eq!(
            (read.is_secure(), read.host().to_string().as_str(), read.port(), read.resource_name()),
            (secure, host, port, resource),
            "{text}"
        );
        let again = uri(&read.to_string());
        assert!(again.same_origin(&read) && again.resource_name() == resource, "{text}");
        let head = sent(&request(text));
        assert_eq!(head.start, format!("GET {resource} HTTP/1.1"), "{text}");
        assert!(head.one("Host").starts_with(host), "{text}");
        assert!(!head.one("Host").contains("user") && !head.start.contains("user"), "{text}");
    }
}
