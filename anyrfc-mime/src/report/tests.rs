use super::*;
use crate::types::{DefectKind, Defects, MimeLimits};

fn kinds(defects: &Defects) -> Vec<DefectKind> {
    defects.iter().map(|defect| defect.kind).collect()
}

fn status(text: &str) -> Option<StatusCode> {
    text.parse().ok()
}

/// RFC 3464, appendix E.
#[test]
fn a_simple_delivery_status() {
    let report = DeliveryStatus::parse(
        b"Reporting-MTA: dns; cs.utk.edu\r\n\
        \r\n\
        Original-Recipient: rfc822;louisl@larry.slip.umd.edu\r\n\
        Final-Recipient: rfc822;louisl@larry.slip.umd.edu\r\n\
        Action: failed\r\n\
        Status: 4.0.0\r\n\
        Diagnostic-Code: smtp; 426 connection timed out\r\n\
        Last-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400\r\n",
    );
    assert_eq!(kinds(&report.defects), []);
    assert_eq!(
        report.reporting_mta.as_ref().map(|mta| (mta.kind(), mta.name())),
        Some(("dns", "cs.utk.edu"))
    );
    let [recipient] = &*report.recipients else { panic!("{report:?}") };
    let address = "louisl@larry.slip.umd.edu".parse().ok();
    assert_eq!(recipient.original_recipient.as_ref().and_then(ReportAddress::addr_spec), address);
    assert_eq!(recipient.final_recipient.as_ref().and_then(ReportAddress::addr_spec), address);
    assert_eq!((recipient.action, recipient.status), (Some(Action::Failed), status("4.0.0")));
    let diagnostic = recipient.diagnostic_code.as_ref().map(|code| (code.kind(), code.text()));
    assert_eq!(diagnostic, Some(("smtp", "426 connection timed out")));
    let date = recipient.last_attempt_date.map(|date| date.to_string());
    assert_eq!(date.as_deref(), Some("Thu, 7 Jul 1994 17:15:49 -0400"));
}

/// RFC 3464, appendix E.
#[test]
fn several_recipients() {
    let report = DeliveryStatus::parse(
        b"Reporting-MTA: dns; cs.utk.edu\r\n\
        \r\n\
        Original-Recipient: rfc822;arathib@vnet.ibm.com\r\n\
        Final-Recipient: rfc822;arathib@vnet.ibm.com\r\n\
        Action: failed\r\n\
        Status: 5.0.0 (permanent failure)\r\n\
        Diagnostic-Code: smtp;  550 'arathib@vnet.IBM.COM' is not a\r\n registered gateway user\r\n\
        Remote-MTA: dns; vnet.ibm.com\r\n\
        \r\n\
        Original-Recipient: rfc822;johnh@hpnjld.njd.hp.com\r\n\
        Final-Recipient: rfc822;johnh@hpnjld.njd.hp.com\r\n\
        Action: delayed\r\n\
        Status: 4.0.0 (hpnjld.njd.jp.com: host name lookup failure)\r\n\
        \r\n\
        Original-Recipient: rfc822;wsnell@sdcc13.ucsd.edu\r\n\
        Final-Recipient: rfc822;wsnell@sdcc13.ucsd.edu\r\n\
        Action: failed\r\n\
        Status: 5.0.0\r\n\
        Diagnostic-Code: smtp; 550 user unknown\r\n\
        Remote-MTA: dns; sdcc13.ucsd.edu\r\n\r\n",
    );
    assert_eq!(kinds(&report.defects), []);
    let found: Vec<_> = report.recipients.iter().map(|r| (r.action, r.status)).collect();
    assert_eq!(
        found,
        [
            (Some(Action::Failed), status("5.0.0")),
            (Some(Action::Delayed), status("4.0.0")),
            (Some(Action::Failed), status("5.0.0")),
        ]
    );
    let first = report.recipients.first().and_then(|r| r.diagnostic_code.as_ref());
    assert_eq!(
        first.map(Diagnostic::text),
        Some("550 'arathib@vnet.IBM.COM' is not a registered gateway user")
    );
}

/// RFC 3464, appendix E: from a gateway.
#[test]
fn foreign_addresses() {
    let report = DeliveryStatus::parse(
        b"Reporting-MTA: mailbus; SYS30\n\nFinal-Recipient: unknown; nair_s\n\
        Status: 5.0.0 (unknown permanent failure)\nAction: failed\n",
    );
    assert_eq!(kinds(&report.defects), []);
    let recipient = report.recipients.first().and_then(|r| r.final_recipient.as_ref()).unwrap();
    assert_eq!((recipient.kind(), recipient.as_str(), recipient.addr_spec()), ("unknown", "nair_s", None));
}

