//! What each reply does, and each that has no place there.

use anyrfc_core::{TlsInfo, Tolerance};

use super::*;
use crate::{
    rfc2033, rfc3207,
    types::{ReplyCode, TransferPreference},
};

fn talk(change: impl FnOnce(&mut Config)) -> Talk {
    let mut config = config();
    change(&mut config);
    Talk::new(config)
}

/// What went wrong, what was said since, and where the session stands.
fn ended(talk: &mut Talk) -> (Option<ErrorKind>, String, State) {
    let heard = talk.heard();
    (talk.error.as_ref().map(Error::kind), heard, talk.connection.phase())
}

fn failed(kind: ErrorKind, said: &str) -> (Option<ErrorKind>, String, State) {
    (Some(kind), said.to_owned(), if kind == Closed { State::Closed } else { State::Failed })
}

use ErrorKind::{Closed, Protocol, Refused, Unsupported};

#[test]
fn greetings() {
    for (greeting, tolerance, expected) in [
        ("220 hi", Tolerance::Strict, Ok(0)),
        ("229 hi", Tolerance::Strict, Ok(0)),
        ("299 hi", Tolerance::Field, Ok(1)),
        ("250 hi", Tolerance::Field, Err((Protocol, ""))),
        ("250 hi", Tolerance::Lenient, Ok(1)),
        ("354 hi", Tolerance::Lenient, Err((Protocol, ""))),
        ("354 hi", Tolerance::Field, Err((Protocol, ""))),
        ("554 no", Tolerance::Lenient, Err((Refused, "QUIT\n"))),
        ("450 no", Tolerance::Field, Err((Refused, "QUIT\n"))),
        ("421 no", Tolerance::Lenient, Err((Closed, ""))),
        ("SSH-2.0", Tolerance::Lenient, Err((Protocol, ""))),
    ] {
        let mut talk = talk(|config| config.tolerance = tolerance);
        let found = ended(talk.says(greeting));
        match expected {
            Ok(deviations) => {
                assert_eq!(found, (None, "EHLO c.example\n".into(), State::Hello), "{greeting}");
                assert_eq!(talk.connection.deviations().iter().count(), deviations, "{greeting}");
                assert!(talk.connection.greeting().is_some());
            }
            Err((kind, said)) => assert_eq!(found, failed(kind, said), "{greeting}"),
        }
    }
}

#[test]
fn hellos() {
    for (reply, tolerance, expected) in [
        ("250 hi", Tolerance::Strict, Ok(0)),
        ("229 hi", Tolerance::Strict, Ok(0)),
        ("220 hi", Tolerance::Field, Err((Protocol, "QUIT\n"))),
        ("220 hi", Tolerance::Lenient, Ok(1)),
        ("354 hi", Tolerance::Lenient, Err((Protocol, "QUIT\n"))),
        ("450 no", Tolerance::Field, Err((Refused, "QUIT\n"))),
        ("503 no", Tolerance::Field, Err((Refused, "QUIT\n"))),
        ("554 no", Tolerance::Field, Err((Refused, "QUIT\n"))),
        ("421 no", Tolerance::Field, Err((Closed, ""))),
    ] {
        let mut talk = talk(|config| config.tolerance = tolerance);
        talk.says("220 hi");
        talk.heard();
        let found = ended(talk.says(reply));
        match expected {
            Ok(deviations) => {
                assert_eq!(found, (None, String::new(), State::Ready), "{reply}");
                assert_eq!(talk.connection.deviations().iter().count(), deviations, "{reply}");
            }
            Err((kind, said)) => {
                assert_eq!(found, failed(kind, said), "{reply}");
                assert_ne!(talk.error.unwrap().requirement(), Some(rfc2033::LHLO_REPLACES_EHLO));
            }
        }
    }
}

