//! RFC 6455, section 11.3: how often the fields of the handshake stand there.

use anyrfc_core::compliance::Check;

use super::super::support_opening::{
    KEY, Peer, accepted, answer, fails_opening, naive_accept, opens, plainest, refused, request, sent,
};
use crate::{
    Error, Extension, Subprotocols,
    codec::handshake::{Request, RequestError},
    proto::Config,
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check { name: "section-11.3.1/key-appears-once", covers: &[r::KEY_APPEARS_ONCE], run: key_appears_once },
    Check {
        name: "section-11.3.2/extensions-field-may-repeat-in-a-request",
        covers: &[r::EXTENSIONS_MAY_REPEAT_IN_REQUEST],
        run: extensions_field_may_repeat_in_a_request,
    },
    Check {
        name: "section-11.3.2/extensions-field-appears-once-in-a-response",
        covers: &[r::EXTENSIONS_APPEAR_ONCE_IN_RESPONSE],
        run: extensions_field_appears_once_in_a_response,
    },
    Check {
        name: "section-11.3.3/accept-field-appears-once",
        covers: &[r::ACCEPT_APPEARS_ONCE],
        run: accept_field_appears_once,
    },
    Check {
        name: "section-11.3.4/protocol-field-may-repeat-in-a-request",
        covers: &[r::PROTOCOL_MAY_REPEAT_IN_REQUEST],
        run: protocol_field_may_repeat_in_a_request,
    },
    Check {
        name: "section-11.3.4/protocol-field-appears-once-in-a-response",
        covers: &[r::PROTOCOL_APPEARS_ONCE_IN_RESPONSE],
        run: protocol_field_appears_once_in_a_response,
    },
    Check {
        name: "section-11.3.5/version-appears-once",
        covers: &[r::VERSION_APPEARS_ONCE_IN_REQUEST],
        run: version_appears_once,
    },
];

fn deflate(parameters: &[(&str, Option<&str>)]) -> Extension {
    parameters.iter().fold(Extension::new("permessage-deflate").expect("a token"), |e, (name, value)| {
        match value {
            Some(value) => e.with(name, value),
            None => e.with_flag(name),
        }
        .expect("tokens")
    })
}

/// Requests of every kind, retries and redirects among them.
fn requests() -> Vec<Request> {
    let base = request("wss://h/a").header("X-A", "1").expect("a field");
    let names = Subprotocols::from_names(["chat", "superchat"]).expect("tokens");
    let full = base.clone().subprotocols(names).extension(deflate(&[])).expect("an offer");
    let again = full.clone().bearer("t").expect("a token");
    let near = again.redirect("/b").expect("a redirect");
    let far = near.redirect("ws://i/").expect("a redirect");
    vec![base, full, again, near, far]
}

#[track_caller]
fn the_caller_cannot_set(name: &str) {
    for spelled in [name.to_owned(), name.to_ascii_lowercase(), name.to_ascii_uppercase()] {
        let error = request("ws://h/").header(spelled.as_str(), "13").expect_err(name);
        assert!(matches!(error, RequestError::OwnedField(_)), "{error:?}");
        assert_eq!(Error::from(error).requirement(), Some(r::REQUEST_IS_VALID_HTTP));
    }
}

fn key_appears_once() {
    for request in requests() {
        let head = sent(&request);
        assert_eq!(head.one("Sec-WebSocket-Key"), KEY);
        accepted(head.bytes());
        // Each attempt has its own, and only its own.
        let again = Peer::client_with(&request, [9; 16], Config::default()).written();
        let text = String::from_utf8(again).expect("text");
        assert_eq!(text.to_ascii_lowercase().matches("sec-websocket-key:").count(), 1);
        assert!(!text.contains(KEY));
    }
    the_caller_cannot_set("Sec-WebSocket-Key");
    let field = "Sec-WebSocket-Key";
    refused(plainest().with(field, KEY).bytes(), 400, r::KEY_APPEARS_ONCE);
    refused(plainest().with(field, "dGhlIHNhbXBsZSBub25jZQ==").bytes(), 400, r::KEY_APPEARS_ONCE);
    refused(plainest().with("X", "y").with("sec-websocket-key", "").bytes(), 400, r::KEY_APPEARS_ONCE);
}

fn extensions_field_may_repeat_in_a_request() {
    let field = "Sec-WebSocket-Extensions";
    let (first, second) = (deflate(&[("server_max_window_bits", Some("10"))]), deflate(&[]));
    let both = request("ws://h/").extension(first.clone()).and_then(|q| q.extension(second.clone()));
    let joined = sent(&both.expect("offers"));
    let split = joined.clone().set(field, first.to_string()).with(field, second.to_string());
    assert_ne!(joined, split);
    let seen = |head: &super::super::support_opening::Head| {
        let judged = accepted(head.bytes());
        let request = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
        // Only the second offer is answered by an extension without parameters.
        request.extensions.clone()
    };
    assert_eq!(seen(&joined), [first.clone(), second.clone()]);
    assert_eq!(seen(&split), [first.clone(), second]);
    assert_eq!(seen(&joined.clone().set(field, first.to_string())), [first], "the second field counts");
    let broken = split.with(field, ";");
    refused(broken.bytes(), 400, r::MALFORMED_EXTENSIONS_FAIL);
}

