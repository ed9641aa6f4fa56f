//! The request's further fields: key, origin, version, subprotocols, extensions and others.

use std::{
    collections::HashSet,
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use anyrfc_core::{ErrorKind, Fault, Requirement, compliance::Check};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::super::{
    chacha::ChaCha8,
    support::naive_frame,
    support_opening::{
        Head, KEY, NONCE, Peer, accepted, answer, base64, naive_accept, opens, plainest, refused, request,
        sent, unbase64,
    },
    wire::virtually,
};
use crate::{
    Error, Extension, Subprotocols, WebSocketClient,
    codec::handshake::{Key, Request},
    proto::Config,
    rfc6455 as r,
};

pub(in super::super) static CHECKS: &[Check] = &[
    Check {
        name: "section-4.1/key-is-a-16-byte-nonce",
        covers: &[r::REQUEST_HAS_KEY, r::KEY_IS_A_NONCE],
        run: key_is_a_16_byte_nonce,
    },
    Check {
        name: "section-4.1/key-is-new-for-each-connection",
        covers: &[r::KEY_IS_RANDOM_FOR_EACH_CONNECTION],
        run: key_is_new_for_each_connection,
    },
    Check {
        name: "section-4.1/origin-is-sent-when-given",
        covers: &[r::BROWSER_CLIENT_SENDS_ORIGIN, r::OTHER_CLIENT_MAY_SEND_ORIGIN],
        run: origin_is_sent_when_given,
    },
    Check {
        name: "section-4.1/version-13-is-asked-for",
        covers: &[r::REQUEST_HAS_VERSION, r::VERSION_IS_13],
        run: version_13_is_asked_for,
    },
    Check {
        name: "section-4.1/subprotocols-are-offered",
        covers: &[r::REQUEST_MAY_OFFER_SUBPROTOCOLS],
        run: subprotocols_are_offered,
    },
    Check {
        name: "section-4.1/subprotocol-names-are-tokens",
        covers: &[r::SUBPROTOCOLS_ARE_TOKENS],
        run: subprotocol_names_are_tokens,
    },
    Check {
        name: "section-4.1/subprotocol-names-are-unique",
        covers: &[r::SUBPROTOCOLS_ARE_UNIQUE],
        run: subprotocol_names_are_unique,
    },
    Check {
        name: "section-4.1/extensions-are-offered",
        covers: &[r::REQUEST_MAY_OFFER_EXTENSIONS],
        run: extensions_are_offered,
    },
    Check {
        name: "section-4.1/other-fields-are-carried",
        covers: &[r::REQUEST_MAY_CARRY_OTHER_FIELDS],
        run: other_fields_are_carried,
    },
];

fn key_is_a_16_byte_nonce() {
    let base = request("ws://h/");
    assert_eq!(sent(&base).one("Sec-WebSocket-Key"), KEY);
    // Every bit of the nonce counts, and nothing else does.
    for bit in 0..128 {
        let mut nonce = NONCE;
        nonce[bit / 8] ^= 1 << (bit % 8);
        let bytes = Peer::client_with(&base, nonce, Config::default()).written();
        let (head, _) = Head::read(&bytes);
        let key = head.one("Sec-WebSocket-Key");
        assert_eq!(unbase64(key).as_deref(), Some(&nonce[..]), "{key}");
        assert!(key.len() == 24 && key.ends_with("=="), "{key}");
        // What the server hashes is the text of the key.
        let judged = accepted(&bytes);
        assert_eq!(judged.answer.one("Sec-WebSocket-Accept"), naive_accept(key));
    }
    let plain = plainest();
    // The key of section 1.3, and one that leaves its unused bits set as the note of section 4.1 does.
    for (key, accept) in [
        ("dGhlIHNhbXBsZSBub25jZQ==", Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
        ("AQIDBAUGBwgJCgsMDQ4PEC==", None),
    ] {
        let judged = accepted(plain.clone().set("Sec-WebSocket-Key", key).bytes());
        let expected = accept.map_or_else(|| naive_accept(key), str::to_owned);
        assert_eq!(judged.answer.one("Sec-WebSocket-Accept"), expected);
    }
    refused(plain.clone().without("Sec-WebSocket-Key").bytes(), 400, r::REQUEST_HAS_KEY);
    for key in [
        "",
        "==",
        &base64(&NONCE[..15]),
        &base64(&[0; 17]),
        &base64(&[0; 18]),
        &base64(&[0; 32]),
        "AQIDBAUGBwgJCgsMDQ4PEA",
        "AQIDBAUGBwgJCgsMDQ4PEA=",
        "AQIDBAUGBwgJCgsMDQ4PEA===",
        "AQIDBAUGBwgJCgsMDQ4P EA==",
        "_-_-BAUGBwgJCgsMDQ4PEA==",
        "\"AQIDBAUGBwgJCgsMDQ4PEA==\"",
        "AQIDBAUGBwgJCgsMDQ4PEA==, x",
        "0102030405060708090a0b0c0d0e0f10",
    ] {
        refused(plain.clone().set("Sec-WebSocket-Key", key).bytes(), 400, r::KEY_IS_A_NONCE);
    }
}

/// The keys that one builder's connections open with, and the masking keys of their first frames.
fn connections(count: usize) -> Vec<(String, [u8; 4])> {
    let builder = WebSocketClient::builder();
    let connect = async || {
        let (near, mut far) = tokio::io::duplex(1 << 16);
        let client = async {
            let mut client = builder.connect_over("ws://h/", near).await.expect("connected");
            client.send_text("x").await.expect("sent");
        };
        let server = async {
            let mut bytes = Vec::new();
            while !bytes.ends_with(b"\r\n\r\n") {
                bytes.push(far.read_u8().await.expect("a request"));
            }
            let key = Head::read(&bytes).0.one("Sec-WebSocket-Key").to_owned();
            let answer = answer().set("Sec-WebSocket-Accept", naive_accept(&key));
            far.write_all(&answer.bytes()).await.expect("answered");
            let mut frame = [0; 7];
            far.read_exact(&mut frame).await.expect("a frame");
            let (frame, _) = naive_frame(&frame).expect("a frame");
            (key, frame.key.expect("a masked frame"))
        };
        both(client, server).await
    };
    virtually(async {
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(connect().await);
        }
        all
    })
}

/// Both futures side by side; the second one's output.
async fn both<T>(first: impl Future<Output = ()>, second: impl Future<Output = T>) -> T {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let (mut done, mut output) = (false, None);
    poll_fn(move |cx| {
        done = done || first.as_mut().poll(cx).is_ready();
        if output.is_none()
            && let Poll::Ready(value) = second.as_mut().poll(cx)
        {
            output = Some(value);
        }
        if !done {
            return Poll::Pending;
        }
        output.take().map_or(Poll::Pending, Poll::Ready)
    })
    .await
}

/// Whether these could be drawn at random: all distinct, and every bit set in
/// some (6 standard deviations, so that real randomness does not fail).
fn plausible<const N: usize>(values: &[[u8; N]; 64]) -> bool {
    let distinct = values.iter().collect::<HashSet<_>>().len() == values.len();
    let set = |bit: usize| values.iter().filter(|v| v[bit / 8] >> (bit % 8) & 1 == 1).count();
    distinct && (0..N * 8).all(|bit| (8..=56).contains(&set(bit)))
}

fn key_is_new_for_each_connection() {
    let drawn = connections(64);
    let nonce = |key: &str| <[u8; 16]>::try_from(unbase64(key).expect("base64")).expect("16 bytes");
    let keys: Vec<[u8; 16]> = drawn.iter().map(|(key, _)| nonce(key)).collect();
    assert!(plausible(&keys.clone().try_into().expect("64 keys")), "the keys are not random");
    // Nor do they give away what masks the frames.
    let masks: Vec<[u8; 4]> = drawn.iter().map(|(_, mask)| *mask).collect();
    assert!(plausible(&masks.clone().try_into().expect("64 masking keys")), "masking keys are not random");
    for (key, mask) in keys.iter().zip(&masks) {
        assert!(!key.windows(4).any(|four| four == mask), "a masking key is part of the key");
        let (mut twice, mut padded) = ([0; 32], [0; 32]);
        twice[..16].copy_from_slice(key);
        twice[16..].copy_from_slice(key);
        padded[..16].copy_from_slice(key);
        for seed in [twice, padded] {
            let drawn = ChaCha8::new(seed).next().expect("a word");
            let guesses = [drawn.to_le_bytes(), drawn.to_be_bytes()];
            assert!(!guesses.contains(mask), "the key tells what masks the frames");
        }
    }
    // A constant, a counter, or two alike would be noticed.
    assert!(!plausible(&[NONCE; 64]));
    let counter: [[u8; 16]; 64] = std::array::from_fn(|i| (i as u128).to_be_bytes());
    assert!(!plausible(&counter));
    let mut twice: [[u8; 16]; 64] = keys.try_into().expect("64 keys");
    twice[63] = twice[0];
    assert!(!plausible(&twice));
    // Without new randomness the key would be the same: only that tells two requests apart.
    let base = request("ws://h/");
    let bytes = |nonce| Peer::client_with(&base, nonce, Config::default()).written();
    assert_eq!(bytes(NONCE), bytes(NONCE));
    assert_ne!(bytes(NONCE), bytes([0; 16]));
}

fn origin_is_sent_when_given() {
    for (origin, written) in [
        ("https://app.example", "https://app.example"),
        ("http://app.example:8080", "http://app.example:8080"),
        ("https://app.example:443", "https://app.example"),
        ("HTTPS://App.Example", "https://app.example"),
        ("https://b\u{fc}cher.example", "https://xn--bcher-kva.example"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("null", "null"),
    ] {
        let with = request("ws://h/").origin(origin).expect(origin);
        let head = sent(&with);
        assert_eq!(head.one("Origin"), written, "{origin}");
        let judged = accepted(head.bytes());
        let seen = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
        assert_eq!(seen.origin.as_ref().map(|o| o.as_bytes()), Some(written.as_bytes()));
        // Also to where the request is redirected.
        let next = with.redirect("ws://other.example/").expect("a redirect");
        assert_eq!(sent(&next).one("Origin"), written);
    }
    // For whoever has it serialised already.
    let raw = request("ws://h/").header("Origin", "https://app.example").expect("a field");
    assert_eq!(sent(&raw).one("Origin"), "https://app.example");

    assert_eq!(sent(&request("ws://h/")).all("Origin"), [""; 0], "sent without being asked");
    let judged = accepted(plainest().bytes());
    assert!(judged.server.connection.opened().and_then(|o| o.request()).expect("a request").origin.is_none());
    for origin in [
        "",
        "app.example",
        "//app.example",
        "https://",
        "https:app.example",
        "https://app.example/",
        "https://app.example/path",
        "https://app.example?q",
        "https://app.example#f",
        "https://user@app.example",
        "https://app.example\r\nX: y",
        "https://app.example https://other.example",
        "NULL",
    ] {
        let error = Error::from(request("ws://h/").origin(origin).expect_err(origin));
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Usage, Fault::Caller), "{origin:?}");
    }
}

