//! RFC 2045, sections 1 to 6: reading labels.

use anyrfc_core::compliance::Check;

use crate::{DefectKind, Message, TransferEncoding, rfc2045 as r};

pub(super) static CHECKS: &[Check] = &[
    Check { name: "rfc2045/section-1/comments", covers: &[r::COMMENTS_ARE_IGNORED], run: comments },
    Check {
        name: "rfc2045/section-3/order-of-fields",
        covers: &[r::FIELD_ORDER_IS_FREE],
        run: order_of_fields,
    },
    Check {
        name: "rfc2045/section-4/version-with-comments",
        covers: &[r::MIME_VERSION_COMMENTS],
        run: version_with_comments,
    },
    Check {
        name: "rfc2045/section-5/parameters",
        covers: &[r::UNKNOWN_PARAMETERS_ARE_IGNORED, r::PARAMETER_ORDER_IS_FREE],
        run: parameters,
    },
    Check {
        name: "rfc2045/section-5.1/case-and-quotes",
        covers: &[r::TYPES_ARE_CASELESS, r::ATTRIBUTES_ARE_CASELESS, r::QUOTES_ARE_NO_PART_OF_A_VALUE],
        run: case_and_quotes,
    },
    Check {
        name: "rfc2045/section-5.2/defaults",
        covers: &[r::DEFAULT_IS_ASCII_TEXT, r::INVALID_TYPE_IS_ASCII_TEXT],
        run: defaults,
    },
    Check {
        name: "rfc2045/section-6.1/encodings",
        covers: &[r::ENCODINGS_ARE_CASELESS, r::DEFAULT_ENCODING_IS_7BIT],
        run: encodings,
    },
    Check {
        name: "rfc2045/section-6.4/charset-after-decoding",
        covers: &[r::CHARSET_APPLIES_AFTER_DECODING],
        run: charset_after_decoding,
    },
    Check {
        name: "rfc2045/section-6.4/unknown-encoding",
        covers: &[r::UNKNOWN_ENCODING_IS_OPAQUE],
        run: unknown_encoding,
    },
];

/// The text of a message with this header and body.
fn text(header: &str, body: &str) -> Option<String> {
    let raw = format!("MIME-Version: 1.0\r\n{header}\r\n{body}");
    Message::parse(raw.as_bytes()).root().text().map(|text| text.into_owned())
}

fn comments() {
    let header = "Content-Type: (a) text (b) / (c) plain (d) ; (e) charset (f) = (g) utf-8 (h (i) \\))\r\n\
                  Content-Transfer-Encoding: (x) base64 (y)\r\n";
    assert_eq!(text(header, "w7w=").as_deref(), Some("\u{fc}"));
    let message = Message::parse(b"Content-Type: text/plain; charset=us-ascii (Plain text)\r\n\r\n");
    assert_eq!(message.root().content_type().charset(), Some("us-ascii"));
}

fn order_of_fields() {
    for header in [
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n",
        "Content-Transfer-Encoding: base64\r\nX: y\r\nContent-Type: text/plain; charset=utf-8\r\n",
    ] {
        assert_eq!(text(header, "w7w=").as_deref(), Some("\u{fc}"));
    }
}

/// The four forms of the section are equivalent, and whatever stands there the content is read.
fn version_with_comments() {
    for version in [
        "1.0",
        "1.0 (produced by MetaSend Vx.x)",
        "(produced by MetaSend Vx.x) 1.0",
        "1.(produced by MetaSend Vx.x)0",
    ] {
        let raw = format!(
            "MIME-Version: {version}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"
        );
        let message = Message::parse(raw.as_bytes());
        assert_eq!(message.entities().count(), 2, "{version}");
        assert!(message.defects().is_empty(), "{version}");
    }
}

fn parameters() {
    for header in [
        "text/plain; charset=utf-8; x=y",
        "text/plain; x=\"a;b\"; z=1; charset=utf-8",
        "text/plain; charset=utf-8; unknown",
    ] {
        assert_eq!(
            text(&format!("Content-Type: {header}\r\n"), "\u{fc}").as_deref(),
            Some("\u{fc}"),
            "{header}"
        );
    }
}

fn case_and_quotes() {
    for header in [
        "TEXT/Plain; CHARSET=\"iso-8859-1\"",
        "text/plain; charset=iso-8859-1",
        "Text/PLAIN; Charset=\"iso\\-8859-1\"",
    ] {
        let raw = [format!("content-TYPE: {header}\r\n\r\n").as_bytes(), b"\xfc"].concat();
        let message = Message::parse(&raw);
        let kind = message.root().content_type();
        assert_eq!((kind.essence(), kind.charset()), ("text/plain", Some("iso-8859-1")), "{header}");
        assert_eq!(message.text_body().as_deref(), Some("\u{fc}"), "{header}");
    }
    let message = Message::parse(b"Content-Type: text/plain; a=\"x \\\"y\\\\\"\r\n\r\n");
    assert_eq!(message.root().content_type().parameter("A"), Some("x \"y\\"));
}

fn defaults() {
    assert_eq!(text("", "hi").as_deref(), Some("hi"));
    assert_eq!(Message::parse(b"\r\nhi").root().content_type().essence(), "text/plain");
    for bad in ["text", "", ";", "text/", "/plain", "text plain", "\"text\"/plain"] {
        let raw = format!("Content-Type: {bad}\r\n\r\nhi");
        let message = Message::parse(raw.as_bytes());
        assert_eq!(message.root().content_type().essence(), "text/plain", "{bad}");
        assert_eq!(message.text_body().as_deref(), Some("hi"), "{bad}");
        let mut defects = crate::Defects::new();
        message.root().content_type_noting(&mut defects);
        assert!(defects.has(DefectKind::BadContentType), "{bad}");
    }
}

fn encodings() {
    for name in ["base64", "BASE64", "Base64"] {
        assert_eq!(text(&format!("Content-Transfer-Encoding: {name}\r\n"), "aGk=").as_deref(), Some("hi"));
    }
    let message = Message::parse(b"Content-Type: text/plain\r\n\r\naGk=");
    assert_eq!(message.root().encoding(), Some(TransferEncoding::SevenBit));
    assert_eq!(message.text_body().as_deref(), Some("aGk="));
}

fn charset_after_decoding() {
    let header = "Content-Type: text/plain; charset=ISO-8859-1\r\nContent-transfer-encoding: base64\r\n";
    assert_eq!(text(header, "/A==").as_deref(), Some("\u{fc}"));
    let header =
        "Content-Type: text/plain; charset=utf-16be\r\nContent-Transfer-Encoding: quoted-printable\r\n";
    assert_eq!(text(header, "=00=FC").as_deref(), Some("\u{fc}"));
}

fn unknown_encoding() {
    let raw = b"Content-Type: text/plain\r\nContent-Transfer-Encoding: x-private\r\n\r\nhi";
    let message = Message::parse(raw);
    assert_eq!(message.root().encoding(), None);
    assert_eq!(message.text_body(), None, "opaque octets are no text");
    assert_eq!(&*message.root().body(), b"hi");
    assert!(message.defects().has(DefectKind::UnknownEncoding));
}
