//! RFC 2046, section 5.2: writing messages inside messages.

use anyrfc_core::compliance::Check;

use super::super::support::{field, has, letter, octets, refused, written};
use crate::{
    build::{Part, Receiver},
    rfc2046 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check { name: "rfc2046/section-5.2.1/one-field", covers: &[r::MESSAGE_NEEDS_ONE_FIELD], run: one_field },
    Check {
        name: "rfc2046/section-5.2.1/not-encoded",
        covers: &[r::MESSAGE_IS_NOT_ENCODED],
        run: not_encoded,
    },
    Check {
        name: "rfc2046/section-5.2.2/partial",
        covers: &[r::PARTIAL_PARAMETERS, r::LAST_FRAGMENT_HAS_THE_TOTAL, r::PARTIAL_IS_7BIT],
        run: partial,
    },
    Check {
        name: "rfc2046/section-5.2.3/external-body",
        covers: &[r::EXTERNAL_HAS_A_CONTENT_ID, r::EXTERNAL_IS_7BIT, r::EXTERNAL_HAS_AN_ACCESS_TYPE],
        run: external_body,
    },
];

fn one_field() {
    for raw in ["Subject: x\r\n\r\nhi", "from: a@b\r\n\r\n", "X: y\r\nDate : now\r\n\r\n"] {
        written(letter().body(Part::raw_message(raw)));
    }
    for raw in ["", "X-A: y\r\n\r\nFrom: a@b\r\n", "\r\nSubject: x\r\n", "Subjects: x\r\n\r\n"] {
        refused(letter().body(Part::raw_message(raw)).build(), r::MESSAGE_NEEDS_ONE_FIELD);
    }
}

fn not_encoded() {
    let wide = "Subject: x\r\n\r\n\u{fc}\r\n";
    let long = format!("Subject: x\r\n\r\n{}\r\n", "x".repeat(2000));
    for raw in [wide, long.as_str()] {
        let message = letter().body(Part::raw_message(raw)).build().expect("a message");
        refused(message.to_vec(), r::MESSAGE_IS_NOT_ENCODED);
        let binary = octets(&message, Receiver::SEVEN_BIT.with_binary(true));
        assert!(binary.ends_with(raw));
    }
    let message = letter().body(Part::raw_message(wide)).build().expect("a message");
    assert!(octets(&message, Receiver::SEVEN_BIT.with_8bit(true)).ends_with(wide));
    // One that was composed here is written anew instead.
    let inner = letter().text("\u{fc}").build().expect("a message");
    let text = written(letter().body(Part::message(inner)));
    assert!(!has(&text, "Content-Transfer-Encoding"));
    assert!(text.contains("quoted-printable"));
}

fn partial() {
    let part =
        |parameters: &str, text: &'static str| Part::new(format!("message/partial; {parameters}"), text);
    let text = written(letter().body(part("id=\"a@b\"; number=1", "x\r\n")));
    assert_eq!(field(&text, "Content-Type"), "message/partial; id=\"a@b\"; number=1");
    written(letter().body(part("id=\"a@b\"; number=3; total=3", "x\r\n")));
    for bad in ["id=x", "number=1", "id=\"\"; number=1", "id=x; number=0", "id=x; number=y"] {
        refused(letter().body(part(bad, "x\r\n")).build(), r::PARTIAL_PARAMETERS);
    }
    for bad in ["id=x; number=4; total=3", "id=x; number=1; total=y"] {
        refused(letter().body(part(bad, "x\r\n")).build(), r::LAST_FRAGMENT_HAS_THE_TOTAL);
    }
    refused(letter().body(part("id=x; number=1", "\u{fc}")).build(), r::PARTIAL_IS_7BIT);
}

fn external_body() {
    let part = |kind: &'static str, text: &'static str| Part::new(kind, text);
    let inside = "Content-Type: image/png\r\nContent-ID: <a@b>\r\n\r\n";
    let kind = "message/external-body; access-type=local-file; name=x";
    written(letter().body(part(kind, inside)));
    refused(letter().body(part("message/external-body", inside)).build(), r::EXTERNAL_HAS_AN_ACCESS_TYPE);
    refused(
        letter().body(part(kind, "Content-Type: image/png\r\n\r\n")).build(),
        r::EXTERNAL_HAS_A_CONTENT_ID,
    );
    let wide = "Content-Type: image/png\r\nContent-ID: <a@b>\r\n\r\n\u{fc}";
    refused(letter().body(part(kind, wide)).build(), r::EXTERNAL_IS_7BIT);
}
