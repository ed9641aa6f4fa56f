//! How connections end.

use std::time::Duration;

use anyrfc_core::Eof;
use anyrfc_imap::{
    ErrorKind,
    codec::command::{Noop, Select},
    error::{Detail, Waited},
    proto::State,
    rfc9051,
    types::{MailboxName, StatusKind},
};

use crate::support::{Peer, secret};

#[test]
fn greeted_by_bye() {
    let mut peer = Peer::tls();
    let noop = peer.submit(Noop);
    let told = peer.say("* BYE [UNAVAILABLE] too many\r\n");
    assert_eq!(told[0], "bye too many");
    assert_eq!(peer.machine.phase(), State::Closed);
    let error = peer.answer(noop).unwrap_err();
    assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Closed, true));
}

#[test]
fn a_greeting_that_is_none() {
    for greeting in [
        "a OK hello\r\n",
        "+ hello\r\n",
        "* 1 FETCH (UID 1)\r\n",
        "* NO hello\r\n",
        "* BAD hello\r\n",
        "* CAPABILITY IMAP4rev1\r\n",
        "220 smtp.example ESMTP\r\n",
    ] {
        let mut peer = Peer::tls();
        let error = peer.fails(greeting);
        assert_eq!(error.kind(), ErrorKind::Protocol, "{greeting}: {error}");
        assert_eq!(peer.machine.phase(), State::Failed);
    }
    let mut peer = Peer::tls();
    let time = peer.machine.config().deadlines.greeting;
    assert_eq!(peer.wait(time).unwrap_err().waited_for(), Some(Waited::Greeting));
}

#[test]
fn bye_fails_what_was_under_way() {
    let mut peer = Peer::authenticated("");
    let (one, two) = (peer.submit(Noop), peer.submit(Select::new(MailboxName::inbox())));
    assert_eq!(peer.hear(), "%1 NOOP\r\n");
    let told = peer.say("* BYE [ALERT] going down\r\n* OK never read\r\n");
    assert_eq!((told[0].as_str(), told.len()), ("bye going down", 3));
    assert_eq!(peer.answer(one).unwrap_err().refusal().unwrap().status.kind, StatusKind::Bye);
    let error = peer.answer(two).unwrap_err();
    assert_eq!(
        (error.kind(), error.is_unsent()),
        (ErrorKind::Closed, true),
        "it may be tried again elsewhere"
    );
    assert_eq!(peer.end(Eof::Clean).unwrap(), [""; 0]);
    assert_eq!(anyrfc_core::Machine::poll_timeout(&peer.machine), None);
}

#[test]
fn logout_ends_in_order_however_the_server_goes() {
    for (answer, eof) in [
        ("* BYE x\r\n%1 OK x\r\n", None),
        ("%1 OK x\r\n", None),
        ("* BYE x\r\n", Some(Eof::Clean)),
        ("* BYE x\r\n", Some(Eof::Truncated)),
        ("", Some(Eof::Clean)),
        ("* BYE x\r\n* BYE x\r\n", None),
        ("%1 BAD x\r\n", None),
    ] {
        let mut peer = Peer::authenticated("");
        let logout = peer.machine.logout().unwrap();
        assert!(peer.machine.submit(Noop).is_err(), "nothing goes after it");
        assert_eq!(peer.hear(), "%1 LOGOUT\r\n");
        peer.say(answer);
        if let Some(eof) = eof {
            peer.end(eof).unwrap();
        }
        assert_eq!(peer.machine.phase(), State::Closed, "{answer:?}");
        peer.answer(logout).unwrap();
    }
    // BYE is enough, in time.
    let mut peer = Peer::authenticated("");
    let logout = peer.machine.logout().unwrap();
    peer.hear();
    peer.say("* BYE x\r\n");
    let time = peer.machine.config().deadlines.logout;
    peer.wait(time).unwrap();
    peer.answer(logout).unwrap();
    // Nothing at all is not.
    let mut peer = Peer::authenticated("");
    let logout = peer.machine.logout().unwrap();
    peer.hear();
    assert_eq!(peer.wait(time).unwrap_err().waited_for(), Some(Waited::Logout));
    drop(logout);
}

#[test]
fn logout_waits_for_what_came_before() {
    let mut peer = Peer::authenticated("");
    let noop = peer.submit(Noop);
    let logout = peer.machine.logout().unwrap();
    assert_eq!(peer.hear(), "%1 NOOP\r\n");
    peer.say("%1 OK x\r\n");
    assert_eq!(peer.hear(), "%2 LOGOUT\r\n");
    drop((noop, logout));
}

#[test]
fn an_end_without_a_word_is_an_error() {
    for eof in [Eof::Clean, Eof::Truncated] {
        let mut peer = Peer::selected("", 1);
        let error = peer.end(eof).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
        assert_eq!(error.requirement(), Some(rfc9051::SERVER_SAYS_BYE_BEFORE_CLOSING));
        assert_eq!(peer.machine.phase(), State::Failed);
    }
}

#[test]
fn a_silent_server_is_named_with_the_command() {
    let mut peer = Peer::authenticated("");
    let noop = peer.submit(Noop);
    peer.hear();
    assert!(peer.wait(Duration::from_secs(119)).is_ok());
    let error = peer.wait(Duration::from_secs(1)).unwrap_err();
    assert_eq!(error.waited_for(), Some(Waited::Command));
    let Detail::TimedOut { command: Some(command), .. } = error.detail() else { panic!("{error:?}") };
    assert_eq!(**command, *format!("{} NOOP", peer.tag(1)));
    drop(noop);
}

#[test]
fn an_idle_connection_has_no_deadline() {
    let mut peer = Peer::selected("", 1);
    peer.wait(Duration::from_secs(1_000_000)).unwrap();
    let noop = peer.submit(Noop);
    peer.hear();
    peer.say("%2 OK x\r\n");
    peer.wait(Duration::from_secs(1_000_000)).unwrap();
    drop(noop);
}

#[test]
fn other_commands_do_not_buy_a_silent_server_time() {
    let mut peer = Peer::authenticated("");
    let mut tickets = Vec::new();
    let mut failed = false;
    for _ in 0..10 {
        tickets.push(peer.submit(Noop));
        peer.hear();
        failed |= peer.wait(Duration::from_secs(30)).is_err();
        if failed {
            break;
        }
    }
    assert!(failed && tickets.len() == 4, "{}", tickets.len());
}

#[test]
fn capabilities_after_a_login_are_those_that_it_told() {
    for (answer, expected) in [
        ("%1 OK [CAPABILITY IMAP4rev1 IDLE] x\r\n", Some(1)),
        ("* CAPABILITY IMAP4rev1 IDLE MOVE\r\n%1 OK x\r\n", Some(2)),
        ("%1 OK x\r\n", None),
    ] {
        let mut peer = Peer::greeted("XOLD");
        let login = peer.machine.login("tim", &secret("tanstaaf")).unwrap();
        peer.hear();
        peer.say(answer);
        peer.answer(login).unwrap();
        assert_eq!(peer.machine.capabilities().map(|_| peer.capabilities().len()), expected, "{answer}");
    }
}
