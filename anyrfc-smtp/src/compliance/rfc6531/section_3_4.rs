//! RFC 6531, sections 3.4 to 3.6: the parameter of MAIL.

use anyrfc_core::compliance::Check;
use anyrfc_mime::build::Builder;

use super::{
    super::{
        served,
        support::{Duet, MAIL, Talk, envelope, finds},
    },
    section_3_1::GLOBAL,
};
use crate::{Content, Envelope, ErrorKind, rfc6531 as r, testing::Server};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6531/section-3.4/what-needs-it-says-so",
        covers: &[r::NEED_IS_DECLARED],
        run: what_needs_it_says_so,
    },
    Check {
        name: "rfc6531/section-3.4/the-parameter-has-no-value",
        covers: &[r::PARAMETER_HAS_NO_VALUE],
        run: the_parameter_has_no_value,
    },
    Check {
        name: "rfc6531/section-3.4/what-does-not-need-it-does-not-say-so",
        covers: &[r::NEEDLESS_PARAMETER_IS_LEFT_OUT],
        run: what_does_not_need_it_does_not_say_so,
    },
    Check {
        name: "rfc6531/section-3.5/a-global-message-needs-the-offer",
        covers: &[r::INTERNATIONALIZED_MESSAGE_NEEDS_SMTPUTF8],
        run: a_global_message_needs_the_offer,
    },
    Check {
        name: "rfc6531/section-3.6/it-stands-with-those-of-the-body",
        covers: &[r::BODY_PARAMETERS_MAY_JOIN],
        run: it_stands_with_those_of_the_body,
    },
];

const FULL: &str = "8BITMIME|SMTPUTF8|CHUNKING|BINARYMIME|AUTH PLAIN";

/// What MAIL says for this.
#[track_caller]
fn mail(from: &str, to: &str, message: &'static [u8]) -> String {
    let mut talk = Talk::ready(FULL);
    talk.send(Envelope::new(from, [to]).expect("an envelope"), message);
    talk.hears()
}

fn what_needs_it_says_so() {
    for (from, to, message) in [
        ("ü@d.example", "b@d.example", MAIL),
        ("a@d.example", "用户@d.example", MAIL),
        ("", "用户@d.example", MAIL),
        ("a@d.example", "b@d.example", GLOBAL),
        ("ü@d.example", "用户@d.example", GLOBAL),
    ] {
        let said = mail(from, to, message);
        assert!(said.split(' ').any(|word| word == "SMTPUTF8"), "{said}");
    }
    // One recipient is enough, and so is whoever submits it.
    let mut talk = Talk::ready(FULL);
    talk.send(envelope(&["b@d.example", "c@d.example", "ü@d.example"]), MAIL);
    assert!(talk.hears().ends_with(" SMTPUTF8"));
    let mut talk = Talk::ready(FULL);
    let submitter: crate::Mailbox = "ü@d.example".parse().expect("a mailbox");
    talk.send(envelope(&["b@d.example"]).auth(submitter), MAIL);
    assert!(talk.hears().contains(" SMTPUTF8"));
    // What is built says so by itself.
    let built = Builder::new().from("ü@client.example").to("b@d.example").subject("hello").text("hello");
    let built = built.seed([1; 32]).build().expect("a message");
    let server = Server::full();
    let report = served::send(&server, Envelope::try_from(&built).expect("one"), &built).expect("sent");
    assert!(report.is_complete() && server.deliveries()[0].parameters.has("SMTPUTF8"));
    let said = ["EHLO client.example\r\n", "MAIL FROM:<ü@d.example>\r\n"];
    finds(&Server::full(), &said, r::NEED_IS_DECLARED);
}

fn the_parameter_has_no_value() {
    for (from, to, message) in [("ü@d.example", "b@d.example", MAIL), ("a@d.example", "b@d.example", GLOBAL)]
    {
        let said = mail(from, to, message);
        assert!(said.contains(" SMTPUTF8") && !said.contains("SMTPUTF8="), "{said}");
    }
    // Nor can a caller give it one.
    for value in [None, Some("YES")] {
        assert!(crate::Parameter::new("SMTPUTF8", value).is_err());
        assert!(crate::Parameter::new("smtputf8", value).is_err());
    }
    let said = ["EHLO client.example\r\n", "MAIL FROM:<a@d.example> SMTPUTF8=YES\r\n"];
    finds(&Server::full(), &said, r::PARAMETER_HAS_NO_VALUE);
}

