//! RFC 5321, section 4.2: replies, and what a refusal means for what comes after it.

use std::time::Duration;

use anyrfc_core::{Tolerance, compliance::Check};

use super::super::{
    served::with_pool,
    support::{MAIL, Talk, config, envelope},
};
use crate::{
    ErrorKind,
    codec::command::Command,
    proto::{DeliveryId, State},
    rfc5321 as r,
    testing::{Answer, Server},
    types::{Outcome, ReplyCode, ReplyKind},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5321/section-4.2/one-reply-to-every-command",
        covers: &[r::EVERY_COMMAND_GETS_ONE_REPLY],
        run: one_reply_to_every_command,
    },
    Check {
        name: "rfc5321/section-4.2/a-bare-code-is-a-reply",
        covers: &[r::BARE_CODE_IS_UNDERSTOOD],
        run: a_bare_code_is_a_reply,
    },
    Check {
        name: "rfc5321/section-4.2/the-code-decides-whatever-the-text-says",
        covers: &[r::CODE_ALONE_DECIDES],
        run: the_code_decides_whatever_the_text_says,
    },
    Check {
        name: "rfc5321/section-4.2/any-text-is-accepted",
        covers: &[r::ANY_REPLY_TEXT_IS_ACCEPTED],
        run: any_text_is_accepted,
    },
    Check {
        name: "rfc5321/section-4.2/the-first-digit-is-tested",
        covers: &[r::FIRST_DIGIT_IS_TESTED],
        run: the_first_digit_is_tested,
    },
    Check {
        name: "rfc5321/section-4.2/the-list-of-codes-is-open",
        covers: &[r::CODE_LIST_IS_OPEN],
        run: the_list_of_codes_is_open,
    },
    Check {
        name: "rfc5321/section-4.2/unlisted-codes-go-by-their-first-digit",
        covers: &[r::UNLISTED_CODE_IS_HANDLED, r::UNLISTED_CODE_IS_JUDGED_BY_FIRST_DIGIT],
        run: unlisted_codes_go_by_their_first_digit,
    },
    Check {
        name: "rfc5321/section-4.2/a-code-out-of-range-is-fatal",
        covers: &[r::FIRST_DIGIT_IS_2_TO_5, r::CODE_OUT_OF_RANGE_IS_FATAL],
        run: a_code_out_of_range_is_fatal,
    },
    Check {
        name: "rfc5321/section-4.2.1/a-transient-refusal-can-be-tried-again",
        covers: &[r::TRANSIENT_REFUSAL_IS_RETRIED],
        run: a_transient_refusal_can_be_tried_again,
    },
    Check {
        name: "rfc5321/section-4.2.1/a-permanent-refusal-is-not-repeated",
        covers: &[r::PERMANENT_REFUSAL_IS_NOT_REPEATED],
        run: a_permanent_refusal_is_not_repeated,
    },
    Check {
        name: "rfc5321/section-4.2.1/the-last-line-needs-no-space",
        covers: &[r::MISSING_SPACE_IS_ACCEPTED],
        run: the_last_line_needs_no_space,
    },
    Check {
        name: "rfc5321/section-4.2.1/the-lines-of-a-reply-agree",
        covers: &[r::LINES_OF_A_REPLY_AGREE],
        run: the_lines_of_a_reply_agree,
    },
    Check {
        name: "rfc5321/section-4.2.5/a-transient-refusal-is-reported",
        covers: &[r::TRANSIENT_REFUSAL_IS_REPORTED],
        run: a_transient_refusal_is_reported,
    },
    Check {
        name: "rfc5321/section-4.2.5/a-refused-message-waits-for-its-user",
        covers: &[r::REFUSED_MESSAGE_WAITS_FOR_THE_USER],
        run: a_refused_message_waits_for_its_user,
    },
];

/// The steps of a transaction, and what lets each go on.
pub(super) const STEPS: [&str; 4] = ["250 ok", "250 ok", "354 go", "250 ok"];
const MESSAGE: usize = 3;

/// The codes of the RFC (section 4.2.3), but for those that end a session.
const LISTED: [u16; 18] =
    [211, 214, 250, 251, 252, 354, 450, 451, 452, 455, 500, 501, 502, 503, 504, 550, 551, 553];

/// Answers a message as usual up to `step`, and there by `reply`, byte for byte.
#[track_caller]
fn answered(talk: &mut Talk, step: usize, reply: &[u8]) -> DeliveryId {
    let id = talk.send(envelope(&["b@mail.example"]), MAIL);
    for usual in STEPS.iter().take(step) {
        talk.octets();
        talk.says(usual);
    }
    talk.octets();
    talk.feed(reply);
    id
}

