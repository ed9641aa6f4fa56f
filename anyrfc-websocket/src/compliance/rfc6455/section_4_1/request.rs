//! The request's own form: valid HTTP, its first line, and what it names the server.

use anyrfc_core::{ErrorKind, Fault, compliance::Check};

use super::super::super::support_opening::{
    Head, KEY, Peer, accepted, plainest, refused, request, sent, uri,
};
use crate::{
    Error, Extension, Subprotocols,
    codec::handshake::{Request, RequestError},
    proto::State,
    rfc6455 as r,
};

pub(in super::super) static CHECKS: &[Check] = &[
    Check {
        name: "section-4.1/request-is-valid-http",
        covers: &[r::REQUEST_IS_VALID_HTTP],
        run: request_is_valid_http,
    },
    Check {
        name: "section-4.1/request-line-is-get-http-1-1",
        covers: &[r::REQUEST_METHOD_IS_GET, r::REQUEST_VERSION_IS_AT_LEAST_1_1],
        run: request_line_is_get_http_1_1,
    },
    Check {
        name: "section-4.1/request-target-is-the-resource-name",
        covers: &[r::REQUEST_URI_MATCHES_RESOURCE_NAME],
        run: request_target_is_the_resource_name,
    },
    Check {
        name: "section-4.1/host-field-names-host-and-port",
        covers: &[r::REQUEST_HAS_HOST],
        run: host_field_names_host_and_port,
    },
    Check {
        name: "section-4.1/upgrade-field-names-websocket",
        covers: &[r::REQUEST_HAS_UPGRADE, r::REQUEST_UPGRADE_NAMES_WEBSOCKET],
        run: upgrade_field_names_websocket,
    },
    Check {
        name: "section-4.1/connection-field-names-upgrade",
        covers: &[r::REQUEST_HAS_CONNECTION, r::REQUEST_CONNECTION_NAMES_UPGRADE],
        run: connection_field_names_upgrade,
    },
];

/// Requests with everything that can be asked for.
fn rich() -> Vec<Request> {
    let base = || request("wss://user:pw@h.example:8443/chat?room=\u{e9}");
    let full = base()
        .origin("https://app.example")
        .and_then(|q| q.header("Cookie", "a=b; c=d"))
        .and_then(|q| q.header("X-A", "1"))
        .and_then(|q| q.header("X-A", "caf\u{e9} \t tab"))
        .and_then(|q| q.extension(Extension::new("permessage-deflate").expect("a token")))
        .expect("a request")
        .subprotocols(Subprotocols::from_names(["chat", "superchat"]).expect("tokens"));
    let many =
        (0..150).try_fold(base(), |q, n| q.header(format!("X-{n}"), "x".repeat(n))).expect("a request");
    let bearer = base().bearer("abc._~+/==").expect("a token");
    vec![request("ws://h"), base(), full, many, bearer, base().basic("\u{fc}", "p:w").expect("a user")]
}

fn request_is_valid_http() {
    // Field by field as section 1.2 shows it, and nothing besides.
    assert_eq!(sent(&request("ws://server.example.com/chat")), plainest());
    for request in rich() {
        let mut client = Peer::client(&request);
        let bytes = client.written();
        // `read` asserts lines, names and the absence of control characters and folding.
        let (head, rest) = Head::read(&bytes);
        assert_eq!(rest, b"", "a body");
        assert_eq!(head.start.split(' ').count(), 3, "{}", head.start);
        assert!(head.start.bytes().all(|b| b == b' ' || b.is_ascii_graphic()), "{}", head.start);
        for (name, value) in &head.fields {
            assert!(value.iter().all(|b| *b == b'\t' || (*b >= b' ' && *b != 0x7f)), "{name}");
            assert!(!value.starts_with(b" ") && !value.ends_with(b" "), "{name}");
        }
        for forbidden in ["Content-Length", "Transfer-Encoding", "Proxy-Authorization", "Expect", "TE"] {
            assert_eq!(head.all(forbidden), [""; 0], "{forbidden}");
        }
        accepted(&bytes);
    }
    what_would_break_it_is_refused();
    what_is_broken_is_noticed();
}