fn what_does_not_need_it_does_not_say_so() {
    const BODY: &[u8] = "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n".as_bytes();
    for (from, to, message) in [
        ("a@d.example", "b@d.example", MAIL),
        ("a@d.example", "b@d.example", BODY),
        ("", "Postmaster", MAIL),
        // A domain can be written otherwise.
        ("a@bücher.example", "b@例子.example", MAIL),
        ("a@xn--bcher-kva.example", "b@d.example", MAIL),
    ] {
        let said = mail(from, to, message);
        assert!(!said.contains("SMTPUTF8") && said.is_ascii(), "{said}");
    }
    // A built message has its header in ASCII where that can be.
    let built =
        Builder::new().from(("Jürgen", "a@client.example")).to("b@d.example").subject("Grüße").text("Grüße");
    let built = built.seed([1; 32]).build().expect("a message");
    let server = Server::full();
    let report = served::send(&server, Envelope::try_from(&built).expect("one"), &built).expect("sent");
    assert!(report.is_complete() && !server.deliveries()[0].parameters.has("SMTPUTF8"));
    let mut duet = Duet::new(Server::full());
    assert!(duet.send(envelope(&["b@bücher.example"]), BODY).is_complete());
    duet.faultless();
    let said = [
        "EHLO client.example\r\n",
        "MAIL FROM:<a@d.example> SMTPUTF8\r\n",
        "RCPT TO:<b@d.example>\r\n",
        "DATA\r\n",
        "Subject: x\r\n\r\n.\r\n",
    ];
    finds(&Server::full(), &said, r::NEEDLESS_PARAMETER_IS_LEFT_OUT);
}

fn a_global_message_needs_the_offer() {
    let built = Builder::new().from("ü@client.example").to("b@d.example").subject("hello").text("hello");
    let built = built.seed([1; 32]).build().expect("a message");
    // Nobody in its envelope, which would not be sent either.
    for lacks in [&["SMTPUTF8"][..], &["SMTPUTF8", "8BITMIME"], &["SMTPUTF8", "CHUNKING", "PIPELINING"]] {
        let server = lacks.iter().fold(Server::full(), |server, lack| server.without(lack));
        served::with(&server, async |client| {
            let to = || envelope(&["b@d.example"]);
            client.send(to(), &built).await.expect_err("sent");
            let error = client.send(to(), GLOBAL).await.expect_err("sent");
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            // A stream of which it is said is refused, and one of which it is not said is not completed.
            let piece = || Content::reader(GLOBAL).eight_bit();
            let error = client.send(to(), piece().utf8_header()).await.expect_err("sent");
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            if !lacks.contains(&"8BITMIME") {
                let report = client.send(to(), piece()).await.expect("begun");
                assert_eq!(report.accepted().count(), 0);
            }
        });
        assert!(server.deliveries().is_empty(), "{lacks:?}");
        assert!(!server.commands().iter().any(|said| said.contains("SMTPUTF8")));
    }
    let server = Server::full();
    let content = Content::reader(GLOBAL).utf8_header();
    assert!(served::send(&server, envelope(&["b@d.example"]), content).expect("sent").is_complete());
    let report = served::send(&server, envelope(&["b@d.example"]), &built).expect("sent");
    assert!(report.is_complete());
    assert_eq!(server.deliveries().len(), 2);
}

fn it_stands_with_those_of_the_body() {
    const EIGHT: &[u8] =
        "Subject: ü\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\nü\r\n".as_bytes();
    const BINARY: &[u8] =
        "Subject: ü\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: binary\r\n\r\nü\0\r\n".as_bytes();
    for (message, expected) in [(EIGHT, "BODY=8BITMIME"), (BINARY, "BODY=BINARYMIME")] {
        let said = mail("a@d.example", "b@d.example", message);
        assert!(said.contains(expected) && said.contains(" SMTPUTF8"), "{said}");
        let mut duet = Duet::new(Server::full());
        assert!(duet.send(envelope(&["ü@d.example"]), message).is_complete());
        duet.faultless();
        assert_eq!(duet.server.deliveries()[0].content, message);
    }
    // Without octets beyond ASCII in the message it stands alone.
    assert_eq!(mail("a@d.example", "ü@d.example", MAIL), "MAIL FROM:<a@d.example> SMTPUTF8");
}
