//! RFC 6533, section 4.4: reading reports in any of their types.

use anyrfc_core::compliance::Check;

use crate::{Message, report::Report, rfc6533 as r};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "rfc6533/section-4.4/equivalent-types",
    covers: &[r::GLOBAL_TYPES_ARE_EQUIVALENT, r::ANY_COMBINATION_IS_EXPECTED],
    run: equivalent_types,
}];

fn equivalent_types() {
    for status in ["message/delivery-status", "message/global-delivery-status"] {
        for returned in ["message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"]
        {
            let raw = format!(
                "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
                 --b\r\n\r\nfailed\r\n\
                 --b\r\nContent-Type: {status}\r\n\r\nReporting-MTA: dns; x.test\r\n\r\n\
                 Final-Recipient: rfc822;bob@y.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
                 --b\r\nContent-Type: {returned}\r\n\r\nSubject: returned\r\n\r\n\r\n--b--\r\n"
            );
            let message = Message::parse(raw.as_bytes());
            let part = message.root().children().nth(1).expect("the report");
            let report = Report::parse(&part.content_type(), &part.body()).expect("a report");
            let Report::DeliveryStatus(report) = report else { panic!("{status} is no delivery status") };
            assert_eq!(report.recipients.len(), 1);
            assert!(report.defects.is_empty(), "{status} {returned}");
            let last = message.root().children().nth(2).expect("what is returned");
            let text = String::from_utf8_lossy(last.raw_body()).into_owned();
            assert!(text.contains("Subject: returned"), "{returned}");
            assert_eq!(
                last.message().is_some(),
                matches!(returned, "message/rfc822" | "message/global"),
                "{returned}"
            );
        }
    }
}