/// A session in which a message is answered so.
fn answering(step: usize, reply: &str) -> (Talk, DeliveryId) {
    let mut talk = Talk::ready("");
    let id = answered(&mut talk, step, format!("{reply}\r\n").as_bytes());
    (talk, id)
}

/// Whether what was answered lets the message go on.
fn goes_on(talk: &mut Talk, id: DeliveryId, step: usize) -> bool {
    let said = String::from_utf8(talk.octets()).expect("text");
    match step {
        0 => said.starts_with("RCPT "),
        1 => said == "DATA\r\n",
        2 => said.ends_with("\r\n.\r\n"),
        _ => talk.is_reported(id) && talk.report(id).is_complete(),
    }
}

/// Whether it ends the message with a refusal by this code, and leaves the connection as it was.
fn is_refused(talk: &mut Talk, id: DeliveryId, code: u16) -> bool {
    let said = String::from_utf8(talk.octets()).expect("text");
    if said == "RSET\r\n" {
        talk.says("250 forgotten");
    } else if !said.is_empty() {
        return false;
    }
    let report = talk.report(id);
    let by = report.recipients().iter().all(|of| match of.outcome() {
        Outcome::Rejected(reply) => reply.code() == code,
        _ => false,
    });
    by && talk.error.is_none()
}

/// Whether nothing more is said but QUIT, at the most.
pub(super) fn only_leaves(talk: &mut Talk) -> bool {
    matches!(talk.octets().as_slice(), b"" | b"QUIT\r\n")
}

fn one_reply_to_every_command() {
    // None before anything was asked, and none after it was answered.
    let mut talk = Talk::ready("");
    talk.says("250 by the way");
    assert_eq!(talk.fails().requirement(), Some(r::EVERY_COMMAND_GETS_ONE_REPLY));
    let mut talk = Talk::ready("");
    let id = talk.submit(Command::Noop(None));
    talk.says("250 once\n250 twice");
    assert_eq!(talk.reply(id).text(), "once");
    assert_eq!(talk.fails().requirement(), Some(r::EVERY_COMMAND_GETS_ONE_REPLY));
    // However many are asked at once, each has its own.
    let mut talk = Talk::ready("PIPELINING");
    let ids = [Command::Rset, Command::Rset, Command::Rset].map(|command| talk.submit(command));
    talk.hears_all(&["RSET", "RSET", "RSET"]);
    talk.says("250 one\n259 two\n250 three");
    assert_eq!(ids.map(|id| talk.reply(id).text().into_owned()), ["one", "two", "three"]);
    assert!(talk.error.is_none());
}

fn a_bare_code_is_a_reply() {
    for end in ["", " "] {
        let mut config = config();
        config.tolerance = Tolerance::Strict;
        let mut talk = Talk::with(config);
        talk.feed(format!("220{end}\r\n"));
        assert!(talk.hears().starts_with("EHLO "));
        talk.feed(format!("250{end}\r\n"));
        assert_eq!(talk.phase(), State::Ready);
        let id = talk.send(envelope(&["b@mail.example"]), MAIL);
        for step in STEPS {
            talk.octets();
            let code = step.split(' ').next().expect("a code");
            talk.feed(format!("{code}{end}\r\n"));
        }
        assert!(talk.report(id).is_complete(), "{end:?} {:?}", talk.error);
        // And a refusal is one.
        let id = answered(&mut talk, 0, format!("550{end}\r\n").as_bytes());
        assert!(is_refused(&mut talk, id, 550), "{end:?}");
    }
}

fn the_code_decides_whatever_the_text_says() {
    for (step, usual) in STEPS.iter().enumerate() {
        let good = usual.split(' ').next().expect("a code");
        for text in ["5.1.1 rejected: no such user", "550 denied", "error, failed", "421 closing", "no"] {
            let (mut talk, id) = answering(step, &format!("{good} {text}"));
            assert!(goes_on(&mut talk, id, step), "{step} {good} {text}");
        }
        for (code, text) in [
            (550, "2.1.5 Ok, accepted"),
            (451, "250 ok"),
            (554, "354 go ahead"),
            (450, "5.1.1 permanently rejected"),
            (553, "4.7.1 try again later"),
        ] {
            let (mut talk, id) = answering(step, &format!("{code} {text}"));
            assert!(is_refused(&mut talk, id, code), "{step} {code} {text}");
        }
        // Nor does it say whether it is worth trying again.
        for (code, text, again) in
            [(450, "5.0.0 never", true), (450, "550 never", true), (553, "4.0.0 later", false)]
        {
            let (mut talk, id) = answering(step, &format!("{code} {text}"));
            assert_eq!(talk.report(id).recipients()[0].is_retryable(), again, "{step} {code} {text}");
        }
    }
}

