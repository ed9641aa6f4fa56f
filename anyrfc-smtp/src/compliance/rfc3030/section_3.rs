//! RFC 3030, section 3: binary messages.

use anyrfc_core::compliance::Check;
use anyrfc_mime::{
    Message,
    build::{Builder, Composed, Part},
};

use super::{
    super::{
        served,
        support::{Talk, chunked, envelope, finds},
    },
    section_2::duet,
};
use crate::{
    ErrorKind, TransferPreference,
    codec::command::Command,
    proto::Config,
    rfc3030 as r,
    testing::{Delivery, Server},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3030/section-3/no-data-of-binary",
        covers: &[r::DATA_OF_BINARY_IS_RESET],
        run: no_data_of_binary,
    },
    Check {
        name: "rfc3030/section-3/text-is-sent-as-text",
        covers: &[r::STORAGE_FORM_IS_REVERSED],
        run: text_is_sent_as_text,
    },
    Check {
        name: "rfc3030/section-3/types-have-their-canonical-form",
        covers: &[r::CONTENT_IS_CANONICAL, r::BINARY_TEXT_HAS_CRLF],
        run: types_have_their_canonical_form,
    },
    Check {
        name: "rfc3030/section-3/binary-is-said-to-be",
        covers: &[r::BINARY_IS_DECLARED],
        run: binary_is_said_to_be,
    },
    Check {
        name: "rfc3030/section-3/binary-needs-the-offer",
        covers: &[r::NO_BINARY_WITHOUT_BINARYMIME],
        run: binary_needs_the_offer,
    },
    Check {
        name: "rfc3030/section-3/conversion-loses-nothing",
        covers: &[r::CONVERSION_LOSES_NOTHING],
        run: conversion_loses_nothing,
    },
    Check {
        name: "rfc3030/section-3/conversion-is-by-transfer-encodings",
        covers: &[r::CONVERSION_ENCODES],
        run: conversion_is_by_transfer_encodings,
    },
    Check {
        name: "rfc3030/section-3/conversion-gives-mime",
        covers: &[r::CONVERSION_IS_MIME],
        run: conversion_gives_mime,
    },
    Check {
        name: "rfc3030/section-3/encodings-are-not-nested",
        covers: &[r::NO_NESTED_ENCODINGS],
        run: encodings_are_not_nested,
    },
];

/// A message that no text can be: every octet, and a line that is too long.
fn octets() -> Vec<u8> {
    let mut octets: Vec<u8> = (0..=u8::MAX).chain(*b"\r\n.\r\n\n.\n\r\r\n").collect();
    octets.resize(4000, 0xfe);
    octets.extend_from_slice(b"\r");
    octets
}

const POEM: &str = "Zwölf Boxkämpfer\njagen Viktor\rquer über\r\nden Sylter Deich\n.\n";
const POEM_ON_THE_WIRE: &str = "Zwölf Boxkämpfer\r\njagen Viktor\r\nquer über\r\nden Sylter Deich\r\n.\r\n";

/// A message with such an attachment, a text, and another message with the same.
fn composed() -> Composed<'static> {
    let builder = || Builder::new().from("a@client.example").to("b@d.example").subject("hello").seed([7; 32]);
    let inner = builder().text(POEM).attach(Part::new("application/octet-stream", octets()).named("inner"));
    let inner = inner.build().expect("a message");
    let outer = builder().text(POEM).attach(Part::new("application/octet-stream", octets()).named("outer"));
    outer.attach(Part::message(inner)).build().expect("a message")
}

/// What a server without some of its extensions gets of it.
#[track_caller]
fn arrives_without(lacks: &[&str]) -> Delivery {
    let server = lacks.iter().fold(Server::full(), |server, lack| server.without(lack));
    let report = served::send(&server, envelope(&["b@d.example"]), composed()).expect("sent");
    assert!(report.is_complete(), "{report:?}");
    server.take_deliveries().remove(0)
}

