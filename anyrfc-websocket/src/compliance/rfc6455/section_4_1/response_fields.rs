//! The fields of the response, one by one.

use anyrfc_core::compliance::Check;

use super::super::super::support_opening::{
    GUID, Head, KEY, NONCE, answer, base64, fails_opening, naive_accept, opens, request,
};
use crate::{Extension, Subprotocols, codec::handshake::Request, rfc6455 as r};

pub(in super::super) static CHECKS: &[Check] = &[
    Check {
        name: "section-4.1/upgrade-field-is-checked",
        covers: &[r::RESPONSE_WITHOUT_UPGRADE_FAILS],
        run: upgrade_field_is_checked,
    },
    Check {
        name: "section-4.1/connection-field-is-checked",
        covers: &[r::RESPONSE_WITHOUT_CONNECTION_FAILS],
        run: connection_field_is_checked,
    },
    Check {
        name: "section-4.1/accept-is-checked",
        covers: &[r::RESPONSE_WITH_WRONG_ACCEPT_FAILS],
        run: accept_is_checked,
    },
    Check {
        name: "section-4.1/unrequested-extension-fails",
        covers: &[r::RESPONSE_WITH_UNREQUESTED_EXTENSION_FAILS],
        run: unrequested_extension_fails,
    },
    Check {
        name: "section-4.1/unrequested-subprotocol-fails",
        covers: &[r::RESPONSE_WITH_UNREQUESTED_SUBPROTOCOL_FAILS],
        run: unrequested_subprotocol_fails,
    },
];

fn plain() -> Request {
    request("ws://h/")
}

fn upgrade_field_is_checked() {
    for fine in ["websocket", "WebSocket", "WEBSOCKET", " \twebsocket\t ", "webSOCKET"] {
        opens(&plain(), answer().set("Upgrade", fine).bytes());
    }
    let without = answer().without("Upgrade");
    fails_opening(&plain(), without.bytes(), r::RESPONSE_WITHOUT_UPGRADE_FAILS);
    // What it should say, in fields that are not it.
    let elsewhere = without.with("X-Upgrade", "websocket").with("Upgrades", "websocket");
    fails_opening(&plain(), elsewhere.bytes(), r::RESPONSE_WITHOUT_UPGRADE_FAILS);
    for wrong in [
        "",
        " ",
        ",",
        "h2c",
        "websocket2",
        "websockets",
        "websocke",
        "ebsocket",
        "web socket",
        "websocket/13",
        "websocket; x",
        "websocket, h2c",
        "h2c, websocket",
        "\"websocket\"",
        // Full-width letters, the Kelvin sign, a long s: equal to it in some foldings of case.
        "\u{ff57}\u{ff45}\u{ff42}\u{ff53}\u{ff4f}\u{ff43}\u{ff4b}\u{ff45}\u{ff54}",
        "websoc\u{212a}et",
        "web\u{17f}ocket",
        "websocket\u{a0}",
    ] {
        let head = answer().set("Upgrade", wrong);
        fails_opening(&plain(), head.bytes(), r::RESPONSE_WITHOUT_UPGRADE_FAILS);
    }
    let twice = answer().with("Upgrade", "h2c");
    fails_opening(&plain(), twice.bytes(), r::RESPONSE_WITHOUT_UPGRADE_FAILS);
}

fn connection_field_is_checked() {
    for fine in [
        "Upgrade",
        "upgrade",
        "UPGRADE",
        "keep-alive, Upgrade",
        "Upgrade,close",
        " , upgrade\t,",
        "close\t,Upgrade",
    ] {
        opens(&plain(), answer().set("Connection", fine).bytes());
    }
    let without = answer().without("Connection");
    for lines in [["keep-alive", "Upgrade"], ["Upgrade", "keep-alive"], ["Upgrade", "upgrade"]] {
        let head = lines.iter().fold(without.clone(), |head, line| head.with("Connection", line));
        opens(&plain(), head.bytes());
    }
    fails_opening(&plain(), without.bytes(), r::RESPONSE_WITHOUT_CONNECTION_FAILS);
    let elsewhere = without.with("Proxy-Connection", "Upgrade").with("Keep-Alive", "Upgrade");
    fails_opening(&plain(), elsewhere.bytes(), r::RESPONSE_WITHOUT_CONNECTION_FAILS);
    for wrong in [
        "",
        " ",
        "keep-alive",
        "close",
        "Upgraded",
        "Upgrad",
        "x-upgrade",
        "upgrade-insecure-requests",
        "Up grade",
        "\"Upgrade\"",
        "Upgrade=1",
        "Upgrade; close",
        "keep-alive Upgrade",
        "websocket",
        "\u{ff35}pgrade",
    ] {
        let head = answer().set("Connection", wrong);
        fails_opening(&plain(), head.bytes(), r::RESPONSE_WITHOUT_CONNECTION_FAILS);
    }
}

/// The answer with this accept value.
fn accepting(value: &str) -> Head {
    answer().set("Sec-WebSocket-Accept", value)
}

