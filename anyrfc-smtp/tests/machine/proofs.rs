//! Core's proofs, with this machine.

use std::time::{Duration, Instant};

use anyrfc_core::{
    DriveError, Output,
    testing::{Lead, Observed, Subject, Waiting, harness},
};
use anyrfc_sasl::{Credentials, Exchange, Plain, Preparation};
use anyrfc_smtp::{
    Error, ErrorKind, Outcome,
    codec::command::Command,
    proto::{Connection, Event, Protection},
};

use crate::{fresh, hear, ready, send};

fn words(event: &Event) -> String {
    match event {
        Event::Delivered(_, report) => {
            let letter = |outcome: &Outcome| match outcome {
                Outcome::Accepted(reply) => format!("accepted {reply}"),
                Outcome::Rejected(reply) => format!("rejected {reply}"),
                other => format!("{other:?}"),
            };
            let outcomes: Vec<_> =
                report.recipients().iter().map(|report| letter(report.outcome())).collect();
            format!("delivered {outcomes:?}")
        }
        Event::Reply(_, reply) => format!("reply {reply}"),
        other => format!("{other:?}"),
    }
}

fn subject(make: impl Fn() -> Connection + 'static) -> Subject<Connection> {
    Subject::new(make, words, |event| words(event))
}

/// A connection that has sent this much. The proofs play what the server says without listening.
fn under_way() -> Connection {
    let mut machine = ready(&["PIPELINING", "CHUNKING"]);
    machine.submit(Command::Rset).unwrap();
    send(&mut machine, &["bob@x.example", "eve@x.example"], true);
    send(&mut machine, &["bob@x.example"], true);
    machine.submit(Command::Noop(None)).unwrap();
    hear(&mut machine);
    machine
}

/// The answers, and a farewell.
const ANSWERS: &[u8] = b"250-2.0.0 reset\r\n250 2.0.0 really\r\n250 ok\r\n250 ok\r\n550-5.1.1 no\r\n550 5.1.1 such user\r\n250 taken\r\n\
    250 reset\r\n250 ok\r\n250\r\n452 4.2.2 full\r\n250 reset\r\n421 4.3.2 bye\r\n";

#[test]
fn one_byte_at_a_time() {
    let events = harness::one_byte_at_a_time(&subject(under_way), ANSWERS);
    assert_eq!(events.len(), 4, "{events:#?}");
}

#[test]
fn cancelled_everywhere() {
    let told = harness::cancel_driver_everywhere(&subject(under_way), ANSWERS);
    assert!(told.len() >= 5, "{told:#?}");
}

#[test]
fn the_end_may_come_after_every_byte() {
    harness::eof_everywhere(&subject(under_way), ANSWERS, |bytes, end, observed: &Observed<Error>| {
        let cut = format!("{end:?} after {bytes} bytes: {observed:?}");
        match &observed.end {
            Ok(()) => panic!("{cut}"),
            Err(DriveError::Machine(error)) => assert_eq!(error.kind(), ErrorKind::Closed, "{cut}"),
            Err(_) => assert!(bytes < ANSWERS.len(), "{cut}"),
        }
    });
}

fn command(run: impl Fn(&mut Connection) + 'static) -> Lead<Connection> {
    Lead::command(move |machine, _: &mut Output, _: Instant| run(machine))
}