/// Servers that take no binary message.
const CONVERTED: [&[&str]; 4] =
    [&["BINARYMIME"], &["CHUNKING"], &["BINARYMIME", "8BITMIME", "SMTPUTF8"], &["BINARYMIME", "CHUNKING"]];

/// The bodies of those that are no composites, decoded, with their types.
fn bodies(message: &Message<'_>) -> Vec<(String, Vec<u8>)> {
    let all = message.entities().map(|entity| (entity.content_type().essence().to_owned(), entity.body()));
    let leaves = all.filter(|(kind, _)| !kind.starts_with("multipart/") && !kind.starts_with("message/"));
    leaves.map(|(kind, body)| (kind, body.into_owned())).collect()
}

/// What is to arrive, however it is sent.
fn everything() -> Vec<(String, Vec<u8>)> {
    let one = [
        ("text/plain".to_owned(), POEM_ON_THE_WIRE.as_bytes().to_vec()),
        ("application/octet-stream".to_owned(), octets()),
    ];
    [one.clone(), one].concat()
}

fn encoding(entity: &anyrfc_mime::parse::Entity<'_>) -> String {
    let field = entity.header("Content-Transfer-Encoding");
    field.map_or_else(|| "7bit".to_owned(), |field| field.text().trim().to_ascii_lowercase())
}

fn no_data_of_binary() {
    const BINARY: &[u8] = b"Subject: x\r\n\r\n\0\r\n";
    for prefer in [TransferPreference::Data, TransferPreference::Chunked] {
        for offers in ["CHUNKING|BINARYMIME|8BITMIME", "CHUNKING|BINARYMIME|8BITMIME|PIPELINING"] {
            let mut talk = Talk::with(Config { transfer: prefer, ..chunked() }).greet(offers);
            let id = talk.send(envelope(&["b@d.example"]), BINARY);
            talk.says("250 s\n250 r");
            let said = String::from_utf8(talk.octets()).expect("text");
            assert!(said.ends_with("BDAT 17 LAST\r\nSubject: x\r\n\r\n\0\r\n"), "{said:?}");
            assert!(!said.contains("DATA\r\n"), "{said:?}");
            assert_eq!(talk.connection.submit(Command::Data).expect_err("sent").kind(), ErrorKind::Usage);
            talk.says("250 taken");
            assert!(talk.report(id).is_complete());
            // Text goes by DATA in the same session, in a transaction of its own.
            if prefer == TransferPreference::Data {
                talk.send(envelope(&["b@d.example"]), b"Subject: x\r\n\r\n");
                talk.says("250 s\n250 r");
                assert!(String::from_utf8(talk.octets()).expect("text").ends_with("DATA\r\n"));
            }
        }
    }
    let said = [
        "EHLO client.example\r\n",
        "MAIL FROM:<> BODY=BINARYMIME\r\n",
        "RCPT TO:<b@d.example>\r\n",
        "DATA\r\n",
    ];
    finds(&Server::full(), &said, r::DATA_OF_BINARY_IS_RESET);
}

fn text_is_sent_as_text() {
    // A line that is too long makes it binary; that it is stored with other line ends does not.
    let long = "x".repeat(2000);
    for end in ["\n", "\r", "\r\n"] {
        let server = Server::full();
        let stored = format!("Subject: hello{end}{end}one{end}{long}{end}{end}two");
        let report = served::send(&server, envelope(&["b@d.example"]), stored).expect("sent");
        assert!(report.is_complete());
        let delivery = server.take_deliveries().remove(0);
        assert_eq!(delivery.parameters.value("BODY"), Some("BINARYMIME"));
        let expected = format!("Subject: hello\r\n\r\none\r\n{long}\r\n\r\ntwo\r\n");
        assert_eq!(String::from_utf8_lossy(&delivery.content), expected, "{end:?}");
        assert_eq!(delivery.parameters.value("SIZE"), Some(&*expected.len().to_string()));
    }
}

