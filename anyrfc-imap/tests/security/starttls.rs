//! STARTTLS: injection, stripping, PREAUTH, and what was said before TLS.

use anyrfc_core::{
    Eof,
    testing::{Lead, Subject, harness, now},
};
use anyrfc_imap::{
    ErrorKind,
    codec::command::Noop,
    error::Waited,
    proto::{Config, Connection, Protection, State},
    rfc9051,
};

use crate::support::{Peer, SEED, borrowed_words, with, words};

const GREETING: &str = "* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n";

fn config() -> Config {
    with(|config| config.protection = Protection::StartTls)
}

/// The tag of the first command that a connection of [`SEED`] sends.
fn first_tag() -> String {
    let mut peer = Peer::starttls();
    peer.say(GREETING);
    assert_eq!(peer.hear(), "%1 STARTTLS\r\n");
    peer.tag(1).to_owned()
}

#[test]
fn plaintext_behind_the_go_ahead_is_never_taken_for_secured() {
    let subject =
        Subject::new(|| Connection::new(config(), SEED, now()), words, |event| borrowed_words(event));
    let ok = format!("{} OK begin\r\n", first_tag());
    // Driven on between the two, so that STARTTLS is sent before it is answered.
    let leads = [Lead::peer(GREETING), Lead::peer(ok)];
    let injected = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n* OK [ALERT] call 555-1234\r\n";
    harness::injected_plaintext_is_refused(&subject, &leads, injected, Connection::is_confidential);
}

#[test]
fn what_was_said_before_tls_is_forgotten() {
    let mut peer = Peer::starttls();
    let told = peer.say(
        "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=EVIL] hello\r\n* LIST () \"/\" trap\r\n* 5 EXISTS\r\n\
         * STATUS trap (MESSAGES 5)\r\n* 1 FETCH (UID 1 FLAGS ())\r\n* OK [ALERT] call 555-1234\r\n\
         * 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n* ENABLED IMAP4rev2\r\n",
    );
    assert_eq!(told, [""; 0], "nothing of it is told");
    assert_eq!(peer.hear(), "%1 STARTTLS\r\n");
    assert_eq!(peer.say("%1 OK [ALERT] begin\r\n"), ["upgrade"]);
    assert_eq!(peer.machine.phase(), State::Handshaking);
    peer.secure();
    assert_eq!(peer.machine.phase(), State::NotAuthenticated);
    assert!(peer.machine.capabilities().is_none());
    assert!(peer.machine.mailbox().is_none());
    assert!(peer.machine.enabled().iter().next().is_none());
    assert!(peer.machine.deviations().is_empty());
    let noop = peer.submit(Noop);
    assert_eq!(peer.hear(), "%2 CAPABILITY\r\n", "asked for again");
    peer.say("* CAPABILITY IMAP4rev1\r\n%2 OK done\r\n");
    assert_eq!(peer.hear(), "%3 NOOP\r\n");
    drop(noop);
}

#[test]
fn nothing_but_starttls_is_said_before_tls() {
    let mut peer = Peer::starttls();
    let noop = peer.submit(Noop);
    peer.say("* OK hello\r\n");
    assert_eq!(peer.hear(), "%1 CAPABILITY\r\n");
    peer.say("* CAPABILITY IMAP4rev1 STARTTLS\r\n%1 OK done\r\n");
    assert_eq!(peer.hear(), "%2 STARTTLS\r\n");
    assert_eq!(peer.say("%2 OK begin\r\n"), ["upgrade"]);
    assert_eq!(peer.hear(), "");
    drop(noop);
}