fn what_would_break_it_is_refused() {
    let usage = |refused: Result<Request, RequestError>, what: &str| {
        let error = Error::from(refused.expect_err(what));
        assert_eq!(error.requirement(), Some(r::REQUEST_IS_VALID_HTTP), "{what}: {error}");
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Usage, Fault::Caller), "{what}");
        assert!(!error.to_string().contains(['\r', '\n', '\0']), "{what}");
    };
    let base = || request("ws://h/");
    for name in
        ["", " ", "X A", "X:A", "X-A:", "X\r", "X\nY", "X\0", "X\u{e9}", "\"X\"", "X/A", "X@", "X\u{7f}"]
    {
        usage(base().header(name, "v"), &format!("name {name:?}"));
    }
    for value in
        ["a\r\nX-B: c", "a\rb", "a\nb", "\r\n\r\n", "a\0b", "a\u{7f}b", "a\r\n b", "\u{1b}[m", "a\r", "\n"]
    {
        usage(base().header("X-A", value), &format!("value {value:?}"));
        usage(base().header("Cookie", value), &format!("cookie {value:?}"));
        usage(base().header("Origin", value), &format!("raw origin {value:?}"));
        usage(base().header("Authorization", value), &format!("raw authorization {value:?}"));
        usage(base().origin(&format!("https://{value}")), &format!("origin {value:?}"));
        usage(base().basic(value, "p"), &format!("user {value:?}"));
        usage(base().basic("u", value), &format!("password {value:?}"));
        usage(base().bearer(value), &format!("token {value:?}"));
    }
    usage(base().basic("a:b", "p"), "a user with a colon");
    for token in ["", "=", "a b", "a,b", "a=b", "\"a\"", "t\u{f6}k", "a b=", "a\tb"] {
        usage(base().bearer(token), &format!("token {token:?}"));
    }
    for owned in [
        "Host",
        "host",
        "Upgrade",
        "Connection",
        "CONNECTION",
        "Content-Length",
        "Transfer-Encoding",
        "Trailer",
        "TE",
        "Expect",
        "Keep-Alive",
        "Proxy-Connection",
        "Proxy-Authorization",
        "HTTP2-Settings",
        "Sec-WebSocket-Key",
        "sec-websocket-version",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
        "Sec-WebSocket-Accept",
        "Sec-WebSocket-Whatever",
    ] {
        usage(base().header(owned, "x"), owned);
    }
    usage(base().header("Origin", "null").and_then(|q| q.header("Origin", "null")), "two origins");
    usage(base().bearer("t").and_then(|q| q.header("Authorization", "x")), "two authorizations");
    // Beside what is refused, the same request is fine.
    let fine = base().header("X-A", "a b\tc").and_then(|q| q.header("Origin-X", "")).expect("fields");
    let head = sent(&fine);
    assert_eq!((head.one("X-A"), head.one("Origin-X")), ("a b\tc", ""));
}

fn what_is_broken_is_noticed() {
    let valid = r::REQUEST_IS_VALID_HTTP;
    let plain = plainest();
    let bytes = plain.bytes();
    let edited = |from: &str, to: &str| {
        let text = String::from_utf8(bytes.clone()).expect("text");
        assert!(text.contains(from), "{from:?}");
        text.replacen(from, to, 1)
    };
    accepted(&bytes);
    // Without its last line end it is not finished yet.
    let mut server = Peer::server(&[]);
    let came = server.feed(&bytes[..bytes.len() - 2]);
    assert!(came.error.is_none() && came.opened == 0 && server.phase() == State::Connecting);
    assert_eq!(server.written(), b"", "half a request is answered");
    assert_eq!(server.feed(b"\r\n").opened, 1);
    for broken in [
        edited("Upgrade\r\n", "Upgrade\nX: y\r\n"),
        edited("Upgrade\r\n", "Upgrade\r X: y\r\n"),
        edited("Upgrade\r\n", "Upgrade\r\n folded\r\n"),
        edited("Connection: ", "Connection "),
        edited("Connection: ", "Connection : "),
        edited("Connection: ", ": "),
        edited("Connection: ", "Conn ection: "),
        edited("HTTP/1.1\r\n", "HTTP/1.1\r\n X: y\r\n"),
        edited("Upgrade\r\n", "Upgrade\r\nX: \0\r\n"),
        edited("GET /", "GET  /"),
        edited("GET /", " GET /"),
        edited("GET ", "G(T "),
        edited(" HTTP", "\tHTTP"),
        edited("HTTP/1.1", "HTTP/1.1 "),
        edited("HTTP/1.1", "http/1.1"),
        edited("HTTP/1.1", "HTTP/1"),
    ] {
        refused(broken, 400, valid);
    }
}