fn accept_is_checked() {
    let right = naive_accept(KEY);
    for fine in [right.clone(), format!("  {right}"), format!("\t{right} \t")] {
        opens(&plain(), accepting(&fine).bytes());
    }
    let without = answer().without("Sec-WebSocket-Accept");
    let (upper, lower) = (right.to_ascii_uppercase(), right.to_ascii_lowercase());
    let swapped = {
        let at = right.find(|c: char| c.is_ascii_alphabetic()).expect("a letter");
        let (head, tail) = right.split_at(at);
        let (letter, tail) = tail.split_at(1);
        let other = if letter.to_ascii_uppercase() == letter {
            letter.to_ascii_lowercase()
        } else {
            letter.to_ascii_uppercase()
        };
        format!("{head}{other}{tail}")
    };
    let wrong = r::RESPONSE_WITH_WRONG_ACCEPT_FAILS;
    fails_opening(&plain(), without.bytes(), wrong);
    for name in ["Sec-WebSocket-Key", "Sec-WebSocket-Accepted", "WebSocket-Accept", "X-Sec-WebSocket-Accept"]
    {
        fails_opening(&plain(), without.clone().with(name, &right).bytes(), wrong);
    }
    for value in [
        String::new(),
        " ".to_owned(),
        "x".to_owned(),
        KEY.to_owned(),
        naive_accept("dGhlIHNhbXBsZSBub25jZQ=="),
        naive_accept(""),
        swapped,
        upper,
        lower,
        right.trim_end_matches('=').to_owned(),
        format!("{right}="),
        format!("{right}x"),
        format!("x{right}"),
        format!("{right}, {right}"),
        format!("\"{right}\""),
        right[..27].to_owned(),
        right[1..].to_owned(),
        right.replace('=', " ="),
        // The hash of the nonce instead of the key's text.
        naive_accept(std::str::from_utf8(&NONCE).expect("ASCII")),
        // No hash, or not of everything.
        base64(format!("{KEY}{GUID}").as_bytes()),
        naive_accept(&format!("{KEY}{GUID}")),
        naive_accept(&KEY[..22]),
        naive_accept(&format!(" {KEY}")),
        "=".repeat(50_000),
    ] {
        fails_opening(&plain(), accepting(&value).bytes(), wrong);
    }
    // Every single bit of it counts.
    for at in 0..right.len() {
        for bit in 0..7 {
            let mut value = right.clone().into_bytes();
            value[at] ^= 1 << bit;
            if value[at].is_ascii_graphic() {
                let value = String::from_utf8(value).expect("ASCII");
                fails_opening(&plain(), accepting(&value).bytes(), wrong);
            }
        }
    }
    // Each client takes the answer to its own key only.
    let other = request("ws://h/");
    let vector = accepting("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    fails_opening(&other, vector.bytes(), wrong);
    let opening = other.encode(&crate::codec::handshake::Key::new(*b"the sample nonce")).expect("a request");
    assert!(opening.bytes.windows(24).any(|w| w == b"dGhlIHNhbXBsZSBub25jZQ=="));
    let mut sample = super::super::super::support_opening::Peer::client_with(
        &other,
        *b"the sample nonce",
        crate::proto::Config::default(),
    );
    sample.written();
    assert_eq!(sample.feed(vector.bytes()).opened, 1, "the example of section 1.3");
}

fn offering(extensions: &[&str]) -> Request {
    extensions.iter().fold(plain(), |request, name| {
        request.extension(Extension::new(name).expect("a token")).expect("an offer")
    })
}

fn unrequested_extension_fails() {
    let field = "Sec-WebSocket-Extensions";
    let deflate = offering(&["permessage-deflate"]);
    let client = opens(&deflate, answer().with(field, "permessage-deflate").bytes());
    let in_use = client.connection.opened().expect("opened").extensions();
    assert_eq!(in_use, [Extension::new("permessage-deflate").expect("a token")]);
    let client = opens(&deflate, answer().bytes());
    assert_eq!(client.connection.opened().expect("opened").extensions(), []);
    opens(&plain(), answer().bytes());

    for value in
        ["permessage-deflate", "x", "x; y=z", "permessage-deflate; client_no_context_takeover", "x, y"]
    {
        fails_opening(&plain(), answer().with(field, value).bytes(), r::NO_UNLISTED_EXTENSION);
    }
    for value in [
        "x-foo",
        "permessage-deflate, x-foo",
        "x-foo, permessage-deflate",
        "Permessage-Deflate",
        "permessage-deflate2",
        "permessage",
        "x-webkit-deflate-frame",
    ] {
        fails_opening(&deflate, answer().with(field, value).bytes(), r::NO_UNLISTED_EXTENSION);
    }
    // Of several offers of one extension, one can be accepted.
    let both = offering(&["permessage-deflate", "permessage-deflate"]);
    for request in [&deflate, &both] {
        let twice = answer().with(field, "permessage-deflate, permessage-deflate");
        fails_opening(request, twice.bytes(), r::EXTENSIONS_ARE_CHOSEN_FROM_OFFER);
    }
}

fn unrequested_subprotocol_fails() {
    let field = "Sec-WebSocket-Protocol";
    let chat = plain().subprotocols(Subprotocols::from_names(["chat", "v1.chat"]).expect("tokens"));
    for (value, agreed) in [("chat", "chat"), (" v1.chat\t", "v1.chat")] {
        let client = opens(&chat, answer().with(field, value).bytes());
        assert_eq!(client.connection.opened().and_then(|o| o.subprotocol()), Some(agreed));
    }
    for request in [&chat, &plain()] {
        let client = opens(request, answer().bytes());
        assert_eq!(client.connection.opened().and_then(|o| o.subprotocol()), None);
    }
    let chosen = r::SUBPROTOCOL_IS_CHOSEN_FROM_OFFER;
    for value in ["chat", "v1.chat", "x", ""] {
        fails_opening(&plain(), answer().with(field, value).bytes(), chosen);
    }
    for value in [
        "Chat",
        "CHAT",
        "superchat",
        "cha",
        "chat2",
        "chat, v1.chat",
        "chat,",
        "chat v1.chat",
        "\"chat\"",
        "chat;q=1",
        "",
        ",",
        "ch\u{e4}t",
    ] {
        fails_opening(&chat, answer().with(field, value).bytes(), chosen);
    }
}
