//! Literals that the caller gives, and bodies that are told piece by piece.

use anyrfc_core::Output;
use anyrfc_imap::{
    ErrorKind,
    codec::command::{Append, Noop, UidFetch},
    error::Waited,
    types::{AppendOptions, FetchItems, MailboxName, Section},
};
use bytes::Bytes;

use crate::support::{Peer, bytes, set};

fn append(octets: u64) -> Append {
    Append::new(MailboxName::inbox(), AppendOptions::new(), octets)
}

#[test]
fn a_literal_is_asked_for_then_given_then_answered() {
    let mut peer = Peer::authenticated("");
    let ticket = peer.submit(append(6));
    let id = ticket.id();
    assert_eq!(peer.hear(), "%1 APPEND INBOX {6}\r\n");
    assert_eq!(peer.machine.feed(id, bytes("abc")).unwrap_err().kind(), ErrorKind::Usage, "not yet");
    assert_eq!(peer.machine.room(), 0);
    assert_eq!(peer.say("+ go on\r\n"), ["literal CommandId(1)"]);
    assert_eq!(peer.machine.room(), 6);
    assert_eq!(peer.machine.feed(id, bytes("abc")).unwrap(), 3);
    assert_eq!(peer.machine.feed(id, bytes("defg")).unwrap_err().kind(), ErrorKind::Usage, "too much");
    assert_eq!(peer.machine.feed(id, bytes("def")).unwrap(), 0);
    assert_eq!(peer.hear(), "abcdef\r\n");
    peer.say("%1 OK [APPENDUID 7 9] done\r\n");
    let answer = peer.answer(ticket).unwrap();
    assert_eq!(answer.unwrap().uid().unwrap().get(), 9);
}

#[test]
fn a_literal_that_need_not_be_asked_for_begins_at_once() {
    let mut peer = Peer::authenticated("LITERAL+");
    let ticket = peer.submit(append(3));
    assert_eq!(peer.due(), ["literal CommandId(1)"]);
    peer.machine.feed(ticket.id(), bytes("abc")).unwrap();
    assert_eq!(peer.hear(), "%1 APPEND INBOX {3+}\r\nabc\r\n");
    // RFC 7888: no more than 4096 octets under LITERAL-.
    let mut peer = Peer::authenticated("LITERAL-");
    let (small, large) = (peer.submit(append(4096)), peer.submit(append(4097)));
    assert_eq!(peer.hear(), "%1 APPEND INBOX {4096+}\r\n");
    peer.machine.feed(small.id(), Bytes::from(vec![b'x'; 4096])).unwrap();
    assert!(peer.hear().ends_with("x\r\n%2 APPEND INBOX {4097}\r\n"), "the next one need not wait");
    peer.say("%1 OK done\r\n");
    assert_eq!(peer.hear(), "");
    drop(large);
}

#[test]
fn an_empty_literal_waits_too() {
    let mut peer = Peer::authenticated("");
    let ticket = peer.submit(append(0));
    assert_eq!(peer.hear(), "%1 APPEND INBOX {0}\r\n");
    assert_eq!(peer.say("+ go on\r\n"), [""; 0], "there is nothing to give");
    assert_eq!(peer.hear(), "\r\n");
    drop(ticket);
}

#[test]
fn no_more_is_held_than_there_is_room_for() {
    let mut peer = Peer::authenticated("LITERAL+");
    let ticket = peer.submit(append(10_000_000));
    peer.hear();
    let mut given = 0;
    while peer.machine.room() > 0 {
        let chunk = peer.machine.room().min(10_000);
        peer.machine.feed(ticket.id(), Bytes::from(vec![b'x'; chunk])).unwrap();
        given += chunk;
    }
    assert!(given <= Output::HIGH_WATER, "{given}");
    assert_eq!(peer.hear().len(), given);
    assert!(peer.machine.room() > 0);
}

#[test]
fn the_time_that_the_caller_takes_is_not_the_servers() {
    let mut peer = Peer::authenticated("");
    let ticket = peer.submit(append(3));
    peer.hear();
    peer.say("+ go on\r\n");
    let time = peer.machine.config().deadlines.command;
    peer.wait(100 * time).unwrap();
    peer.machine.feed(ticket.id(), bytes("abc")).unwrap();
    peer.hear();
    assert_eq!(peer.wait(time).unwrap_err().waited_for(), Some(Waited::Command));
}

#[test]
fn a_literal_that_is_never_asked_for_ends_in_time() {
    let mut peer = Peer::authenticated("");
    let ticket = peer.submit(append(3));
    peer.hear();
    let time = peer.machine.config().deadlines.continuation;
    assert_eq!(peer.wait(time).unwrap_err().waited_for(), Some(Waited::Literal));
    drop(ticket);
}

#[test]
fn other_commands_wait_for_the_end_of_the_literal() {
    let mut peer = Peer::authenticated("");
    let first = peer.submit(append(3));
    let second = peer.submit(append(3));
    let noop = peer.submit(Noop);
    peer.hear();
    peer.say("+ go on\r\n");
    assert_eq!(peer.hear(), "");
    peer.machine.feed(first.id(), bytes("abc")).unwrap();
    let heard = peer.hear();
    assert!(heard.starts_with("abc\r\n"), "{heard}");
    assert_eq!(peer.machine.feed(first.id(), bytes("x")).unwrap_err().kind(), ErrorKind::Usage);
    peer.say("%1 OK done\r\n");
    peer.hear();
    peer.say("+ go on\r\n");
    peer.machine.feed(second.id(), bytes("def")).unwrap();
    assert!(peer.hear().starts_with("def\r\n"));
    drop((first, second, noop));
}

#[test]
fn a_large_body_comes_before_its_row() {
    let mut peer = Peer::selected("", 3);
    let fetch = peer.submit(UidFetch::new(set("5"), FetchItems::new().flags().peek(Section::all())));
    peer.hear();
    let body = "x".repeat(16_385);
    let told = peer.say(&format!("* 1 FETCH (UID 5 BODY[] {{16385}}\r\n{body} FLAGS ())\r\n%2 OK done\r\n"));
    assert_eq!(told.len(), 5);
    assert_eq!(told[0], "body of 1 [] 16385 bytes");
    assert_eq!((told[1].as_str(), told[2].as_str()), (format!("chunk {body}").as_str(), "end"));
    assert_eq!(told[3], "row * 1 FETCH (UID 5 BODY[] {16385}\\r\\n FLAGS ())\\r\\n");
    peer.answer(fetch).unwrap();
    // A small one is part of it.
    let fetch = peer.submit(UidFetch::new(set("5"), FetchItems::new().peek(Section::all())));
    peer.hear();
    assert_eq!(peer.say("* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n").len(), 1);
    drop(fetch);
}

#[test]
fn a_slow_body_is_progress() {
    let mut peer = Peer::selected("", 3);
    let fetch = peer.submit(UidFetch::new(set("5"), FetchItems::new().peek(Section::all())));
    peer.hear();
    peer.say("* 1 FETCH (UID 5 BODY[] {1000000}\r\n");
    let time = peer.machine.config().deadlines.command;
    for _ in 0..100 {
        peer.wait(time * 9 / 10).unwrap();
        peer.say(&"x".repeat(100));
    }
    peer.wait(time).unwrap_err();
    drop(fetch);
}