fn request_line_is_get_http_1_1() {
    for request in rich() {
        let head = sent(&request);
        let parts: Vec<&str> = head.start.split(' ').collect();
        assert_eq!((parts[0], parts[2]), ("GET", "HTTP/1.1"));
    }
    let plain = plainest();
    accepted(plain.bytes());
    accepted(plain.clone().start("GET /chat HTTP/1.2").bytes());
    for method in ["POST", "get", "Get", "HEAD", "CONNECT", "GETT", "OPTIONS", "PRI"] {
        let line = format!("{method} /chat HTTP/1.1");
        refused(plain.clone().start(&line).bytes(), 400, r::REQUEST_METHOD_IS_GET);
    }
    let old = plain.clone().start("GET /chat HTTP/1.0");
    refused(old.bytes(), 400, r::REQUEST_VERSION_IS_AT_LEAST_1_1);
    for line in
        ["GET /chat", "GET /chat HTTP/0.9", "GET /chat HTTP/2.0", "GET /chat HTTP/3.0", "GET /chat ICY/1.1"]
    {
        refused(plain.clone().start(line).bytes(), 400, r::REQUEST_IS_VALID_HTTP);
    }
}

fn request_target_is_the_resource_name() {
    let long = format!("/{}", "p".repeat(8192));
    let far = format!("ws://h{long}");
    for (text, target) in [
        ("ws://h", "/"),
        ("ws://h/", "/"),
        ("ws://h?q", "/?q"),
        ("ws://h/?", "/"),
        ("ws://h/a%20b?c=%2F", "/a%20b?c=%2F"),
        ("ws://h/a%2fb%7E", "/a%2fb%7E"),
        ("ws://u:p@h/x", "/x"),
        ("ws://h/a/../b", "/a/../b"),
        ("ws://h/./a", "/./a"),
        ("ws://h//a", "//a"),
        ("ws://h//other.example/a", "//other.example/a"),
        ("ws://h/Chat", "/Chat"),
        ("wss://h/a?b?c", "/a?b?c"),
        ("wss://h/a;b=c,d", "/a;b=c,d"),
        (&far, &long),
    ] {
        let head = sent(&request(text));
        assert_eq!(head.start, format!("GET {target} HTTP/1.1"), "{text}");
        let judged = accepted(head.bytes());
        let seen = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
        assert_eq!(seen.resource_name, target, "the server understands something else");
    }
    // What a server that has `/chat` sees of other targets.
    let plain = plainest();
    let resource = |target: &str| {
        let judged = accepted(plain.clone().start(&format!("GET {target} HTTP/1.1")).bytes());
        let opening = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
        opening.resource_name.clone()
    };
    for same in ["/chat", "http://server.example.com/chat", "HTTP://server.example.com:80/chat"] {
        assert_eq!(resource(same), "/chat", "{same}");
    }
    for other in ["/Chat", "/chat/", "/chat?", "//chat", "/%63hat", "http://other/Chat", "https://h"] {
        assert_ne!(resource(other), "/chat", "{other}");
    }
    for none in [
        "*",
        "chat",
        "server.example.com:80",
        "/chat#f",
        "ftp://h/chat",
        "ws://h/chat",
        "http:/chat",
        "?chat",
    ] {
        let line = format!("GET {none} HTTP/1.1");
        refused(plain.clone().start(&line).bytes(), 400, r::REQUEST_URI_MATCHES_RESOURCE_NAME);
    }
}

