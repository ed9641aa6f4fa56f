//! Tickets that were dropped: nobody else gets what was meant for them.

use anyrfc_imap::{
    ErrorKind,
    codec::command::{Append, List, Noop, UidFetch},
    types::{AppendOptions, FetchItems, MailboxName, Pattern, Section},
};

use crate::support::{Peer, bytes, set};

#[test]
fn the_answer_of_an_abandoned_command_is_thrown_away() {
    let mut peer = Peer::authenticated("");
    drop(peer.submit(List::new(Pattern::all())));
    let noop = peer.submit(Noop);
    peer.hear();
    assert_eq!(peer.say("* LIST () \"/\" a\r\n* LIST () \"/\" b\r\n%1 OK done\r\n"), [""; 0]);
    peer.say("%2 OK done\r\n");
    peer.answer(noop).unwrap();
}

#[test]
fn a_fetch_that_was_abandoned_half_way_is_read_to_its_end() {
    let mut peer = Peer::selected("", 9);
    let fetch = peer.submit(UidFetch::new(set("1:9"), FetchItems::new().peek(Section::all())));
    peer.hear();
    let body = "x".repeat(30_000);
    let row = |n: u32| format!("* {n} FETCH (UID {n} BODY[] {{30000}}\r\n{body})\r\n");
    assert_eq!(peer.say(&row(1)).len(), 4);
    let (first, second) = row(2).split_at(10_000).to_owned();
    assert_eq!(peer.say(first).len(), 2, "the beginning, and a piece");
    drop(fetch);
    let second = second.to_owned();
    let told = peer.say(&second);
    assert!(told.iter().all(|words| !words.starts_with("row")), "{told:?}");
    assert_eq!(peer.say(&row(3)), [""; 0]);
    let noop = peer.submit(Noop);
    peer.hear();
    assert_eq!(peer.say("%2 OK done\r\n"), [""; 0]);
    peer.say("%3 OK done\r\n");
    peer.answer(noop).unwrap();
}

#[test]
fn one_that_was_not_sent_yet_is_not_sent() {
    let mut peer = Peer::authenticated("");
    let list = peer.submit(List::new(Pattern::all()));
    drop(peer.submit(List::new(Pattern::all())));
    let noop = peer.submit(Noop);
    assert_eq!(peer.hear(), "%1 LIST \"\" *\r\n");
    peer.say("%1 OK done\r\n");
    assert_eq!(peer.hear(), "%2 NOOP\r\n");
    drop((list, noop));
}

#[test]
fn an_append_that_was_abandoned_before_its_literal_is_taken_back() {
    let mut peer = Peer::authenticated("");
    let append = peer.submit(Append::new(MailboxName::inbox(), AppendOptions::new(), 5));
    let noop = peer.submit(Noop);
    assert_eq!(peer.hear(), "%1 APPEND INBOX {5}\r\n");
    drop(append);
    // There is no way back but by the end of the connection: what follows would be the message.
    let error = peer.fails("+ go on\r\n");
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(peer.hear(), "");
    drop(noop);
    // Where the server refuses it anyhow, nothing is lost.
    let mut peer = Peer::authenticated("");
    drop(peer.submit(Append::new(MailboxName::inbox(), AppendOptions::new(), 5)));
    let append = peer.submit(Append::new(MailboxName::inbox(), AppendOptions::new(), 5));
    assert_eq!(peer.hear(), "%1 APPEND INBOX {5}\r\n", "the first was dropped before it was sent");
    peer.say("%1 NO full\r\n");
    peer.answer(append).unwrap_err();
}

#[test]
fn an_append_that_was_abandoned_within_its_literal_ends_the_connection() {
    let mut peer = Peer::authenticated("");
    let append = peer.submit(Append::new(MailboxName::inbox(), AppendOptions::new(), 5));
    let id = append.id();
    peer.hear();
    peer.say("+ go on\r\n");
    peer.machine.feed(id, bytes("ab")).unwrap();
    assert_eq!(peer.hear(), "ab");
    drop(append);
    assert_eq!(peer.machine.submit(Noop).map(drop).unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(peer.fails("").kind(), ErrorKind::Usage);
}
