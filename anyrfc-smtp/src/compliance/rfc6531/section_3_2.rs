//! RFC 6531, sections 3.2 and 3.3: addresses and headers in UTF-8.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use anyrfc_core::{
    BoxFuture,
    compliance::Check,
    testing::{pki::Pki, run_virtual},
    transport::Resolve,
};

use super::{
    super::{
        hello::hello,
        support::{Duet, MAIL, Talk, envelope, finds},
    },
    section_3_1::GLOBAL,
};
use crate::{Domain, EhloName, Envelope, ErrorKind, Mailbox, SmtpClient, rfc6531 as r, testing::Server};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6531/section-3.2/domains-are-processed-by-idna",
        covers: &[r::LOOKUPS_FOLLOW_IDNA],
        run: domains_are_processed_by_idna,
    },
    Check {
        name: "rfc6531/section-3.2/domains-are-looked-up-as-a-labels",
        covers: &[r::LOOKUPS_ARE_BY_A_LABELS],
        run: domains_are_looked_up_as_a_labels,
    },
    Check {
        name: "rfc6531/section-3.2/mailboxes-in-utf8",
        covers: &[r::MAILBOXES_MAY_BE_UTF8, r::DOMAINS_MAY_BE_EITHER],
        run: mailboxes_in_utf8,
    },
    Check {
        name: "rfc6531/section-3.2/headers-in-utf8",
        covers: &[r::HEADERS_MAY_BE_UTF8],
        run: headers_in_utf8,
    },
    Check {
        name: "rfc6531/section-3.2/addresses-in-utf8-need-the-offer",
        covers: &[r::NO_UTF8_ADDRESS_WITHOUT_SMTPUTF8],
        run: addresses_in_utf8_need_the_offer,
    },
    Check {
        name: "rfc6531/section-3.2/headers-in-utf8-need-the-offer",
        covers: &[r::NO_UTF8_HEADERS_WITHOUT_SMTPUTF8],
        run: headers_in_utf8_need_the_offer,
    },
    Check {
        name: "rfc6531/section-3.2/what-one-does-not-take-another-may",
        covers: &[r::TRANSFER_MAY_BE_TRIED_LATER],
        run: what_one_does_not_take_another_may,
    },
    Check {
        name: "rfc6531/section-3.3/new-syntax-has-no-controls",
        covers: &[r::U_LABELS_HAVE_NO_ASCII_CONTROLS],
        run: new_syntax_has_no_controls,
    },
];

/// Knows no host, and what it was asked for.
#[derive(Clone, Debug, Default)]
struct Ear(Arc<Mutex<Vec<String>>>);

impl Resolve for Ear {
    fn resolve<'a>(&'a self, host: &'a str, _: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(host.to_owned());
        Box::pin(async { Err(io::ErrorKind::NotFound.into()) })
    }
}

/// What is looked up for this URL.
fn looked_up(url: &str) -> Result<Vec<String>, ErrorKind> {
    let ear = Ear::default();
    let resolver = ear.clone();
    let builder = SmtpClient::builder().transport(move |connector| connector.resolver(resolver.clone()));
    let kind = run_virtual(builder.connect(url)).expect_err("nobody is known").kind();
    let asked = ear.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if asked.is_empty() { Err(kind) } else { Ok(asked) }
}

fn domains_are_processed_by_idna() {
    // Mapped and normalised, in any of their forms.
    for domain in ["bücher.example", "BÜCHER.example", "bu\u{308}cher.example", "bücher\u{3002}example"] {
        assert_eq!(
            looked_up(&format!("smtps://{domain}")),
            Ok(vec!["xn--bcher-kva.example".to_owned()]),
            "{domain}"
        );
        assert_eq!(
            Domain::new(domain).map(|domain| domain.ascii().to_owned()),
            Ok("xn--bcher-kva.example".to_owned())
        );
    }
    // What IDNA does not allow is no domain.
    for domain in ["\u{200d}bücher.example", "\u{301}bücher.example"] {
        assert_eq!(looked_up(&format!("smtps://{domain}")), Err(ErrorKind::Usage), "{domain:?}");
        assert!(Domain::new(domain).is_err(), "{domain:?}");
        assert!(Mailbox::new(&format!("a@{domain}")).is_err(), "{domain:?}");
    }
    let invalid = Domain::new("\u{301}bücher.example").expect_err("no domain");
    assert_eq!(invalid.requirement(), r::LOOKUPS_FOLLOW_IDNA);
}