fn version_13_is_asked_for() {
    for text in ["ws://h/", "wss://u:p@h:1/a?b"] {
        assert_eq!(sent(&request(text)).one("Sec-WebSocket-Version"), "13");
    }
    let plain = plainest();
    accepted(plain.bytes());
    accepted(plain.clone().set("Sec-WebSocket-Version", " 13\t").bytes());
    let missing = plain.clone().without("Sec-WebSocket-Version");
    refused(missing.bytes(), 400, r::REQUEST_HAS_VERSION);
    for version in [
        "", "0", "8", "12", "14", "25", "255", "013", "+13", "1 3", "13.0", "0xd", "13, 8", "8, 13", "\"13\"",
    ] {
        let mutant = plain.clone().set("Sec-WebSocket-Version", version);
        let answer = refused(mutant.bytes(), 426, r::VERSION_IS_13);
        assert_eq!(answer.one("Sec-WebSocket-Version"), "13");
    }
}

fn offering(names: &[&str]) -> Request {
    request("ws://h/").subprotocols(Subprotocols::from_names(names).expect("distinct tokens"))
}

fn subprotocols_are_offered() {
    let both = offering(&["chat", "superchat"]);
    let head = sent(&both);
    assert_eq!(head.one("Sec-WebSocket-Protocol"), "chat, superchat");
    assert_eq!(accepted(head.bytes()).answer.one("Sec-WebSocket-Protocol"), "chat");
    // The order is the client's, not the server's.
    let turned = sent(&offering(&["mqtt", "superchat", "chat"]));
    assert_eq!(turned.one("Sec-WebSocket-Protocol"), "mqtt, superchat, chat");
    let judged = accepted(turned.bytes());
    assert_eq!(judged.answer.one("Sec-WebSocket-Protocol"), "superchat");
    let seen = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
    let names: Vec<&str> = seen.subprotocols.iter().map(|name| name.as_str()).collect();
    assert_eq!(names, ["mqtt", "superchat", "chat"]);
    for chosen in ["chat", "superchat"] {
        let client = opens(&both, answer().with("Sec-WebSocket-Protocol", chosen).bytes());
        assert_eq!(client.connection.opened().and_then(|o| o.subprotocol()), Some(chosen));
    }
    let none = opens(&both, answer().bytes());
    assert_eq!(none.connection.opened().and_then(|o| o.subprotocol()), None);

    let plain = sent(&offering(&[]));
    assert_eq!(plain.all("Sec-WebSocket-Protocol"), [""; 0], "an empty offer");
    assert_eq!(accepted(plain.bytes()).answer.all("Sec-WebSocket-Protocol"), [""; 0]);
    for empty in ["", ",", " , ,"] {
        let mutant = plain.clone().with("Sec-WebSocket-Protocol", empty);
        refused(mutant.bytes(), 400, r::SUBPROTOCOLS_ARE_TOKENS);
    }
}

