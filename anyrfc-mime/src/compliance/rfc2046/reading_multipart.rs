//! RFC 2046, section 5.1 and appendix A: reading multiparts.

use anyrfc_core::compliance::Check;

use crate::{DefectKind, Message, proto::BodyKind, rfc2046 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2046/section-5.1/parts-without-fields",
        covers: &[r::PARTS_NEED_NO_FIELDS],
        run: parts_without_fields,
    },
    Check {
        name: "rfc2046/section-5.1/parts-are-not-messages",
        covers: &[r::PARTS_ARE_NOT_MESSAGES],
        run: parts_are_not_messages,
    },
    Check {
        name: "rfc2046/section-5.1.1/begins-a-line",
        covers: &[r::BOUNDARY_BEGINS_A_LINE],
        run: begins_a_line,
    },
    Check {
        name: "rfc2046/section-5.1.1/padding",
        covers: &[r::BOUNDARY_PADDING_IS_HANDLED, r::GRAMMAR_BOUNDARY_PADDING_IS_HANDLED],
        run: padding,
    },
    Check {
        name: "rfc2046/section-5.1.1/compared-as-prefix",
        covers: &[r::BOUNDARY_IS_COMPARED_AS_PREFIX],
        run: compared_as_prefix,
    },
    Check {
        name: "rfc2046/section-5.1.1/preamble-and-epilogue",
        covers: &[r::PREAMBLE_AND_EPILOGUE_ARE_IGNORED],
        run: preamble_and_epilogue,
    },
    Check {
        name: "rfc2046/section-5.1.2/outer-boundaries",
        covers: &[r::OUTER_BOUNDARIES_END_INNER_PARTS],
        run: outer_boundaries,
    },
    Check {
        name: "rfc2046/section-5.1.3/unknown-multiparts",
        covers: &[r::UNKNOWN_MULTIPART_IS_MIXED, r::OTHER_SUBTYPES_ARE_MIXED, r::MULTIPARTS_USE_THIS_SYNTAX],
        run: unknown_multiparts,
    },
    Check {
        name: "rfc2046/section-5.1.4/last-alternative",
        covers: &[r::LAST_ALTERNATIVE_IS_CHOSEN],
        run: last_alternative,
    },
    Check { name: "rfc2046/section-5.1.5/digest", covers: &[r::DIGEST_DEFAULT_IS_MESSAGE], run: digest },
];

/// The raw bodies of the parts of a multipart with the boundary `b`.
fn parts(body: &str) -> Vec<String> {
    parts_of("multipart/mixed", body)
}

fn parts_of(kind: &str, body: &str) -> Vec<String> {
    let raw = format!("Content-Type: {kind}; boundary=b\r\n\r\n{body}");
    let message = Message::parse(raw.as_bytes());
    message.root().children().map(|part| String::from_utf8_lossy(part.raw_body()).into_owned()).collect()
}

fn parts_without_fields() {
    assert_eq!(parts("--b\r\n\r\nplain\r\n--b--\r\n"), ["plain"]);
    let raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nplain\r\n--b--\r\n";
    let message = Message::parse(raw);
    assert_eq!(message.text_body().as_deref(), Some("plain"));
    assert!(message.defects().is_empty());
}

fn parts_are_not_messages() {
    let part = "From: a@b\r\nSubject: x\r\n\r\nFrom: c@d\r\n\r\ny";
    let raw = format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{part}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{part}\r\n--b--\r\n"
    );
    let message = Message::parse(raw.as_bytes());
    let children: Vec<_> = message.root().children().collect();
    assert_eq!((children[0].kind(), children[1].kind()), (BodyKind::Data, BodyKind::Message));
    assert_eq!(children[0].text().as_deref(), Some("From: c@d\r\n\r\ny"));
    let inner = children[1].message().expect("a message");
    assert_eq!(inner.header("Subject").expect("a subject").text(), "x");
}

fn begins_a_line() {
    assert_eq!(parts("--b\r\n\r\nx --b\r\n --b\r\n-b--b\r\n--b--\r\n"), ["x --b\r\n --b\r\n-b--b"]);
    // The line break before it is its own: the part ends without, or with one more.
    assert_eq!(parts("--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n\r\n--b--\r\n"), ["x", "y\r\n"]);
    assert_eq!(parts("--b\r\n\r\n\r\n--b--"), [""]);
}

fn padding() {
    assert_eq!(parts("--b  \t\r\n\r\nx\r\n--b \r\n\r\ny\r\n--b-- \t\r\n"), ["x", "y"]);
    let raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b \t\r\n\r\nx\r\n--b-- \r\n";
    assert!(Message::parse(raw).defects().is_empty());
}