fn domains_are_looked_up_as_a_labels() {
    for (domain, expected) in [
        ("bücher.example", "xn--bcher-kva.example"),
        ("例子.测试", "xn--fsqu00a.xn--0zwm56d"),
        ("mail.bücher.example", "mail.xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("mail.example", "mail.example"),
    ] {
        for scheme in ["smtps", "smtp"] {
            assert_eq!(looked_up(&format!("{scheme}://{domain}")), Ok(vec![expected.to_owned()]), "{domain}");
        }
    }
    // TLS asks for the same name.
    let (_, trusting) = Pki::new().pair(&["xn--bcher-kva.example"]);
    let offered = run_virtual(async {
        let (near, mut far) = anyrfc_core::testing::pair(1 << 16);
        let builder = SmtpClient::builder().tls(trusting);
        let client = async { builder.connect_over("smtps://bücher.example", near).await.map(drop) };
        let server = async {
            let offered = hello(&mut far).await;
            drop(far);
            offered
        };
        tokio::join!(client, server).1
    });
    assert_eq!(offered.server_name.as_deref(), Some("xn--bcher-kva.example"));
}

fn mailboxes_in_utf8() {
    let mut duet = Duet::new(Server::full());
    let to = ["用户@例子.example", "用户@xn--fsqu00a.example", "\"用 户\"@d.example", "b@bücher.example"];
    let envelope = Envelope::new("jürgen@bücher.example", to).expect("an envelope");
    assert!(duet.send(envelope, MAIL).is_complete());
    duet.faultless();
    let delivery = duet.server.deliveries().remove(0);
    assert_eq!(delivery.sender, "jürgen@bücher.example");
    assert_eq!(delivery.addresses(), to);
    assert!(delivery.parameters.has("SMTPUTF8"));
}

fn headers_in_utf8() {
    let mut duet = Duet::new(Server::full());
    assert!(duet.send(envelope(&["b@d.example"]), GLOBAL).is_complete());
    duet.faultless();
    let delivery = duet.server.deliveries().remove(0);
    assert_eq!(delivery.content, GLOBAL);
    assert!(delivery.parameters.has("SMTPUTF8"));
}

/// Servers that do not offer it.
const LACKS: [&str; 4] =
    ["", "8BITMIME|PIPELINING|DSN", "SMTPUTF|SMTPUTF88|X-SMTPUTF8|UTF8SMTP", "8BITMIME SMTPUTF8"];

fn addresses_in_utf8_need_the_offer() {
    for offers in LACKS {
        let mut talk = Talk::ready(offers);
        for (from, to) in [
            ("a@client.example", "用户@d.example"),
            ("a@client.example", "\"ü\"@d.example"),
            ("ü@client.example", "b@d.example"),
        ] {
            let error = talk.refuses(Envelope::new(from, ["c@d.example", to]).expect("an envelope"), MAIL);
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{offers}: {to}");
            assert_eq!(error.requirement(), Some(r::NO_UTF8_ADDRESS_WITHOUT_SMTPUTF8), "{offers}: {to}");
        }
        // A domain has another form, which is no internationalized one.
        talk.send(Envelope::new("a@bücher.example", ["b@例子.example"]).expect("an envelope"), MAIL);
        assert_eq!(talk.hears(), "MAIL FROM:<a@xn--bcher-kva.example>", "{offers}");
        talk.says("250 s");
        assert!(talk.raw.is_ascii());
    }
    let mut talk = Talk::ready("SMTPUTF8|8BITMIME");
    talk.send(envelope(&["用户@d.example"]), MAIL);
    assert!(talk.hears().ends_with(" SMTPUTF8"));
    let hello = "EHLO client.example\r\n";
    let bare = Server::full().without("SMTPUTF8");
    let mail = "MAIL FROM:<a@d.example>\r\n";
    finds(&bare, &[hello, mail, "RCPT TO:<ü@d.example>\r\n"], r::NO_UTF8_ADDRESS_WITHOUT_SMTPUTF8);
}

/// UTF-8 in a header: in that of the message, in that of a part, and in that of a message in it.
const LEVELS: [&str; 4] = [
    "Subject: Grüße\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\nhello\r\n",
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: 8bit\r\n\r\n--b\r\n\
     Content-Description: Grüße\r\n\r\nhello\r\n--b--\r\n",
    "MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
     Subject: Grüße\r\n\r\nhello\r\n",
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: 8bit\r\n\r\n--b\r\n\
     Content-Type: message/global\r\n\r\nFrom: ü@d.example\r\n\r\nhello\r\n--b--\r\n",
];

/// UTF-8 in a body alone.
const BODY: &str = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\
                    \r\nSubject: Grüße\r\n";

fn headers_in_utf8_need_the_offer() {
    for offers in LACKS {
        for message in LEVELS {
            let mut talk = Talk::ready(&format!("8BITMIME|{offers}"));
            let error = talk.refuses(envelope(&["b@d.example"]), message.as_bytes());
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{offers}: {message}");
            assert_eq!(error.requirement(), Some(r::NO_UTF8_HEADERS_WITHOUT_SMTPUTF8), "{offers}: {message}");
        }
        // A body needs no more than 8BITMIME.
        let mut talk = Talk::ready(&format!("8BITMIME|{offers}"));
        talk.send(envelope(&["b@d.example"]), BODY.as_bytes());
        assert_eq!(talk.hears(), "MAIL FROM:<a@client.example> BODY=8BITMIME");
    }
    for message in LEVELS {
        let mut duet = Duet::new(Server::full());
        assert!(duet.send(envelope(&["b@d.example"]), message.as_bytes()).is_complete());
        duet.faultless();
        assert!(duet.server.deliveries()[0].parameters.has("SMTPUTF8"), "{message}");
    }
    let said = [
        "EHLO client.example\r\n",
        "MAIL FROM:<a@d.example> BODY=8BITMIME\r\n",
        "RCPT TO:<b@d.example>\r\n",
        "DATA\r\n",
        &format!("{}.\r\n", LEVELS[0]),
    ];
    finds(&Server::full().without("SMTPUTF8"), &said, r::NO_UTF8_HEADERS_WITHOUT_SMTPUTF8);
}

fn what_one_does_not_take_another_may() {
    let envelope = || Envelope::new("ü@client.example", ["b@d.example"]).expect("an envelope");
    let mut first = Talk::ready("8BITMIME");
    first.refuses(envelope(), GLOBAL);
    // The connection is as it was, and so is the message, for another server or another time.
    let id = first.send(super::super::support::envelope(&["b@d.example"]), MAIL);
    first.says("250 s\n250 r\n354 go\n250 taken");
    assert!(first.report(id).is_complete());
    let mut second = Duet::new(Server::full());
    assert!(second.send(envelope(), GLOBAL).is_complete());
    second.faultless();
    // One that is refused for its address may be sent again where that was for now.
    let mut talk = Talk::ready("8BITMIME|SMTPUTF8");
    let id = talk.send(envelope(), GLOBAL);
    talk.says("450 4.6.7 not now");
    assert_eq!(talk.report(id).retry(&envelope()), Some(envelope()));
}

fn new_syntax_has_no_controls() {
    for control in (0..=0x1f).chain([0x7f]).map(char::from) {
        for text in [
            format!("ü{control}@d.example"),
            format!("\"ü{control}\"@d.example"),
            format!("a@ü{control}.example"),
        ] {
            assert!(Mailbox::new(&text).is_err(), "{text:?}");
        }
    }
    // Nor what has a meaning of its own, unless it is quoted.
    for graphic in "()<>[]:;@\\,\" ".chars() {
        assert!(Mailbox::new(&format!("ü{graphic}ü@d.example")).is_err(), "{graphic}");
    }
    for graphic in "!\"#$%&'()*+,/:;<=>?@[\\]^_`{|}~ ".chars() {
        assert!(Domain::new(&format!("ü{graphic}ü.example")).is_err(), "{graphic}");
        assert!(EhloName::domain(&format!("ü{graphic}ü.example")).is_err(), "{graphic}");
    }
    let mailbox = Mailbox::new("ü.用户+a@bücher-laden.example").expect("a mailbox");
    assert_eq!(mailbox.as_str(), "ü.用户+a@bücher-laden.example");
    let parts = Mailbox::from_parts("ü (<用户>)", "d.example").expect("a mailbox");
    assert_eq!(parts.as_str(), "\"ü (<用户>)\"@d.example");
    let said = ["EHLO client.example\r\n", "MAIL FROM:<a@ü\u{85}.example> SMTPUTF8\r\n"];
    finds(&Server::full(), &said, r::U_LABELS_HAVE_NO_ASCII_CONTROLS);
}
