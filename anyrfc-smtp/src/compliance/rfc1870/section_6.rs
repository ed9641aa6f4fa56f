//! RFC 1870, section 6: MAIL with a size, and what is said to it.

use anyrfc_core::compliance::Check;
use bytes::Bytes;

use super::{
    super::{
        served::with,
        support::{MAIL, Talk, envelope},
    },
    streamed,
};
use crate::{
    rfc1870 as r,
    testing::{Answer, Server, check_command},
    types::{Envelope, Parameter, SendReport},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc1870/section-6/there-is-one-size",
        covers: &[r::ONE_SIZE_PER_MAIL],
        run: there_is_one_size,
    },
    Check {
        name: "rfc1870/section-6/a-declared-size-may-be-an-estimate",
        covers: &[r::SIZE_MAY_BE_ESTIMATED, r::SIZE_MAY_BE_UNDERSTATED, r::UNDERSTATED_SIZE_MAY_BE_REFUSED],
        run: a_declared_size_may_be_an_estimate,
    },
    Check {
        name: "rfc1870/section-6.2/a-shortage-is-reset-and-tried-later",
        covers: &[r::SHORTAGE_IS_RESET, r::SHORTAGE_IS_TRIED_LATER, r::SHORTAGE_GETS_452],
        run: a_shortage_is_reset_and_tried_later,
    },
    Check {
        name: "rfc1870/section-6.2/oversize-is-reset-and-final",
        covers: &[r::OVERSIZE_IS_RESET, r::OVERSIZE_IS_UNDELIVERABLE, r::SIZE_ABOVE_THE_LIMIT_GETS_552],
        run: oversize_is_reset_and_final,
    },
    Check {
        name: "rfc1870/section-6.2/a-later-refusal-is-handled",
        covers: &[r::LATER_REFUSAL_IS_HANDLED],
        run: a_later_refusal_is_handled,
    },
    Check {
        name: "rfc1870/section-6.4/a-recipient-may-be-tried-later-or-never",
        covers: &[
            r::RECIPIENT_MAY_BE_TRIED_LATER,
            r::OVERSIZE_RECIPIENT_IS_NOT_TRIED_AGAIN,
            r::RECIPIENT_MAY_BE_REFUSED_FOR_SIZE,
        ],
        run: a_recipient_may_be_tried_later_or_never,
    },
];

fn there_is_one_size() {
    for name in ["SIZE", "size", "Size"] {
        assert!(Parameter::new(name, Some("1")).is_err(), "{name}");
    }
    let other = Parameter::new("X-SIZE", Some("1")).expect("a parameter");
    for envelope in [envelope(&["b@mail.example"]), envelope(&["b@mail.example"]).parameter(other)] {
        let mut talk = Talk::ready("SIZE 99|SIZE 98|8BITMIME|X-SIZE");
        talk.send(envelope, MAIL);
        assert_eq!(talk.hears().matches(" SIZE=").count(), 1);
    }
    let breach = check_command(b"MAIL FROM:<> SIZE=1 BODY=7BIT size=1\r\n").expect_err("two");
    assert_eq!(breach.requirement, r::ONE_SIZE_PER_MAIL);
}

fn a_declared_size_may_be_an_estimate() {
    for (reply, taken) in [("250 ok", true), ("552 larger than you said", false)] {
        let mut talk = Talk::ready("SIZE 30");
        // So many octets as it has, and not those that its lines gain.
        let text = b"Subject: x\n\none\ntwo\n";
        let id = streamed(&mut talk, Some(text.len() as u64));
        talk.says("250 ok\n250 ok\n354 go");
        assert_eq!(talk.hears(), "MAIL FROM:<a@client.example> SIZE=20");
        assert_eq!([talk.hears(), talk.hears()], ["RCPT TO:<b@mail.example>", "DATA"]);
        assert_eq!(talk.connection.wanting(), Some(id));
        talk.connection.provide(id, Bytes::from_static(text), true).expect("it may go");
        assert_eq!(talk.octets(), b"Subject: x\r\n\r\none\r\ntwo\r\n.\r\n");
        talk.says(reply);
        let report = talk.report(id);
        assert_eq!(report.is_complete(), taken);
        assert_eq!(report.reply().expect("one").is_success(), taken);
        assert!(talk.error.is_none());
    }
}