/// RFC 6533, section 4.1.
#[test]
fn delivery_status_in_utf8() {
    let body = "Reporting-MTA: dns; mx.例.test\r\nX-Note: größer\r\n\r\n\
        Original-Recipient: utf-8; \\x{7528}\\x{6237}@eai.test\r\n\
        Final-Recipient: utf-8; 用户@eai.test\r\n\
        Action: delayed\r\nStatus: 4.4.1\r\n\
        Diagnostic-Code: smtp; 451 nobody answers\r\n\
        Localized-Diagnostic: de; Niemand antwortet für größere Dinge\r\n\
        Localized-Diagnostic: fr; Personne ne répond\r\n\
        Localized-Diagnostic: DE; noch einmal\r\n\
        Will-Retry-Until: Thu, 7 Jul 1994 17:15:49 -0400\r\n";
    let report = DeliveryStatus::parse(body.as_bytes());
    assert_eq!(kinds(&report.defects), [DefectKind::RepeatedField]);
    assert_eq!(report.extensions.first().map(|e| (e.name(), e.value())), Some(("X-Note", "größer")));
    let recipient = report.recipients.first().unwrap();
    assert_eq!(recipient.original_recipient, recipient.final_recipient);
    let languages: Vec<_> = recipient.localized_diagnostics.iter().map(Diagnostic::kind).collect();
    assert_eq!(languages, ["de", "fr"]);
    // Both types are one to a reader.
    for essence in ["delivery-status", "global-delivery-status"] {
        let content_type = ContentType::new("message", essence).unwrap();
        assert_eq!(
            Report::parse(&content_type, body.as_bytes()),
            Some(Report::DeliveryStatus(report.clone()))
        );
    }
}

#[test]
fn what_a_delivery_status_lacks() {
    use DefectKind::*;
    for (body, expected) in [
        ("", vec![MissingReportField, NoFinalRecipient]),
        ("Reporting-MTA: dns; a\n", vec![NoFinalRecipient]),
        ("Reporting-MTA: dns; a\n\nX: y\n", vec![NoFinalRecipient, NoAction, NoStatus]),
        // Without an empty line behind the fields about the message.
        ("Reporting-MTA: dns; a\nFinal-Recipient: rfc822; a@b\nAction: failed\nStatus: 5.1.1\n", vec![]),
        ("Final-Recipient: rfc822; a@b\nAction: failed\nStatus: 5.1.1\n", vec![MissingReportField]),
        (
            "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; a@b\nAction: lost\nStatus: none\n",
            vec![BadReportField, BadStatus, NoAction, NoStatus],
        ),
        (
            "Reporting-MTA: dns; a\nReporting-MTA: dns; b\n\nFinal-Recipient: rfc822; a@b\nAction: failed\n\
            Status: 5.1.1\nStatus: 5.1.2\n",
            vec![RepeatedField, RepeatedField],
        ),
        (
            "Reporting-MTA: dns; a\nArrival-Date: yesterday\n\nFinal-Recipient: rfc822; a@b\nAction: failed\n\
            Status: 5.1.1\nWill-Retry-Until: Thu, 7 Jul 1994 17:15:49 -0400\n",
            vec![BadDate, RetryWithoutDelay],
        ),
    ] {
        assert_eq!(kinds(&DeliveryStatus::parse(body.as_bytes()).defects), expected, "{body:?}");
    }
}

/// RFC 8098, section 9.
#[test]
fn a_disposition_notification() {
    let report = DispositionNotification::parse(
        b"Reporting-UA: joes-pc.cs.example.com; Foomail 97.1\r\n\
        Original-Recipient: rfc822;Joe_Recipient@example.com\r\n\
        Final-Recipient: rfc822;Joe_Recipient@example.com\r\n\
        Original-Message-ID: <199509192301.23456@example.org>\r\n\
        Disposition: manual-action/MDN-sent-manually; displayed\r\n",
    );
    assert_eq!(kinds(&report.defects), []);
    let ua = report.reporting_ua.as_ref().map(|ua| (ua.name(), ua.product()));
    assert_eq!(ua, Some(("joes-pc.cs.example.com", Some("Foomail 97.1"))));
    let recipient = report.final_recipient.as_ref().map(ReportAddress::as_str);
    assert_eq!(recipient, Some("Joe_Recipient@example.com"));
    let id = report.original_message_id.as_ref().map(|id| id.as_str());
    assert_eq!(id, Some("199509192301.23456@example.org"));
    let disposition = report.disposition.unwrap();
    assert_eq!(disposition.kind(), Some(DispositionType::Displayed));
    assert_eq!((disposition.action(), disposition.sending()), (Some(Mode::Manual), Some(Mode::Manual)));
}

