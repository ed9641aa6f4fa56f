use std::error::Error as _;

use anyrfc_core::{Deviations, Requirement};
use bytes::BytesMut;

use super::*;
use crate::{
    codec::{
        command::{encode_mail, encode_rcpt},
        scan::{scan, scan_as},
    },
    rfc3030, rfc4468,
    types::{
        EnvelopeId, LineEnds, Mailbox, Notify, OriginalRecipient, Priority, Return, content::ContentError,
    },
};

const CONFIG: PlanConfig<'static> = PlanConfig {
    lmtp: false,
    tls: Tls::Verified,
    authenticated: false,
    windowed: false,
    burl: None,
    prefer: TransferPreference::Data,
};

const TEXT: &[u8] = b"Subject: hi\r\n\r\nhello\r\n";

fn server(keywords: &[&str]) -> Capabilities {
    let lines = std::iter::once("mx.example").chain(keywords.iter().copied());
    Capabilities::read(lines.map(str::as_bytes), &mut Deviations::default())
}

fn full() -> Capabilities {
    server(&[
        "PIPELINING",
        "SIZE 1000",
        "8BITMIME",
        "SMTPUTF8",
        "DSN",
        "AUTH PLAIN",
        "CHUNKING",
        "BINARYMIME",
        "DELIVERBY 60",
        "MT-PRIORITY",
        "FUTURERELEASE 3600 2026-12-01T00:00:00Z",
        "REQUIRETLS",
        "BURL imap",
        "PRDR",
        "X-FOO",
    ])
}

fn envelope() -> Envelope {
    Envelope::new("a@b.example", ["c@d.example"]).unwrap()
}

/// What MAIL says beyond the sender, and each RCPT beyond the recipient.
fn said(envelope: &Envelope, message: &[u8], server: &Capabilities) -> (String, Vec<String>) {
    let plan = plan(envelope, &scan(message), server, &CONFIG).expect("a plan");
    let tail = |line: BytesMut| {
        let line = String::from_utf8(line.to_vec()).unwrap();
        line.split_once('<').unwrap().1.trim_end().to_owned()
    };
    let mut mail = BytesMut::new();
    encode_mail(envelope, &plan.params, &mut mail);
    let recipients = envelope.recipients().iter().map(|recipient| {
        let mut rcpt = BytesMut::new();
        encode_rcpt(recipient, &plan.params, &mut rcpt);
        tail(rcpt)
    });
    (tail(mail), recipients.collect())
}

#[track_caller]
fn refused(
    envelope: &Envelope,
    facts: &Facts,
    server: &Capabilities,
    config: &PlanConfig<'_>,
) -> (ErrorKind, &'static Requirement) {
    let error = plan(envelope, facts, server, config).expect_err("a refusal");
    (error.kind(), error.requirement().expect("a requirement"))
}

const UNSUPPORTED: ErrorKind = ErrorKind::Unsupported;

