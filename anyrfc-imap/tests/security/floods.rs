//! Too much, too slow, and without an end.

use std::time::Duration;

use anyrfc_core::testing::{Subject, harness, now};
use anyrfc_imap::{
    ErrorKind,
    codec::command::{List, Noop, UidFetch},
    error::Waited,
    proto::{Config, Connection, State},
    types::{FetchItems, Pattern, Section},
};

use crate::support::{Peer, SEED, borrowed_words, set, with, words};

fn subject() -> Subject<Connection> {
    Subject::new(|| Connection::new(Config::default(), SEED, now()), words, |event| borrowed_words(event))
}

#[test]
fn literals_beyond_all_numbers_are_refused_at_their_announcement() {
    for literal in ["{99999999999999999999}", "{9223372036854775808}", "{4294967296}", "{2147483648}"] {
        let mut peer = Peer::authenticated("");
        let error = peer.fails(&format!("* LIST () \"/\" {literal}\r\n"));
        assert!(matches!(error.kind(), ErrorKind::Limit | ErrorKind::Protocol), "{literal}: {error}");
        assert_eq!(peer.machine.phase(), State::Failed);
        // What would follow is the literal's, and not read as anything else.
        assert!(peer.try_say("* BYE\r\n").is_ok_and(|told| told.is_empty()));
    }
}

#[test]
fn what_is_announced_takes_no_memory() {
    for announced in ["* LIST () \"/\" {60000000}\r\n", "* 1 FETCH (BODY[] {9000000000000000000}\r\n"] {
        let input = format!("* PREAUTH hello\r\n{announced}");
        harness::announced_size_is_not_allocated(&subject(), input.as_bytes());
    }
}

#[test]
fn a_body_of_any_length_is_told_piece_by_piece() {
    let mut peer = Peer::selected("", 1);
    let fetch = peer.submit(UidFetch::new(set("5"), FetchItems::new().peek(Section::all())));
    peer.hear();
    let told = peer.say("* 1 FETCH (UID 5 BODY[] {9000000000000000000}\r\nabc");
    assert_eq!(told, ["body of 1 [] 9000000000000000000 bytes", "chunk abc"]);
    drop(fetch);
}

#[test]
fn a_line_without_an_end_ends() {
    let error = harness::endless_input_stops(&subject(), b"* OK hello\r\n* OK ", b"and on and on ");
    assert!(format!("{error:?}").contains("Limit"), "{error:?}");
    let error = harness::endless_input_stops(&subject(), b"", b"* OK x");
    assert!(format!("{error:?}").contains("Limit"), "{error:?}");
}

#[test]
fn data_without_an_end_are_told_and_not_kept() {
    let list = format!("* LIST () \"/\" {}\r\n", "a".repeat(50_000));
    let end = harness::endless_input_stops(&subject(), b"* PREAUTH hello\r\n", list.as_bytes());
    assert!(end.is_none(), "{end:?}");
}

#[test]
fn a_command_is_not_kept_waiting_by_what_answers_nothing() {
    let config = with(|config| config.unsolicited = 100);
    let mut peer = Peer::authenticated_with(config, "");
    let noop = peer.submit(Noop);
    peer.hear();
    for _ in 0..100 {
        peer.say("* OK still here\r\n");
    }
    assert_eq!(peer.fails("* OK still here\r\n").kind(), ErrorKind::Limit);
    drop(noop);
    // Nor does it buy time.
    let mut peer = Peer::authenticated("");
    let noop = peer.submit(Noop);
    peer.hear();
    let time = peer.machine.config().deadlines.command;
    peer.wait(time / 2).unwrap();
    peer.say("* OK still here\r\n");
    let error = peer.wait(time / 2).unwrap_err();
    assert_eq!((error.kind(), error.waited_for()), (ErrorKind::Timeout, Some(Waited::Command)));
    drop(noop);
}

#[test]
fn a_byte_now_and_then_buys_no_time() {
    let mut peer = Peer::authenticated("");
    let list = peer.submit(List::new(Pattern::all()));
    peer.hear();
    let mut time = Duration::ZERO;
    peer.say("* LIST () \"/\" ");
    let error = loop {
        peer.say("x");
        time += Duration::from_secs(10);
        if let Err(error) = peer.wait(Duration::from_secs(10)) {
            break error;
        }
        assert!(time < Duration::from_secs(3600));
    };
    assert_eq!(error.kind(), ErrorKind::Timeout);
    drop(list);
}

#[test]
fn an_answer_without_an_end_is_limited() {
    let config = with(|config| config.limits.buffered = 100_000);
    let mut peer = Peer::authenticated_with(config, "");
    let list = peer.submit(List::new(Pattern::all()));
    peer.hear();
    let mut rows = 0;
    let error = loop {
        if let Err(error) = peer.try_say("* LIST (\\HasNoChildren) \"/\" some/mailbox\r\n") {
            break error;
        }
        rows += 1;
        assert!(rows < 10_000);
    };
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert!(rows > 100, "{rows}");
    drop(list);
}

#[test]
fn bye_without_an_end_is_one_bye() {
    let mut peer = Peer::authenticated("");
    let told = peer.say("* BYE go away\r\n* BYE go away\r\n* BYE go away\r\n");
    assert_eq!(told, ["bye go away"]);
    assert_eq!(peer.machine.phase(), State::Closed);
    let mut peer = Peer::authenticated("");
    let logout = peer.machine.logout().unwrap();
    peer.hear();
    peer.say("* BYE go away\r\n* BYE go away\r\n* BYE go away\r\n");
    peer.answer(logout).unwrap();
    assert_eq!(peer.machine.phase(), State::Closed);
}

#[test]
fn a_nesting_bomb_is_one_malformed_value() {
    let mut peer = Peer::selected("", 1);
    let bomb = "(".repeat(100_000);
    let told =
        peer.say(&format!("* 1 FETCH (UID 5 BODYSTRUCTURE {bomb}{})\r\n* 2 EXISTS\r\n", ")".repeat(100_000)));
    assert_eq!(told.len(), 2);
    assert!(told[0].starts_with("row of nobody"));
    assert_eq!(told[1], "Exists(2)");
}

#[test]
fn idle_memory_is_given_back() {
    let mut input = b"* PREAUTH hello\r\n".to_vec();
    for _ in 0..2000 {
        input.extend_from_slice(b"* LIST (\\HasNoChildren) \"/\" some/mailbox\r\n");
    }
    harness::idle_memory_is_released(&subject(), &input);
}
