//! RFC 6531, section 3.7: the rest of SMTP.

use anyrfc_core::compliance::Check;

use super::super::support::{Duet, MAIL, Talk, config, envelope, finds};
use crate::{
    Argument, EhloName, Envelope, ErrorKind, Outcome,
    codec::command::Command,
    proto::{Config, Protection},
    rfc6531 as r,
    testing::{Answer, Server},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6531/section-3.7/u-labels-where-they-are-understood",
        covers: &[r::U_LABELS_WHERE_OFFERED],
        run: u_labels_where_they_are_understood,
    },
    Check {
        name: "rfc6531/section-3.7/a-labels-elsewhere",
        covers: &[r::A_LABELS_ELSEWHERE],
        run: a_labels_elsewhere,
    },
    Check {
        name: "rfc6531/section-3.7.1/ehlo-is-in-ascii",
        covers: &[r::EHLO_IS_ASCII],
        run: ehlo_is_in_ascii,
    },
    Check {
        name: "rfc6531/section-3.7.4.1/another-address-in-utf8-is-read",
        covers: &[r::UTF8_IN_251_IS_ACCEPTED],
        run: another_address_in_utf8_is_read,
    },
    Check {
        name: "rfc6531/section-3.7.4.2/vrfy-and-expn-need-the-offer",
        covers: &[r::VRFY_WAITS_FOR_EHLO],
        run: vrfy_and_expn_need_the_offer,
    },
    Check {
        name: "rfc6531/section-3.7.4.2/users-in-utf8-are-read",
        covers: &[r::UTF8_IN_VRFY_IS_ACCEPTED],
        run: users_in_utf8_are_read,
    },
];

/// What is said of the envelope to a server with these offers.
fn said(offers: &str, from: &str, to: &str) -> (String, String) {
    let mut talk = Talk::ready(offers);
    talk.send(Envelope::new(from, [to]).expect("an envelope"), MAIL);
    let mail = talk.hears();
    talk.says("250 s");
    (mail, talk.hears())
}

fn u_labels_where_they_are_understood() {
    for (from, to) in [
        ("jürgen@bücher.example", "b@例子.example"),
        ("a@bücher.example", "用户@例子.example"),
        ("a@BÜCHER.example", "用户@例子.example"),
    ] {
        let (mail, rcpt) = said("SMTPUTF8|8BITMIME", from, to);
        assert!(mail.ends_with("@bücher.example> SMTPUTF8"), "{mail}");
        assert!(rcpt.ends_with("@例子.example>"), "{rcpt}");
    }
}

fn a_labels_elsewhere() {
    // Where it is not offered, and where it is not said since nothing else needs it.
    for offers in ["", "8BITMIME|DSN", "8BITMIME|SMTPUTF8"] {
        let (mail, rcpt) = said(offers, "a@bücher.example", "b@例子.example");
        assert_eq!(mail, "MAIL FROM:<a@xn--bcher-kva.example>", "{offers}");
        assert_eq!(rcpt, "RCPT TO:<b@xn--fsqu00a.example>", "{offers}");
    }
    let mut duet = Duet::new(Server::bare());
    assert!(duet.send(envelope(&["b@bücher.example"]), MAIL).is_complete());
    duet.faultless();
    assert_eq!(duet.server.deliveries()[0].addresses(), ["b@xn--bcher-kva.example"]);
}

fn ehlo_is_in_ascii() {
    for (name, expected) in [
        ("bücher.example", "EHLO xn--bcher-kva.example"),
        ("laptop.例子.example", "EHLO laptop.xn--fsqu00a.example"),
        ("client.example", "EHLO client.example"),
    ] {
        let name = EhloName::domain(name).expect("a name");
        let mut talk = Talk::with(Config { name: name.clone(), ..config() });
        talk.says("220 hi");
        talk.hears_all(&[expected]);
        // Whatever was offered before.
        talk.says("250-mail.example\n250-8BITMIME\n250 SMTPUTF8");
        talk.connection.say_hello_again().expect("idle");
        talk.hears_all(&[expected]);
        let mut duet =
            Duet::with(Config { name, protection: Protection::Plaintext, ..config() }, Server::full());
        duet.run();
        duet.faultless();
    }
    finds(&Server::full(), &["EHLO bücher.example\r\n"], r::EHLO_IS_ASCII);
}

