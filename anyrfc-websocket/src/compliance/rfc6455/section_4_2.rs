//! RFC 6455, sections 4.2 and 4.4: server requirements, as the server role keeps
//! them and as the client holds a server to them.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::support_opening::{
    KEY, Peer, accepted, answer, fails_opening, naive_accept, opens, plainest, refused, request, sent,
    stays_failed,
};
use crate::{
    Extension, Subprotocols,
    codec::handshake::{AcceptError, ClientRequest},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-4.2.1/malformed-request-gets-400",
        covers: &[r::MALFORMED_REQUEST_IS_REFUSED, r::INVALID_HANDSHAKE_GETS_A_STATUS],
        run: malformed_request_gets_400,
    },
    Check {
        name: "section-4.2.2/accepting-response-is-valid",
        covers: &[r::SERVER_COMPLETES_THE_HANDSHAKE, r::ACCEPTING_RESPONSE_IS_VALID],
        run: accepting_response_is_valid,
    },
    Check {
        name: "section-4.2.2/server-redirects-are-reported",
        covers: &[r::SERVER_MAY_REDIRECT],
        run: server_redirects_are_reported,
    },
    Check {
        name: "section-4.2.2/server-chooses-an-offered-subprotocol",
        covers: &[r::SUBPROTOCOL_IS_CHOSEN_FROM_OFFER, r::NO_SUBPROTOCOL_WITHOUT_AGREEMENT],
        run: server_chooses_an_offered_subprotocol,
    },
    Check {
        name: "section-4.2.2/server-chooses-offered-extensions",
        covers: &[
            r::EXTENSIONS_ARE_CHOSEN_FROM_OFFER,
            r::NO_UNLISTED_EXTENSION,
            r::SERVER_MAY_ACCEPT_EXTENSIONS,
            r::NO_UNREQUESTED_EXTENSION,
        ],
        run: server_chooses_offered_extensions,
    },
    Check {
        name: "section-4.4/unsupported-version-gets-426",
        covers: &[
            r::UNKNOWN_VERSION_IS_REFUSED,
            r::SUPPORTED_VERSIONS_ARE_LISTED,
            r::VERSION_MAY_REPEAT_IN_RESPONSE,
        ],
        run: unsupported_version_gets_426,
    },
];

fn malformed_request_gets_400() {
    let plain = plainest();
    let judged = accepted(plain.bytes());
    assert!(judged.answer.start.starts_with("HTTP/1.1 101 "));
    for (mutant, requirement) in [
        (plain.clone().start("POST /chat HTTP/1.1"), r::REQUEST_METHOD_IS_GET),
        (plain.clone().start("GET /chat HTTP/1.0"), r::REQUEST_VERSION_IS_AT_LEAST_1_1),
        (plain.clone().start("GET /chat#f HTTP/1.1"), r::REQUEST_URI_MATCHES_RESOURCE_NAME),
        (plain.clone().start("GET"), r::REQUEST_IS_VALID_HTTP),
        (plain.clone().without("Host"), r::REQUEST_HAS_HOST),
        (plain.clone().without("Upgrade"), r::REQUEST_HAS_UPGRADE),
        (plain.clone().set("Upgrade", "h2c"), r::REQUEST_UPGRADE_NAMES_WEBSOCKET),
        (plain.clone().without("Connection"), r::REQUEST_HAS_CONNECTION),
        (plain.clone().set("Connection", "close"), r::REQUEST_CONNECTION_NAMES_UPGRADE),
        (plain.clone().without("Sec-WebSocket-Key"), r::REQUEST_HAS_KEY),
        (plain.clone().set("Sec-WebSocket-Key", "x"), r::KEY_IS_A_NONCE),
        (plain.clone().without("Sec-WebSocket-Version"), r::REQUEST_HAS_VERSION),
        (plain.clone().with("Sec-WebSocket-Protocol", "a b"), r::SUBPROTOCOLS_ARE_TOKENS),
        (plain.clone().with("Sec-WebSocket-Extensions", ";"), r::MALFORMED_EXTENSIONS_FAIL),
    ] {
        let answer = refused(mutant.bytes(), 400, requirement);
        assert_eq!((answer.one("Connection"), answer.one("Content-Length")), ("close", "0"));
    }
    // Too much of it is said to be too much.
    let many = (0..1000).fold(plain.clone(), |head, n| head.with(&format!("X-{n}"), ""));
    for large in [many.bytes(), plain.with("X", vec![b'x'; 70_000]).bytes()] {
        let mut server = Peer::server(&[]);
        let error = server.feed(&large).error.expect("too large");
        assert_eq!(error.requirement(), Some(r::REQUEST_IS_VALID_HTTP));
        assert!(server.written().starts_with(b"HTTP/1.1 431 "));
    }
}