#[test]
fn who_does_not_know_ehlo_is_told_helo_once() {
    for reply in ["500 what", "501 what", "502 what", "504 what", "550 what"] {
        let greeted = |change: fn(&mut Config)| {
            let mut talk = talk(change);
            talk.says("220 hi");
            talk.heard();
            talk.says(reply);
            talk
        };
        let mut known = greeted(|_| ());
        assert_eq!(known.heard(), "HELO c.example\n", "{reply}");
        // Whatever stands behind it is no list.
        known.feed("250-hi\r\n250 SIZE\r\n");
        assert_eq!(known.connection.phase(), State::Ready);
        assert!(known.connection.capabilities().unwrap().keywords().next().is_none());
        let mut unknown = greeted(|_| ());
        unknown.heard();
        unknown.says(reply);
        assert_eq!(unknown.heard(), "QUIT\n", "{reply}");
        assert!(unknown.error.is_some());
        let mut never = greeted(|config| config.hello_fallback = false);
        assert_eq!((never.heard().as_str(), never.error.is_some()), ("QUIT\n", true), "{reply}");
        let mut local = greeted(|config| config.flavour = Flavour::Lmtp);
        assert_eq!(local.heard(), "QUIT\n", "{reply}");
        assert_eq!(local.error.unwrap().requirement(), Some(rfc2033::LHLO_REPLACES_EHLO));
    }
}

#[test]
fn a_status_is_read_where_there_may_be_one() {
    let mut greeted = Talk::new(config());
    greeted.says("554 5.7.1 no");
    assert!(greeted.error.unwrap().reply().unwrap().enhanced().is_none());
    let mut talk = talk(|config| config.hello_fallback = false);
    talk.says("220 2.0.0 hi").says("550 5.7.1 no");
    assert_eq!(talk.connection.greeting().unwrap().text(), "2.0.0 hi");
    assert!(talk.error.unwrap().reply().unwrap().enhanced().is_none());
    let mut old = Talk::new(config());
    old.says("220 hi").says("500 what");
    old.heard();
    old.says("550 5.7.1 no");
    assert!(old.error.unwrap().reply().unwrap().enhanced().is_none());
    let mut ready = Talk::ready(&[]);
    ready.connection.submit(Command::Noop(None)).unwrap();
    ready.heard();
    ready.says("250 2.0.0 ok");
    let Some(Event::Reply(_, reply)) = ready.events.pop() else { panic!("no reply") };
    assert!(reply.enhanced().is_some());
}

#[test]
fn starttls_is_agreed_to_or_all_is_over() {
    let asked = |tolerance| {
        let mut talk =
            talk(|config| (config.protection, config.tolerance) = (Protection::StartTls, tolerance));
        talk.says("220 hi").says_hello(&["STARTTLS"]);
        assert_eq!(talk.heard(), "EHLO c.example\nSTARTTLS\n");
        assert!(talk.events.is_empty() && !talk.connection.is_secured());
        talk
    };
    for (reply, kind, requirement) in [
        ("250 ok", Protocol, None),
        ("354 ok", Protocol, None),
        ("454 no", Refused, Some(rfc3207::TLS_CAN_BE_REQUIRED)),
        ("501 no", Refused, Some(rfc3207::TLS_CAN_BE_REQUIRED)),
    ] {
        let mut talk = asked(Tolerance::Field);
        assert_eq!(ended(talk.says(reply)), failed(kind, "QUIT\n"), "{reply}");
        let found = talk.error.unwrap().requirement();
        assert!(requirement.is_none() || found == requirement, "{reply}");
    }
    for (tolerance, forgiven) in [(Tolerance::Strict, false), (Tolerance::Field, true)] {
        let mut talk = asked(tolerance);
        // Before it is agreed to, nothing is secured.
        talk.connection.handle_secured(&TlsInfo::default());
        assert!(!talk.connection.is_secured());
        talk.says("220 go");
        assert!(matches!(talk.events.pop(), Some(Event::Upgrade)));
        assert_eq!(talk.connection.phase(), State::Handshaking);
        // What was injected is left lying.
        assert_eq!(talk.connection.advance(b"250 ok\r\n", talk.now).unwrap(), Step::Need(1));
        talk.connection.handle_secured(&TlsInfo::default());
        assert!(talk.connection.is_secured() && talk.connection.capabilities().is_none());
        assert!(talk.connection.greeting().is_none());
        assert_eq!(talk.heard(), "EHLO c.example\n");
        talk.says_hello(&["STARTTLS", "8BITMIME"]);
        assert_eq!(talk.error.is_none(), forgiven);
        assert_eq!(talk.connection.deviations().iter().count(), usize::from(forgiven));
        // A second time it is nothing new.
        talk.connection.handle_secured(&TlsInfo::default());
        assert_eq!(talk.connection.capabilities().is_some(), forgiven);
    }
    let mut without = talk(|config| config.protection = Protection::StartTls);
    without.says("220 hi").says_hello(&["SIZE"]);
    assert_eq!(ended(&mut without), failed(Unsupported, "EHLO c.example\nQUIT\n"));
    // In cleartext by choice it may be offered, and in TLS it may be absent.
    for (protection, offers, count) in [
        (Protection::Plaintext, "STARTTLS", 0),
        (Protection::Tls, "STARTTLS", 1),
        (Protection::Tls, "SIZE", 0),
    ] {
        let mut talk = talk(|config| config.protection = protection);
        talk.says("220 hi").says_hello(&[offers]);
        assert_eq!(talk.connection.phase(), State::Ready);
        assert_eq!(talk.connection.deviations().iter().count(), count, "{protection:?} {offers}");
        assert_eq!(talk.connection.is_secured(), protection == Protection::Tls);
    }
}

