//! RFC 6455, sections 11.1.1 and 11.1.2: the characters of `ws` and `wss` URIs.

use anyrfc_core::{ErrorKind, Fault, compliance::Check};

use super::super::support_opening::{accepted, plainest, refused, request, sent, uri};
use crate::{Error, WebSocketUri, rfc6455 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-11.1.1/ws-host-is-converted",
        covers: &[r::WS_HOST_IS_CONVERTED],
        run: || host_is_converted("ws"),
    },
    Check {
        name: "section-11.1.1/ws-components-are-percent-encoded",
        covers: &[r::WS_COMPONENTS_ARE_PERCENT_ENCODED],
        run: || components_are_percent_encoded("ws"),
    },
    Check {
        name: "section-11.1.2/wss-host-is-converted",
        covers: &[r::WSS_HOST_IS_CONVERTED],
        run: || host_is_converted("wss"),
    },
    Check {
        name: "section-11.1.2/wss-components-are-percent-encoded",
        covers: &[r::WSS_COMPONENTS_ARE_PERCENT_ENCODED],
        run: || components_are_percent_encoded("wss"),
    },
];

fn host_is_converted(scheme: &str) {
    for (host, ascii) in [
        ("b\u{fc}cher.example", "xn--bcher-kva.example"),
        ("B\u{dc}CHER.Example", "xn--bcher-kva.example"),
        // Decomposed, and percent-encoded.
        ("bu\u{308}cher.example", "xn--bcher-kva.example"),
        ("b%C3%BCcher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("\u{65e5}\u{672c}\u{8a9e}.example", "xn--wgv71a119e.example"),
        // Full-width letters and the ideographic full stop.
        ("\u{ff45}\u{ff58}ample\u{3002}example", "example.example"),
        ("fa\u{df}.example", "xn--fa-hia.example"),
        ("\u{5d0}.example", "xn--4db.example"),
        ("plain.example", "plain.example"),
    ] {
        let text = format!("{scheme}://{host}/p");
        let read = uri(&text);
        assert_eq!((read.host().to_string().as_str(), read.authority().as_str()), (ascii, ascii), "{text}");
        assert_eq!(read.to_string(), format!("{scheme}://{ascii}/p"));
        assert!(read.same_origin(&uri(&format!("{scheme}://{ascii}"))), "{text}");
        let head = sent(&request(&text));
        assert_eq!(head.one("Host"), ascii, "{text}");
        assert!(head.bytes().is_ascii(), "{text}");
        accepted(head.bytes());
    }
    assert_eq!(
        sent(&request(&format!("{scheme}://b\u{fc}.example:81/"))).one("Host"),
        "xn--b-eha.example:81"
    );
    let long = "\u{fc}".repeat(60);
    for host in [
        // Empty labels, and one too long for DNS.
        "b\u{fc}..example",
        ".b\u{fc}.example",
        "b\u{fc}\u{3002}\u{3002}example",
        &long,
        // No A-labels.
        "xn--zzzzzzzzzzz-.example",
        "xn--\u{fc}.example",
        "xn--a-.example",
        // The rule for text from right to left; a digit that begins such a label.
        "1\u{5d0}.example",
        "\u{5d0}a.example",
        // A combining mark at the beginning; characters that are not allowed.
        "\u{308}u.example",
        "a\u{200d}b.example",
        "\u{fffd}.example",
        "b\u{fc} x.example",
        "b\u{fc}\u{ff0f}x.example",
        "b\u{fc}\u{ff20}x.example",
        "b%FC.example",
        "b%C3.example",
    ] {
        let text = format!("{scheme}://{host}/");
        let error = Error::from(WebSocketUri::parse(&text).expect_err(&text));
        assert_eq!(error.requirement(), Some(r::URI_COMPONENTS_ARE_VALID), "{text}");
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Usage, Fault::Caller), "{text}");
    }
}

fn components_are_percent_encoded(scheme: &str) {
    for (rest, target) in [
        ("/\u{e9}/\u{65e5}?\u{fc}=\u{f1}", "/%C3%A9/%E6%97%A5?%C3%BC=%C3%B1"),
        ("/\u{1f600}", "/%F0%9F%98%80"),
        ("?\u{fc}", "/?%C3%BC"),
        // Not composed: the octets are those of what was given.
        ("/e\u{301}", "/e%CC%81"),
        // What is encoded already stays as it is.
        ("/%C3%A9?%c3%bc", "/%C3%A9?%c3%bc"),
        ("/%41%7e%2F%25", "/%41%7e%2F%25"),
        ("/\u{e9}%C3%A9", "/%C3%A9%C3%A9"),
        // Characters of US-ASCII that the grammar does not have.
        ("/a b", "/a%20b"),
        ("/\"<>\\^`{|}", "/%22%3C%3E%5C%5E%60%7B%7C%7D"),
        ("/[]?[]", "/%5B%5D?%5B%5D"),
        ("/?/?:@", "/?/?:@"),
        ("/-._~!$&'()*+,;=:@", "/-._~!$&'()*+,;=:@"),
    ] {
        let text = format!("{scheme}://h{rest}");
        let read = uri(&text);
        assert_eq!(read.resource_name(), target, "{text}");
        assert_eq!(read.to_string(), format!("{scheme}://h{target}"));
        assert_eq!(uri(&read.to_string()).resource_name(), target, "encoded twice");
        let head = sent(&request(&text));
        assert_eq!(head.start, format!("GET {target} HTTP/1.1"), "{text}");
        let judged = accepted(head.bytes());
        let seen = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
        assert_eq!(seen.resource_name, target);
    }
    for rest in
        ["/%", "/a%", "/%2", "/%zz", "/%C3%A", "?%", "/\u{e9}%g0", "/%\u{e9}", "/\u{85}", "/\t", "/\u{0}"]
    {
        let text = format!("{scheme}://h{rest}");
        let error = WebSocketUri::parse(&text).expect_err(&text);
        assert_eq!(error.requirement(), r::URI_COMPONENTS_ARE_VALID, "{text}");
    }
    // A server sees that they were not encoded.
    for raw in ["/\u{e9}", "/a?\u{fc}", "/\u{7f}"] {
        refused(plainest().start(&format!("GET {raw} HTTP/1.1")).bytes(), 400, r::REQUEST_IS_VALID_HTTP);
    }
}
