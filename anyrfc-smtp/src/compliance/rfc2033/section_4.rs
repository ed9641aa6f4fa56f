//! RFC 2033, section 4: the protocol, where it differs from SMTP.

use anyrfc_core::compliance::Check;

use super::super::support::{Duet, MAIL, Talk, chunked, config, envelope, finds};
use crate::{
    ErrorKind, Outcome, SendReport,
    proto::{Config, Flavour, Protection},
    rfc2033 as r,
    testing::{Answer, Profile, Server},
    types::Facts,
};

pub(super) static CHECKS: &[Check] = &[
    Check { name: "rfc2033/section-4.1/lhlo-begins", covers: &[r::LHLO_REPLACES_EHLO], run: lhlo_begins },
    Check {
        name: "rfc2033/section-4.2/each-recipient-has-its-answer",
        covers: &[r::ONE_REPLY_PER_RECIPIENT],
        run: each_recipient_has_its_answer,
    },
    Check {
        name: "rfc2033/section-4.2/data-for-nobody-ends-the-session",
        covers: &[r::DATA_WITHOUT_RECIPIENT_GETS_503],
        run: data_for_nobody_ends_the_session,
    },
    Check {
        name: "rfc2033/section-4.3/the-last-chunk-is-answered-for-each",
        covers: &[r::ONE_REPLY_AFTER_THE_LAST_CHUNK],
        run: the_last_chunk_is_answered_for_each,
    },
];

/// The texts of the outcomes: what was said of whom.
pub(super) fn words(report: &SendReport) -> Vec<String> {
    let word = |outcome: &Outcome| match outcome {
        Outcome::Accepted(reply) => format!("+{}", reply.text()),
        Outcome::Rejected(reply) => format!("-{}", reply.text()),
        Outcome::NotSent => "not sent".to_owned(),
        Outcome::Unknown => "unknown".to_owned(),
    };
    report.recipients().iter().map(|recipient| word(recipient.outcome())).collect()
}

pub(super) const FOUR: [&str; 4] = ["b@d.example", "c@d.example", "d@d.example", "b@d.example"];

fn lhlo_begins() {
    let mut talk = Talk::lmtp();
    talk.says("220 hi");
    talk.hears_all(&["LHLO client.example"]);
    // There is nothing to fall back to.
    for code in [500, 501, 502, 504, 550] {
        let mut talk = Talk::lmtp();
        talk.says("220 hi").octets();
        talk.says(&format!("{code} what?"));
        assert_eq!(talk.fails().requirement(), Some(r::LHLO_REPLACES_EHLO), "{code}");
        let said = String::from_utf8(talk.octets()).expect("text");
        assert!(said.is_empty() || said == "QUIT\r\n", "{said}");
    }
    // Nor is it said again otherwise.
    let mut talk = Talk::lmtp().greet("");
    talk.connection.say_hello_again().expect("idle");
    talk.hears_all(&["LHLO client.example"]);
    let duet = |server| {
        let protection = Protection::Plaintext;
        Duet::with(Config { flavour: Flavour::Lmtp, protection, ..config() }, server)
    };
    for profile in [Profile::Lmtp, Profile::BareLmtp] {
        let mut duet = duet(Server::full().profile(profile));
        assert!(duet.send(envelope(&["b@d.example"]), MAIL).is_complete());
        assert_eq!(duet.faultless()[0], "LHLO client.example");
    }
    for hello in ["EHLO client.example\r\n", "HELO client.example\r\n"] {
        finds(&Server::lmtp(), &[hello], r::LHLO_REPLACES_EHLO);
    }
    let mut talk = Talk::new();
    talk.says("220 hi");
    talk.hears_all(&["EHLO client.example"]);
}