/// A connection that has asked for this much of a message, without pipelining.
fn asked(replies: usize) -> Talk {
    let mut talk = Talk::ready(&[]);
    talk.send(&["x@d.example"], false);
    talk.heard();
    for reply in ["250 ok", "250 ok", "354 go"].into_iter().take(replies) {
        talk.says(reply);
        talk.heard();
    }
    talk
}

#[test]
fn a_reply_of_a_kind_that_has_no_place_there_ends_the_connection() {
    for (replies, undue, said) in [
        (0, "354 go", "QUIT\n"),
        (0, "334 go", "QUIT\n"),
        (1, "354 go", "QUIT\n"),
        (2, "250 ok", "QUIT\n"),
        (2, "334 go", "QUIT\n"),
        (2, "353 go", "QUIT\n"),
        (3, "354 go", "QUIT\n"),
        (3, "353 go", "QUIT\n"),
    ] {
        let mut talk = asked(replies);
        assert_eq!(ended(talk.says(undue)), failed(Protocol, said), "{undue} behind {replies}");
    }
    for command in [Command::Noop(None), Command::Rset] {
        let mut talk = Talk::ready(&[]);
        talk.connection.submit(command).unwrap();
        talk.heard();
        assert_eq!(ended(talk.says("354 go")), failed(Protocol, "QUIT\n"));
    }
    // Nobody knows what another's command is answered with.
    let mut talk = Talk::ready(&[]);
    let raw = crate::types::argument::RawCommand::new("X-ASK", None).unwrap();
    let id = talk.connection.submit(Command::Raw(raw)).unwrap();
    talk.heard();
    talk.says("354 go");
    assert!(matches!(talk.events.pop(), Some(Event::Reply(of, _)) if of == id));
    assert!(talk.error.is_none());
}

#[test]
fn what_is_refused_is_told_with_what_was_said_of_it() {
    for (replies, said) in [(0, ""), (1, "RSET\n"), (2, "RSET\n"), (3, "")] {
        let mut talk = asked(replies);
        assert_eq!(talk.says("554 5.7.1 not from you").heard(), said, "behind {replies}");
        if !said.is_empty() {
            talk.says("250 ok");
        }
        let (_, report) = talk.report().unwrap();
        let reply = report.recipients()[0].outcome().reply().unwrap();
        assert_eq!(reply.to_string(), "554 5.7.1 not from you", "behind {replies}");
        assert!(talk.connection.is_idle());
    }
    let mut taken = asked(3);
    taken.says("250 2.6.0 queued as 77");
    let (_, report) = taken.report().unwrap();
    assert_eq!(report.recipients()[0].outcome().reply().unwrap().to_string(), "250 2.6.0 queued as 77");
}