#[track_caller]
fn not_offered(names: &[&str], requirement: &'static Requirement) {
    let error = Error::from(Subprotocols::from_names(names).expect_err("what may not be offered"));
    assert_eq!(error.requirement(), Some(requirement), "{names:?}");
    assert_eq!((error.kind(), error.fault()), (ErrorKind::Usage, Fault::Caller), "{names:?}");
    assert!(!error.to_string().contains(['\r', '\n']));
}

fn subprotocol_names_are_tokens() {
    let tokens = r::SUBPROTOCOLS_ARE_TOKENS;
    let plain = plainest();
    // RFC 2616, section 2.2: no control characters, and no separators.
    let separators = "()<>@,;:\\\"/[]?={} \t";
    let all: String = (0x21..0x7F_u8).map(char::from).filter(|c| !separators.contains(*c)).collect();
    for name in [&all, "v2.bookings.example.net", "x", "1", "~"] {
        let head = sent(&offering(&[name]));
        assert_eq!(head.one("Sec-WebSocket-Protocol"), name);
        let judged = accepted(head.bytes());
        let seen = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
        assert!(seen.subprotocols.find(name.as_bytes()).is_some(), "{name}");
    }
    not_offered(&[""], tokens);
    for name in ["a\r\nX: y", "a\r", "a\n", "\n", "a\0", "a\u{7f}", "\u{e9}", "\u{1f}", " a", "a "] {
        not_offered(&[name], tokens);
        not_offered(&["fine", name], tokens);
    }
    for separator in separators.chars() {
        not_offered(&[&format!("a{separator}b")], tokens);
        not_offered(&[&separator.to_string()], tokens);
        if separator != ',' {
            let mutant = plain.clone().with("Sec-WebSocket-Protocol", format!("chat, a{separator}b"));
            refused(mutant.bytes(), 400, tokens);
        }
    }
    for raw in ["\"chat\"", "caf\u{e9}", "a b"] {
        refused(plain.clone().with("Sec-WebSocket-Protocol", raw).bytes(), 400, tokens);
    }
    refused(plain.with("Sec-WebSocket-Protocol", b"\xff").bytes(), 400, tokens);
}

