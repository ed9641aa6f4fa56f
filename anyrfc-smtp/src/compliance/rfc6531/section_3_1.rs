//! RFC 6531, section 3.1: the offer, and what it brings.

use anyrfc_core::compliance::Check;

use super::super::support::{Duet, MAIL, Talk, envelope, finds};
use crate::{Argument, codec::command::Command, rfc6531 as r, testing::Server};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6531/section-3.1/parameters-of-the-keyword-mean-nothing",
        covers: &[r::PARAMETERS_ARE_IGNORED, r::PARAMETERS_CHANGE_NOTHING],
        run: parameters_of_the_keyword_mean_nothing,
    },
    Check {
        name: "rfc6531/section-3.1/mail-says-smtputf8",
        covers: &[r::MAIL_TAKES_SMTPUTF8],
        run: mail_says_smtputf8,
    },
    Check {
        name: "rfc6531/section-3.1/vrfy-and-expn-say-smtputf8",
        covers: &[r::VRFY_TAKES_SMTPUTF8],
        run: vrfy_and_expn_say_smtputf8,
    },
];

/// A message whose header is in UTF-8.
pub(super) const GLOBAL: &[u8] =
    "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\nSubject: Grüße\r\n\r\nhello\r\n".as_bytes();

fn parameters_of_the_keyword_mean_nothing() {
    let mut all = Vec::new();
    for parameters in
        ["", " ", " x", " NONE ASCII-ONLY", "=no", " \u{fc} = 0", " 8BITMIME PIPELINING CHUNKING"]
    {
        let mut talk = Talk::ready(&format!("8BITMIME|SMTPUTF8{parameters}"));
        let global = talk.send(envelope(&["用户@d.example"]), GLOBAL);
        let plain = talk.send(envelope(&["b@d.example"]), MAIL);
        let vrfy = talk.submit(Command::Vrfy(Argument::new("用户").expect("one")));
        talk.says("250 s\n250 r\n354 go\n250 taken\n250 s\n250 r\n354 go\n250 taken\n250 用户");
        assert!(talk.report(global).is_complete() && talk.report(plain).is_complete(), "{parameters}");
        assert!(talk.reply(vrfy).is_success(), "{parameters}");
        all.push(talk.octets());
    }
    assert!(all.iter().all(|said| said == &all[0]));
    let said = String::from_utf8_lossy(&all[0]);
    assert_eq!(said.matches(" SMTPUTF8\r\n").count(), 2, "{said}");
}

fn mail_says_smtputf8() {
    let mut talk = Talk::ready("8BITMIME|SMTPUTF8");
    talk.send(envelope(&["用户@d.example"]), MAIL);
    assert_eq!(talk.hears(), "MAIL FROM:<a@client.example> SMTPUTF8");
    talk.says("250 s");
    assert_eq!(talk.hears(), "RCPT TO:<用户@d.example>");
    let mut duet = Duet::new(Server::full());
    assert!(duet.send(envelope(&["用户@d.example"]), GLOBAL).is_complete());
    duet.faultless();
    let delivery = duet.server.deliveries().remove(0);
    assert!(delivery.parameters.has("SMTPUTF8"));
    assert_eq!((delivery.addresses(), &delivery.content[..]), (vec!["用户@d.example"], GLOBAL));
}

fn vrfy_and_expn_say_smtputf8() {
    let argument = |text| Argument::new(text).expect("one");
    let mut talk = Talk::ready("SMTPUTF8|8BITMIME|VRFY|EXPN");
    for (command, expected) in [
        (Command::Vrfy(argument("jones").utf8()), "VRFY jones SMTPUTF8"),
        (Command::Expn(argument("staff").utf8()), "EXPN staff SMTPUTF8"),
        (Command::Vrfy(argument("用户@d.example")), "VRFY 用户@d.example SMTPUTF8"),
        (Command::Expn(argument("Grüne Liste")), "EXPN \"Grüne Liste\" SMTPUTF8"),
        (Command::Vrfy(argument("jones")), "VRFY jones"),
        (Command::Expn(argument("staff")), "EXPN staff"),
    ] {
        let id = talk.submit(command);
        talk.hears_all(&[expected]);
        talk.says("250 <用户@d.example>");
        assert_eq!(&*talk.reply(id).text(), "<用户@d.example>");
    }
    let mut duet = Duet::new(Server::full());
    duet.submit(Command::Vrfy(argument("用户@d.example")));
    duet.submit(Command::Expn(argument("jones").utf8()));
    duet.faultless();
    let said = ["EHLO client.example\r\n", "VRFY 用户@d.example\r\n"];
    finds(&Server::full(), &said, r::NEED_IS_DECLARED);
}