fn any_text_is_accepted() {
    let long = "x".repeat(500);
    let texts: [&[u8]; 11] = [
        b" ",
        b"  ",
        b" -",
        b" 250-250 250",
        b" \xff\xfe\x80",
        b" a\0b\x07\x1b[2J",
        b" tab\there",
        "\u{20}größer".as_bytes(),
        b" <>@\"\\",
        b" 999 out of range",
        long.as_bytes(),
    ];
    for (step, usual) in STEPS.iter().enumerate() {
        let code = usual.split(' ').next().expect("a code");
        for text in texts {
            let text = if text.starts_with(b" ") { text.to_vec() } else { [b" ", text].concat() };
            let mut talk = Talk::ready("");
            let reply = [code.as_bytes(), &text, b"\r\n"].concat();
            let id = answered(&mut talk, step, &reply);
            assert!(goes_on(&mut talk, id, step), "{step} {}", reply.escape_ascii());
            // On several lines as well, some of them empty.
            let mut talk = Talk::ready("");
            let more = [code.as_bytes(), b"-\r\n", code.as_bytes(), b"-", &text, b"\r\n", &reply].concat();
            let id = answered(&mut talk, step, &more);
            assert!(goes_on(&mut talk, id, step), "{step} {}", more.escape_ascii());
        }
    }
    // It is given on as it came, and shown with nothing unescaped.
    let mut talk = Talk::ready("");
    let id = talk.submit(Command::Noop(None));
    talk.feed(b"250 a\x07\xff\r\n");
    let reply = talk.reply(id);
    assert_eq!(reply.lines().collect::<Vec<_>>(), [b"a\x07\xff"]);
    assert!(reply.to_string().bytes().all(|octet| octet.is_ascii_graphic() || octet == b' '));
}

/// What the first digit says of a reply at this step: it goes on, is refused, or means nothing there.
#[track_caller]
fn goes_by_its_first_digit(step: usize, code: u16) {
    let (mut talk, id) = answering(step, &format!("{code} as it is"));
    match (code / 100, step) {
        // Nothing but 354 lets the message go (section 3.3).
        (2, 0 | 1 | MESSAGE) => assert!(goes_on(&mut talk, id, step), "{step} {code}"),
        (3, 2) if code == 354 => assert!(goes_on(&mut talk, id, step), "{step} {code}"),
        (4 | 5, _) => {
            assert!(is_refused(&mut talk, id, code), "{step} {code} {:?}", talk.error);
            let (mut talk, id) = answering(step, &format!("{code} as it is"));
            assert_eq!(talk.report(id).recipients()[0].outcome().is_retryable(), code < 500);
        }
        _ => {
            assert!(!goes_on(&mut talk, id, step), "{step} {code}");
            assert_eq!(talk.fails().kind(), ErrorKind::Protocol, "{step} {code}");
        }
    }
}

fn the_first_digit_is_tested() {
    for step in 0..STEPS.len() {
        for code in LISTED {
            goes_by_its_first_digit(step, code);
        }
    }
}

fn the_list_of_codes_is_open() {
    for number in 200..600 {
        let code = ReplyCode::new(number).expect("a code");
        assert_eq!(code.as_u16(), number);
        let kind = match number / 100 {
            2 => ReplyKind::Completion,
            3 => ReplyKind::Intermediate,
            4 => ReplyKind::Transient,
            _ => ReplyKind::Permanent,
        };
        assert_eq!(code.kind(), kind, "{number}");
    }
    // A reply is told by the code it came with, not by one that is known in its place.
    for number in [200, 245, 256, 299, 400, 477, 499, 508, 577, 599] {
        let mut talk = Talk::ready("");
        let id = talk.submit(Command::Noop(None));
        talk.says(&format!("{number} new"));
        assert_eq!(talk.reply(id).code(), number);
        assert!(talk.error.is_none(), "{number}");
    }
    // What opens the session, too.
    let mut talk = Talk::new();
    talk.says("225 welcome");
    assert!(talk.hears().starts_with("EHLO "));
    talk.says("259 mail.example");
    assert_eq!(talk.phase(), State::Ready);
}