#[test]
fn nothing_is_said_that_is_not_needed() {
    for server in
        [server(&[]), server(&["PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "CHUNKING", "BINARYMIME"])]
    {
        assert_eq!(said(&envelope(), TEXT, &server), ("a@b.example>".into(), vec!["c@d.example>".into()]));
        assert_eq!(plan(&envelope(), &scan(TEXT), &server, &CONFIG).unwrap().transfer, Transfer::Data);
    }
    let (mail, _) = said(&envelope(), TEXT, &full());
    assert_eq!(mail, "a@b.example> SIZE=22");
    let unknown = Facts { size: None, ..scan(TEXT) };
    assert_eq!(plan(&envelope(), &unknown, &full(), &CONFIG).unwrap().params.size, None);
}

#[test]
fn size() {
    for (keyword, fits) in [
        ("SIZE 22", true),
        ("SIZE 21", false),
        ("SIZE 0", true),
        ("SIZE", true),
        ("SIZE 99999999999999999999999", true),
        ("X", true),
    ] {
        let found = plan(&envelope(), &scan(TEXT), &server(&[keyword]), &CONFIG);
        assert_eq!(found.is_ok(), fits, "{keyword}");
    }
    // What is sent counts, not what was given.
    let facts = scan(b"Subject: hi\n\nhello");
    let expected = (ErrorKind::Refused, rfc1870::OVERSIZE_IS_REFUSED);
    assert_eq!(refused(&envelope(), &facts, &server(&["SIZE 21"]), &CONFIG), expected);
}

#[test]
fn smtputf8_is_said_when_something_needs_it() {
    let (offers, lacks) = (server(&["8BITMIME", "SMTPUTF8"]), server(&["8BITMIME"]));
    let wide = Envelope::new("ä@b.example", ["c@bücher.example"]).unwrap();
    let (mail, rcpt) = said(&wide, TEXT, &offers);
    assert_eq!((mail.as_str(), rcpt[0].as_str()), ("ä@b.example> SMTPUTF8", "c@bücher.example>"));
    let expected = (UNSUPPORTED, rfc6531::NO_UTF8_ADDRESS_WITHOUT_SMTPUTF8);
    assert_eq!(refused(&wide, &scan(TEXT), &lacks, &CONFIG), expected);
    let recipient = Envelope::new("a@b", ["c@d", "ü@d"]).unwrap();
    assert_eq!(refused(&recipient, &scan(TEXT), &lacks, &CONFIG), expected);
    let submitter = envelope().auth(Mailbox::new("ü@d").unwrap());
    let config = PlanConfig { authenticated: true, ..CONFIG };
    assert_eq!(refused(&submitter, &scan(TEXT), &lacks, &config), expected);
    // A domain does not need it: it has A-labels.
    let domain = Envelope::new("a@bücher.example", ["c@bücher.example"]).unwrap();
    for server in [&offers, &lacks] {
        let (mail, rcpt) = said(&domain, TEXT, server);
        assert_eq!(mail, "a@xn--bcher-kva.example>");
        assert_eq!(rcpt, ["c@xn--bcher-kva.example>"]);
    }
    let header = "Subject: ü\r\n\r\nhello\r\n".as_bytes();
    assert_eq!(said(&domain, header, &offers).0, "a@bücher.example> BODY=8BITMIME SMTPUTF8");
    let expected = (UNSUPPORTED, rfc6531::NO_UTF8_HEADERS_WITHOUT_SMTPUTF8);
    assert_eq!(refused(&envelope(), &scan(header), &lacks, &CONFIG), expected);
    let body = "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\nü\r\n".as_bytes();
    assert_eq!(said(&envelope(), body, &offers).0, "a@b.example> BODY=8BITMIME");
}

#[test]
fn what_the_octets_need() {
    let eight = scan("Subject: u\r\n\r\nü\r\n".as_bytes());
    let expected = (UNSUPPORTED, rfc6152::NO_EIGHT_BIT_WITHOUT_8BITMIME);
    assert_eq!(refused(&envelope(), &eight, &server(&["CHUNKING"]), &CONFIG), expected);
    let expected = (ErrorKind::Usage, rfc5321::EIGHTBITMIME_IS_FOR_MIME);
    assert_eq!(refused(&envelope(), &eight, &full(), &CONFIG), expected);
    let content = crate::Content::bytes("Subject: u\r\n\r\nü\r\n").eight_bit();
    plan(&envelope(), &content.facts().expect("text"), &full(), &CONFIG).expect("as declared");
    let long = scan([b"Subject: u\r\n\r\n".as_slice(), &[b'x'; 999], b"\r\n"].concat().as_slice());
    let nul = scan(b"Subject: u\r\n\r\n\0\r\n");
    let kept = scan_as(b"Subject: u\r\n\r\nx\n", LineEnds::Keep);
    for (facts, requirement) in [
        (long, rfc5321::TEXT_LINE_HAS_1000_OCTETS),
        (nul, rfc3030::NO_BINARY_WITHOUT_BINARYMIME),
        (kept, rfc3030::NO_BINARY_WITHOUT_BINARYMIME),
    ] {
        for lacks in [&["8BITMIME"][..], &["8BITMIME", "CHUNKING"], &["8BITMIME", "BINARYMIME"]] {
            assert_eq!(refused(&envelope(), &facts, &server(lacks), &CONFIG), (UNSUPPORTED, requirement));
        }
        let found = plan(&envelope(), &facts, &server(&["BINARYMIME", "CHUNKING"]), &CONFIG).unwrap();
        assert_eq!((found.transfer, found.params.body), (Transfer::BdatBinary, Some(BodyType::BinaryMime)));
    }
    let error = plan(&envelope(), &long, &server(&[]), &CONFIG).unwrap_err();
    let cause = error.source().and_then(|cause| cause.downcast_ref::<ContentError>());
    assert!(matches!(cause, Some(ContentError::LineTooLong { line: 3, .. })), "{cause:?}");
    let altered = scan_as(b"Subject: u\r\n\r\nx\n", LineEnds::Refuse);
    let expected = (ErrorKind::Usage, rfc5321::BARE_CR_AND_LF_ARE_NOT_SENT);
    assert_eq!(refused(&envelope(), &altered, &full(), &CONFIG), expected);
}

#[test]
fn how_the_message_goes() {
    let chosen = |keywords: &[&str], config: PlanConfig<'_>| {
        plan(&envelope(), &scan(TEXT), &server(keywords), &config).unwrap().transfer
    };
    let chunked = PlanConfig { prefer: TransferPreference::Chunked, ..CONFIG };
    let windowed = PlanConfig { windowed: true, ..CONFIG };
    assert_eq!(chosen(&["CHUNKING", "PIPELINING"], CONFIG), Transfer::Data);
    assert_eq!(chosen(&["CHUNKING"], chunked), Transfer::Bdat);
    assert_eq!(chosen(&[], chunked), Transfer::Data);
    assert_eq!(chosen(&["CHUNKING", "PIPELINING"], windowed), Transfer::Bdat);
    assert_eq!(chosen(&["CHUNKING"], windowed), Transfer::Data);
    assert_eq!(chosen(&["PIPELINING"], windowed), Transfer::Data);
    let lmtp = PlanConfig { lmtp: true, ..windowed };
    assert_eq!(chosen(&["CHUNKING", "PIPELINING"], lmtp), Transfer::Data);
}

#[test]
fn burl() {
    let url = BurlUrl::new("imap://example.com/x;urlauth=submit+fred:internal:91ab").unwrap();
    let config = PlanConfig { burl: Some(&url), ..CONFIG };
    let facts = Facts::default();
    for lacks in [&[][..], &["BURL"], &["BURL imap4"]] {
        let expected = (UNSUPPORTED, rfc4468::BURL_NEEDS_THE_KEYWORD);
        assert_eq!(refused(&envelope(), &facts, &server(lacks), &config), expected);
    }
    let found = plan(&envelope(), &facts, &server(&["BURL imap", "SIZE 10"]), &config).unwrap();
    assert_eq!((found.transfer, found.params.size), (Transfer::Burl, None));
    let lmtp = PlanConfig { lmtp: true, ..config };
    let expected = (UNSUPPORTED, rfc4468::BURL_IS_NOT_FOR_RELAYS);
    assert_eq!(refused(&envelope(), &facts, &server(&["BURL imap"]), &lmtp), expected);
}

#[test]
fn what_is_asked_for_must_be_offered() {
    let facts = scan(TEXT);
    let recipient = || Recipient::new("c@d.example").unwrap();
    let of = |recipient| Envelope::new("a@b.example", [recipient]).unwrap();
    let foo = Parameter::new("X-BAR", None).unwrap().of_extension("X-FOO").unwrap();
    for (envelope, without, requirement, says) in [
        (
            envelope().envelope_id(EnvelopeId::new("x").unwrap()),
            "DSN",
            rfc3461::PARAMETERS_NEED_DSN,
            "ENVID=x",
        ),
        (envelope().return_content(Return::Full), "DSN", rfc3461::PARAMETERS_NEED_DSN, "RET=FULL"),
        (of(recipient().notify(Notify::NEVER)), "DSN", rfc3461::PARAMETERS_NEED_DSN, "NOTIFY=NEVER"),
        (
            of(recipient().original(OriginalRecipient::new("x400", "y").unwrap())),
            "DSN",
            rfc3461::PARAMETERS_NEED_DSN,
            "ORCPT=x400;y",
        ),
        (
            envelope().deliver_by(DeliverBy::or_notify(-5).unwrap()),
            "DELIVERBY",
            rfc2852::BY_NEEDS_THE_KEYWORD,
            "BY=-5;N",
        ),
        (
            envelope().priority(Priority::new(4).unwrap()),
            "MT-PRIORITY",
            rfc6710::MT_PRIORITY_NEEDS_THE_KEYWORD,
            "MT-PRIORITY=4",
        ),
        (
            envelope().hold(Hold::seconds(9).unwrap()),
            "FUTURERELEASE",
            rfc4865::SUPPORT_IS_VERIFIED,
            "HOLDFOR=9",
        ),
        (envelope().require_tls(), "REQUIRETLS", rfc8689::REQUIRETLS_NEEDS_THE_KEYWORD, "REQUIRETLS"),
        (envelope().auth(AuthParam::Unknown), "AUTH", rfc4954::AUTH_NEEDS_THE_KEYWORD, "AUTH=<>"),
        (envelope().parameter(foo.clone()), "X-FOO", rfc5321::PARAMETERS_NEED_AN_OFFERED_EXTENSION, "X-BAR"),
        (of(recipient().parameter(foo)), "X-FOO", rfc5321::PARAMETERS_NEED_AN_OFFERED_EXTENSION, "X-BAR"),
    ] {
        let full = full();
        let others = full.keywords().filter(|(keyword, _)| *keyword != without);
        let others: Vec<String> =
            others.map(|(keyword, arguments)| format!("{keyword} {arguments}")).collect();
        let lacking = server(&others.iter().map(|line| line.trim_end()).collect::<Vec<_>>());
        assert_eq!(refused(&envelope, &facts, &lacking, &CONFIG), (UNSUPPORTED, requirement), "{without}");
        let (mail, rcpt) = said(&envelope, TEXT, &full);
        let word = format!(" {says}");
        assert!(mail.contains(&word) || rcpt[0].contains(&word), "{mail} {rcpt:?}");
    }
    // Where it is not offered there is one reply, which is as good.
    let prdr = envelope().prdr();
    assert_eq!(said(&prdr, TEXT, &full()).0, "a@b.example> SIZE=22 PRDR");
    assert_eq!(said(&prdr, TEXT, &server(&[])).0, "a@b.example>");
    let lmtp = PlanConfig { lmtp: true, ..CONFIG };
    assert!(!plan(&prdr, &facts, &full(), &lmtp).unwrap().prdr);
    assert!(plan(&prdr, &facts, &full(), &CONFIG).unwrap().prdr);
    let logged_in = PlanConfig { authenticated: true, ..CONFIG };
    assert!(plan(&envelope().auth(AuthParam::Unknown), &facts, &server(&[]), &logged_in).is_ok());
}

#[test]
fn recipients_are_named_where_notifications_are_asked_for() {
    let envelope = Envelope::new(
        "a@b.example",
        [
            Recipient::new("c+d@bücher.example").unwrap().notify(Notify::SUCCESS),
            Recipient::new("e@f.example").unwrap(),
            Recipient::new("postmaster").unwrap(),
        ],
    )
    .unwrap();
    let (_, rcpt) = said(&envelope, TEXT, &full());
    assert_eq!(
        rcpt,
        [
            "c+d@xn--bcher-kva.example> NOTIFY=SUCCESS ORCPT=rfc822;c+2Bd@xn--bcher-kva.example",
            "e@f.example> ORCPT=rfc822;e@f.example",
            "Postmaster>",
        ]
    );
}

#[test]
fn require_tls_needs_tls() {
    let cases = [(Tls::None, rfc8689::SESSION_IS_TLS), (Tls::Unverified, rfc8689::CERTIFICATE_IS_TRUSTED)];
    for (tls, requirement) in cases {
        let config = PlanConfig { tls, ..CONFIG };
        let expected = (ErrorKind::Usage, requirement);
        assert_eq!(refused(&envelope().require_tls(), &scan(TEXT), &full(), &config), expected);
        assert!(plan(&envelope(), &scan(TEXT), &full(), &config).is_ok());
    }
}

#[test]
fn times_are_within_what_the_server_allows() {
    let by = |by: DeliverBy| plan(&envelope().deliver_by(by), &scan(TEXT), &full(), &CONFIG);
    assert!(by(DeliverBy::or_return(60).unwrap()).is_ok());
    let error = by(DeliverBy::or_return(59).unwrap()).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc2852::BY_IS_NOT_BELOW_THE_MINIMUM));
    assert!(by(DeliverBy::or_notify(59).unwrap()).is_ok());

    let hold = |hold: Result<Hold, _>| envelope().hold(hold.unwrap());
    let time = |text: &str| text.parse().map(Hold::Until);
    let facts = scan(TEXT);
    for fits in [hold(Hold::seconds(3600)), hold(time("2026-12-01T00:00:00Z"))] {
        assert!(plan(&fits, &facts, &full(), &CONFIG).is_ok());
        assert!(plan(&fits, &facts, &server(&["FUTURERELEASE"]), &CONFIG).is_ok());
    }
    for (beyond, requirement) in [
        (hold(Hold::seconds(3601)), rfc4865::INTERVAL_IS_WITHIN_THE_MAXIMUM),
        (hold(time("2026-12-01T00:00:01Z")), rfc4865::DATE_IS_WITHIN_THE_MAXIMUM),
    ] {
        assert_eq!(refused(&beyond, &facts, &full(), &CONFIG), (UNSUPPORTED, requirement));
    }
    let null = Envelope::new("", ["c@d"]).unwrap().hold(Hold::seconds(1).unwrap());
    let expected = (ErrorKind::Usage, rfc4865::DSN_IS_NOT_HELD);
    assert_eq!(refused(&null, &facts, &full(), &CONFIG), expected);
    let late = |seconds| hold(Hold::seconds(100)).deliver_by(DeliverBy::or_return(seconds).unwrap());
    let expected = (ErrorKind::Usage, rfc4865::DELIVERY_IS_AFTER_RELEASE);
    assert_eq!(refused(&late(100), &facts, &full(), &CONFIG), expected);
    assert!(plan(&late(101), &facts, &full(), &CONFIG).is_ok());
    for by in [DeliverBy::or_notify(0), DeliverBy::or_notify(999_999_999), DeliverBy::or_return(999_999_999)]
    {
        let unknown = hold(time("2026-12-01T00:00:00Z")).deliver_by(by.unwrap());
        assert_eq!(refused(&unknown, &facts, &full(), &CONFIG), expected);
    }
}