fn another_address_in_utf8_is_read() {
    let mut talk = Talk::ready("8BITMIME|SMTPUTF8|ENHANCEDSTATUSCODES");
    let id = talk.send(envelope(&["用户@d.example", "ü@d.example"]), MAIL);
    talk.says("250 2.1.0 s\n251 2.1.5 will forward to <用户@例子.example>\n551 5.1.6 try <ü@bücher.example>");
    talk.says("354 go\n250 2.0.0 taken").octets();
    let report = talk.report(id);
    let answers: Vec<_> = report.recipients().iter().map(|one| one.answer().expect("an answer")).collect();
    assert_eq!(&*answers[0].text(), "will forward to <用户@例子.example>");
    assert_eq!(&*answers[1].text(), "try <ü@bücher.example>");
    assert!(matches!(report.recipients()[0].outcome(), Outcome::Accepted(_)));
    assert!(matches!(report.recipients()[1].outcome(), Outcome::Rejected(_)));
    assert!(talk.error.is_none() && talk.connection.deviations().iter().count() == 0);
}

fn vrfy_and_expn_need_the_offer() {
    let argument = |text| Argument::new(text).expect("one");
    let commands = || {
        [
            Command::Vrfy(argument("用户@d.example")),
            Command::Vrfy(argument("jones").utf8()),
            Command::Expn(argument("Grüne Liste")),
            Command::Expn(argument("staff").utf8()),
        ]
    };
    for offers in ["", "VRFY|EXPN|8BITMIME", "XSMTPUTF8|SMTPUTF"] {
        let mut talk = Talk::ready(offers);
        for command in commands() {
            let error = talk.connection.submit(command).expect_err(offers);
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert_eq!(error.requirement(), Some(r::VRFY_WAITS_FOR_EHLO));
        }
        talk.is_silent();
        talk.submit(Command::Vrfy(argument("jones@bücher.example")));
        talk.hears_all(&["VRFY jones@xn--bcher-kva.example"]);
    }
    for command in commands() {
        let mut talk = Talk::ready("SMTPUTF8|8BITMIME");
        talk.submit(command);
        assert!(talk.hears().ends_with(" SMTPUTF8"));
    }
    let said = ["EHLO client.example\r\n", "VRFY 用户@d.example SMTPUTF8\r\n"];
    finds(&Server::full().without("SMTPUTF8"), &said, r::VRFY_WAITS_FOR_EHLO);
}

fn users_in_utf8_are_read() {
    let answer = Answer::lines(250, ["Jürgen <jürgen@bücher.example>", "<用户@例子.example>"]);
    let server = Server::full().on("EXPN", move |_, _| answer.clone());
    let server = server.on("VRFY", |_, _| Answer::reply(553, "用户 is ambiguous: <用户@例子.example>"));
    let mut duet = Duet::new(server);
    let list = duet.submit(Command::Expn(Argument::new("staff").expect("one").utf8()));
    assert_eq!(&*list.text(), "Jürgen <jürgen@bücher.example>\n<用户@例子.example>");
    let user = duet.submit(Command::Vrfy(Argument::new("用户").expect("one")));
    assert_eq!((user.code().as_u16(), &*user.text()), (553, "用户 is ambiguous: <用户@例子.example>"));
    duet.faultless();
    // What is no UTF-8 is replaced, and shown to nobody as it is.
    let mut talk = Talk::ready("SMTPUTF8|8BITMIME");
    let id = talk.submit(Command::Vrfy(Argument::new("ü").expect("one")));
    talk.octets();
    talk.feed(b"250 <\xfc@d.example>\r\n");
    let reply = talk.reply(id);
    assert_eq!(&*reply.text(), "<\u{fffd}@d.example>");
    assert!(reply.to_string().is_ascii());
}