fn extensions_field_appears_once_in_a_response() {
    let field = "Sec-WebSocket-Extensions";
    let offer = request("ws://h/").extension(deflate(&[])).expect("an offer");
    let once = answer().with(field, "permessage-deflate");
    opens(&offer, once.bytes());
    for second in ["permessage-deflate", "permessage-deflate; server_max_window_bits=9", "", "x"] {
        let twice = once.clone().with(field, second);
        fails_opening(&offer, twice.bytes(), r::EXTENSIONS_APPEAR_ONCE_IN_RESPONSE);
        let twice = answer().with(field, second).with("X", "y").with(field, "permessage-deflate");
        fails_opening(&offer, twice.bytes(), r::EXTENSIONS_APPEAR_ONCE_IN_RESPONSE);
    }
    for request in requests() {
        assert!(accepted(sent(&request).bytes()).answer.all(field).len() < 2);
    }
}

fn accept_field_appears_once() {
    let field = "Sec-WebSocket-Accept";
    let base = request("ws://h/");
    opens(&base, answer().bytes());
    let right = naive_accept(KEY);
    for second in [right.as_str(), "", "x", &naive_accept("")] {
        fails_opening(&base, answer().with(field, second).bytes(), r::ACCEPT_APPEARS_ONCE);
        let first = answer().set(field, second).with("X", "y").with(field, &right);
        fails_opening(&base, first.bytes(), r::ACCEPT_APPEARS_ONCE);
    }
    for request in requests() {
        assert_eq!(accepted(sent(&request).bytes()).answer.one(field), right);
    }
}

fn protocol_field_may_repeat_in_a_request() {
    let field = "Sec-WebSocket-Protocol";
    let seen = |lines: &[&str]| {
        let head = lines.iter().fold(plainest(), |head, line| head.with(field, line));
        let judged = accepted(head.bytes());
        let request = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
        let names: Vec<String> = request.subprotocols.iter().map(ToString::to_string).collect();
        (names, judged.answer.all(field).first().map(ToString::to_string))
    };
    let both = (vec!["a".to_owned(), "chat".to_owned()], Some("chat".to_owned()));
    assert_eq!(seen(&["a, chat"]), both);
    assert_eq!(seen(&["a", "chat"]), both);
    assert_eq!(seen(&["a,", ",chat"]), both);
    assert_eq!(seen(&["chat", "a"]).0, ["chat", "a"], "the order counts");
    assert_eq!(seen(&["superchat", "chat"]).1.as_deref(), Some("superchat"));
    assert_eq!(seen(&["a"]).1, None, "the second field counts");
    refused(plainest().with(field, "a").with(field, "a b").bytes(), 400, r::SUBPROTOCOLS_ARE_TOKENS);
    refused(plainest().with(field, "").with(field, "").bytes(), 400, r::SUBPROTOCOLS_ARE_TOKENS);
}

fn protocol_field_appears_once_in_a_response() {
    let field = "Sec-WebSocket-Protocol";
    let names = Subprotocols::from_names(["chat", "superchat"]).expect("tokens");
    let offer = request("ws://h/").subprotocols(names);
    let once = answer().with(field, "chat");
    opens(&offer, once.bytes());
    for second in ["chat", "superchat", "", "x"] {
        fails_opening(&offer, once.clone().with(field, second).bytes(), r::PROTOCOL_APPEARS_ONCE_IN_RESPONSE);
        let twice = answer().with(field, second).with("X", "y").with(field, "chat");
        fails_opening(&offer, twice.bytes(), r::PROTOCOL_APPEARS_ONCE_IN_RESPONSE);
    }
    let judged = accepted(sent(&offer).with(field, "mqtt").bytes());
    assert_eq!(judged.answer.one(field), "chat");
}

fn version_appears_once() {
    for request in requests() {
        assert_eq!(sent(&request).one("Sec-WebSocket-Version"), "13");
    }
    the_caller_cannot_set("Sec-WebSocket-Version");
    accepted(plainest().bytes());
    for second in ["13", "8", ""] {
        let twice = plainest().with("Sec-WebSocket-Version", second);
        refused(twice.bytes(), 400, r::VERSION_APPEARS_ONCE_IN_REQUEST);
        let twice = plainest().set("Sec-WebSocket-Version", second).with("Sec-WebSocket-Version", "13");
        refused(twice.bytes(), 400, r::VERSION_APPEARS_ONCE_IN_REQUEST);
    }
}