#[test]
fn parameters_fit_on_the_line() {
    let value = |length: usize| Parameter::new("X-FOO", Some(&"v".repeat(length))).unwrap();
    let facts = Facts::default();
    let fits = |length| plan(&envelope().parameter(value(length)), &facts, &full(), &CONFIG);
    // "MAIL FROM:<a@b.example> X-FOO=" and CRLF.
    let most = LINE_MAX - 32;
    let (mail, _) = said(&envelope().parameter(value(most)), b"", &server(&["X-FOO"]));
    assert_eq!("MAIL FROM:<".len() + mail.len() + "\r\n".len(), LINE_MAX);
    assert!(fits(most).is_ok());
    // Nobody needs no room at all.
    let nobody = |length| {
        let envelope = Envelope::new("", ["c@d"]).unwrap().parameter(value(length));
        plan(&envelope, &facts, &full(), &CONFIG)
    };
    let spared = "a@b.example".len();
    assert!(nobody(most + spared).is_ok() && nobody(most + spared + 1).is_err());
    let error = fits(most + 1).unwrap_err();
    let expected = (ErrorKind::Usage, Some(rfc5321::COMMAND_LINE_HAS_512_OCTETS));
    assert_eq!((error.kind(), error.requirement()), expected);
    let recipient = |length| Recipient::new("c@d.example").unwrap().parameter(value(length));
    let to = |length| plan(&Envelope::new("a@b", [recipient(length)]).unwrap(), &facts, &full(), &CONFIG);
    assert!(to(most + 2).is_ok() && to(most + 3).is_err());
}