fn accepting_response_is_valid() {
    let given = accepted(plainest().bytes()).answer;
    assert!(given.start.starts_with("HTTP/1.1 101 "), "{}", given.start);
    assert_eq!(given.one("Upgrade"), "websocket");
    assert_eq!(given.one("Connection"), "Upgrade");
    assert_eq!(given.one("Sec-WebSocket-Accept"), naive_accept(KEY));
    assert_eq!(given.fields.len(), 3, "{given:?}");
    // The client opens on exactly this, and on none of it with something missing.
    let base = request("ws://server.example.com/chat");
    opens(&base, given.bytes());
    for (name, requirement) in [
        ("Upgrade", r::RESPONSE_WITHOUT_UPGRADE_FAILS),
        ("Connection", r::RESPONSE_WITHOUT_CONNECTION_FAILS),
        ("Sec-WebSocket-Accept", r::RESPONSE_WITH_WRONG_ACCEPT_FAILS),
    ] {
        fails_opening(&base, given.clone().without(name).bytes(), requirement);
    }
    let old = given.start("HTTP/1.0 101 Switching Protocols");
    fails_opening(&base, old.bytes(), r::ACCEPTING_RESPONSE_IS_VALID);
    // Both machines, directly.
    let (mut client, mut server) = (Peer::client(&base), Peer::server(&[]));
    assert_eq!(server.feed(client.written()).opened, 1);
    assert_eq!(client.feed(server.written()).opened, 1);
}

fn server_redirects_are_reported() {
    let base = request("wss://h/a/b?c").header("X-A", "1").expect("a field");
    for status in [301, 302, 303, 307, 308] {
        let head = answer().start(&format!("HTTP/1.1 {status} Elsewhere"));
        let head = head.with("Location", "https://i.example:1/d").with("Content-Length", "0");
        let mut client = Peer::client(&base);
        client.written();
        let error = client.feed(head.bytes()).error.expect("a refusal");
        let refusal = error.refusal().expect("a refusal");
        assert_eq!((error.kind(), refusal.status.as_u16()), (ErrorKind::Refused, status));
        stays_failed(&mut client);
        let location = refusal.headers.get("location").expect("where to").to_str().expect("text");
        let next = base.redirect(location).expect("a redirect");
        assert_eq!(next.uri().to_string(), "wss://i.example:1/d");
        let head = sent(&next);
        assert_eq!((head.start.as_str(), head.one("Host")), ("GET /d HTTP/1.1", "i.example:1"));
        assert_eq!(head.one("X-A"), "1");
    }
    for (location, to) in [
        ("../d", "wss://h/d"),
        ("//i/", "wss://i/"),
        ("?x", "wss://h/a/b?x"),
        ("http://i/", "ws://i/"),
        ("WSS://I:443/", "wss://i/"),
        ("https://i/a#f", "wss://i/a"),
    ] {
        assert_eq!(base.redirect(location).expect(location).uri().to_string(), to);
    }
    for nowhere in [
        "ftp://i/",
        "mailto:a@b",
        "https:///x",
        "https://i:x/",
        "https://i:0/",
        "https://a b/",
        "https://u:p@i/",
        "https://i/%zz",
        "https://i/\r\nX: y",
        "javascript:alert(1)",
    ] {
        assert!(base.redirect(nowhere).is_err(), "{nowhere:?}");
    }
}