#[test]
fn every_state_that_waits_has_a_deadline() {
    let greeting = || Lead::peer("220 hi\r\n");
    let known = |offer: &'static str| Lead::peer(format!("250-x\r\n250 {offer}\r\n"));
    let plain = || {
        let credentials = Credentials::password("tim", "tanstaaftanstaaf");
        Exchange::new(Plain::new(&credentials, Preparation::Saslprep).unwrap())
    };
    let message = || {
        command(|machine| {
            send(machine, &["bob@x.example", "eve@x.example"], false);
        })
    };
    let states = [
        Waiting { name: "greeting", leads: vec![] },
        Waiting { name: "half a greeting", leads: vec![Lead::peer("220 h")] },
        Waiting { name: "hello", leads: vec![greeting()] },
        Waiting { name: "half an answer", leads: vec![greeting(), Lead::peer("250-x\r\n250")] },
        Waiting {
            name: "command",
            leads: vec![
                greeting(),
                known("X"),
                command(|machine| {
                    machine.submit(Command::Noop(None)).unwrap();
                }),
            ],
        },
        Waiting {
            name: "login",
            leads: vec![
                greeting(),
                known("AUTH PLAIN"),
                command(move |machine| {
                    machine.authenticate(plain()).unwrap();
                }),
            ],
        },
        Waiting { name: "MAIL", leads: vec![greeting(), known("X"), message()] },
        Waiting { name: "RCPT", leads: vec![greeting(), known("X"), message(), Lead::peer("250 ok\r\n")] },
        Waiting {
            name: "DATA",
            leads: vec![
                greeting(),
                known("X"),
                message(),
                Lead::peer("250 ok\r\n"),
                Lead::peer("250 ok\r\n"),
                Lead::peer("250 ok\r\n"),
            ],
        },
        Waiting {
            name: "the message",
            leads: vec![
                greeting(),
                known("X"),
                message(),
                Lead::peer("250 ok\r\n"),
                Lead::peer("250 ok\r\n"),
                Lead::peer("250 ok\r\n"),
                Lead::peer("354 go\r\n"),
            ],
        },
        Waiting { name: "a pipeline", leads: vec![greeting(), known("PIPELINING"), message()] },
        Waiting {
            name: "a pipeline, half-way",
            leads: vec![greeting(), known("PIPELINING"), message(), Lead::peer("250 ok\r\n250 ok\r\n")],
        },
    ];
    let is_timeout = |error: &Error| error.kind() == ErrorKind::Timeout && error.waited_for().is_some();
    let within = Duration::from_secs(600);
    harness::deadlines_everywhere(&subject(|| fresh(Protection::Tls)), &states, within, is_timeout);
    let states = [
        Waiting { name: "greeting before TLS", leads: vec![] },
        Waiting { name: "hello before TLS", leads: vec![greeting()] },
        Waiting { name: "STARTTLS", leads: vec![greeting(), known("STARTTLS")] },
    ];
    harness::deadlines_everywhere(&subject(|| fresh(Protection::StartTls)), &states, within, is_timeout);
}

#[test]
fn what_follows_the_go_ahead_to_tls_is_refused() {
    let leads = [Lead::peer("220 hi\r\n"), Lead::peer("250-x\r\n250 STARTTLS\r\n"), Lead::peer("220 go\r\n")];
    let injected = b"250-mail.example\r\n250 AUTH PLAIN\r\n";
    harness::injected_plaintext_is_refused(
        &subject(|| fresh(Protection::StartTls)),
        &leads,
        injected,
        |machine| machine.is_secured(),
    );
}

#[test]
fn nothing_endless_is_kept() {
    for (prefix, pattern) in [
        ("", "2"),
        ("220 ", "x"),
        ("", "220-x\r\n"),
        ("220-", "x"),
        ("220 hi\r\n250-", "x"),
        ("220 hi\r\n", "250-x\r\n"),
        ("220 hi\r\n250-x\r\n250-AUTH ", "PLAIN "),
    ] {
        let end = harness::endless_input_stops(
            &subject(|| fresh(Protection::Tls)),
            prefix.as_bytes(),
            pattern.as_bytes(),
        );
        let limit = matches!(&end, Some(DriveError::Machine(error)) if error.kind() == ErrorKind::Limit);
        assert!(limit, "{prefix:?} {pattern:?}: {end:?}");
    }
}

#[test]
fn idle_memory_is_released() {
    let input = [
        &b"220 hi\r\n250-x\r\n"[..],
        &b"250-X-LONG aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(500),
        b"250 ok\r\n",
    ]
    .concat();
    harness::idle_memory_is_released(&subject(|| fresh(Protection::Tls)), &input);
}