/// No more of the line is needed; what follows is seen as the mistake that it is.
fn compared_as_prefix() {
    assert_eq!(parts("--b\r\n\r\nx\r\n--b--\r\n--b\r\n\r\ny"), ["x"]);
    let raw = b"Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\n--b\r\nx\r\n--bb--\r\n";
    let message = Message::parse(raw);
    assert_eq!(message.root().children().next().expect("a part").raw_body(), b"--b\r\nx");
    let raw =
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b junk\r\n\r\ny\r\n--b--\r\n";
    let message = Message::parse(raw);
    assert!(message.root().children().count() == 2 || message.defects().has(DefectKind::TextAfterBoundary));
}

fn preamble_and_epilogue() {
    let body = "pre\r\n--a\r\namble\r\n--b\r\n\r\nx\r\n--b--\r\nepi\r\n--b\r\nlogue\r\n";
    assert_eq!(parts(body), ["x"]);
    let raw = format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{body}");
    let message = Message::parse(raw.as_bytes());
    assert_eq!(message.text_body().as_deref(), Some("x"));
    assert!(message.root().preamble().starts_with(b"pre"));
    assert!(message.root().epilogue().ends_with(b"logue\r\n"));
}

fn outer_boundaries() {
    // The inner multiparts are never closed.
    let raw = b"Content-Type: multipart/mixed; boundary=outer\r\n\r\n\
                --outer\r\nContent-Type: multipart/mixed; boundary=middle\r\n\r\n\
                --middle\r\nContent-Type: multipart/mixed; boundary=inner\r\n\r\n\
                --inner\r\n\r\ndeep\r\n\
                --outer\r\n\r\nshallow\r\n--outer--\r\n";
    let message = Message::parse(raw);
    let top: Vec<_> = message.root().children().collect();
    assert_eq!(top.len(), 2);
    assert_eq!(top[1].raw_body(), b"shallow");
    let deep = top[0].descendants().last().expect("a part");
    assert_eq!(deep.raw_body(), b"deep");
    assert!(message.defects().has(DefectKind::NoCloseDelimiter));
}

fn unknown_multiparts() {
    for kind in [
        "multipart/x-unheard-of",
        "multipart/mixed",
        "multipart/report",
        "multipart/encrypted",
        "MULTIPART/PARALLEL",
    ] {
        assert_eq!(parts_of(kind, "--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n"), ["x", "y"], "{kind}");
    }
    let raw = b"Content-Type: multipart/x-unheard-of; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\nContent-Type: image/png\r\n\r\ny\r\n--b--\r\n";
    let message = Message::parse(raw);
    assert_eq!(message.text_body().as_deref(), Some("x"));
    assert_eq!(message.attachments().count(), 1);
}

fn last_alternative() {
    let part = |kind: &str, body: &str| format!("--b\r\nContent-Type: {kind}\r\n\r\n{body}\r\n");
    let read = |parts: &[String]| {
        let raw =
            format!("Content-Type: multipart/alternative; boundary=b\r\n\r\n{}--b--\r\n", parts.concat());
        let message = Message::parse(raw.as_bytes());
        let text = |text: Option<std::borrow::Cow<'_, str>>| text.map(|text| text.into_owned());
        (text(message.text_body()), text(message.html_body()))
    };
    let all = [part("text/plain", "plain"), part("text/html", "html"), part("application/x-rich", "rich")];
    assert_eq!(read(&all), (Some("plain".to_owned()), Some("html".to_owned())));
    // Of two that can be shown alike, the last.
    let all = [
        part("text/plain", "first"),
        part("text/plain", "second"),
        part("text/html", "old"),
        part("text/html", "new"),
    ];
    assert_eq!(read(&all), (Some("second".to_owned()), Some("new".to_owned())));
}

fn digest() {
    let raw = b"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: one\r\n\r\n1\r\n\
                --b\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b--\r\n";
    let message = Message::parse(raw);
    let children: Vec<_> = message.root().children().collect();
    assert_eq!(children[0].content_type().essence(), "message/rfc822");
    let inner = children[0].message().expect("a message");
    assert_eq!(inner.header("Subject").expect("a subject").text(), "one");
    assert_eq!(children[1].kind(), BodyKind::Data);
    let mixed = String::from_utf8_lossy(raw).replace("digest", "mixed").into_bytes();
    assert_eq!(Message::parse(&mixed).root().children().next().expect("a part").kind(), BodyKind::Data);
}