fn unlisted_codes_go_by_their_first_digit() {
    for step in 0..STEPS.len() {
        for code in (200..600).filter(|code| *code != 421 && !LISTED.contains(code)) {
            goes_by_its_first_digit(step, code);
        }
    }
    // The connection is as good as before.
    for (step, code) in [(0, 477), (1, 588), (2, 499), (3, 599), (3, 407)] {
        let (mut talk, id) = answering(step, &format!("{code} new"));
        assert!(is_refused(&mut talk, id, code));
        let id = answered(&mut talk, 3, b"299 new\r\n");
        assert!(talk.report(id).is_complete(), "{step} {code}");
    }
}

fn a_code_out_of_range_is_fatal() {
    for code in ["000", "099", "100", "150", "199", "600", "650", "999"] {
        for step in 0..STEPS.len() {
            let (mut talk, id) = answering(step, &format!("{code} odd"));
            let error = talk.fails();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{code}");
            assert_eq!(error.requirement(), Some(r::FIRST_DIGIT_IS_2_TO_5), "{code}");
            assert_eq!(talk.phase(), State::Failed);
            // Nothing more of the transaction is sent, and nobody thinks that it went well.
            assert!(only_leaves(&mut talk), "{code} {step}");
            let report = talk.report(id);
            let expected = if step == MESSAGE { Outcome::Unknown } else { Outcome::NotSent };
            assert_eq!(report.recipients()[0].outcome(), &expected, "{code} {step}");
            assert!(talk.try_send(envelope(&["b@mail.example"]), MAIL, false).is_err());
        }
        let mut talk = Talk::new();
        talk.says(&format!("{code} hello"));
        assert_eq!(talk.fails().requirement(), Some(r::FIRST_DIGIT_IS_2_TO_5));
    }
    for code in ["200", "599"] {
        let (mut talk, id) = answering(0, &format!("{code} odd"));
        assert!(talk.error.is_none());
        let number: u16 = code.parse().expect("a number");
        assert_eq!(goes_on(&mut talk, id, 0), number < 300);
    }
}

fn a_transient_refusal_can_be_tried_again() {
    for step in 0..STEPS.len() {
        for code in [450, 451, 452, 455, 477] {
            let (mut talk, id) = answering(step, &format!("{code} later"));
            assert!(is_refused(&mut talk, id, code));
            let (mut talk, id) = answering(step, &format!("{code} later"));
            let report = talk.report(id);
            // It is told that it may be tried again, ...
            assert!(report.recipients().iter().all(|of| of.is_retryable()), "{step} {code}");
            let error = report.into_complete().expect_err("refused");
            assert!(error.is_temporary(), "{step} {code}");
            // ... and the whole sequence can be.
            if talk.line().is_some_and(|line| line == "RSET\r\n") {
                talk.says("250 ok");
            }
            let id = talk.send(envelope(&["b@mail.example"]), MAIL);
            assert_eq!(talk.hears(), "MAIL FROM:<a@client.example>");
            talk.says("250 ok");
            assert_eq!(talk.hears(), "RCPT TO:<b@mail.example>");
            talk.says("250 ok");
            assert_eq!(talk.hears(), "DATA");
            talk.says("354 go");
            talk.octets();
            talk.says("250 ok");
            assert!(talk.report(id).is_complete());
        }
    }
}

/// Lets a day pass, and other mail, and sees that nothing of what was refused is said again.
#[track_caller]
fn is_not_said_again(talk: &mut Talk) {
    if talk.line().is_some_and(|line| line == "RSET\r\n") {
        talk.says("250 forgotten");
    }
    talk.is_silent();
    talk.wait(Duration::from_secs(24 * 60 * 60));
    talk.is_silent();
    let before = talk.raw.len();
    let id = talk.send(envelope(&["c@mail.example"]), b"other\r\n");
    for step in STEPS {
        talk.octets();
        talk.says(step);
    }
    assert!(talk.report(id).is_complete(), "{:?}", talk.error);
    talk.is_silent();
    let said = String::from_utf8_lossy(&talk.raw[before..]).into_owned();
    assert_eq!(said.matches("MAIL FROM").count(), 1, "{said}");
    assert!(!said.contains("b@mail.example") && !said.contains("Subject: hello"), "{said}");
}

fn a_permanent_refusal_is_not_repeated() {
    for step in 0..STEPS.len() {
        for code in [500, 501, 503, 550, 551, 553, 554, 599] {
            let (mut talk, id) = answering(step, &format!("{code} never"));
            let report = talk.report(id);
            assert!(!report.recipients()[0].is_retryable(), "{step} {code}");
            assert!(!report.into_complete().expect_err("refused").is_temporary());
            is_not_said_again(&mut talk);
        }
    }
    for verb in ["MAIL", "RCPT", "DATA"] {
        assert_eq!(sent_by_a_pool(verb, 554), 1, "{verb}");
    }
    let mut talk = Talk::ready("");
    for command in [Command::Help(None), Command::Noop(None)] {
        let id = talk.submit(command);
        talk.hears();
        talk.says("502 never");
        assert!(talk.reply(id).is_permanent());
        talk.is_silent();
    }
}