fn each_recipient_has_its_answer() {
    for offers in ["", "PIPELINING", "PIPELINING|CHUNKING|PRDR"] {
        let mut talk = Talk::lmtp().greet(offers);
        let id = talk.send_windowed(envelope(&FOUR), MAIL);
        talk.says("250 s\n250 r\n550 nobody\n250 r\n250 r\n354 go").octets();
        // One for each that was accepted, in their order, however many lines it has and whoever it names.
        talk.says("250-for d@d.example\n250 for b@d.example");
        assert!(!talk.is_reported(id));
        talk.says("452 over quota");
        assert!(!talk.is_reported(id), "{offers}");
        talk.says("250 again");
        let report = talk.report(id);
        let expected = ["+for d@d.example\nfor b@d.example", "-nobody", "-over quota", "+again"];
        assert_eq!(words(&report), expected, "{offers}");
        // One more is none of ours.
        talk.says("250 again");
        assert_eq!(talk.fails().kind(), ErrorKind::Protocol, "{offers}");
    }
    // In SMTP one answer is for all.
    let mut talk = Talk::ready("");
    let id = talk.send(envelope(&["b@d.example", "c@d.example"]), MAIL);
    talk.says("250 s\n250 r\n250 r\n354 go\n250 all");
    assert_eq!(words(&talk.report(id)), ["+all", "+all"]);
    // A server of its own, and messages behind each other.
    let server =
        Server::lmtp().refuse("c@d.example", 550, "5.1.1 nobody").on_content(|_, recipient| match recipient
            .map(|recipient| &*recipient.address)
        {
            Some("d@d.example") => Answer::reply(452, "4.2.2 over quota"),
            _ => Answer::as_usual(),
        });
    let protection = Protection::Plaintext;
    let mut duet = Duet::with(Config { flavour: Flavour::Lmtp, protection, ..config() }, server);
    for _ in 0..2 {
        let report = duet.send(envelope(&FOUR), MAIL);
        let accepted: Vec<bool> = report.recipients().iter().map(|one| one.outcome().is_accepted()).collect();
        assert_eq!(accepted, [true, false, false, true]);
    }
    duet.faultless();
}

fn data_for_nobody_ends_the_session() {
    let mut talk = Talk::lmtp().greet("PIPELINING");
    let id = talk.send(envelope(&FOUR[..2]), MAIL);
    talk.octets();
    talk.says("250 s\n550 nobody\n550 nobody\n354 go");
    assert_eq!(talk.fails().requirement(), Some(r::DATA_WITHOUT_RECIPIENT_GETS_503));
    talk.is_silent();
    assert_eq!(words(&talk.report(id)), ["-nobody", "-nobody"]);
    // As it should be.
    let mut talk = Talk::lmtp().greet("PIPELINING");
    let id = talk.send(envelope(&FOUR[..2]), MAIL);
    talk.octets();
    talk.says("250 s\n550 nobody\n550 nobody\n503 nobody");
    talk.hears_all(&["RSET"]);
    assert_eq!(words(&talk.report(id)), ["-nobody", "-nobody"]);
}

fn the_last_chunk_is_answered_for_each() {
    let lmtp = || Config { flavour: Flavour::Lmtp, ..chunked() };
    for offers in ["CHUNKING", "CHUNKING|PIPELINING"] {
        // A window does not make it send what it does not know the number of answers to.
        for windowed in [false, true] {
            let mut talk = Talk::with(lmtp()).greet(offers);
            let id = talk.try_send(envelope(&FOUR), MAIL, windowed).expect("sent");
            talk.says("250 s\n250 r\n550 nobody\n250 r");
            let said = String::from_utf8(talk.octets()).expect("text");
            assert!(!said.contains("BDAT"), "{offers}: {said}");
            talk.says("250 r");
            assert_eq!(talk.octets(), [b"BDAT 25 LAST\r\n", MAIL].concat());
            talk.says("250 one\n452 two");
            assert!(!talk.is_reported(id));
            talk.says("250 three");
            assert_eq!(words(&talk.report(id)), ["+one", "-nobody", "-two", "+three"], "{offers}");
            // The refusal of one of them ends the transaction for good.
            talk.hears_all(&["RSET"]);
            talk.says("250 reset").says("250 four");
            assert_eq!(talk.fails().kind(), ErrorKind::Protocol);
        }
        // Others have one answer for all.
        let mut talk = Talk::with(lmtp()).greet(offers);
        let id = talk.stream(Facts::default());
        talk.says("250 s\n250 r").octets();
        talk.provide(id, b"one\r\n", false);
        talk.octets();
        talk.says("250 a chunk");
        talk.provide(id, b"two\r\n", true);
        talk.octets();
        talk.says("250 all");
        assert_eq!(words(&talk.report(id)), ["+all"]);
    }
    let protection = Protection::Plaintext;
    let mut duet = Duet::with(Config { protection, ..lmtp() }, Server::lmtp());
    let report = duet.send(envelope(&FOUR), MAIL);
    assert!(report.is_complete());
    duet.faultless();
    assert_eq!(duet.server.deliveries()[0].addresses(), FOUR);
}