#[test]
fn dispositions() {
    use Mode::{Automatic, Manual};
    for (value, action, sending, kind, modifiers, fine) in [
        (
            "automatic-action/MDN-sent-automatically; deleted",
            Some(Automatic),
            Some(Automatic),
            "deleted",
            "",
            true,
        ),
        (
            "Manual-Action / MDN-SENT-manually;Processed/Error,x-Y",
            Some(Manual),
            Some(Manual),
            "processed",
            "error x-y",
            true,
        ),
        (
            "(c) manual-action (c)/(c) MDN-sent-manually (c); (c)\r\n dispatched (c)/ (c) error (c), b (c)",
            Some(Manual),
            Some(Manual),
            "dispatched",
            "error b",
            true,
        ),
        ("manual-action/MDN-sent-manually; eaten", Some(Manual), Some(Manual), "eaten", "", false),
        ("manual-action; displayed", Some(Manual), None, "displayed", "", false),
        ("; displayed", None, None, "displayed", "", false),
        ("x/y; displayed/", None, None, "displayed", "", false),
        ("manual-action/MDN-sent-manually; displayed x", Some(Manual), Some(Manual), "displayed", "", false),
    ] {
        let body = format!("Final-Recipient: rfc822; a@b\r\nDisposition: {value}\r\n");
        let report = DispositionNotification::parse(body.as_bytes());
        let found = report.disposition.unwrap();
        assert_eq!((found.action(), found.sending(), found.kind_name()), (action, sending, kind), "{value}");
        assert_eq!(found.modifiers().join(" "), modifiers, "{value}");
        assert_eq!(found.is_error(), modifiers.starts_with("error"), "{value}");
        assert_eq!(report.defects.is_empty(), fine, "{value}");
    }
    for value in ["", "displayed", "manual-action/MDN-sent-manually", "/;/"] {
        let body = format!("Disposition: {value}\n");
        let report = DispositionNotification::parse(body.as_bytes());
        assert_eq!(report.disposition, None, "{value}");
        assert!(
            report.defects.has(DefectKind::NoDisposition) && report.defects.has(DefectKind::NoFinalRecipient)
        );
    }
}

#[test]
fn what_we_write_we_read() {
    let message = crate::build::Notification::new("用户@eai.test", DispositionType::Dispatched)
        .automatic_action()
        .reporting_ua("pc.example.com", "Mailer 1.0")
        .original_recipient("rfc822;joe@example.com")
        .original_message_id("<1@example.org>")
        .error("out of paper")
        .text("It could not be printed.")
        .to("ann@example.org")
        .build()
        .unwrap();
    let receiver = crate::build::Receiver::default().with_8bit(true).with_utf8(true);
    let octets = String::from_utf8(message.to_vec_for(receiver).unwrap()).unwrap();
    let (_, part) = octets.split_once("disposition-notification\r\n").unwrap();
    let (_, body) = part.split_once("\r\n\r\n").unwrap();
    let (body, _) = body.split_once("\r\n--").unwrap();
    let report = DispositionNotification::parse(body.as_bytes());
    assert_eq!(kinds(&report.defects), [], "{body}");
    let recipient = report.final_recipient.as_ref().map(|r| (r.kind(), r.as_str()));
    assert_eq!(recipient, Some(("utf-8", "用户@eai.test")));
    let disposition = report.disposition.unwrap();
    assert_eq!(disposition.kind(), Some(DispositionType::Dispatched));
    assert_eq!((disposition.action(), disposition.is_error()), (Some(Mode::Automatic), true));
    assert_eq!(report.errors, ["out of paper"]);
}