#[test]
fn a_server_without_starttls_gets_nothing() {
    let mut peer = Peer::starttls();
    let error = peer.fails("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.requirement(), Some(rfc9051::RESULT_OF_STARTTLS_IS_CHECKED));
    assert_eq!((peer.hear().as_str(), peer.machine.phase()), ("", State::Failed));
    for answer in ["%1 NO who knows\r\n", "%1 BAD no such thing\r\n", "%1 OK done\r\n"] {
        let mut peer = Peer::starttls();
        peer.say("* OK hello\r\n");
        assert_eq!(peer.hear(), "%1 CAPABILITY\r\n");
        assert_eq!(peer.fails(answer).kind(), ErrorKind::Unsupported, "{answer}");
    }
}

#[test]
fn a_refused_starttls_ends_the_connection() {
    for answer in ["%1 NO not now\r\n", "%1 BAD what\r\n"] {
        let mut peer = Peer::starttls();
        peer.say(GREETING);
        peer.hear();
        let error = peer.fails(answer);
        assert_eq!(error.requirement(), Some(rfc9051::RESULT_OF_STARTTLS_IS_CHECKED));
        assert!(error.refusal().is_some());
        assert_eq!(peer.machine.phase(), State::Failed);
        assert!(peer.machine.submit(Noop).is_err());
    }
}

#[test]
fn a_go_ahead_before_starttls_was_sent_is_fatal() {
    let tag = first_tag();
    let mut peer = Peer::starttls();
    let error = peer.try_say_bytes(format!("{GREETING}{tag} OK begin\r\n").as_bytes()).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9051::COMPLETION_BEARS_THE_TAG_OF_A_COMMAND));
    assert_eq!(peer.machine.phase(), State::Failed);
    // So is any completion that is not STARTTLS's own.
    let mut peer = Peer::starttls();
    peer.say(GREETING);
    peer.hear();
    assert_eq!(peer.fails("a1 OK begin\r\n").kind(), ErrorKind::Protocol);
}

#[test]
fn preauth_in_plaintext_is_refused() {
    let mut peer = Peer::starttls();
    let error = peer.fails("* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n");
    assert_eq!(error.requirement(), Some(rfc9051::RESULT_OF_STARTTLS_IS_CHECKED));
    assert_eq!(peer.hear(), "");
    let mut peer = Peer::tls();
    assert_eq!(peer.say("* PREAUTH hello\r\n"), ["greeting hello"]);
    assert_eq!(peer.machine.phase(), State::Authenticated);
    let mut peer = Peer::new(with(|config| config.protection = Protection::Plaintext));
    assert_eq!(peer.say("* PREAUTH hello\r\n"), ["greeting hello"]);
}

#[test]
fn an_alert_in_plaintext_is_marked() {
    let mut peer = Peer::new(with(|config| config.protection = Protection::Plaintext));
    let told = peer.say("* OK hello\r\n* OK [ALERT] call 555-1234\r\n");
    assert_eq!(told[1], "alert call 555-1234 false");
    let mut peer = Peer::tls();
    let told = peer.say("* OK hello\r\n* OK [ALERT] the disk is full\r\n");
    assert_eq!(told[1], "alert the disk is full true");
}

#[test]
fn every_end_on_the_way_to_tls_is_an_error() {
    for text in ["", GREETING, "* OK hello\r\n* CAPA"] {
        let mut peer = Peer::starttls();
        peer.say(text);
        peer.hear();
        assert_eq!(peer.end(Eof::Clean).unwrap_err().kind(), ErrorKind::Closed, "{text}");
        assert_eq!(peer.machine.phase(), State::Failed);
    }
}

#[test]
fn a_handshake_that_takes_for_ever_ends() {
    let mut peer = Peer::starttls();
    peer.say(GREETING);
    peer.hear();
    peer.say("%1 OK begin\r\n");
    let time = peer.machine.config().deadlines.handshake;
    let error = peer.wait(time).unwrap_err();
    assert_eq!(error.waited_for(), Some(Waited::Handshake));
}

#[test]
fn where_a_line_ends_is_not_forgiven_before_tls() {
    let greeting = "* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\n";
    let lenient = |protection| {
        Peer::new(with(|config| {
            config.protection = protection;
            config.tolerance = anyrfc_core::Tolerance::Lenient;
        }))
    };
    let mut peer = lenient(Protection::StartTls);
    peer.say(greeting);
    assert_eq!((peer.hear().as_str(), peer.machine.phase()), ("", State::Greeting));
    peer.say("\r\n");
    assert_eq!(peer.hear(), "%1 STARTTLS\r\n");
    peer.say("%1 OK x\n");
    assert_eq!(peer.machine.phase(), State::AskingTls);
    let mut peer = lenient(Protection::Tls);
    assert_eq!(peer.say(greeting), ["greeting hello"]);
}

#[test]
fn what_is_said_before_tls_alerts_nobody() {
    let mut peer = Peer::starttls();
    let told = peer.say("* OK [ALERT] call 555-1234\r\n* OK [ALERT] now\r\n* BYE [ALERT] or never\r\n");
    assert!(told.iter().all(|words| !words.starts_with("alert")), "{told:?}");
}
