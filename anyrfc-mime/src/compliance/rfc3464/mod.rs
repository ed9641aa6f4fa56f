//! RFC 3464: what a reporting system must write, seen by who reads it.

use anyrfc_core::compliance::Check;

use crate::{report::DeliveryStatus, rfc3464 as r};

pub(super) static GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc3464/section-2.3/needed-fields",
        covers: &[r::FINAL_RECIPIENT_IS_PRESENT, r::ACTION_IS_PRESENT, r::STATUS_IS_PRESENT],
        run: needed_fields,
    },
    Check {
        name: "rfc3464/section-2.3.4/status",
        covers: &[
            r::STATUS_MAY_HAVE_A_COMMENT,
            r::STATUS_HAS_NO_LEADING_ZEROS,
            r::GRAMMAR_STATUS_COMMENT,
            r::GRAMMAR_STATUS_ZEROS,
        ],
        run: status,
    },
    Check {
        name: "rfc3464/section-2.2.1/spelling",
        covers: &[
            r::ENVELOPE_ID_KEEPS_ITS_SPELLING,
            r::RECEIVED_FROM_KEEPS_ITS_SPELLING,
            r::RECEIVED_FROM_HAS_THE_ADDRESS,
            r::FINAL_RECIPIENT_KEEPS_ITS_CASE,
            r::FINAL_RECIPIENT_IS_EXACT,
        ],
        run: spelling,
    },
    Check {
        name: "rfc3464/section-2/several-recipients",
        covers: &[r::SEVERAL_RECIPIENTS_IN_ONE],
        run: several_recipients,
    },
    Check {
        name: "rfc3464/section-2.2.5/numeric-zones",
        covers: &[
            r::ARRIVAL_DATE_HAS_A_NUMERIC_ZONE,
            r::LAST_ATTEMPT_HAS_A_NUMERIC_ZONE,
            r::RETRY_HAS_A_NUMERIC_ZONE,
        ],
        run: numeric_zones,
    },
    Check {
        name: "rfc3464/section-2.3.9/retry-only-for-delays",
        covers: &[r::RETRY_ONLY_FOR_DELAYS],
        run: retry_only_for_delays,
    },
    Check {
        name: "rfc3464/section-2.3.6/diagnostic",
        covers: &[r::DIAGNOSTIC_MAY_HAVE_A_COMMENT],
        run: diagnostic,
    },
];

/// A report with these fields about the message and about one recipient.
fn report(message: &str, recipient: &str) -> DeliveryStatus {
    DeliveryStatus::parse(format!("Reporting-MTA: dns; mx.test\r\n{message}\r\n{recipient}").as_bytes())
}

const RECIPIENT: &str = "Final-Recipient: rfc822; bob@y.test\r\nAction: failed\r\nStatus: 5.1.1\r\n";

fn needed_fields() {
    assert!(report("", RECIPIENT).defects.is_empty());
    for name in ["Final-Recipient", "Action", "Status"] {
        let without: String =
            RECIPIENT.split_inclusive("\r\n").filter(|line| !line.starts_with(name)).collect();
        let report = report("", &without);
        assert!(!report.defects.is_empty(), "without {name}");
        assert_eq!(report.recipients.len(), 1);
    }
}

fn status() {
    let with = |status: &str| report("", &RECIPIENT.replace("5.1.1", status));
    for fine in ["5.1.1", "2.0.0", "4.10.100", "5.1.1 (no such user)"] {
        let report = with(fine);
        assert!(report.defects.is_empty(), "{fine}");
        assert!(report.recipients[0].status.is_some(), "{fine}");
    }
    for bad in ["5.01.1", "5.1.001", "05.1.1", "5.1", "5 .1.1", "5.1.1 no comment"] {
        assert!(!with(bad).defects.is_empty(), "{bad}");
    }
}

fn spelling() {
    let about =
        "Original-Envelope-Id: QQ314159-aB\r\nReceived-From-MTA: dns; Mail.Example.COM ([192.0.2.1])\r\n";
    let report = report(about, &RECIPIENT.replace("bob@y.test", "Bob.McCase@Y.test"));
    assert_eq!(report.original_envelope_id.as_deref(), Some("QQ314159-aB"));
    let from = report.received_from_mta.expect("a name");
    assert_eq!((from.name(), from.comment()), ("Mail.Example.COM", Some("[192.0.2.1]")));
    let recipient = report.recipients[0].final_recipient.as_ref().expect("a recipient");
    assert_eq!(recipient.as_str(), "Bob.McCase@Y.test");
}

fn several_recipients() {
    let second = RECIPIENT.replace("bob", "carol").replace("failed", "delivered").replace("5.1.1", "2.0.0");
    let report = report("", &format!("{RECIPIENT}\r\n{second}"));
    assert_eq!(report.recipients.len(), 2);
    assert!(report.defects.is_empty());
    assert_ne!(report.recipients[0].action, report.recipients[1].action);
}

fn numeric_zones() {
    let date = "Fri, 21 Nov 1997 09:55:06 -0600";
    let about = format!("Arrival-Date: {date}\r\n");
    let delayed = RECIPIENT.replace("failed", "delayed").replace("5.1.1", "4.4.1");
    let recipient = format!("{delayed}Last-Attempt-Date: {date}\r\nWill-Retry-Until: {date}\r\n");
    let fine = report(&about, &recipient);
    assert!(fine.defects.is_empty());
    let recipient_of = &fine.recipients[0];
    for date in [fine.arrival_date, recipient_of.last_attempt_date, recipient_of.will_retry_until] {
        assert_eq!(date.expect("a date").offset(), Some(-360));
    }
    let named = |text: &str| text.replace("-0600", "CST");
    assert!(!report(&named(&about), RECIPIENT).defects.is_empty());
    for field in ["Last-Attempt-Date", "Will-Retry-Until"] {
        let recipient = format!("{delayed}{field}: {}\r\n", named(date));
        assert!(!report("", &recipient).defects.is_empty(), "{field}");
    }
}

fn diagnostic() {
    let recipient = format!("{RECIPIENT}Diagnostic-Code: smtp; 550 no such user (or none at all)\r\n");
    let report = report("", &recipient);
    assert!(report.defects.is_empty());
    let code = report.recipients[0].diagnostic_code.as_ref().expect("a diagnostic");
    assert_eq!(code.kind(), "smtp");
    assert!(code.text().starts_with("550 no such user"));
}

fn retry_only_for_delays() {
    let retry = "Will-Retry-Until: Fri, 21 Nov 1997 09:55:06 -0600\r\n";
    let delayed = RECIPIENT.replace("failed", "delayed").replace("5.1.1", "4.4.1");
    assert!(report("", &format!("{delayed}{retry}")).defects.is_empty());
    assert!(!report("", &format!("{RECIPIENT}{retry}")).defects.is_empty());
}
