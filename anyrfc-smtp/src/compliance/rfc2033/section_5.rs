//! RFC 2033, section 5: what is asked of those who implement it.

use anyrfc_core::{
    Eof,
    compliance::Check,
    testing::{pair, run_virtual},
};

use super::{
    super::{
        served::open,
        support::{MAIL, Talk, envelope},
    },
    section_4::{FOUR, words},
};
use crate::{ErrorKind, proto::Event, rfc2033 as r, testing::Server};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2033/section-5/port-25-is-for-smtp",
        covers: &[r::LMTP_IS_NOT_ON_PORT_25, r::OTHER_PORT_THAN_SMTP],
        run: port_25_is_for_smtp,
    },
    Check {
        name: "rfc2033/section-5/answers-are-taken-as-they-come",
        covers: &[r::REPLIES_ARE_USED_AS_THEY_COME],
        run: answers_are_taken_as_they_come,
    },
    Check {
        name: "rfc2033/section-5/what-is-missing-may-come-later",
        covers: &[r::MISSING_REPLIES_ARE_TEMPORARY],
        run: what_is_missing_may_come_later,
    },
];

fn port_25_is_for_smtp() {
    let connects = |url: &str| {
        let server = if url.starts_with("lmtp") { Server::lmtp() } else { Server::full() };
        run_virtual(async {
            let (near, far) = pair(1 << 16);
            let builder = open();
            let client = async { builder.connect_over(url, near).await.map(drop) };
            tokio::join!(client, server.serve(far)).0
        })
    };
    for url in
        ["lmtp://mail.example:25", "LMTP://mail.example:25/", "lmtp://[::1]:25", "lmtp://mail.example:025"]
    {
        let error = connects(url).expect_err(url);
        assert_eq!(error.kind(), ErrorKind::Usage, "{url}: {error}");
        assert_eq!(error.requirement(), Some(r::OTHER_PORT_THAN_SMTP), "{url}: {error}");
        let error = run_virtual(open().connect(url)).expect_err(url);
        assert_eq!(error.requirement(), Some(r::OTHER_PORT_THAN_SMTP), "{url}: {error}");
    }
    for url in [
        "lmtp://mail.example:24",
        "lmtp://mail.example:2525",
        "smtp://mail.example:25",
        "lmtp+unix:/run/lmtp",
    ] {
        connects(url).expect(url);
    }
    // There is none that goes without saying.
    assert_eq!(connects("lmtp://mail.example").expect_err("a port").kind(), ErrorKind::Usage);
}

fn answers_are_taken_as_they_come() {
    let mut talk = Talk::lmtp().greet("PIPELINING");
    let id = talk.send(envelope(&FOUR), MAIL);
    talk.says("250 s\n250 r\n250 r\n250 r\n250 r\n354 go").octets();
    // Each is read when it is there: nothing of it waits in the input, and the next one has its own time.
    let mut deadlines = Vec::new();
    for answer in ["250 one", "250 two", "452 three"] {
        talk.wait(std::time::Duration::from_secs(500));
        assert!(talk.error.is_none(), "{:?}", talk.error);
        talk.says(answer);
        deadlines.push(anyrfc_core::Machine::poll_timeout(&talk.connection).expect("a deadline"));
        assert!(anyrfc_core::Machine::quiescent(&talk.connection));
    }
    assert!(deadlines.is_sorted_by(|one, next| one < next), "{deadlines:?}");
    talk.says("250 four");
    assert_eq!(words(&talk.report(id)), ["+one", "+two", "-three", "+four"]);
    // A message whose answers are all there is told of, though the next one has none yet.
    let mut talk = Talk::lmtp().greet("PIPELINING");
    let first = talk.send(envelope(&FOUR[..2]), MAIL);
    let second = talk.send(envelope(&FOUR[..2]), MAIL);
    talk.says("250 s\n250 r\n250 r\n354 go\n250 one\n250 two");
    assert!(talk.is_reported(first) && !talk.is_reported(second));
}

fn what_is_missing_may_come_later() {
    for eof in [Eof::Clean, Eof::Truncated] {
        for answers in 0..4 {
            let mut talk = Talk::lmtp().greet("PIPELINING");
            let id = talk.send(envelope(&FOUR), MAIL);
            talk.says("250 s\n250 r\n250 r\n550 nobody\n250 r\n354 go").octets();
            let said = ["250 one", "552 two", "250 four"];
            for answer in said.iter().take(answers) {
                talk.says(answer);
            }
            talk.ends(eof);
            let report = talk.report(id);
            // What has come stays, and nobody knows about the rest.
            let mut expected = ["unknown", "unknown", "-nobody", "unknown"];
            for (at, word) in [(0, "+one"), (1, "-two"), (3, "+four")].into_iter().take(answers) {
                expected[at] = word;
            }
            assert_eq!(words(&report), expected);
            assert_eq!(report.error().is_some(), answers < 3, "{answers}");
            // It is tried again, as what was refused for now is.
            let again: Vec<bool> = report.recipients().iter().map(|one| one.is_retryable()).collect();
            assert_eq!(again, expected.map(|word| word == "unknown"));
        }
    }
    // So is what does not come in time.
    let mut talk = Talk::lmtp().greet("PIPELINING");
    let id = talk.send(envelope(&FOUR[..3]), MAIL);
    talk.says("250 s\n250 r\n250 r\n250 r\n354 go\n250 one").octets();
    talk.wait(std::time::Duration::from_secs(601));
    assert_eq!(talk.fails().kind(), ErrorKind::Timeout);
    assert_eq!(words(&talk.report(id)), ["+one", "unknown", "unknown"]);
    // Before the message was sent whole, nobody has it.
    let mut talk = Talk::lmtp().greet("PIPELINING");
    let id = talk.send(envelope(&FOUR[..2]), MAIL);
    talk.says("250 s\n250 r\n250 r").ends(Eof::Clean);
    assert_eq!(words(&talk.report(id)), ["not sent", "not sent"]);
    assert!(!talk.events.iter().any(|event| matches!(event, Event::Delivered(..))));
}
