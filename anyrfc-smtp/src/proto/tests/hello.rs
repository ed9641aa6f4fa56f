//! Greetings and hellos, and what the driver is told.

use anyrfc_core::{Eof, ProtocolState, TlsInfo, Tolerance};

use super::*;
use crate::{rfc2033, rfc5321};

fn talk(change: impl FnOnce(&mut Config)) -> Talk {
    let mut config = config();
    change(&mut config);
    Talk::new(config)
}

/// What a reply to the greeting's place, or to EHLO, comes to.
fn outcome(talk: &Talk) -> Result<State, (ErrorKind, Option<&'static Requirement>)> {
    match &talk.error {
        Some(error) => Err((error.kind(), error.requirement())),
        None => Ok(talk.connection.phase()),
    }
}

#[test]
fn only_the_replies_of_the_table_begin_a_session() {
    let undue = Err((ErrorKind::Protocol, Some(rfc5321::REPLY_TABLE_IS_KEPT_TO)));
    for (reply, field, lenient) in [
        ("220 hi", Ok(State::Hello), Ok(State::Hello)),
        ("250 hi", undue, Ok(State::Hello)),
        ("299 hi", Ok(State::Hello), Ok(State::Hello)),
        ("354 hi", undue, undue),
        ("399 hi", undue, undue),
        ("450 no", Err((ErrorKind::Refused, None)), Err((ErrorKind::Refused, None))),
        ("554 no", Err((ErrorKind::Refused, None)), Err((ErrorKind::Refused, None))),
    ] {
        for (tolerance, expected) in [(Tolerance::Field, field), (Tolerance::Lenient, lenient)] {
            let mut talk = talk(|config| config.tolerance = tolerance);
            talk.says(reply);
            assert_eq!(outcome(&talk), expected, "{reply} under {tolerance:?}");
        }
    }
}

#[test]
fn only_the_replies_of_the_table_answer_a_hello() {
    let undue = Err((ErrorKind::Protocol, Some(rfc5321::REPLY_TABLE_IS_KEPT_TO)));
    let refused = Err((ErrorKind::Refused, None));
    for (reply, field, lenient) in [
        ("250 hi", Ok(State::Ready), Ok(State::Ready)),
        ("220 hi", undue, Ok(State::Ready)),
        ("299 hi", Ok(State::Ready), Ok(State::Ready)),
        ("354 hi", undue, undue),
        ("450 no", refused, refused),
        ("554 no", refused, refused),
        // Those are of a server that knows HELO alone, perhaps.
        ("500 what", Ok(State::Hello), Ok(State::Hello)),
        ("501 what", Ok(State::Hello), Ok(State::Hello)),
        ("502 what", Ok(State::Hello), Ok(State::Hello)),
        ("504 what", Ok(State::Hello), Ok(State::Hello)),
        ("550 what", Ok(State::Hello), Ok(State::Hello)),
    ] {
        for (tolerance, expected) in [(Tolerance::Field, field), (Tolerance::Lenient, lenient)] {
            let mut talk = talk(|config| config.tolerance = tolerance);
            talk.says("220 hi");
            assert_eq!(talk.heard(), "EHLO c.example\n");
            talk.says(reply);
            assert_eq!(outcome(&talk), expected, "{reply} under {tolerance:?}");
            if talk.heard() == "HELO c.example\n" {
                // There is nothing to fall back to any more.
                talk.says(reply);
                assert!(talk.error.as_ref().is_some_and(|error| error.requirement().is_none()), "{reply}");
                assert_eq!(
                    talk.error.as_ref().and_then(Error::reply).map(|no| no.to_string()).as_deref(),
                    Some(reply)
                );
            }
        }
        let mut talk = talk(|config| config.hello_fallback = false);
        talk.says("220 hi");
        talk.heard();
        talk.says(reply);
        let expected = if field == Ok(State::Hello) { false } else { field.is_ok() };
        assert_eq!(outcome(&talk).is_ok(), expected, "{reply} without HELO");
    }
    let mut talk = talk(|config| config.flavour = Flavour::Lmtp);
    talk.says("220 hi");
    assert_eq!(talk.heard(), "LHLO c.example\n");
    talk.says("500 what");
    assert_eq!(outcome(&talk), Err((ErrorKind::Unsupported, Some(rfc2033::LHLO_REPLACES_EHLO))));
}

