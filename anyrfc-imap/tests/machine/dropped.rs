//! Tickets that were dropped: nobody else gets what was meant for them.

use anyrfc_imap::{
    ErrorKind,
    codec::command::{Append, List, Noop, UidFetch},
    rfc9051,
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
    let second = row(2);
    let (first, second) = second.split_at(10_000);
    assert_eq!(peer.say(first).len(), 2, "the beginning, and a piece");
    drop(fetch);
    let told = peer.say(second);
    // Whoever keeps pieces has to know that no more of them belong together.
    assert_eq!(told.iter().filter(|words| words.starts_with("row")).count(), 1, "{told:?}");
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
    assert_eq!(peer.hear(), "%1 LIST \"\" *\r\n%2 NOOP\r\n", "what waits behind it need not");
    peer.say("%1 OK done\r\n%2 OK done\r\n");
    assert_eq!((peer.hear().as_str(), peer.machine.commands()), ("", 0));
    drop((list, noop));
}

fn append(octets: u64) -> Append {
    Append::new(MailboxName::inbox(), AppendOptions::new(), octets)
}

#[test]
fn the_literal_of_a_dropped_append_may_still_be_given() {
    let mut peer = Peer::authenticated("");
    let append = peer.submit(append(5));
    let id = append.id();
    drop(append);
    peer.hear();
    assert_eq!(peer.say("+ go on\r\n"), ["literal CommandId(1)"]);
    peer.machine.feed(id, bytes("abcde")).unwrap();
    assert_eq!(peer.hear(), "abcde\r\n");
    assert_eq!(peer.say("%1 OK done\r\n"), [""; 0]);
}

#[test]
fn a_forsaken_literal_ends_the_connection() {
    for given in ["", "ab"] {
        let mut peer = Peer::authenticated("");
        let append = peer.submit(append(5));
        let id = append.id();
        peer.hear();
        peer.say("+ go on\r\n");
        peer.machine.feed(id, bytes(given)).unwrap();
        peer.machine.forsake(id);
        assert_eq!(peer.machine.submit(Noop).map(drop).unwrap_err().kind(), ErrorKind::Closed);
        let error = peer.fails("");
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert_eq!(error.requirement(), Some(rfc9051::LITERAL_HAS_THE_ANNOUNCED_LENGTH));
        assert_eq!(peer.hear(), "", "nothing that could be taken for the rest");
    }
}

#[test]
fn a_literal_is_only_forsaken_while_it_is_to_be_given() {
    let mut peer = Peer::authenticated("");
    let append = peer.submit(append(5));
    let id = append.id();
    peer.hear();
    // It was not asked for, and may never be.
    peer.machine.forsake(id);
    peer.say("%1 NO full\r\n");
    peer.answer(append).unwrap_err();
    peer.machine.forsake(id);
    let noop = peer.submit(Noop);
    assert_eq!(peer.hear(), "%2 NOOP\r\n");
    drop(noop);
}