fn server_chooses_an_offered_subprotocol() {
    let offering = |names: &[&str]| {
        request("ws://h/").subprotocols(Subprotocols::from_names(names).expect("distinct tokens"))
    };
    // The server role knows `chat` and `superchat`.
    for (offer, chosen) in [
        (&["chat"][..], Some("chat")),
        (&["superchat", "chat"], Some("superchat")),
        (&["mqtt", "chat"], Some("chat")),
        (&["Chat"], None),
        (&["mqtt"], None),
        (&[], None),
    ] {
        let request = offering(offer);
        let judged = accepted(sent(&request).bytes());
        assert_eq!(judged.answer.all("Sec-WebSocket-Protocol"), Vec::from_iter(chosen), "{offer:?}");
        assert_eq!(judged.server.connection.opened().and_then(|o| o.subprotocol()), chosen);
        let client = opens(&request, judged.answer.bytes());
        assert_eq!(client.connection.opened().and_then(|o| o.subprotocol()), chosen);
    }
    // It cannot choose another, and a server that does is not accepted.
    let judged = accepted(sent(&offering(&["chat"])).bytes());
    let seen: &ClientRequest =
        judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
    assert!(seen.accept(Some("chat"), &[]).is_ok());
    for other in ["superchat", "Chat", "", "chat\r\nX: y"] {
        assert_eq!(seen.accept(Some(other), &[]).unwrap_err(), AcceptError::Subprotocol, "{other:?}");
    }
    let hostile = answer().with("Sec-WebSocket-Protocol", "superchat").bytes();
    fails_opening(&offering(&["chat"]), &hostile, r::SUBPROTOCOL_IS_CHOSEN_FROM_OFFER);
    fails_opening(&offering(&[]), &hostile, r::SUBPROTOCOL_IS_CHOSEN_FROM_OFFER);
}

fn server_chooses_offered_extensions() {
    let extension = |name: &str| Extension::new(name).expect("a token");
    let deflate = || extension("permessage-deflate");
    let offer = request("ws://h/").extension(deflate()).expect("an offer");
    let judged = accepted(sent(&offer).bytes());
    assert_eq!(judged.answer.all("Sec-WebSocket-Extensions"), [""; 0], "it need not take any");
    let seen = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
    let written = |extensions: &[Extension]| {
        let mut bytes = Vec::new();
        seen.accept(None, extensions).expect("offered").write(&mut bytes).expect("a head");
        bytes
    };
    // It may take what is offered, with parameters of its own.
    let limited = deflate().with("server_max_window_bits", "9").expect("tokens");
    for chosen in [deflate(), limited] {
        let client = opens(&offer, written(std::slice::from_ref(&chosen)));
        assert_eq!(client.connection.opened().expect("opened").extensions(), [chosen]);
    }
    opens(&offer, written(&[]));
    // It cannot take anything else, and a server that does is not accepted.
    for chosen in [vec![extension("x")], vec![deflate(), extension("x")]] {
        assert_eq!(seen.accept(None, &chosen).unwrap_err(), AcceptError::Extension);
        let list = chosen.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let hostile = answer().with("Sec-WebSocket-Extensions", list);
        fails_opening(&offer, hostile.bytes(), r::NO_UNLISTED_EXTENSION);
    }
    let judged = accepted(plainest().bytes());
    let seen = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
    assert_eq!(seen.accept(None, &[deflate()]).unwrap_err(), AcceptError::Extension);
    let hostile = answer().with("Sec-WebSocket-Extensions", "permessage-deflate");
    fails_opening(&request("ws://h/"), hostile.bytes(), r::NO_UNLISTED_EXTENSION);
}

fn unsupported_version_gets_426() {
    let plain = plainest();
    accepted(plain.bytes());
    for version in ["25", "8", "7", "0"] {
        let answer =
            refused(plain.clone().set("Sec-WebSocket-Version", version).bytes(), 426, r::VERSION_IS_13);
        assert_eq!(answer.one("Sec-WebSocket-Version"), "13");
        assert_eq!(answer.one("Upgrade"), "websocket");
        assert!(answer.one("Connection").split(", ").any(|token| token == "Upgrade"));
        // The client, which asks for 13 only, learns which versions there are.
        let base = request("ws://h/");
        for versions in [&["13"][..], &["25, 8"], &["25", "8, 7"]] {
            let head = versions.iter().fold(answer.clone().without("Sec-WebSocket-Version"), |head, line| {
                head.with("Sec-WebSocket-Version", line)
            });
            let mut client = Peer::client(&base);
            client.written();
            let error = client.feed(head.bytes()).error.expect("a refusal");
            let refusal = error.refusal().expect("a refusal");
            let listed = refusal.headers.get_all("sec-websocket-version").iter();
            assert!(listed.eq(versions.iter().copied()), "{versions:?}");
            assert_eq!(refusal.status, 426);
            stays_failed(&mut client);
        }
    }
}
