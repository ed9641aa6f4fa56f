//! RFC 8098, sections 2.1, 2.3, 3 and 7: the notification as a message.

use anyrfc_core::compliance::Check;

use super::{
    super::support::{field, has, refused, written},
    displayed, fields, ready,
};
use crate::{build::Part, rfc8098 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8098/section-3/asks-for-no-notification",
        covers: &[r::NOTIFICATION_ASKS_FOR_NONE, r::REQUESTS_NO_NOTIFICATION, r::HAS_NO_REQUEST_FIELD],
        run: asks_for_no_notification,
    },
    Check { name: "rfc8098/section-3/encrypted", covers: &[r::ENCRYPTED_STAYS_ENCRYPTED], run: encrypted },
    Check { name: "rfc8098/section-3/from", covers: &[r::FROM_THE_RECIPIENT], run: from },
    Check { name: "rfc8098/section-3/null-sender", covers: &[r::SENDER_IS_NULL], run: null_sender },
    Check {
        name: "rfc8098/section-3/own-message-id",
        covers: &[r::MESSAGE_ID_IS_ITS_OWN],
        run: own_message_id,
    },
    Check { name: "rfc8098/section-3.1/7bit", covers: &[r::NOTIFICATION_IS_7BIT], run: seven_bit },
    Check {
        name: "rfc8098/section-2.3/white-space",
        covers: &[
            r::PLAIN_WHITE_SPACE_GENERATED,
            r::NO_WHITE_SPACE_AT_THE_END,
            r::GRAMMAR_PLAIN_WHITE_SPACE,
            r::GRAMMAR_NO_WHITE_SPACE_AT_THE_END,
        ],
        run: white_space,
    },
];

fn asks_for_no_notification() {
    let request = "bob@example.com";
    refused(ready(displayed()).request_notification(request).build(), r::HAS_NO_REQUEST_FIELD);
    assert!(!written(ready(displayed())).contains("Disposition-Notification-To"));
    // Other messages may, and only by the method that checks the addresses.
    let text = written(super::super::support::letter().request_notification(request));
    assert_eq!(field(&text, "Disposition-Notification-To"), request);
    assert!(ready(displayed()).field("Disposition-Notification-To", request).build().is_err());
}

/// What is returned is returned octet by octet.
fn encrypted() {
    let raw = "Subject: x\r\nContent-Type: multipart/encrypted; boundary=b; protocol=\"application/pgp-encrypted\"\r\n\r\n--b\r\n\r\nVersion: 1\r\n--b--\r\n";
    let text = written(ready(displayed().returning(Part::raw_message(raw))));
    assert!(text.contains(raw.trim_end()));
}

fn from() {
    assert_eq!(field(&written(ready(displayed())), "From"), "Bob@Example.com");
    assert!(
        field(&written(ready(displayed())), "Content-Type").contains("report-type=disposition-notification")
    );
}

fn null_sender() {
    let message = ready(displayed()).build().expect("a message");
    assert_eq!(message.envelope().sender(), None);
    assert_eq!(message.envelope().recipients(), ["ann@example.org"]);
    let other = super::super::support::letter().build().expect("a message");
    assert_eq!(other.envelope().sender(), Some("ann@example.org"));
}

fn own_message_id() {
    let about = || displayed().original_message_id("<1@example.org>");
    refused(ready(about()).message_id("1@example.org").build(), r::MESSAGE_ID_IS_ITS_OWN);
    let text = written(ready(about()));
    assert!(has(&text, "Message-ID"));
    assert_ne!(field(&text, "Message-ID"), "<1@example.org>");
}

fn seven_bit() {
    let text = written(ready(displayed()));
    assert!(text.contains("Content-Type: message/disposition-notification\r\n\r\n"), "{text}");
    // Octets beyond ASCII cannot be in this type.
    let part = Part::new("message/disposition-notification", "Failure: \u{fc}\r\n");
    let message = super::super::support::letter().body(part).build().expect("a message");
    let eight = crate::build::Receiver::SEVEN_BIT.with_8bit(true);
    assert!(message.to_vec().is_err() && message.to_vec_for(eight).is_err());
}

fn white_space() {
    let notification =
        displayed().reporting_ua("pc.example.com", "Mailer 1.0  ").error("  something   else ");
    let text = written(ready(notification.original_recipient(" rfc822;bob@example.com ")));
    for line in fields(&text) {
        assert!(!line.ends_with(' ') && !line.contains("  ") && !line.contains(['(', '\t']), "{line:?}");
    }
    assert!(fields(&text).contains(&"Original-Recipient: rfc822;bob@example.com".to_owned()));
}
