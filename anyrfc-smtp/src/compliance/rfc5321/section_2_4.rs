//! RFC 5321, section 2.4: upper and lower case, and the eighth bit.

use std::collections::HashSet;

use anyrfc_core::compliance::Check;

use super::super::support::{Duet, MAIL, Talk, envelope};
use crate::{
    Argument, AuthParam, Command, Content, Domain, Envelope, ErrorKind, ForwardPath, Mailbox, Notify,
    RawCommand, Recipient,
    proto::{Payload, Submission},
    rfc5321 as r, rfc6531,
    testing::Server,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5321/section-2.4/keywords-are-known-in-any-case",
        covers: &[r::VERBS_AND_KEYWORDS_HAVE_NO_CASE],
        run: keywords_are_known_in_any_case,
    },
    Check {
        name: "rfc5321/section-2.4/local-parts-of-another-case-are-others",
        covers: &[r::LOCAL_PART_HAS_CASE],
        run: local_parts_of_another_case_are_others,
    },
    Check {
        name: "rfc5321/section-2.4/the-case-of-a-local-part-is-kept",
        covers: &[r::LOCAL_PART_KEEPS_ITS_CASE],
        run: the_case_of_a_local_part_is_kept,
    },
    Check {
        name: "rfc5321/section-2.4/verbs-are-in-upper-case",
        covers: &[r::VERBS_MAY_BE_UPPER_CASE],
        run: verbs_are_in_upper_case,
    },
    Check {
        name: "rfc5321/section-2.4/eight-bits-wait-for-8bitmime",
        covers: &[r::EIGHTH_BIT_NEEDS_AN_EXTENSION],
        run: eight_bits_wait_for_8bitmime,
    },
    Check {
        name: "rfc5321/section-2.4/eight-bits-are-asked-for",
        covers: &[r::EIGHT_BIT_CONTENT_MAY_BE_ASKED_FOR],
        run: eight_bits_are_asked_for,
    },
    Check {
        name: "rfc5321/section-2.4/8bitmime-is-no-leave-for-more",
        covers: &[r::EIGHTBITMIME_IS_NOT_UNLIMITED],
        run: eightbitmime_is_no_leave_for_more,
    },
    Check {
        name: "rfc5321/section-2.4/8bitmime-is-for-what-mime-labels",
        covers: &[r::EIGHTBITMIME_IS_FOR_MIME],
        run: eightbitmime_is_for_what_mime_labels,
    },
];

fn keywords_are_known_in_any_case() {
    for (offers, mail) in [
        ("size 1000|8bitmime|pipelining", "MAIL FROM:<a@client.example> SIZE=25"),
        ("SiZe 1000|8bItMiMe|PiPeLiNiNg", "MAIL FROM:<a@client.example> SIZE=25"),
    ] {
        let mut talk = Talk::ready(offers);
        talk.send(envelope(&["b@d.example"]), MAIL);
        talk.hears_all(&[mail, "RCPT TO:<b@d.example>", "DATA"]);
    }
    // Their arguments, and ours.
    let talk = Talk::ready("auth plain|burl IMAP");
    let server = talk.connection.capabilities().expect("told");
    assert!(server.offers_mechanism(anyrfc_sasl::MechanismName::PLAIN) && server.burl());
    assert_eq!("POSTmaster".parse(), Ok(ForwardPath::Postmaster));
    assert_eq!(Domain::new("D.Example"), Domain::new("d.example"));
    assert_eq!(Domain::new("[ipv6:2001:DB8::1]"), Domain::new("[IPv6:2001:db8::1]"));
    // A verb that is kept for ourselves is so in any case.
    for verb in ["data", "Data", "DATA", "quit"] {
        assert!(RawCommand::new(verb, None).is_err(), "{verb}");
    }
    assert!(RawCommand::new("xdata", None).is_ok());
}