#[test]
fn a_server_that_closes_is_not_answered() {
    for (replies, outcome) in [(0, "N"), (1, "R"), (2, "R"), (3, "R")] {
        let mut talk = asked(replies);
        assert_eq!(ended(talk.says("421 bye")), failed(Closed, ""), "behind {replies}");
        assert_eq!(talk.outcomes(), outcome, "behind {replies}");
    }
    let mut talk = Talk::ready(&[]);
    talk.connection.submit(Command::Noop(None)).unwrap();
    talk.heard();
    assert_eq!(ended(talk.says("421 bye")), failed(Closed, ""));
    assert!(matches!(&talk.events[..], [Event::Reply(_, reply)] if reply.code() == ReplyCode::UNAVAILABLE));
    // To QUIT it says what it was asked for, however it says it.
    for reply in ["221 bye", "250 ok", "421 bye", "500 what"] {
        let mut talk = Talk::ready(&[]);
        talk.connection.quit().unwrap();
        talk.heard();
        assert_eq!(ended(talk.says(reply)), (None, String::new(), State::Closed), "{reply}");
    }
}

#[test]
fn a_reset_of_our_own_is_answered_well_or_the_server_is_left() {
    for (reply, expected) in [
        ("250 ok", (None, String::new(), State::Ready)),
        ("251 ok", (None, String::new(), State::Ready)),
        ("421 bye", failed(Closed, "")),
        ("550 no", failed(Protocol, "QUIT\n")),
        ("450 no", failed(Protocol, "QUIT\n")),
        ("354 go", failed(Protocol, "QUIT\n")),
    ] {
        let mut talk = asked(1);
        assert_eq!(talk.says("550 no").heard(), "RSET\n");
        assert_eq!(ended(talk.says(reply)), expected, "{reply}");
    }
}

#[test]
fn what_answers_a_message_before_it_is_sent_can_only_refuse_it() {
    for (offers, begun, reply, expected) in [
        (&[][..], "250 ok\r\n250 ok\r\n354 go\r\n", "250 taken", failed(Protocol, "")),
        (&["CHUNKING"], "250 ok\r\n250 ok\r\n", "250 taken", failed(Protocol, "QUIT\n")),
        (&["CHUNKING"], "250 ok\r\n250 ok\r\n", "552 no", failed(Refused, "")),
        (&["CHUNKING"], "250 ok\r\n250 ok\r\n", "452 no", failed(Refused, "")),
        (&["CHUNKING"], "250 ok\r\n250 ok\r\n", "421 bye", failed(Closed, "")),
        (&[], "250 ok\r\n", "550 no", failed(Protocol, "QUIT\n")),
        (&[], "250 ok\r\n", "421 bye", failed(Closed, "")),
    ] {
        let mut talk = talk(|config| config.transfer = TransferPreference::Chunked);
        talk.says("220 hi").says_hello(offers);
        talk.send(&["x@d.example"], false);
        talk.heard();
        let lines: Vec<&str> = begun.split_inclusive('\n').collect();
        let (last, before) = lines.split_last().unwrap();
        for line in before {
            talk.feed(line);
            talk.heard();
        }
        // Both at once: what is asked for by the first is not out yet.
        talk.feed(&format!("{last}{reply}\r\n"));
        let (kind, said, state) = ended(&mut talk);
        let said = said.replace("Subject: x\n\n..hello\n.\n", "").replace("DATA\n", "");
        assert_eq!((kind, said, state), expected, "{offers:?} {reply}");
    }
}