fn types_have_their_canonical_form() {
    let delivery = arrives_without(&[]);
    assert_eq!(delivery.parameters.value("BODY"), Some("BINARYMIME"));
    let message = Message::parse(&delivery.content);
    // Text as lines that end in CRLF, and all else as it is, without any encoding.
    assert_eq!(bodies(&message), everything());
    for entity in message.entities().filter(|entity| entity.content_type().is_text()) {
        assert_eq!(String::from_utf8_lossy(entity.raw_body()).trim_end(), POEM_ON_THE_WIRE.trim_end());
    }
    let binary = message.entities().filter(|entity| entity.raw_body() == octets());
    assert_eq!(binary.count(), 2);
}

fn binary_is_said_to_be() {
    let mut duet = duet(Server::full());
    for (message, body) in [
        (&b"Subject: x\r\n\r\n\0\r\n"[..], Some("BINARYMIME")),
        (b"Subject: x\r\n\r\n\r\n", None),
        (b"MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xfe\r\n", Some("8BITMIME")),
        (b"MIME-Version: 1.0\r\nContent-Transfer-Encoding: binary\r\n\r\n\xfe\0\r\n", Some("BINARYMIME")),
    ] {
        assert!(duet.send(envelope(&["b@d.example"]), message).is_complete());
        let delivery = duet.server.take_deliveries().remove(0);
        assert_eq!(delivery.parameters.value("BODY"), body, "{}", message.escape_ascii());
        assert_eq!(delivery.content, message);
    }
    duet.faultless();
    // Octets that are to be kept as they are, whatever they are.
    let server = Server::full();
    let kept = crate::Content::bytes("Subject: x\r\n\r\na\nb").binary();
    served::send(&server, envelope(&["b@d.example"]), kept).expect("sent");
    let delivery = server.take_deliveries().remove(0);
    assert_eq!(delivery.parameters.value("BODY"), Some("BINARYMIME"));
    assert_eq!(delivery.content, b"Subject: x\r\n\r\na\nb");
}

fn binary_needs_the_offer() {
    let long = "x".repeat(999).leak().as_bytes();
    for offers in
        ["", "CHUNKING", "BINARYMIME", "CHUNKING|8BITMIME|PIPELINING", "CHUNKING|BINARYMIMES|XBINARYMIME"]
    {
        for message in [&b"\0"[..], b"Subject: x\r\n\r\n\0\r\n", long] {
            let mut talk = Talk::with(chunked()).greet(offers);
            let error = talk.refuses(envelope(&["b@d.example"]), message);
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{offers}: {error}");
        }
        let mut talk = Talk::with(chunked()).greet(offers);
        let error = talk.refuses(envelope(&["b@d.example"]), b"\0");
        assert_eq!(error.requirement(), Some(r::NO_BINARY_WITHOUT_BINARYMIME));
    }
    let mut talk = Talk::with(chunked()).greet("CHUNKING|BINARYMIME|8BITMIME");
    talk.send(envelope(&["b@d.example"]), b"\0");
    assert!(talk.hears().ends_with(" BODY=BINARYMIME"));
    // A stream of which it was not said is not completed.
    let server = Server::full();
    let pieces = ["Subject: x\r\n\r\n", "\0\r\n"].map(|piece| Ok::<_, std::io::Error>(piece.into()));
    let builder = crate::SmtpClient::builder().transfer(TransferPreference::Chunked);
    let report = served::with_builder(&server, builder, async |client| {
        let content = crate::Content::stream(futures(pieces));
        client.send(envelope(&["b@d.example"]), content).await.expect("begun")
    });
    assert_eq!(report.accepted().count(), 0);
    let error = report.error().expect("why");
    assert_eq!(error.requirement(), Some(r::NO_BINARY_WITHOUT_BINARYMIME));
    assert!(server.deliveries().is_empty());
    let said = ["EHLO client.example\r\n", "MAIL FROM:<> BODY=BINARYMIME\r\n"];
    finds(&Server::full().without("BINARYMIME"), &said, r::NO_BINARY_WITHOUT_BINARYMIME);
}

