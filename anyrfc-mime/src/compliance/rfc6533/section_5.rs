//! RFC 6533, sections 3, 5 and 6: writing internationalized notifications.

use anyrfc_core::compliance::Check;

use super::super::support::{letter, octets, refused};
use crate::{
    build::{Composed, DispositionType, MultiPart, Notification, Part, Receiver},
    rfc6533 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6533/section-5/utf8-addresses",
        covers: &[
            r::DISPOSITION_USES_UTF8_ADDRESSES,
            r::UTF8_ADDRESS_IN_GLOBAL_FIELDS,
            r::DISPOSITION_FIELDS_MAY_BE_UTF8,
        ],
        run: utf8_addresses,
    },
    Check {
        name: "rfc6533/section-5/utf8-texts",
        covers: &[r::DISPOSITION_TEXTS_MAY_BE_UTF8],
        run: utf8_texts,
    },
    Check {
        name: "rfc6533/section-6.3/headers",
        covers: &[r::HEADERS_ARE_8BIT, r::HEADERS_MAY_BE_ENCODED, r::HEADERS_HAVE_NO_CHARSET],
        run: headers,
    },
    Check { name: "rfc6533/section-6.4/status-is-8bit", covers: &[r::STATUS_IS_8BIT], run: status_is_8bit },
    Check {
        name: "rfc6533/section-6.5/disposition-is-8bit",
        covers: &[r::DISPOSITION_IS_8BIT],
        run: disposition_is_8bit,
    },
];

const UTF8: Receiver = Receiver::SEVEN_BIT.with_8bit(true).with_utf8(true);

fn notification<'a>(recipient: &'a str, failure: &'a str) -> Composed<'a> {
    Notification::new(recipient, DispositionType::Displayed)
        .failure(failure)
        .text("seen")
        .to("ann@example.org")
        .build()
        .expect("a message")
}

fn utf8_addresses() {
    let text = octets(&notification("\u{7528}@x.test", "none"), UTF8);
    assert!(text.contains("Content-Type: message/global-disposition-notification\r\n"));
    assert!(text.contains("Final-Recipient: utf-8; \u{7528}@x.test\r\n"));
    let text = octets(&notification("bob@x.test", "none"), UTF8);
    assert!(text.contains("Content-Type: message/disposition-notification\r\n"));
    assert!(text.contains("Final-Recipient: rfc822; bob@x.test\r\n"));
}

fn utf8_texts() {
    let text = octets(&notification("bob@x.test", "\u{fc}"), UTF8);
    assert!(text.contains("Content-Type: message/global-disposition-notification\r\n"));
    assert!(text.contains("Failure: \u{fc}\r\n"));
}

/// The label of the one part of this type.
fn label(part: Part<'_>, receiver: Receiver) -> String {
    let kind = part.media_type().to_owned();
    let message = letter().body(MultiPart::report("x").part(part)).build().expect("a message");
    let text = octets(&message, receiver);
    let head = text.split(&format!("Content-Type: {kind}\r\n")).nth(1).expect("the part");
    let label = head.split("\r\n").next().expect("a line");
    label.strip_prefix("Content-Transfer-Encoding: ").unwrap_or("7bit").to_owned()
}

fn headers() {
    let part = || Part::new("message/global-headers", "Subject: \u{fc}\r\n");
    assert_eq!(label(part(), UTF8), "8bit");
    assert_eq!(label(part(), Receiver::SEVEN_BIT), "quoted-printable");
    refused(letter().body(part().param("charset", "utf-8")).build(), r::HEADERS_HAVE_NO_CHARSET);
    let given = Part::new("message/global-headers; charset=utf-8", "Subject: \u{fc}\r\n");
    refused(letter().body(given).build(), r::HEADERS_HAVE_NO_CHARSET);
}

fn status_is_8bit() {
    let part = || {
        Part::new(
            "message/global-delivery-status",
            "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: utf-8; \u{fc}@x\r\n",
        )
    };
    assert_eq!(label(part(), UTF8), "8bit");
    assert_eq!(label(part(), Receiver::SEVEN_BIT), "quoted-printable");
}

fn disposition_is_8bit() {
    let part =
        || Part::new("message/global-disposition-notification", "Final-Recipient: utf-8; \u{fc}@x\r\n");
    assert_eq!(label(part(), UTF8), "8bit");
    assert_eq!(label(part(), Receiver::SEVEN_BIT), "quoted-printable");
}