#[test]
fn a_recipient_may_come_later() {
    let mut open = Envelope::new("", ["c@d"]).unwrap();
    let _ = open.take_recipients();
    let found = plan(&open, &Facts::default(), &full(), &CONFIG).unwrap();
    let ask = |path: &str, params| plan_recipient(&Recipient::new(path).unwrap(), params, &full());
    assert!(!ask("c@bücher.example", found.params).unwrap().dsn);
    let error = ask("ü@d", found.params).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc6531::NEED_IS_DECLARED));
    let utf8 = MailParams { utf8: true, ..found.params };
    assert!(ask("ü@d", utf8).is_ok());
    let asking = Recipient::new("c@d").unwrap().notify(Notify::DELAY);
    assert!(plan_recipient(&asking, found.params, &full()).unwrap().dsn);
    let error = plan_recipient(&asking, found.params, &server(&[])).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc3461::PARAMETERS_NEED_DSN));
    let custom = Recipient::new("c@d").unwrap().parameter(Parameter::new("X-BAR", None).unwrap());
    assert!(plan_recipient(&custom, found.params, &full()).is_err());
}

#[test]
fn an_address_takes_room_on_the_line_as_it_is_written() {
    let value = |length: usize| Parameter::new("X-FOO", Some(&"v".repeat(length))).unwrap();
    let server = server(&["X-FOO", "8BITMIME", "SMTPUTF8"]);
    let wide = Facts { utf8_header: true, ..Facts::default() };
    let domain = "a@bücher.example";
    for (facts, path, written) in [
        (Facts::default(), "", 0),
        (Facts::default(), "a@b", 3),
        (Facts::default(), domain, "a@xn--bcher-kva.example".len()),
        (wide, domain, domain.len()),
    ] {
        // Beside the sender: "MAIL FROM:<> X-FOO=" and CRLF.
        let room = LINE_MAX - 21 - written;
        for (length, fits) in [(room, true), (room + 1, false)] {
            let envelope = Envelope::new(path, ["c@d"]).unwrap().parameter(value(length));
            assert_eq!(plan(&envelope, &facts, &server, &CONFIG).is_ok(), fits, "MAIL from {path:?}");
        }
    }
    for (facts, path, written) in [
        (Facts::default(), "postmaster", 10),
        (Facts::default(), "a@b", 3),
        (Facts::default(), domain, "a@xn--bcher-kva.example".len()),
        (wide, domain, domain.len()),
    ] {
        // Beside the recipient: "RCPT TO:<> X-FOO=" and CRLF.
        let room = LINE_MAX - 19 - written;
        let open = plan(&Envelope::new("", ["c@d"]).unwrap(), &facts, &server, &CONFIG).unwrap();
        for (length, fits) in [(room, true), (room + 1, false)] {
            let recipient = Recipient::new(path).unwrap().parameter(value(length));
            let later = plan_recipient(&recipient, open.params, &server);
            assert_eq!(later.is_ok(), fits, "RCPT to {path:?}, later");
            let envelope = Envelope::new("", [recipient]).unwrap();
            assert_eq!(plan(&envelope, &facts, &server, &CONFIG).is_ok(), fits, "RCPT to {path:?}");
        }
    }
}