fn conversion_loses_nothing() {
    for lacks in CONVERTED {
        let delivery = arrives_without(lacks);
        assert_ne!(delivery.parameters.value("BODY"), Some("BINARYMIME"), "{lacks:?}");
        assert_eq!(bodies(&Message::parse(&delivery.content)), everything(), "{lacks:?}");
    }
    assert_eq!(arrives_without(&[]).parameters.value("BODY"), Some("BINARYMIME"));
}

fn conversion_is_by_transfer_encodings() {
    for lacks in CONVERTED {
        let delivery = arrives_without(lacks);
        let message = Message::parse(&delivery.content);
        let leaves = || {
            message.entities().filter(|entity| entity.content_type().essence() == "application/octet-stream")
        };
        assert_eq!(
            leaves().map(|leaf| encoding(&leaf)).collect::<Vec<_>>(),
            ["base64", "base64"],
            "{lacks:?}"
        );
        for leaf in leaves() {
            assert!(leaf.raw_body().is_ascii() && !leaf.raw_body().contains(&0));
        }
        let text = message.entities().find(|entity| entity.content_type().is_text()).expect("the poem");
        let seven = !delivery.parameters.has("BODY");
        let expected: &[&str] = if seven { &["quoted-printable", "base64"] } else { &["8bit"] };
        assert!(expected.contains(&&*encoding(&text)), "{lacks:?}: {}", encoding(&text));
    }
    // Where nothing need be converted, nothing is.
    let delivery = arrives_without(&[]);
    let message = Message::parse(&delivery.content);
    let binary = message.entities().filter(|entity| encoding(entity) == "binary");
    assert!(binary.count() >= 2);
}

fn conversion_gives_mime() {
    for lacks in CONVERTED {
        let delivery = arrives_without(lacks);
        let seven = lacks.contains(&"8BITMIME");
        assert_eq!(delivery.parameters.value("BODY"), (!seven).then_some("8BITMIME"), "{lacks:?}");
        assert_eq!(delivery.content.is_ascii(), seven, "{lacks:?}");
        assert!(!delivery.content.contains(&0));
        let lines = delivery.content.split(|octet| *octet == b'\n');
        assert!(
            lines
                .clone()
                .all(|line| line.len() <= 999 && !line.strip_suffix(b"\r").unwrap_or(line).contains(&b'\r'))
        );
        let message = Message::parse(&delivery.content);
        assert!(message.check().is_empty(), "{lacks:?}: {:?}", message.check());
        assert_eq!(
            message.header("MIME-Version").map(|field| field.text().trim().to_owned()).as_deref(),
            Some("1.0")
        );
        assert!(!message.entities().any(|entity| encoding(&entity) == "binary"));
    }
}

fn encodings_are_not_nested() {
    for lacks in CONVERTED {
        let delivery = arrives_without(lacks);
        let message = Message::parse(&delivery.content);
        let kind = |entity: &anyrfc_mime::parse::Entity<'_>| entity.content_type().essence().to_owned();
        let composites: Vec<_> = message
            .entities()
            .filter(|entity| kind(entity).starts_with("multipart/") || kind(entity).starts_with("message/"))
            .map(|entity| (kind(&entity), encoding(&entity)))
            .collect();
        // The message, the message in it, and what holds that.
        assert!(composites.len() >= 3, "{composites:?}");
        assert!(composites.iter().any(|(kind, _)| kind == "message/rfc822"), "{composites:?}");
        for (kind, encoding) in composites {
            assert!(["7bit", "8bit"].contains(&&*encoding), "{lacks:?}: {kind} {encoding}");
        }
    }
}

/// A stream of what is there.
fn futures<T: Send + Unpin + 'static, const N: usize>(
    items: [T; N],
) -> impl futures_core::Stream<Item = T> + Send + 'static {
    struct Items<T>(std::vec::IntoIter<T>);
    impl<T: Unpin> futures_core::Stream for Items<T> {
        type Item = T;
        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<T>> {
            std::task::Poll::Ready(self.0.next())
        }
    }
    Items(items.into_iter().collect::<Vec<_>>().into_iter())
}
