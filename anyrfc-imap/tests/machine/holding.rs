//! What is kept for commands under way, and given back with their end.

use anyrfc_imap::{
    ErrorKind,
    codec::command::{Enable, List, Noop, Select, Status, StatusItems},
    types::{Capability, MailboxName, Pattern},
};

use crate::support::{Peer, with};

const ROW: &str = "* LIST (\\HasNoChildren) \"/\" some/mailbox\r\n";

fn peer(buffered: usize) -> Peer {
    Peer::authenticated_with(with(|config| config.limits.buffered = buffered), "CONDSTORE QRESYNC ENABLE")
}

/// How many rows of a LIST are kept within so many bytes.
fn rows_within(buffered: usize) -> usize {
    let mut peer = peer(buffered);
    let list = peer.submit(List::new(Pattern::all()));
    peer.hear();
    let rows = (0..).take_while(|_| peer.try_say(ROW).is_ok()).count();
    drop(list);
    rows
}

#[test]
fn an_answer_may_be_as_large_as_the_limit() {
    let rows = rows_within(100_000);
    let each = 100_000 / rows;
    assert!(each >= ROW.len(), "{each}");
    let exact = (each - 20..each + 20).find(|each| rows_within(each * 10) == 10).unwrap();
    assert_eq!(rows_within(exact * 10 - 1), 9, "the tenth is beyond it by one");
    assert_eq!(rows_within(exact * 11), 11);
}

#[test]
fn what_a_command_held_is_given_back_with_its_end() {
    let rows = rows_within(100_000);
    let mut peer = peer(100_000);
    for (round, end) in ["%% OK x\r\n", "%% NO x\r\n", "%% BAD x\r\n", "%% OK x\r\n"].into_iter().enumerate()
    {
        let list = peer.submit(List::new(Pattern::all()));
        peer.hear();
        for _ in 0..rows {
            peer.say(ROW);
        }
        peer.say(end);
        assert_eq!(peer.answer(list).is_ok(), end.contains("OK"), "{round}");
    }
    // Of one that was abandoned nothing is kept.
    drop(peer.submit(List::new(Pattern::all())));
    let list = peer.submit(List::new(Pattern::all()));
    assert_eq!(peer.hear(), "%5 LIST \"\" *\r\n");
    for _ in 0..3 * rows {
        peer.say(ROW);
    }
    peer.say("%5 OK x\r\n");
    peer.hear();
    for _ in 0..rows {
        peer.say(ROW);
    }
    peer.say("%6 OK x\r\n");
    assert_eq!(peer.answer(list).unwrap().len(), rows);
}

#[test]
fn several_commands_share_the_limit() {
    let name = |text: &str| MailboxName::new(text).unwrap();
    let mut peer = peer(1000);
    let (one, two) = (
        peer.submit(Status::new(name("a"), StatusItems::common())),
        peer.submit(Status::new(name("b"), StatusItems::common())),
    );
    peer.hear();
    let mut said = 0;
    let error = loop {
        let mailbox = if said % 2 == 0 { "a" } else { "b" };
        match peer.try_say(&format!("* STATUS {mailbox} (MESSAGES 1)\r\n")) {
            Ok(_) => said += 1,
            Err(error) => break error,
        }
        assert!(said < 40, "each alone is within it");
    };
    assert_eq!(error.kind(), ErrorKind::Limit);
    drop((one, two));
}

#[test]
fn what_was_of_the_mailbox_before_is_given_back() {
    let mut peer = peer(10_000).select(1);
    let select = peer.submit(Select::new(MailboxName::inbox()));
    peer.hear();
    let fill = |peer: &mut Peer| (0..).take_while(|_| peer.try_say("* FLAGS (\\Seen)\r\n").is_ok()).count();
    let mut other = self::peer(10_000).select(1);
    let whole = other.submit(Select::new(MailboxName::inbox()));
    other.hear();
    let most = fill(&mut other);
    for _ in 0..most {
        peer.say("* FLAGS (\\Seen)\r\n");
    }
    // That it is closed is kept as well.
    peer.say("* OK [CLOSED] x\r\n");
    for _ in 0..most - 1 {
        peer.say("* FLAGS (\\Seen)\r\n");
    }
    peer.say("%% OK [READ-WRITE] x\r\n");
    assert!(peer.answer(select).is_ok() && most > 10, "{most}");
    drop(whole);
}

#[test]
fn condstore_is_in_force_once_it_was_enabled() {
    let mut before = peer(10_000);
    assert!(!before.machine.has_condstore());
    let noop = before.submit(Noop);
    before.hear();
    before.say("%% OK x\r\n");
    assert!(!before.machine.has_condstore());
    drop(noop);
    for capability in [Capability::Condstore, Capability::QResync] {
        let mut peer = peer(10_000);
        let enable = peer.submit(Enable::new([capability.clone()]));
        peer.hear();
        assert!(!peer.machine.has_condstore());
        peer.say(&format!("* ENABLED {capability}\r\n%% OK x\r\n"));
        assert!(peer.machine.has_condstore(), "{capability}");
        drop(enable);
    }
}

#[test]
fn what_held_nothing_gives_nothing_back() {
    let rows = rows_within(100_000);
    let exact = (100_000 / rows - 20..).find(|each| rows_within(each * 10) == 10).unwrap();
    let mut peer = peer(exact * 10 - 1);
    let (list, noop) = (peer.submit(List::new(Pattern::all())), peer.submit(Noop));
    assert_eq!(peer.hear().lines().count(), 2);
    for _ in 0..9 {
        peer.say(ROW);
    }
    peer.say("%2 OK x\r\n");
    assert_eq!(peer.fails(ROW).kind(), ErrorKind::Limit, "the tenth is beyond it by one");
    drop((list, noop));
}
