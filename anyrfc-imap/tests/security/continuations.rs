//! Continuation requests that nobody awaits.

use anyrfc_imap::{
    codec::command::{Noop, Raw},
    proto::State,
    rfc9051,
};
use anyrfc_sasl::{Credentials, Exchange, Plain, Preparation};

use crate::support::{Peer, bytes, secret};

#[test]
fn one_that_nobody_awaits_is_fatal_and_answered_by_nothing() {
    let mut peers = vec![Peer::greeted(""), Peer::authenticated(""), Peer::selected("", 1)];
    let mut busy = Peer::authenticated("");
    drop(busy.submit(Noop));
    busy.hear();
    peers.push(busy);
    let mut login = Peer::greeted("");
    drop(login.machine.login("tim", &secret("tanstaaf")).unwrap());
    assert_eq!(login.hear(), "%1 LOGIN \"tim\" \"tanstaaf\"\r\n");
    peers.push(login);
    for mut peer in peers {
        let error = peer.fails("+ send me more\r\n");
        assert_eq!(error.requirement(), Some(rfc9051::CONTINUATION_ANSWERS_AN_INCOMPLETE_COMMAND));
        assert_eq!((peer.hear().as_str(), peer.machine.phase()), ("", State::Failed));
    }
}

#[test]
fn one_before_the_command_was_sent_gets_no_secret() {
    let mut peer = Peer::greeted("AUTH=PLAIN");
    let credentials = Credentials::password("tim", "tanstaaftanstaaf");
    let exchange = Exchange::new(Plain::new(&credentials, Preparation::Saslprep).unwrap());
    let login = peer.machine.authenticate(exchange).unwrap();
    // Nothing has left yet.
    assert!(peer.try_say("+ \r\n").is_err());
    assert_eq!(peer.hear(), "");
    drop(login);
}

#[test]
fn each_literal_is_asked_for_by_itself() {
    let mut peer = Peer::authenticated("");
    let raw = Raw::new("XFOO").unwrap().literal(bytes("a\r\n")).literal(bytes("b\r\n"));
    let raw = peer.submit(raw);
    let noop = peer.submit(Noop);
    assert_eq!(peer.hear(), "%1 XFOO {3}\r\n");
    peer.say("+ go on\r\n");
    assert_eq!(peer.hear(), "a\r\n {3}\r\n");
    peer.say("+ go on\r\n");
    assert_eq!(peer.hear(), "b\r\n\r\n", "nothing else on the way until it is answered");
    assert!(peer.try_say("+ go on\r\n").is_err());
    drop((raw, noop));
}
