//! RFC 5322, sections 3.6 and 3.6.6: messages that are sent again.

use anyrfc_core::compliance::Check;

use super::super::support::{field, has, names, refused};
use crate::{DateTime, build::Resend, rfc5322 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5322/section-3.6.6/resending-adds-a-block",
        covers: &[
            r::RESENDING_ADDS_RESENT_FIELDS,
            r::RESENT_FROM_AND_DATE,
            r::RESENT_MESSAGE_ID,
            r::RESENT_FIELDS_STAND_TOGETHER,
        ],
        run: resending_adds_a_block,
    },
    Check {
        name: "rfc5322/section-3.6.6/each-time-a-set",
        covers: &[
            r::EACH_RESENDING_ADDS_A_SET,
            r::FIELDS_KEEP_THEIR_ORDER,
            r::TRACE_AND_RESENT_KEEP_THEIR_ORDER,
            r::TRACE_AND_RESENT_ARE_PREPENDED,
        ],
        run: each_time_a_set,
    },
    Check {
        name: "rfc5322/section-3.6/several-who-resend-need-a-sender",
        covers: &[r::RESENT_SENDER_WITH_SEVERAL_AUTHORS],
        run: several_who_resend_need_a_sender,
    },
    Check {
        name: "rfc5322/section-3.6.6/no-needless-resent-sender",
        covers: &[r::NO_RESENT_SENDER_EQUAL_TO_FROM],
        run: no_needless_resent_sender,
    },
];

const RAW: &str = "Received: from a by b; Fri, 21 Nov 1997 09:55:06 -0600\r\n\
                   Subject:  odd  spacing\r\n\
                   from: ann@example.org\r\n\
                   Received: out of place\r\n\
                   Date: Fri, 21 Nov 1997 09:55:06 -0600\r\n\
                   \r\n\
                   body\n without a last line break";

fn resend<'a>() -> Resend<'a> {
    let date = DateTime::from_unix(880_127_706, 60).expect("a date");
    Resend::new().from(("Bob", "bob@example.com")).date(date).seed([1; 32])
}

fn text(resend: Resend<'_>, raw: &str) -> String {
    let octets = resend.message(raw).expect("resent").to_vec().expect("octets");
    String::from_utf8(octets).expect("text")
}

fn resending_adds_a_block() {
    let resent = text(resend().to("carol@example.net").cc("dan@example.net").bcc("eve@example.net"), RAW);
    assert_eq!(
        names(&resent)[..5],
        ["Resent-Date", "Resent-From", "Resent-To", "Resent-Cc", "Resent-Message-ID"]
    );
    assert_eq!(field(&resent, "Resent-From"), "Bob <bob@example.com>");
    assert_eq!(field(&resent, "Resent-Date"), "Fri, 21 Nov 1997 16:55:06 +0100");
    assert!(field(&resent, "Resent-Message-ID").ends_with("@example.com>"));
    assert!(!resent.contains("eve@"));
    refused(Resend::new().to("carol@example.net").message(RAW), r::RESENT_FROM_AND_DATE);
    let message = resend().to("carol@example.net").bcc("eve@example.net").message(RAW).expect("resent");
    assert_eq!(message.envelope().sender(), Some("bob@example.com"));
    assert_eq!(message.envelope().recipients(), ["carol@example.net", "eve@example.net"]);
}

/// The new block stands in front of everything, and nothing behind it is touched.
fn each_time_a_set() {
    let once = text(resend().to("carol@example.net"), RAW);
    assert!(once.ends_with(RAW));
    let twice = text(resend().to("dan@example.net"), &once);
    assert!(twice.ends_with(&once));
    let blocks = names(&twice).iter().filter(|name| **name == "Resent-From").count();
    assert_eq!(blocks, 2);
    assert!(names(&twice)[..4].iter().all(|name| name.starts_with("Resent-")));
    assert!(names(&twice)[4..8].iter().all(|name| name.starts_with("Resent-")));
    assert!(!names(&twice)[8..].iter().any(|name| name.starts_with("Resent-")));
}

fn several_who_resend_need_a_sender() {
    let several = || resend().from("carol@example.net").to("dan@example.net");
    refused(several().message(RAW), r::RESENT_SENDER_WITH_SEVERAL_AUTHORS);
    let resent = text(several().sender("carol@example.net"), RAW);
    assert_eq!(field(&resent, "Resent-Sender"), "carol@example.net");
}

fn no_needless_resent_sender() {
    let resent = text(resend().sender("bob@example.com").to("dan@example.net"), RAW);
    assert!(!has(&resent, "Resent-Sender"));
    let resent = text(resend().sender("carol@example.net").to("dan@example.net"), RAW);
    assert!(has(&resent, "Resent-Sender"));
}