#[test]
fn a_chunk_is_refused_and_no_command() {
    for (reply, expected) in [
        ("500 what", (Some(Protocol), State::Failed)),
        ("502 what", (Some(Protocol), State::Failed)),
        ("503 no", (None, State::Ready)),
        ("552 no", (None, State::Ready)),
        ("354 go", (Some(Protocol), State::Failed)),
    ] {
        for last in [true, false] {
            let mut talk = talk(|config| config.transfer = TransferPreference::Chunked);
            talk.says("220 hi").says_hello(&["CHUNKING"]);
            let envelope = Envelope::new("a@c.example", ["x@d.example"]).unwrap();
            let facts = crate::types::Facts::default();
            let submission = Submission { envelope, facts, payload: Payload::Streamed, windowed: false };
            let id = talk.connection.send(submission).unwrap();
            talk.heard();
            talk.says("250 ok").says("250 ok");
            talk.heard();
            talk.connection.provide(id, Bytes::from_static(b"a\r\n"), last).unwrap();
            talk.heard();
            talk.says(reply);
            let (kind, said, state) = ended(&mut talk);
            assert_eq!((kind, state), expected, "{reply} {last}");
            assert_eq!(said, if kind.is_some() { "QUIT\n" } else { "RSET\n" }, "{reply} {last}");
        }
    }
}

#[test]
fn replies_for_each_recipient_are_announced_where_they_were_asked_for() {
    let sent = |prdr: bool| {
        let mut talk = talk(|_| ());
        talk.says("220 hi").says_hello(&["PIPELINING", "CHUNKING", "PRDR"]);
        let envelope = Envelope::new("a@c.example", ["x@d.example", "y@d.example"]).unwrap();
        let envelope = if prdr { envelope.prdr() } else { envelope };
        let payload = Payload::Whole(Bytes::from_static(MAIL));
        let submission = Submission { envelope, facts: scan(MAIL), payload, windowed: true };
        talk.connection.send(submission).unwrap();
        talk.heard();
        talk.feed("250 ok\r\n250 ok\r\n250 ok\r\n");
        talk.heard();
        talk
    };
    let mut talk = sent(true);
    assert_eq!(talk.says("353 one by one").heard(), "", "it is no refusal");
    assert_eq!(talk.says("250 ok").heard(), "");
    assert!(talk.report().is_none());
    assert_eq!(talk.says("250 ok").heard(), "");
    assert!(talk.report().is_none());
    assert_eq!(talk.says("250 ok").heard(), "");
    assert_eq!((talk.outcomes().as_str(), talk.connection.is_idle()), ("AA", true));
    let mut talk = sent(true);
    assert_eq!(talk.says("250 taken").outcomes(), "AA", "it need not");
    for (prdr, reply) in [(true, "354 go"), (true, "334 go"), (false, "353 one by one")] {
        let mut talk = sent(prdr);
        assert_eq!(ended(talk.says(reply)), failed(Protocol, "QUIT\n"), "{prdr} {reply}");
    }
}

#[test]
fn lmtp_has_no_message_for_nobody() {
    let mut talk = talk(|config| config.flavour = Flavour::Lmtp);
    talk.says("220 hi").says_hello(&["PIPELINING"]);
    talk.send(&["x@d.example"], false);
    talk.heard();
    talk.feed("250 ok\r\n550 no\r\n354 go\r\n");
    assert_eq!(ended(&mut talk), failed(Protocol, ""));
    let requirement = talk.error.as_ref().and_then(Error::requirement);
    assert_eq!(requirement, Some(rfc2033::DATA_WITHOUT_RECIPIENT_GETS_503));
}

#[test]
fn an_auth_parameter_goes_where_somebody_has_logged_in() {
    let mut talk = Talk::ready(&[]);
    let envelope =
        || Envelope::new("a@c.example", ["x@d.example"]).unwrap().auth(crate::types::AuthParam::Unknown);
    let submission = || Submission {
        envelope: envelope(),
        facts: scan(MAIL),
        payload: Payload::Whole(Bytes::from_static(MAIL)),
        windowed: false,
    };
    assert_eq!(talk.connection.send(submission()).unwrap_err().kind(), Unsupported);
    talk.connection.state = State::Authenticated;
    talk.connection.send(submission()).unwrap();
    assert_eq!(talk.heard(), "MAIL FROM:<a@c.example> AUTH=<>\n");
}