fn subprotocol_names_are_unique() {
    let unique = r::SUBPROTOCOLS_ARE_UNIQUE;
    not_offered(&["a", "b", "a"], unique);
    not_offered(&["a", "a"], unique);
    assert_eq!(sent(&offering(&["a", "A", "ab", "b"])).one("Sec-WebSocket-Protocol"), "a, A, ab, b");
    let plain = plainest();
    let field = "Sec-WebSocket-Protocol";
    refused(plain.clone().with(field, "a, b, a").bytes(), 400, unique);
    refused(plain.clone().with(field, "a").with(field, "a").bytes(), 400, unique);
    refused(plain.clone().with(field, "b, a").with(field, "c, a").bytes(), 400, unique);
    accepted(plain.clone().with(field, "a, A").bytes());
    accepted(plain.with(field, "a").with(field, "A").bytes());
}

fn extensions_are_offered() {
    let deflate = || Extension::new("permessage-deflate").expect("a token");
    let wanted = deflate().with_flag("client_max_window_bits").expect("a token");
    let wanted = wanted.with("server_max_window_bits", "10").expect("a token");
    let offer = request("ws://h/").extension(wanted).and_then(|q| q.extension(deflate())).expect("offers");
    let head = sent(&offer);
    let list = head.one("Sec-WebSocket-Extensions");
    let naive: Vec<Vec<&str>> =
        list.split(',').map(|extension| extension.split(';').map(str::trim).collect()).collect();
    assert_eq!(
        naive,
        [
            vec!["permessage-deflate", "client_max_window_bits", "server_max_window_bits=10"],
            vec!["permessage-deflate"]
        ]
    );
    let judged = accepted(head.bytes());
    let seen = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
    let shown: Vec<String> = seen.extensions.iter().map(ToString::to_string).collect();
    assert_eq!(shown.join(", "), list);
    // None is asked for by itself, and the server need not take any.
    assert_eq!(sent(&request("ws://h/")).all("Sec-WebSocket-Extensions"), [""; 0]);
    assert_eq!(judged.answer.all("Sec-WebSocket-Extensions"), [""; 0]);
    opens(&offer, answer().bytes());
    for malformed in ["", ";", "permessage-deflate;", "permessage deflate", "x; =1"] {
        let mutant = plainest().with("Sec-WebSocket-Extensions", malformed);
        refused(mutant.bytes(), 400, r::MALFORMED_EXTENSIONS_FAIL);
    }
}