/// What becomes of a message whose MAIL is answered so, and of the one behind it.
#[track_caller]
fn refused_at_mail(refusal: &str) -> Vec<SendReport> {
    let (first, second) = ("MAIL FROM:<a@client.example> SIZE=25", "RCPT TO:<b@mail.example>");
    let to = || envelope(&["b@mail.example"]);
    let mut reports = Vec::new();
    // RSET comes next, before another message.
    let mut talk = Talk::ready("SIZE");
    let (id, _) = (talk.send(to(), MAIL), talk.send(to(), MAIL));
    talk.hears_all(&[first]);
    talk.says(refusal);
    talk.hears_all(&["RSET"]);
    talk.says("250 ok");
    talk.hears_all(&[first]);
    reports.push(talk.report(id));
    // Behind what was said already, where commands come in groups.
    let mut talk = Talk::ready("SIZE|PIPELINING");
    let (id, _) = (talk.send(to(), MAIL), talk.send(to(), MAIL));
    talk.hears_all(&[first, second, "DATA"]);
    talk.says(refusal).says("503 no\n503 no");
    talk.hears_all(&["RSET", first, second, "DATA"]);
    talk.says("250 ok");
    reports.push(talk.report(id));
    // Or before the end.
    let mut talk = Talk::ready("SIZE");
    let id = talk.send(to(), MAIL);
    talk.connection.quit().expect("open");
    talk.hears();
    talk.says(refusal);
    talk.hears_all(&["RSET"]);
    talk.says("250 ok");
    talk.hears_all(&["QUIT"]);
    reports.push(talk.report(id));
    // Step by step.
    let code: u16 = refusal.get(..3).and_then(|code| code.parse().ok()).expect("a code");
    let server = Server::full().once("MAIL", Answer::reply(code, "no"));
    with(&server, async |client| {
        let error = client.transaction(to(), MAIL).await.map(drop).expect_err("it is refused");
        assert_eq!(error.reply().map(|reply| reply.code().as_u16()), Some(code));
        client.send(to(), MAIL).await.expect("sent");
    });
    let said = server.commands();
    let at = said.iter().position(|line| line.starts_with("MAIL ")).expect("MAIL");
    assert_eq!(said[at + 1], "RSET", "{said:?}");
    // Where no size was declared, no size was refused.
    let mut talk = Talk::ready("");
    talk.send(to(), MAIL);
    talk.hears();
    talk.says(refusal).is_silent();
    reports
}

fn again(report: &SendReport) -> Option<Envelope> {
    report.retry(&envelope(&["b@mail.example"]))
}

fn a_shortage_is_reset_and_tried_later() {
    for report in refused_at_mail("452 insufficient system storage") {
        assert_eq!(report.rejected().count(), 1);
        assert!(report.recipients()[0].is_retryable());
        assert_eq!(again(&report), Some(envelope(&["b@mail.example"])));
    }
}

fn oversize_is_reset_and_final() {
    for report in refused_at_mail("552 message size exceeds fixed maximum message size") {
        assert_eq!(report.rejected().count(), 1);
        assert_eq!(again(&report), None);
        // Whoever sent it gets to know.
        let error = report.into_complete().expect_err("it is not sent");
        let reply = error.reply().expect("a reply");
        assert!(reply.is_permanent() && reply.text().contains("fixed maximum"), "{reply}");
    }
}

fn a_later_refusal_is_handled() {
    for (code, later) in [("452", true), ("552", false)] {
        for offers in ["SIZE", "SIZE|PIPELINING"] {
            for at_data in [true, false] {
                let mut talk = Talk::ready(offers);
                let id = talk.send(envelope(&["b@mail.example"]), MAIL);
                talk.says("250 ok\n250 ok");
                talk.octets();
                if !at_data {
                    talk.says("354 go");
                    assert_eq!(talk.octets(), [MAIL, b".\r\n"].concat());
                }
                talk.says(&format!("{code} too much after all"));
                if at_data {
                    talk.hears_all(&["RSET"]);
                    talk.says("250 ok");
                }
                let report = talk.report(id);
                assert_eq!(report.rejected().count(), 1, "{code} {offers} {at_data}");
                assert_eq!(again(&report).is_some(), later);
                assert_eq!(report.reply().expect("one").code().to_string(), code);
                // The next one goes.
                let id = talk.send(envelope(&["b@mail.example"]), MAIL);
                talk.says("250 ok\n250 ok\n354 go").says("250 ok");
                assert!(talk.report(id).is_complete());
            }
        }
    }
}

fn a_recipient_may_be_tried_later_or_never() {
    let all = ["b@mail.example", "c@mail.example", "d@mail.example", "e@mail.example", "f@mail.example"];
    for offers in ["SIZE", "SIZE|PIPELINING"] {
        let mut talk = Talk::ready(offers);
        let id = talk.send(envelope(&all), MAIL);
        talk.says("250 ok\n250 ok\n552 channel size limit exceeded\n452 insufficient channel storage");
        talk.says("552 5.2.3 too large for it\n552 5.5.3 too many\n354 go\n250 ok");
        let report = talk.report(id);
        let retried: Vec<_> = report.recipients().iter().map(|one| one.is_retryable()).collect();
        assert_eq!(retried, [false, false, true, false, true], "{offers}");
        let rest = report.retry(&envelope(&all)).expect("two");
        assert_eq!(rest, envelope(&["d@mail.example", "f@mail.example"]));
    }
    // Of more than every server takes it may be the number that it speaks of.
    let many: Vec<String> = (0..101).map(|number| format!("u{number}@mail.example")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let mut talk = Talk::ready("SIZE|PIPELINING");
    let id = talk.send(envelope(&many), MAIL);
    talk.says("250 ok").says(&"250 ok\n".repeat(100)).says("552 no\n354 go\n250 ok");
    assert!(talk.report(id).recipients()[100].is_retryable());
}