fn host_field_names_host_and_port() {
    for (text, host) in [
        ("ws://h/", "h"),
        ("ws://h:/", "h"),
        ("ws://h:80/", "h"),
        ("ws://h:080/", "h"),
        ("ws://h:443/", "h:443"),
        ("ws://h:8080/", "h:8080"),
        ("wss://h/", "h"),
        ("wss://h:443/", "h"),
        ("wss://h:80/", "h:80"),
        ("ws://[::1]/", "[::1]"),
        ("ws://[::1]:9/", "[::1]:9"),
        ("wss://[2001:DB8::1]:443/", "[2001:db8::1]"),
        ("ws://127.0.0.1:8080/", "127.0.0.1:8080"),
        ("ws://H.Example/", "h.example"),
        ("ws://b\u{fc}cher.example:81/", "xn--bcher-kva.example:81"),
        ("ws://user:secret@h:81/", "h:81"),
        ("wss://user@h/", "h"),
    ] {
        let head = sent(&request(text));
        assert_eq!(head.one("Host"), host, "{text}");
        assert_eq!(uri(text).authority(), host, "{text}");
        let judged = accepted(head.bytes());
        let seen = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
        assert_eq!(seen.host, host);
        assert!(!String::from_utf8(head.bytes()).expect("text").contains("secret"), "{text}");
    }
    // A redirect to another host names that host.
    let next = request("ws://h:81/a").redirect("//i:82/b").expect("a redirect");
    assert_eq!(sent(&next).one("Host"), "i:82");
    let plain = plainest();
    let missing = plain.clone().without("Host");
    refused(missing.bytes(), 400, r::REQUEST_HAS_HOST);
    let twice = plain.clone().with("Host", "server.example.com");
    refused(twice.bytes(), 400, r::REQUEST_HAS_HOST);
    for bad in ["", "a b", "u@h", "h/p", "h?q", "h:x", "h:99999", "[::1", "http://h"] {
        refused(plain.clone().set("Host", bad).bytes(), 400, r::REQUEST_HAS_HOST);
    }
}

fn upgrade_field_names_websocket() {
    for request in rich() {
        assert_eq!(sent(&request).one("Upgrade"), "websocket");
    }
    let plain = plainest();
    for fine in ["websocket", "WebSocket", "h2c, websocket", "websocket,h2c", " websocket\t"] {
        accepted(plain.clone().set("Upgrade", fine).bytes());
    }
    refused(plain.clone().without("Upgrade").bytes(), 400, r::REQUEST_HAS_UPGRADE);
    for wrong in
        ["", "h2c", "websockets", "web socket", "xwebsocket", "websocket/13", "\"websocket\"", "WebSocket;"]
    {
        let mutant = plain.clone().set("Upgrade", wrong);
        refused(mutant.bytes(), 400, r::REQUEST_UPGRADE_NAMES_WEBSOCKET);
    }
}

fn connection_field_names_upgrade() {
    for request in rich() {
        assert_eq!(sent(&request).one("Connection"), "Upgrade");
    }
    let plain = plainest();
    for fine in ["Upgrade", "upgrade", "keep-alive, upgrade", "Upgrade,close", ",, UPGRADE ,"] {
        accepted(plain.clone().set("Connection", fine).bytes());
    }
    accepted(plain.clone().set("Connection", "keep-alive").with("Connection", "Upgrade").bytes());
    refused(plain.clone().without("Connection").bytes(), 400, r::REQUEST_HAS_CONNECTION);
    for wrong in ["", "keep-alive", "Upgraded", "x-upgrade", "Up grade", "\"Upgrade\"", "upgrade;q=1", KEY] {
        let mutant = plain.clone().set("Connection", wrong);
        refused(mutant.bytes(), 400, r::REQUEST_CONNECTION_NAMES_UPGRADE);
    }
}
