//! IDLE (RFC 9051, section 6.3.13; RFC 2177).

use std::time::Duration;

use anyrfc_imap::{
    ErrorKind,
    codec::command::{Noop, UidFetch},
    error::Waited,
    proto::{Deadlines, State},
    rfc2177, rfc9051,
    types::FetchItems,
};

use crate::support::{Peer, set, with};

#[test]
fn what_happens_is_told_until_the_next_command() {
    let mut peer = Peer::selected("IDLE", 3);
    let idle = peer.machine.idle().unwrap();
    assert_eq!(peer.hear(), "%2 IDLE\r\n");
    assert!(!peer.machine.is_idling());
    assert_eq!(peer.say("+ idling\r\n"), ["idling CommandId(2)"]);
    assert!(peer.machine.is_idling());
    assert_eq!(peer.say("* 4 EXISTS\r\n* 2 EXPUNGE\r\n"), ["Exists(4)", "expunge 2 None"]);
    assert!(peer.deviations().is_empty(), "this is the time for EXPUNGE");
    let fetch = peer.submit(UidFetch::new(set("5"), FetchItems::new().flags()));
    assert_eq!(peer.hear(), "DONE\r\n");
    assert_eq!(peer.say("* 1 FETCH (UID 5 FLAGS ())\r\n").len(), 1, "what is on its way comes still");
    peer.say("%2 OK done\r\n");
    peer.answer(idle).unwrap();
    assert_eq!(peer.hear(), "%3 UID FETCH 5 (FLAGS)\r\n");
    drop(fetch);
}

#[test]
fn data_may_come_before_the_go_ahead() {
    let mut peer = Peer::selected("IDLE", 3);
    let idle = peer.machine.idle().unwrap();
    peer.hear();
    assert_eq!(peer.say("* 4 EXISTS\r\n+\r\n"), ["Exists(4)", "idling CommandId(2)"]);
    drop(idle);
}

#[test]
fn done_waits_for_the_go_ahead() {
    let mut peer = Peer::selected("IDLE", 3);
    let idle = peer.machine.idle().unwrap();
    peer.hear();
    peer.machine.stop_idling();
    peer.machine.stop_idling();
    assert_eq!(peer.hear(), "");
    assert_eq!(peer.say("+ idling\r\n"), [""; 0]);
    assert_eq!(peer.hear(), "DONE\r\n");
    peer.say("%2 OK done\r\n");
    peer.answer(idle).unwrap();
    peer.machine.stop_idling();
    assert_eq!(peer.hear(), "");
}

#[test]
fn it_renews_itself_unnoticed() {
    let mut peer = Peer::selected("IDLE", 3);
    let idle = peer.machine.idle().unwrap();
    peer.hear();
    peer.say("+ idling\r\n");
    let time = peer.machine.config().deadlines.idle_renewal;
    assert!(time <= Duration::from_secs(29 * 60), "{}", rfc9051::IDLE_IS_RENEWED);
    for n in 2..5 {
        // What happens meanwhile does not put it off.
        peer.wait(time / 2).unwrap();
        peer.say("* 5 EXISTS\r\n");
        assert_eq!(peer.hear(), "");
        peer.wait(time / 2).unwrap();
        assert_eq!(peer.hear(), "DONE\r\n");
        peer.say(&format!("%{n} OK done\r\n"));
        assert_eq!(peer.hear(), format!("%{} IDLE\r\n", n + 1));
        assert_eq!(peer.say("+ idling\r\n"), [""; 0]);
    }
    peer.machine.stop_idling();
    assert_eq!(peer.hear(), "DONE\r\n");
    peer.say("%5 OK done\r\n");
    peer.answer(idle).unwrap();
}

#[test]
fn one_that_nobody_listens_to_is_not_renewed() {
    let mut peer = Peer::selected("IDLE", 3);
    drop(peer.machine.idle().unwrap());
    peer.hear();
    assert_eq!(peer.say("+ idling\r\n"), [""; 0]);
    peer.wait(peer.machine.config().deadlines.idle_renewal).unwrap();
    assert_eq!(peer.hear(), "DONE\r\n");
    peer.say("%2 OK done\r\n");
    assert_eq!((peer.hear().as_str(), peer.machine.commands()), ("", 0));
}

#[test]
fn a_command_while_it_is_renewed_ends_it() {
    let mut peer = Peer::selected("IDLE", 3);
    let idle = peer.machine.idle().unwrap();
    peer.hear();
    peer.say("+ idling\r\n");
    peer.wait(peer.machine.config().deadlines.idle_renewal).unwrap();
    assert_eq!(peer.hear(), "DONE\r\n");
    let noop = peer.submit(Noop);
    assert_eq!(peer.hear(), "");
    peer.say("%2 OK done\r\n");
    peer.answer(idle).unwrap();
    assert_eq!(peer.hear(), "%3 NOOP\r\n");
    drop(noop);
}

#[test]
fn bye_while_idling_ends_it() {
    let mut peer = Peer::selected("IDLE", 3);
    let idle = peer.machine.idle().unwrap();
    peer.hear();
    peer.say("+ idling\r\n");
    let told = peer.say("* BYE [UNAVAILABLE] restart\r\n");
    assert_eq!(told[0], "bye restart");
    let error = peer.answer(idle).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert!(error.code().is_some());
    assert_eq!(peer.machine.phase(), State::Closed);
    assert!(peer.machine.idle().is_err());
}

#[test]
fn a_server_may_end_it_by_itself_or_refuse_it() {
    let mut peer = Peer::selected("IDLE", 3);
    let idle = peer.machine.idle().unwrap();
    peer.hear();
    peer.say("+ idling\r\n%2 OK enough\r\n");
    peer.answer(idle).unwrap();
    for answer in ["%3 NO not now\r\n", "%3 BAD what\r\n"] {
        let mut peer = Peer::selected("IDLE", 3);
        let noop = peer.submit(Noop);
        peer.hear();
        peer.say("%2 OK done\r\n");
        let idle = peer.machine.idle().unwrap();
        peer.hear();
        peer.say(answer);
        assert_eq!(peer.answer(idle).unwrap_err().kind(), ErrorKind::Refused);
        drop(noop);
    }
}

#[test]
fn without_the_capability_it_is_not_sent() {
    let mut peer = Peer::selected("", 3);
    let error = peer.machine.idle().unwrap_err();
    assert_eq!(error.requirement(), Some(rfc2177::IDLE_NEEDS_THE_CAPABILITY));
}

#[test]
fn silence_ends_every_step_of_it() {
    let config = with(|config| config.deadlines = Deadlines::default());
    for (said, waited) in [("", Waited::Idle), ("+ idling\r\n", Waited::Done)] {
        let mut peer = Peer::authenticated_with(config.clone(), "IDLE");
        let idle = peer.machine.idle().unwrap();
        peer.hear();
        peer.say(said);
        if waited == Waited::Done {
            peer.machine.stop_idling();
            peer.hear();
        }
        let error = peer.wait(config.deadlines.command).unwrap_err();
        assert_eq!(error.waited_for(), Some(waited));
        drop(idle);
    }
}