/// How often a pool sends a message that is refused so.
fn sent_by_a_pool(verb: &'static str, code: u16) -> usize {
    let server = Server::full();
    let server = match verb {
        "." => server.on_content(move |_, _| Answer::reply(code, "no")),
        _ => server.on(verb, move |_, _| Answer::reply(code, "no")),
    };
    with_pool(
        &server,
        |pool| pool.connections(2),
        async |pool| {
            let report = pool.send(envelope(&["b@mail.example"]), MAIL).await.expect("sent");
            assert!(
                report.recipients().iter().all(|of| matches!(of.outcome(), Outcome::Rejected(_))),
                "{report:?}"
            );
            tokio::time::sleep(Duration::from_secs(60 * 60)).await;
            pool.close().await;
        },
    );
    assert_eq!(server.deliveries().len(), 0);
    server.commands().iter().filter(|line| line.starts_with("MAIL FROM:")).count()
}

fn the_last_line_needs_no_space() {
    for (step, usual) in STEPS.iter().enumerate() {
        let code = usual.split(' ').next().expect("a code");
        let mut talk = Talk::ready("");
        let id = answered(&mut talk, step, format!("{code}-first\r\n{code}-second\r\n").as_bytes());
        assert!(!goes_on(&mut talk, id, step), "{code} is not complete");
        talk.feed(format!("{code}\r\n"));
        assert!(goes_on(&mut talk, id, step), "{code} is complete");
    }
    let mut talk = Talk::new();
    talk.says("220-mail.example\n220");
    assert!(talk.hears().starts_with("EHLO "));
    talk.feed("250-mail.example\r\n250-SIZE 1000\r\n250\r\n");
    assert_eq!(talk.phase(), State::Ready);
    assert!(talk.connection.capabilities().is_some_and(|all| all.size().is_some()));
}

fn the_lines_of_a_reply_agree() {
    for (first, last) in [("250", "251"), ("250", "550"), ("550", "250"), ("451", "450")] {
        for step in [0, 1, 3] {
            let (mut talk, id) = answering(step, &format!("{first}-one\r\n{last} two"));
            assert_eq!(talk.fails().requirement(), Some(r::LINES_OF_A_REPLY_AGREE), "{first} {last}");
            assert!(!talk.report(id).is_complete());
        }
    }
    let (mut talk, id) = answering(0, "250-one\r\n250 two");
    assert!(goes_on(&mut talk, id, 0));
}

fn a_transient_refusal_is_reported() {
    for step in 0..STEPS.len() {
        let (mut talk, id) = answering(step, "451 4.3.0 later, please");
        assert!(talk.is_reported(id), "{step}");
        let report = talk.report(id);
        assert!(!report.is_complete() && report.accepted().count() == 0, "{step}");
        let refused: Vec<_> = report.rejected().collect();
        let [of] = refused.as_slice() else { panic!("{report:?}") };
        assert_eq!(of.path().as_str(), "b@mail.example");
        let reply = of.outcome().reply().expect("what was said");
        assert_eq!((reply.code().as_u16(), &*reply.text()), (451, "later, please"));
        let error = report.into_complete().expect_err("it was not delivered");
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(error.to_string().contains("451 4.3.0 later, please"), "{error}");
    }
    // And is not taken for a success of the others.
    let mut talk = Talk::ready("");
    let id = talk.send(envelope(&["b@mail.example", "c@mail.example"]), MAIL);
    talk.says("250 ok\n450 later\n250 ok\n354 go");
    talk.octets();
    talk.says("250 ok");
    let report = talk.report(id);
    assert!(!report.is_complete());
    let who: Vec<_> = report.rejected().map(|of| of.path().as_str().to_owned()).collect();
    assert_eq!(who, ["b@mail.example"]);
}

fn a_refused_message_waits_for_its_user() {
    // Neither sort of refusal makes the client try by itself.
    for code in [451, 452, 550, 552, 554] {
        let (mut talk, id) = answering(MESSAGE, &format!("{code} not this message"));
        let report = talk.report(id);
        assert_eq!(report.recipients()[0].outcome().is_retryable(), code < 500, "{code}");
        assert!(matches!(report.recipients()[0].outcome(), Outcome::Rejected(reply) if reply.code() == code));
        is_not_said_again(&mut talk);
        assert_eq!(sent_by_a_pool(".", code), 1, "{code}");
    }
}