#[test]
fn options_that_are_not_understood_forbid_a_notification() {
    let read = |value: &str| {
        let mut defects = Defects::new();
        let options =
            NotificationOptions::read(value.as_bytes(), &mut crate::codec::Reading::new(&mut defects));
        (options, defects.is_empty())
    };
    let (options, fine) =
        read(" signed-receipt-protocol = optional , pkcs7-signature;\r\n X=required,a, \"b\"");
    assert!(fine);
    assert_eq!(options.as_slice().len(), 2);
    assert_eq!(options.as_slice()[1].values(), ["a", "b"]);
    assert!(!options.permit(&[]) && options.permit(&["x"]) && !options.permit(&["signed-receipt-protocol"]));
    assert!(read("a=optional,b").0.permit(&[]) && read("").0.permit(&[]));
    for value in ["a", "a=b", "a=optional", "=required,x", "a=maybe,x"] {
        let (options, fine) = read(value);
        assert!(!fine || value.starts_with('='), "{value}");
        assert_eq!(options.permit(&[]), value == "a=optional", "{value}");
    }
}

#[test]
fn feedback() {
    use DefectKind::{BadReportField, MissingReportField, RepeatedField};
    let report = FeedbackReport::parse(
        b"Feedback-Type: Abuse\r\nUser-Agent: SomeGenerator/1.0\r\nVersion: 1\r\n\
        Original-Mail-From: <somespammer@example.net>\r\nOriginal-Rcpt-To: <user@example.com>\r\n\
        Received-Date: Thu, 8 Mar 2005 14:00:00 EDT\r\nReporting-MTA: dns; mail.example.com\r\n\
        Source-IP: 192.0.2.1\r\nIncidents: 12\r\n\
        Authentication-Results: mail.example.com;\r\n    spf=fail smtp.mail=somespammer@example.com\r\n\
        Reported-Domain: example.net\r\nReported-Uri: http://example.net/earn_money.html\r\n\
        Reported-Uri: mailto:user@example.com\r\nRemoval-Recipient: user@example.com\r\n",
    );
    assert_eq!(report.feedback_type.as_deref(), Some("abuse"));
    assert_eq!((report.source_ip, report.incidents), ("192.0.2.1".parse().ok(), Some(12)));
    assert_eq!(report.reported_uris, ["http://example.net/earn_money.html", "mailto:user@example.com"]);
    assert_eq!(report.original_rcpt_to, ["<user@example.com>"]);
    assert_eq!(report.reporting_mta.as_ref().map(MtaName::name), Some("mail.example.com"));
    assert_eq!(report.extensions.first().map(ExtensionField::name), Some("Removal-Recipient"));
    assert!(report.arrival_date.is_some() && !report.defects.has(BadReportField));
    let report = FeedbackReport::parse(b"Source-IP: nowhere\nIncidents: -1\nVersion: 1\nVersion: 2\n");
    let expected = [BadReportField, BadReportField, RepeatedField, MissingReportField, MissingReportField];
    assert_eq!(kinds(&report.defects), expected);
}

#[test]
fn other_types_are_no_reports() {
    for essence in ["rfc822", "delivery-status-x"] {
        let content_type = ContentType::new("message", essence).unwrap();
        assert_eq!(Report::parse(&content_type, b"Reporting-MTA: dns; a\n"), None);
    }
    let content_type = ContentType::new("message", "feedback-report").unwrap();
    assert!(matches!(Report::parse(&content_type, b""), Some(Report::Feedback(_))));
    let content_type = ContentType::new("message", "global-disposition-notification").unwrap();
    assert!(matches!(Report::parse(&content_type, b""), Some(Report::DispositionNotification(_))));
}

#[test]
fn hostile_reports_cost_what_they_are_long() {
    for body in [
        "Localized-Diagnostic: ".to_owned()
            + &(0..20_000).map(|n| format!("x{n}; y\nLocalized-Diagnostic: ")).collect::<String>(),
        "A: b\n\n".repeat(200_000),
        "Final-Recipient: rfc822; ".to_owned() + &"(".repeat(200_000),
        "Final-Recipient: utf-8; ".to_owned() + &"\\x{".repeat(80_000),
        "Disposition: a/b;c/".to_owned() + &"d,".repeat(100_000),
        "\n".repeat(1_000_000),
        "x\n".repeat(500_000),
        "a:\n ".repeat(300_000),
        "\0".repeat(1_000_000),
        ":".repeat(1_000_000),
    ] {
        let limits = MimeLimits { header: 1 << 20, ..MimeLimits::default() };
        let _ = DeliveryStatus::parse_within(body.as_bytes(), limits);
        let _ = DispositionNotification::parse_within(body.as_bytes(), limits);
        let _ = FeedbackReport::parse_within(body.as_bytes(), limits);
    }
}
