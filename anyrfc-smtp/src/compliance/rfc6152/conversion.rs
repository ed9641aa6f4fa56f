//! RFC 6152, section 3: messages that are built are written in seven bits for servers that take no more.

use anyrfc_core::compliance::Check;
use anyrfc_mime::build::{Builder, Composed, Part};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::super::{served::send, support::envelope};
use crate::{
    rfc6152 as r,
    testing::{Delivery, Server},
    types::WireMessage,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6152/section-3/a-message-is-converted",
        covers: &[r::CONVERSION_MAY_HELP, r::CONVERSION_IS_7BIT_MIME],
        run: a_message_is_converted,
    },
    Check {
        name: "rfc6152/section-3/a-conversion-loses-nothing",
        covers: &[r::CONVERSION_LOSES_NOTHING, r::CONVERSION_ENCODES],
        run: a_conversion_loses_nothing,
    },
];

const TEXT: &str = "Grüße aus Köln\r\n.\r\nFrom here = there \r\nund nochmals: \u{1f600} äöü\r\n";

fn octets() -> Vec<u8> {
    (0..=255_u8).cycle().take(3000).collect()
}

fn message<'a>() -> Composed<'a> {
    let from = Builder::new().from("Jörg <a@client.example>").to("b@mail.example").subject("Schöne Grüße");
    let part = Part::new("application/octet-stream", octets()).named("all.bin").attachment();
    from.text(TEXT).attach(part).seed([5; 32]).build().expect("a message")
}

/// What arrives at a server like that.
#[track_caller]
fn arrives<'m>(server: &Server, message: impl WireMessage<'m>) -> Delivery {
    assert!(send(server, envelope(&["b@mail.example"]), message).expect("sent").is_complete());
    server.take_deliveries().remove(0)
}

/// A field of a header, unfolded; nothing where there is none.
fn field(header: &str, name: &str) -> Option<String> {
    let unfolded = header.replace("\r\n ", " ").replace("\r\n\t", " ");
    let mut lines = unfolded.split("\r\n").filter_map(|line| line.split_once(':'));
    let found = lines.find(|(field, _)| field.eq_ignore_ascii_case(name))?;
    Some(found.1.trim().to_owned())
}

/// The parts of a multipart, each with its header, read by hand.
fn parts(content: &str) -> Vec<(String, String)> {
    let (header, body) = content.split_once("\r\n\r\n").expect("a body");
    let kind = field(header, "Content-Type").expect("a type");
    let boundary = kind.split("boundary=").nth(1).expect("a boundary").trim_matches('"');
    let boundary = boundary.split(['"', ';']).next().expect("one");
    let mark = format!("\r\n--{boundary}");
    let body = format!("\r\n{body}");
    let mut parts = Vec::new();
    for piece in body.split(&*mark).skip(1) {
        if piece.starts_with("--") {
            return parts;
        }
        let piece = piece.strip_prefix("\r\n").expect("a line");
        let (header, body) = piece.split_once("\r\n\r\n").expect("a part");
        parts.push((header.to_owned(), body.to_owned()));
    }
    panic!("the last boundary is missing")
}

/// What a part stands for, decoded by hand.
fn decoded(header: &str, body: &str) -> Vec<u8> {
    match field(header, "Content-Transfer-Encoding").unwrap_or_default().to_ascii_lowercase().as_str() {
        "base64" => STANDARD.decode(body.replace("\r\n", "")).expect("base64"),
        "quoted-printable" => {
            let joined = body.replace("=\r\n", "");
            let mut pieces = joined.split('=');
            let mut out = pieces.next().expect("one").as_bytes().to_vec();
            for piece in pieces {
                let (digits, rest) = piece.split_at(2);
                out.push(u8::from_str_radix(digits, 16).expect("two digits"));
                out.extend_from_slice(rest.as_bytes());
            }
            out
        }
        "" | "7bit" | "8bit" => body.as_bytes().to_vec(),
        other => panic!("{other}"),
    }
}

fn encodings(parts: &[(String, String)]) -> Vec<String> {
    let encoding = |header: &str| field(header, "Content-Transfer-Encoding").unwrap_or_default();
    parts.iter().map(|(header, _)| encoding(header)).collect()
}

fn a_message_is_converted() {
    // Where eight bits are taken, they are sent.
    let eight = Server::full().without("BINARYMIME").without("SMTPUTF8");
    let wide = arrives(&eight, message());
    assert_eq!(wide.parameters.value("BODY"), Some("8BITMIME"));
    assert!(!wide.content.is_ascii());
    for server in
        [Server::bare(), Server::full().without("8BITMIME").without("BINARYMIME").without("SMTPUTF8")]
    {
        let lent = message();
        for delivery in [arrives(&server, &lent), arrives(&server, message())] {
            assert!(delivery.content.is_ascii() && !delivery.content.contains(&0));
            assert_eq!(delivery.parameters.value("BODY"), None);
            let content = String::from_utf8(delivery.content).expect("ASCII");
            let lines: Vec<&str> = content.split("\r\n").collect();
            assert!(lines.iter().all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
            let (header, _) = content.split_once("\r\n\r\n").expect("a header");
            assert_eq!(field(header, "MIME-Version").as_deref(), Some("1.0"));
            // What holds parts is not encoded itself (RFC 2045, section 6.4).
            assert!(matches!(field(header, "Content-Transfer-Encoding").as_deref(), None | Some("7bit")));
            let encodings = encodings(&parts(&content));
            assert!(
                encodings.iter().all(|one| ["quoted-printable", "base64"].contains(&one.as_str())),
                "{encodings:?}"
            );
        }
    }
}

fn a_conversion_loses_nothing() {
    for server in [Server::bare(), Server::full(), Server::full().without("BINARYMIME").without("SMTPUTF8")] {
        let delivery = arrives(&server, message());
        if delivery.parameters.value("BODY") == Some("BINARYMIME") {
            continue;
        }
        let content = String::from_utf8(delivery.content).expect("UTF-8");
        let parts = parts(&content);
        let [(text, body), (attached, octets_of)] = &parts[..] else { panic!("{parts:?}") };
        let decoded_text = decoded(text, body);
        assert_eq!(String::from_utf8_lossy(&decoded_text).trim_end(), TEXT.trim_end());
        assert!(field(text, "Content-Type").expect("a type").to_ascii_lowercase().contains("utf-8"));
        assert_eq!(decoded(attached, octets_of), octets());
        // The octets alone tell that an encoding is needed, and one is named for each part beyond ASCII.
        for (encoding, whole) in encodings(&parts).iter().zip([&decoded_text[..], &octets()]) {
            assert!(!whole.is_ascii());
            assert!(matches!(encoding.as_str(), "base64" | "quoted-printable" | "8bit"), "{encoding}");
        }
    }
}
