//! RFC 2046, sections 1, 4 and 5.2: reading media types.

use anyrfc_core::compliance::Check;

use crate::{
    Message,
    proto::BodyKind,
    report::{Fragment, Reassembly},
    rfc2046 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2046/section-1/unknown-parameters",
        covers: &[r::UNKNOWN_PARAMETERS_ARE_IGNORED],
        run: unknown_parameters,
    },
    Check {
        name: "rfc2046/section-4.1.2/charsets",
        covers: &[r::CHARSETS_ARE_CASELESS, r::DEFAULT_CHARSET_IS_ASCII],
        run: charsets,
    },
    Check {
        name: "rfc2046/section-4.1.4/unknown-text",
        covers: &[r::UNKNOWN_TEXT_IS_PLAIN, r::UNKNOWN_TEXT_AND_CHARSET_IS_OPAQUE],
        run: unknown_text,
    },
    Check {
        name: "rfc2046/section-4.5.3/unknown-subtypes",
        covers: &[r::UNKNOWN_APPLICATIONS_ARE_OPAQUE, r::UNKNOWN_MESSAGE_IS_OPAQUE],
        run: unknown_subtypes,
    },
    Check {
        name: "rfc2046/section-5.2.2.1/reassembly",
        covers: &[
            r::REASSEMBLED_IS_THE_INNER_MESSAGE,
            r::OUTER_FIELDS_ARE_COPIED,
            r::INNER_FIELDS_ARE_APPENDED,
            r::LATER_OUTER_FIELDS_ARE_IGNORED,
        ],
        run: reassembly,
    },
];

fn unknown_parameters() {
    for kind in
        ["text/plain; x=y; charset=utf-8", "image/png; unknown=1", "application/octet-stream; a=b; c=d"]
    {
        let raw = format!("Content-Type: {kind}\r\n\r\n\u{fc}");
        let message = Message::parse(raw.as_bytes());
        assert_eq!(message.root().content_type().essence(), kind.split(';').next().expect("a type"));
        assert_eq!(&*message.root().body(), "\u{fc}".as_bytes());
    }
    let raw = b"Content-Type: multipart/mixed; x=y; boundary=b; z=\"--c\"\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n";
    assert_eq!(Message::parse(raw).root().children().count(), 1);
}

fn charsets() {
    for name in ["UTF-8", "utf-8", "Utf-8"] {
        let raw = format!("Content-Type: text/plain; charset={name}\r\n\r\n\u{fc}");
        assert_eq!(Message::parse(raw.as_bytes()).text_body().as_deref(), Some("\u{fc}"));
    }
    // Without a charset ASCII is ASCII, and what is not is seen.
    let message = Message::parse(b"Content-Type: text/plain\r\n\r\nhi");
    assert_eq!(message.text_body().as_deref(), Some("hi"));
    let message = Message::parse(b"Content-Type: text/plain\r\n\r\n\xfc");
    let mut defects = crate::Defects::new();
    message.root().text_noting(&mut defects).expect("text");
    assert!(!defects.is_empty(), "no US-ASCII");
}

/// Its text is there for who wants to show it as plain.
fn unknown_text() {
    let message = Message::parse(b"Content-Type: text/x-unheard-of; charset=iso-8859-1\r\n\r\n\xfc");
    assert_eq!(message.root().text().as_deref(), Some("\u{fc}"));
    let message = Message::parse(b"Content-Type: text/x-unheard-of; charset=x-unheard-of\r\n\r\n\xfc");
    let mut defects = crate::Defects::new();
    let text = message.root().text_noting(&mut defects);
    assert!(!text.is_some_and(|text| text.contains('\u{fc}')));
    assert!(defects.iter().count() > 0, "an unknown charset is seen");
    assert_eq!(&*message.root().body(), b"\xfc", "and the octets are there");
}

fn unknown_subtypes() {
    for kind in ["application/x-unheard-of", "message/x-unheard-of", "image/x-unheard-of", "x-top/y"] {
        let raw = format!("Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\nRnJvbTogYUBi");
        let message = Message::parse(raw.as_bytes());
        assert_eq!(message.root().kind(), BodyKind::Data, "{kind}");
        assert_eq!(message.entities().count(), 1, "{kind}");
        assert_eq!(message.root().text(), None, "{kind}");
        assert_eq!(&*message.root().body(), b"From: a@b", "{kind}");
        assert_eq!(message.attachments().count(), 1, "{kind}");
    }
}

/// The example of section 5.2.2.2.
fn reassembly() {
    let first = b"X-Weird-Header-1: Foo\r\n\
                  From: Bill@host.com\r\n\
                  To: joe@otherhost.com\r\n\
                  Date: Fri, 26 Mar 1993 12:59:38 -0500 (EST)\r\n\
                  Subject: Audio mail (part 1 of 2)\r\n\
                  Message-ID: <id1@host.com>\r\n\
                  MIME-Version: 1.0\r\n\
                  Content-type: message/partial; id=\"ABC@host.com\"; number=1; total=2\r\n\
                  \r\n\
                  X-Weird-Header-1: Bar\r\n\
                  X-Weird-Header-2: Hello\r\n\
                  Message-ID: <anotherid@foo.com>\r\n\
                  Subject: Audio mail\r\n\
                  MIME-Version: 1.0\r\n\
                  Content-type: audio/basic\r\n\
                  Content-transfer-encoding: base64\r\n\
                  \r\n\
                  Zmlyc3Qg\r\n";
    let second = b"From: Other@host.com\r\n\
                   X-Evil: y\r\n\
                   Subject: Audio mail (part 2 of 2)\r\n\
                   MIME-Version: 1.0\r\n\
                   Message-ID: <id2@host.com>\r\n\
                   Content-type: message/partial; id=\"ABC@host.com\"; number=2; total=2\r\n\
                   \r\n\
                   c2Vjb25k\r\n";
    let mut whole = Reassembly::default();
    assert!(!whole.add(&Fragment::read(second).expect("a fragment")).expect("added"));
    assert!(whole.add(&Fragment::read(first).expect("a fragment")).expect("added"));
    let raw = whole.finish().expect("a message");
    let message = Message::parse(&raw);
    let names: Vec<&str> = message.headers().map(|header| header.name()).collect();
    assert_eq!(
        names,
        [
            "X-Weird-Header-1",
            "From",
            "To",
            "Date",
            "Message-ID",
            "Subject",
            "MIME-Version",
            "Content-type",
            "Content-transfer-encoding"
        ]
    );
    assert_eq!(message.header("X-Weird-Header-1").expect("the field").text(), "Foo");
    assert_eq!(message.subject().as_deref(), Some("Audio mail"));
    assert_eq!(message.message_id().expect("an identifier").as_str(), "anotherid@foo.com");
    assert_eq!(message.root().content_type().essence(), "audio/basic");
    assert_eq!(&*message.root().body(), b"first second");
}