fn local_parts_of_another_case_are_others() {
    let mailbox = |text: &str| Mailbox::new(text).expect(text);
    assert_ne!(mailbox("smith@d.example"), mailbox("Smith@d.example"));
    assert_ne!(mailbox("\"s m\"@d.example"), mailbox("\"S m\"@d.example"));
    assert_eq!(mailbox("smith@d.example"), mailbox("smith@D.EXAMPLE"));
    let all = ["smith@d.example", "Smith@d.example", "SMITH@d.example", "smith@D.example"];
    assert_eq!(all.into_iter().map(mailbox).collect::<HashSet<_>>().len(), 3);
    // Each is a recipient of its own, with an outcome of its own.
    let server = Server::full().refuse("Smith@d.example", 550, "no such user");
    let mut duet = Duet::new(server);
    let report = duet.send(envelope(&["smith@d.example", "Smith@d.example"]), MAIL);
    let accepted: Vec<_> = report.accepted().map(|one| one.path().as_str()).collect();
    let rejected: Vec<_> = report.rejected().map(|one| one.path().as_str()).collect();
    assert_eq!((accepted, rejected), (vec!["smith@d.example"], vec!["Smith@d.example"]));
    assert_eq!(duet.server.deliveries()[0].addresses(), ["smith@d.example"]);
}

fn the_case_of_a_local_part_is_kept() {
    for local_part in ["smith", "Smith", "sMITH", "\"S m\"", "\"s M\""] {
        let mailbox = Mailbox::new(&format!("{local_part}@d.example")).expect("a mailbox");
        let recipient = Recipient::from(&mailbox).notify(Notify::FAILURE);
        let envelope = Envelope::new(&mailbox, [recipient]).expect("an envelope");
        let mut talk = Talk::ready("PIPELINING|AUTH PLAIN|DSN|VRFY|EXPN");
        talk.send(envelope.auth(AuthParam::Mailbox(mailbox.clone())), MAIL);
        let (mail, rcpt) = (talk.hears(), talk.hears());
        let encoded = local_part.replace(' ', "+20");
        assert!(mail.starts_with(&format!("MAIL FROM:<{local_part}@d.example>")), "{mail}");
        assert!(mail.ends_with(&format!("AUTH={encoded}@d.example")), "{mail}");
        assert!(rcpt.starts_with(&format!("RCPT TO:<{local_part}@d.example>")), "{rcpt}");
        assert!(rcpt.ends_with(&format!("ORCPT=rfc822;{encoded}@d.example")), "{rcpt}");
        let mut talk = Talk::ready("VRFY");
        talk.submit(Command::Vrfy(Argument::from(&mailbox)));
        talk.hears_all(&[&format!("VRFY {local_part}@d.example")]);
    }
}