#[test]
fn a_connection_is_quiescent_where_nothing_was_begun() {
    let mut talk = Talk::new(config());
    assert!(talk.connection.quiescent());
    assert_eq!(talk.connection.advance(b"220 h", talk.now).unwrap(), Step::Need(1));
    assert!(!talk.connection.quiescent(), "within a reply");
    talk.says("220 hi");
    talk.heard();
    let hello = b"250 hi\r\n";
    assert_eq!(talk.connection.advance(hello, talk.now).unwrap(), Step::Ready);
    assert!(!talk.connection.quiescent(), "an event waits");
    assert!(matches!(talk.connection.event(hello), (8, Event::Ready)));
    assert!(talk.connection.quiescent());
    // What comes of no bytes releases none.
    assert_eq!(talk.connection.event(b"").0, 0);
}

#[test]
fn nothing_is_read_where_it_is_not_for_us() {
    let need = |talk: &mut Talk, input: &[u8]| talk.connection.advance(input, talk.now).unwrap();
    let mut over = Talk::ready(&[]);
    assert_eq!(need(&mut over, b""), Step::Need(1));
    assert!(over.connection.handle_eof(Eof::Clean).is_err());
    assert_eq!(need(&mut over, b""), Step::Need(1));
    assert_eq!(need(&mut over, b"250 ok\r\n"), Step::Consumed(8));
    assert!(over.connection.handle_eof(Eof::Clean).is_ok(), "told already");
    let mut asking = talk(|config| config.protection = Protection::StartTls);
    asking.says("220 hi").says_hello(&["STARTTLS"]);
    assert_eq!(asking.heard(), "EHLO c.example\nSTARTTLS\n");
    asking.says("220 go");
    assert!(matches!(asking.events.pop(), Some(Event::Upgrade)));
    assert_eq!(asking.connection.phase(), State::Handshaking);
    assert_eq!(need(&mut asking, b"250 injected\r\n"), Step::Need(1));
    asking.connection.handle_secured(&TlsInfo::default());
    assert_eq!(asking.heard(), "EHLO c.example\n");
    // That it is secured is told once, where that was asked for.
    asking.connection.handle_secured(&TlsInfo::default());
    assert_eq!((asking.heard(), asking.connection.is_secured()), (String::new(), true));
    assert_eq!(asking.connection.state(), ProtocolState::Connecting);
}

#[test]
fn only_a_mail_server_is_left_by_quit() {
    for (greeting, said) in [("554 no", "QUIT\n"), ("421 no", ""), ("hello", ""), ("354 go", "")] {
        let mut talk = Talk::new(config());
        talk.says(greeting);
        assert!(talk.error.is_some());
        assert_eq!(talk.heard(), said, "{greeting}");
    }
    // Silence in its place, and later.
    let mut silent = Talk::new(config());
    let late = silent.connection.poll_timeout().unwrap();
    assert!(silent.connection.handle_timeout(late - Duration::from_millis(1)).is_ok());
    assert!(silent.connection.handle_timeout(late).is_err());
    assert_eq!(silent.heard(), "");
    let mut silent = Talk::new(config());
    silent.says("220 hi");
    silent.heard();
    let late = silent.connection.poll_timeout().unwrap();
    assert!(silent.connection.handle_timeout(late).is_err());
    assert_eq!(silent.heard(), "QUIT\n");
    let mut leaving = Talk::ready(&[]);
    leaving.connection.quit().unwrap();
    assert_eq!(leaving.heard(), "QUIT\n");
    let late = leaving.connection.poll_timeout().unwrap();
    assert!(leaving.connection.handle_timeout(late).is_ok(), "that is of no account");
    assert_eq!((leaving.heard(), leaving.connection.poll_timeout()), (String::new(), None));
}

#[test]
fn nothing_is_begun_behind_the_end() {
    let closed = |talk: &mut Talk| talk.connection.submit(Command::Noop(None)).unwrap_err().kind();
    let mut talk = Talk::ready(&[]);
    talk.connection.submit(Command::Noop(None)).unwrap();
    talk.connection.quit().unwrap();
    assert_eq!(closed(&mut talk), ErrorKind::Closed, "QUIT waits");
    assert_eq!(talk.heard(), "NOOP\n");
    talk.says("250 ok");
    assert_eq!(talk.heard(), "QUIT\n");
    assert_eq!(closed(&mut talk), ErrorKind::Closed, "it is said");
    talk.says("221 bye");
    assert_eq!((closed(&mut talk), talk.connection.phase()), (ErrorKind::Closed, State::Closed));
    let mut talk = Talk::ready(&[]);
    talk.connection.doomed = Some(Error::closed("x"));
    assert_eq!(closed(&mut talk), ErrorKind::Closed, "it is about to end");
    let mut talk = Talk::new(config());
    assert_eq!(closed(&mut talk), ErrorKind::Usage, "it has not begun");
}