#[test]
fn a_later_recipient_is_named_where_any_was() {
    let asks = |recipient: &Recipient, dsn, server: &Capabilities| {
        plan_recipient(recipient, MailParams { dsn, ..MailParams::default() }, server)
            .map(|params| params.dsn)
    };
    let plain = Recipient::new("c@d").unwrap();
    let original = plain.clone().original(OriginalRecipient::new("x400", "y").unwrap());
    assert!(!asks(&plain, false, &full()).unwrap() && asks(&plain, true, &full()).unwrap());
    assert!(asks(&original, false, &full()).unwrap());
    assert!(asks(&plain, false, &server(&[])).is_ok() && asks(&original, false, &server(&[])).is_err());
}

#[test]
fn octets_of_any_kind_need_chunks_or_a_url() {
    let url = BurlUrl::new("imap://example.com/x;urlauth=submit+fred:internal:91ab").unwrap();
    let facts = Facts { binary: true, ..Facts::default() };
    for (keywords, by_url, fits) in [
        (&["BINARYMIME", "BURL imap"][..], true, true),
        (&["BINARYMIME", "BURL imap"], false, false),
        (&["BINARYMIME", "CHUNKING"], false, true),
        (&["BURL imap"], true, false),
        (&["CHUNKING", "BURL imap"], true, false),
    ] {
        let config = PlanConfig { burl: by_url.then_some(&url), ..CONFIG };
        assert_eq!(plan(&envelope(), &facts, &server(keywords), &config).is_ok(), fits, "{keywords:?}");
    }
}

#[test]
fn a_window_is_planned_where_nothing_is_waited_for() {
    for (windowed, keywords, lmtp, expected) in [
        (true, &["PIPELINING", "CHUNKING"][..], false, true),
        (true, &["CHUNKING"], false, false),
        (false, &["PIPELINING", "CHUNKING"], false, false),
        (true, &["PIPELINING", "CHUNKING"], true, false),
    ] {
        let config = PlanConfig { windowed, lmtp, ..CONFIG };
        let found = plan(&envelope(), &scan(TEXT), &server(keywords), &config).unwrap();
        assert_eq!(found.windowed, expected, "{windowed} {keywords:?} {lmtp}");
    }
}