fn verbs_are_in_upper_case() {
    // As a server sees it that knows no others.
    let mut duet = Duet::new(Server::full());
    duet.send(envelope(&["b@d.example"]), MAIL);
    let argument = || Argument::new("jones").expect("one");
    for command in [
        Command::Rset,
        Command::Noop(None),
        Command::Help(None),
        Command::Vrfy(argument()),
        Command::Expn(argument()),
    ] {
        duet.submit(command);
    }
    duet.talk.connection.quit().expect("open");
    duet.run();
    let said = duet.faultless();
    let verbs: Vec<_> = said.iter().filter_map(|line| line.split([' ', ':']).next()).collect();
    let all = ["EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "HELP", "VRFY", "EXPN", "QUIT"];
    assert_eq!(verbs, all);
    assert!(said[1].starts_with("MAIL FROM:<") && said[2].starts_with("RCPT TO:<"));
}

const LABELED: &[u8] = "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n".as_bytes();

fn eight_bits_wait_for_8bitmime() {
    for message in [LABELED, "Subject: Grüße\r\n\r\nhi\r\n".as_bytes(), b"Subject: x\r\n\r\n\x80\r\n"] {
        for offers in ["", "PIPELINING|SIZE|CHUNKING|DSN", "8BITMIM|X-8BITMIME"] {
            let mut talk = Talk::ready(offers);
            let error = talk.refuses(envelope(&["b@d.example"]), message);
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{offers}");
        }
    }
    // After HELO nothing is offered.
    let mut duet = Duet::new(Server::full().without_ehlo());
    let before = duet.talk.raw.len();
    duet.talk.refuses(envelope(&["b@d.example"]), LABELED);
    assert_eq!(duet.talk.raw.len(), before);
    // A stream that was said to be in seven bits ends where it is not: see the client's own tests. In the envelope
    // there is none either.
    let mut talk = Talk::ready("");
    talk.refuses(envelope(&["ü@d.example"]), MAIL);
    talk.send(envelope(&["b@ü.example"]), MAIL);
    talk.hears();
    talk.says("250 ok");
    talk.hears_all(&["RCPT TO:<b@xn--tda.example>"]);
    assert!(talk.raw.is_ascii());
    let mut talk = Talk::ready("8BITMIME");
    talk.send(envelope(&["b@d.example"]), LABELED);
    talk.hears();
}

fn eight_bits_are_asked_for() {
    let mut duet = Duet::new(Server::full());
    assert!(duet.send(envelope(&["b@d.example"]), LABELED).is_complete());
    let delivery = duet.server.deliveries().remove(0);
    assert_eq!((delivery.parameters.value("BODY"), &*delivery.content), (Some("8BITMIME"), LABELED));
    // And not where there is no need.
    duet.send(envelope(&["b@d.example"]), MAIL);
    assert_eq!(duet.server.deliveries()[1].parameters.value("BODY"), None);
    duet.faultless();
}

fn eightbitmime_is_no_leave_for_more() {
    let offers = "8BITMIME|PIPELINING|CHUNKING";
    let long = "x".repeat(999);
    let long: &[u8] = Box::leak(format!("Subject: x\r\n\r\n{long}\r\n").into_bytes().into_boxed_slice());
    for message in [b"Subject: x\r\n\r\na\0b\r\n", long] {
        let mut talk = Talk::ready(offers);
        assert_eq!(talk.refuses(envelope(&["b@d.example"]), message).kind(), ErrorKind::Unsupported);
    }
    let binary = Content::bytes("Subject: x\r\n\r\na\nb").binary();
    let mut talk = Talk::ready(offers);
    let facts = binary.facts().expect("anything");
    let payload = Payload::Whole("Subject: x\r\n\r\na\nb".into());
    let submission = Submission { envelope: envelope(&["b@d.example"]), facts, payload, windowed: false };
    assert!(talk.connection.send(submission).is_err());
    // The envelope is in ASCII, as ever.
    let mut talk = Talk::ready(offers);
    let error = talk.refuses(envelope(&["ü@d.example"]), LABELED);
    assert_eq!(error.requirement(), Some(rfc6531::NO_UTF8_ADDRESS_WITHOUT_SMTPUTF8));
    let error = talk.refuses(envelope(&["b@d.example"]), "Subject: Grüße\r\n\r\nhi\r\n".as_bytes());
    assert_eq!(error.requirement(), Some(rfc6531::NO_UTF8_HEADERS_WITHOUT_SMTPUTF8));
    talk.send(Envelope::new("a@ü.example", ["b@ü.example"]).expect("one"), LABELED);
    assert_eq!(talk.hears(), "MAIL FROM:<a@xn--tda.example> BODY=8BITMIME");
    assert_eq!(talk.hears(), "RCPT TO:<b@xn--tda.example>");
}

fn eightbitmime_is_for_what_mime_labels() {
    for header in [
        "",
        "Subject: x\r\n",
        "MIME-Version: 1.0\r\n",
        "Content-Transfer-Encoding: 8bit\r\n",
        "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 7bit\r\n",
        "MIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n",
    ] {
        let message = Box::leak(format!("{header}\r\nGrüße\r\n").into_bytes().into_boxed_slice());
        let mut talk = Talk::ready("8BITMIME|PIPELINING|CHUNKING|SMTPUTF8");
        let error = talk.refuses(envelope(&["b@d.example"]), message);
        assert_eq!(error.requirement(), Some(r::EIGHTBITMIME_IS_FOR_MIME), "{header}");
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
    for message in [
        LABELED,
        "mime-version: 1.0\r\ncontent-transfer-encoding:\r\n 8BIT\r\n\r\nGrüße\r\n".as_bytes(),
        "Mime-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nGrüße\r\n--x--\r\n"
            .as_bytes(),
    ] {
        let mut talk = Talk::ready("8BITMIME");
        talk.send(envelope(&["b@d.example"]), message);
        assert!(talk.hears().ends_with(" BODY=8BITMIME"));
    }
}