fn other_fields_are_carried() {
    let secret = "5ecret-c00kie";
    let base = request("wss://h/a").header("Cookie", format!("sid={secret}")).expect("a field");
    let base = base.header("X-A", "one").and_then(|q| q.header("X-B", "b")).expect("fields");
    let base = base.header("x-a", "two").and_then(|q| q.header("X-Empty", "")).expect("fields");
    let with = base.clone().bearer("5ecret-t0ken").expect("a token");
    let head = sent(&with);
    assert_eq!(head.all("X-A"), ["one", "two"]);
    assert_eq!(head.one("X-B"), "b");
    assert_eq!(head.one("X-Empty"), "");
    assert_eq!(head.one("Cookie"), format!("sid={secret}"));
    assert_eq!(head.one("Authorization"), "Bearer 5ecret-t0ken");
    accepted(head.bytes());
    for (user, password, sent_as) in [
        ("Aladdin", "open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        ("u", "", "dTo="),
        ("", "p:q", "OnA6cQ=="),
    ] {
        let basic = base.clone().basic(user, password).expect("a user");
        assert_eq!(sent(&basic).one("Authorization"), format!("Basic {sent_as}"));
    }
    // From the URI, unless something else was asked for.
    let named = request("wss://user:p%3Aw@h/a");
    let expected = format!("Basic {}", base64(b"user:p:w"));
    assert_eq!(sent(&named).one("Authorization"), expected);
    assert_eq!(sent(&named.clone().bearer("t").expect("a token")).one("Authorization"), "Bearer t");

    // Secrets are not shown.
    let opening = with.encode(&Key::new(NONCE)).expect("a request");
    for shown in [format!("{with:?}"), format!("{opening:?}"), format!("{:?}", opening.head)] {
        assert!(!shown.contains("5ecret") && shown.contains("X-B".to_ascii_lowercase().as_str()), "{shown}");
    }
    // They stay with their origin; the rest goes along.
    let same = sent(&with.redirect("/b").expect("a redirect"));
    assert_eq!((same.all("Cookie").len(), same.all("Authorization").len()), (1, 1));
    for elsewhere in ["wss://other.example/", "wss://h:444/", "ws://h/a", "//other.example"] {
        for kept in [&with, &named.clone().header("Cookie", "a").expect("a field")] {
            let next = sent(&kept.redirect(elsewhere).expect("a redirect"));
            assert_eq!(next.all("Cookie"), [""; 0], "{elsewhere}");
            assert_eq!(next.all("Authorization"), [""; 0], "{elsewhere}");
        }
        let next = sent(&with.redirect(elsewhere).expect("a redirect"));
        assert_eq!(next.all("X-A"), ["one", "two"]);
    }
    let error = with.redirect("wss://other:pw@h/").expect_err("credentials from a server");
    assert_eq!(error.kind(), ErrorKind::Protocol);
}
