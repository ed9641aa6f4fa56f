//! RFC 8098, sections 2 and 6.4: when a notification may be sent.

use anyrfc_core::compliance::Check;

use super::super::support::{refused, written};
use crate::{
    Message,
    build::{Consent, DispositionType, NotificationRequest},
    report::{Fragment, Reassembly},
    rfc8098 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8098/section-2.1/not-about-one",
        covers: &[r::NO_NOTIFICATION_ABOUT_ONE],
        run: not_about_one,
    },
    Check {
        name: "rfc8098/section-2.1/one-a-recipient",
        covers: &[
            r::ONE_NOTIFICATION_A_RECIPIENT,
            r::ONE_NOTIFICATION_A_RECIPIENT_AGAIN,
            r::SUPPORT_OF_THE_STORE_IS_USED,
            r::NONE_WITHOUT_CONSENT,
        ],
        run: one_a_recipient,
    },
    Check {
        name: "rfc8098/section-2.1/another-address",
        covers: &[
            r::NOT_AUTOMATIC_TO_ANOTHER_ADDRESS,
            r::USER_CONFIRMS_ANOTHER_ADDRESS,
            r::USER_CONFIRMS_WITHOUT_RETURN_PATH,
            r::NOT_AUTOMATIC_TO_ANOTHER_SENDER,
        ],
        run: another_address,
    },
    Check {
        name: "rfc8098/section-2.1/quoted-local-parts",
        covers: &[r::LOCAL_PARTS_ARE_CANONICALIZED],
        run: quoted_local_parts,
    },
    Check { name: "rfc8098/section-2.1/newsgroups", covers: &[r::NONE_FOR_NEWSGROUPS], run: newsgroups },
    Check {
        name: "rfc8098/section-2.2/options",
        covers: &[r::OPTIONAL_PARAMETERS_MAY_BE_IGNORED],
        run: options,
    },
    Check {
        name: "rfc8098/section-2.4/fragments",
        covers: &[r::REQUEST_IS_NOT_COPIED_FROM_THE_OUTER],
        run: fragments,
    },
    Check {
        name: "rfc8098/section-3/addressed-as-requested",
        covers: &[r::ADDRESSED_AS_REQUESTED],
        run: addressed_as_requested,
    },
];

const ANSWERABLE: &str =
    "Return-Path: <ann@x.test>\r\nFrom: other@x.test\r\nDisposition-Notification-To: Ann <ann@x.test>\r\n";

fn request(header: &str, answered: bool) -> Option<NotificationRequest> {
    NotificationRequest::of(&Message::parse(format!("{header}\r\nhi").as_bytes()), answered)
}

fn consent(header: &str) -> Consent {
    request(header, false).expect("a request").consent()
}

fn not_about_one() {
    assert!(request("From: a@x.test\r\n", false).is_none());
    assert_eq!(consent(ANSWERABLE), Consent::Automatic);
    let report = "Content-Type: multipart/report; report-type=Disposition-Notification; boundary=b\r\n";
    assert_eq!(consent(&format!("{ANSWERABLE}{report}")), Consent::Never);
}

/// A store that remembers is asked, and the request is used up by its answer.
fn one_a_recipient() {
    let again = request(ANSWERABLE, true).expect("a request");
    assert_eq!(again.consent(), Consent::Never);
    let answer = again.answer("me@x.test", DispositionType::Displayed, "seen").build();
    refused(answer, r::NONE_WITHOUT_CONSENT);
    let first = request(ANSWERABLE, false).expect("a request");
    first.answer("me@x.test", DispositionType::Displayed, "seen").build().expect("the first one");
}

fn another_address() {
    let to = "Disposition-Notification-To: ann@x.test\r\n";
    for header in [
        format!("Return-Path: <bob@x.test>\r\n{to}"),
        format!("Return-Path: <ann@y.test>\r\n{to}"),
        format!("Return-Path: <Ann@x.test>\r\n{to}"),
        format!("Return-Path: <>\r\n{to}"),
        to.to_owned(),
        format!(
            "Return-Path: <ann@x.test>\r\nFrom: ann@x.test\r\n{}",
            to.replace("ann@x.test", "ann@x.test, bob@x.test")
        ),
        format!("Return-Path: <ann@x.test>\r\nReturn-Path: <bob@x.test>\r\n{to}"),
    ] {
        assert_eq!(consent(&header), Consent::Ask, "{header}");
    }
    // The same address twice is one, and From has no say.
    let header = "Return-Path: <ann@X.TEST>\r\nDisposition-Notification-To: ann@x.test, Ann <ann@x.test>\r\n";
    assert_eq!(consent(header), Consent::Automatic);
    assert_eq!(
        consent("Return-Path: <ann@x.test>\r\nDisposition-Notification-To: nobody\r\n"),
        Consent::Never
    );
}

fn quoted_local_parts() {
    for path in ["\"ann\"@x.test", "\"a\\nn\"@x.test", "ann@x.test"] {
        let header = format!("Return-Path: <{path}>\r\nDisposition-Notification-To: ann@x.test\r\n");
        assert_eq!(consent(&header), Consent::Automatic, "{path}");
    }
}

fn newsgroups() {
    assert_eq!(consent(&format!("{ANSWERABLE}Newsgroups: comp.mail.mime\r\n")), Consent::Never);
}

fn options() {
    let with = |option: &str| consent(&format!("{ANSWERABLE}Disposition-Notification-Options: {option}\r\n"));
    assert_eq!(with("x-new=optional,value"), Consent::Automatic);
    assert_eq!(with("x-new=required,value"), Consent::Never);
    assert_eq!(with("a=optional,b; x-new=required,value"), Consent::Never);
}

fn fragments() {
    let first = "From: ann@x.test\r\nDisposition-Notification-To: evil@x.test\r\nDisposition-Notification-Options: a=optional,b\r\n\
                 Original-Recipient: rfc822;evil@x.test\r\nContent-Type: message/partial; id=x; number=1; total=1\r\n\r\n\
                 Subject: s\r\nDisposition-Notification-To: ann@x.test\r\n\r\nhi\r\n";
    let mut whole = Reassembly::default();
    whole.add(&Fragment::read(first.as_bytes()).expect("a fragment")).expect("added");
    let raw = String::from_utf8(whole.finish().expect("a message")).expect("text");
    assert!(!raw.contains("evil") && !raw.contains("Options"), "{raw}");
    assert!(raw.contains("Disposition-Notification-To: ann@x.test"));
}

fn addressed_as_requested() {
    let header = "Message-ID: <7@x.test>\r\nOriginal-Recipient: rfc822;Orig@x.test\r\n\
                  Disposition-Notification-To: Ann <ann@x.test>, bob@x.test\r\nFrom: other@x.test\r\nReply-To: reply@x.test\r\n";
    let request = request(header, false).expect("a request");
    assert_eq!(request.to().len(), 2);
    let answer = || request.clone().answer("me@x.test", DispositionType::Displayed, "seen").seed([1; 32]);
    let message = answer().build().expect("a message");
    assert_eq!(message.envelope().recipients(), ["ann@x.test", "bob@x.test"]);
    assert_eq!(message.envelope().sender(), None);
    let text = written(answer());
    assert_eq!(super::super::support::field(&text, "To"), "Ann <ann@x.test>, bob@x.test");
    assert_eq!(super::field(&text, "Original-Recipient").as_deref(), Some("rfc822;Orig@x.test"));
    assert_eq!(super::field(&text, "Original-Message-ID").as_deref(), Some("<7@x.test>"));
}
