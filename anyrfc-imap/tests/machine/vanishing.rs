//! Messages that vanish, modification sequences, and rows by UID (RFC 7162; RFC 9586).

use anyrfc_core::Tolerance;
use anyrfc_imap::{
    Error, ErrorKind,
    codec::command::{Enable, Expunge, Fetch, FetchModifiers, Noop, Resync, Select, UidExpunge, UidFetch},
    proto::{Config, Report},
    rfc7162, rfc9586,
    types::{Capability, FetchItems, ModSeq, SequenceNumber, SequenceSet, Uid, UidValidity},
};

use super::support::{Peer, with};

fn set(text: &str) -> SequenceSet {
    text.parse().unwrap()
}

fn mod_seq(value: u64) -> ModSeq {
    ModSeq::new(value).unwrap()
}

fn enabled_with(config: Config, what: &str) -> Peer {
    let mut peer = Peer::authenticated_with(config, &format!("ENABLE CONDSTORE UIDPLUS {what}"));
    let ticket = peer.submit(Enable::new([Capability::from(what)]));
    peer.hear();
    peer.say(&format!("* ENABLED {what}\r\n%% OK done\r\n"));
    peer.answer(ticket).unwrap();
    peer
}

fn qresync(exists: u32) -> Peer {
    enabled_with(Config::default(), "QRESYNC").select(exists)
}

fn exists(peer: &Peer) -> u32 {
    peer.machine.mailbox().unwrap().exists
}

fn uid(peer: &Peer, sequence: u32) -> Option<u32> {
    peer.machine.mailbox().unwrap().uid(SequenceNumber::new(sequence).unwrap()).map(Uid::get)
}

fn vanished(peer: &mut Peer) -> Vec<(bool, String)> {
    let mut all = Vec::new();
    peer.events.retain(|event| match event {
        Report::Vanished { earlier, uids } => {
            all.push((*earlier, uids.to_string()));
            false
        }
        _ => true,
    });
    all
}

#[test]
fn what_vanishes_meanwhile_is_told_and_counted() {
    let mut peer = qresync(4);
    let ticket = peer.submit(Noop);
    peer.hear();
    peer.say(
        "* 1 FETCH (UID 10 MODSEQ (1))\r\n* 2 FETCH (UID 20 MODSEQ (2))\r\n* 3 FETCH (UID 30 MODSEQ (3))\r\n",
    );
    peer.say("* VANISHED 10,30\r\n%% OK done\r\n");
    peer.answer(ticket).unwrap();
    assert_eq!(vanished(&mut peer), [(false, "10,30".into())]);
    assert_eq!((exists(&peer), uid(&peer, 1), uid(&peer, 2)), (2, Some(20), None));
    assert_eq!(peer.deviations(), []);
}

#[test]
fn an_expunge_is_answered_by_what_has_vanished() {
    let mut peer = qresync(9);
    let ticket = peer.submit(UidExpunge::new(set("3:5")));
    peer.hear();
    peer.say(
        "* VANISHED 3\r\n* VANISHED 5\r\n* VANISHED 9\r\n%% OK [HIGHESTMODSEQ 20010715194045319] done\r\n",
    );
    let expunged = peer.answer(ticket).unwrap();
    assert_eq!((expunged.vanished.to_string().as_str(), expunged.numbers), ("3,5,9", vec![]));
    assert_eq!((exists(&peer), vanished(&mut peer).len()), (6, 3));
    assert_eq!(peer.machine.mailbox().unwrap().highest_mod_seq, Some(mod_seq(20_010_715_194_045_319)));
}

#[test]
fn what_vanished_earlier_belongs_to_the_fetch_that_asks() {
    let mut peer = qresync(9);
    let modifiers = FetchModifiers::new().vanished_since(mod_seq(12345));
    let ticket = peer.submit(UidFetch::new(set("300:500"), FetchItems::new().flags()).with(modifiers));
    assert_eq!(peer.hear(), "%3 UID FETCH 300:500 (FLAGS) (CHANGEDSINCE 12345 VANISHED)\r\n");
    peer.say("* VANISHED (EARLIER) 300:310,405,411\r\n* 1 FETCH (UID 404 MODSEQ (65402) FLAGS (\\Seen))\r\n");
    peer.say("* VANISHED 404\r\n%% OK done\r\n");
    let answer = peer.answer(ticket).unwrap();
    assert_eq!(answer.vanished.to_string(), "300:310,405,411", "what vanishes now is no part of it");
    assert_eq!(vanished(&mut peer), [(false, "404".into())]);
    assert_eq!(exists(&peer), 8);
    // Nobody asked: it is told, and changes no number.
    peer.say("* VANISHED (EARLIER) 1:4294967295\r\n");
    assert_eq!(vanished(&mut peer), [(true, "1:4294967295".into())]);
    assert_eq!(exists(&peer), 8);
}

#[test]
fn two_that_ask_what_vanished_wait_for_each_other() {
    let mut peer = qresync(9);
    let fetch = |uids| {
        let modifiers = FetchModifiers::new().vanished_since(mod_seq(1));
        UidFetch::new(set(uids), FetchItems::new().flags()).with(modifiers)
    };
    let first = peer.submit(fetch("1:3"));
    let second = peer.submit(fetch("7:9"));
    assert_eq!(peer.hear().matches("UID FETCH").count(), 1);
    peer.say("* VANISHED (EARLIER) 2\r\n%% OK done\r\n");
    assert_eq!(peer.answer(first).unwrap().vanished.to_string(), "2");
    assert_eq!(peer.hear().matches("UID FETCH").count(), 1);
    peer.say("* VANISHED (EARLIER) 8\r\n%% OK done\r\n");
    assert_eq!(peer.answer(second).unwrap().vanished.to_string(), "8");
}

#[test]
fn selecting_again_is_told_what_has_changed() {
    let mut peer = qresync(3);
    let known = Resync::new(UidValidity::new(7).unwrap(), mod_seq(90));
    let select = Select::new(anyrfc_imap::types::MailboxName::inbox()).resync(known);
    let ticket = peer.submit(select);
    assert_eq!(peer.hear(), "%3 SELECT INBOX (QRESYNC (7 90))\r\n");
    // Of the mailbox before.
    peer.say("* VANISHED 2\r\n* 1 FETCH (UID 1 FLAGS () MODSEQ (95))\r\n* OK [CLOSED] x\r\n");
    let events = peer.say(
        "* 100 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [HIGHESTMODSEQ 97] x\r\n\
         * VANISHED (EARLIER) 41,43:116\r\n* 49 FETCH (UID 117 FLAGS (\\Seen) MODSEQ (96))\r\n\
         %% OK [READ-WRITE] done\r\n",
    );
    assert!(events.iter().any(|event| event.starts_with("row * 49 FETCH")), "{events:?}");
    let answer = peer.answer(ticket).unwrap();
    assert_eq!((answer.vanished.to_string().as_str(), answer.exists), ("41,43:116", 100));
    assert_eq!(answer.highest_mod_seq, Some(mod_seq(97)));
    assert_eq!((exists(&peer), uid(&peer, 49)), (100, Some(117)));
    // One of now, of the mailbox before; nothing of the one that is open.
    assert_eq!(vanished(&mut peer), [(false, "2".into())]);
    assert_eq!(peer.deviations(), []);
}

#[test]
fn numbers_wait_for_what_may_vanish() {
    let mut peer = qresync(3);
    let noop = peer.submit(Noop);
    let fetch = peer.submit(Fetch::new(set("2"), FetchItems::new().flags()));
    assert_eq!(peer.hear(), "%3 NOOP\r\n");
    peer.say("* VANISHED 1\r\n%% OK done\r\n");
    peer.answer(noop).unwrap();
    peer.hear();
    let error: Error = peer.answer(fetch).unwrap_err();
    assert!(error.is_unsent(), "{error}");
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[test]
fn what_cannot_vanish_is_a_deviation() {
    let mut peer = qresync(3);
    peer.say("* VANISHED 1:100\r\n");
    assert_eq!(exists(&peer), 0);
    let broken: Vec<String> = peer.deviations().into_iter().map(|(name, _)| name).collect();
    assert!(broken.iter().any(|name| name.starts_with("rfc7162#3.2.10.2-3")), "{broken:?}");
    assert!(broken.iter().any(|name| name.starts_with("rfc7162#3.2.10.2-5")), "between commands: {broken:?}");
    // EXPUNGE where VANISHED is due is taken in all the same.
    let mut peer = qresync(3);
    let ticket = peer.submit(Expunge);
    peer.hear();
    peer.say("* 2 EXPUNGE\r\n%% OK done\r\n");
    assert_eq!(peer.answer(ticket).unwrap().numbers.len(), 1);
    assert_eq!((exists(&peer), peer.deviations().len()), (2, 1));
    let strict = with(|config| config.tolerance = Tolerance::Strict);
    let mut peer = enabled_with(strict, "QRESYNC").select(3);
    let _ticket = peer.submit(Expunge);
    peer.hear();
    let error = peer.fails("* 2 EXPUNGE\r\n");
    assert_eq!(error.requirement(), Some(rfc7162::VANISHED_REPLACES_EXPUNGE));
}

/// Whoever waits for what has vanished is not to think that nothing has.
#[test]
fn what_was_not_understood_has_not_been_told() {
    for line in ["* VANISHED (EARLIER) 1:*\r\n", "* VANISHED 0\r\n", "* VANISHED\r\n"] {
        let mut peer = qresync(9);
        let modifiers = FetchModifiers::new().vanished_since(mod_seq(1));
        let ticket = peer.submit(UidFetch::new(set("1:9"), FetchItems::new().flags()).with(modifiers));
        let plain = peer.submit(Noop);
        peer.hear();
        peer.say("* 1 FETCH (UID 10 FLAGS ())\r\n");
        peer.say(line);
        assert_eq!(uid(&peer, 1), None, "{line}");
        peer.say("%3 OK done\r\n%4 OK done\r\n");
        let error = peer.answer(ticket).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{line}");
        peer.answer(plain).unwrap();
        assert_eq!(vanished(&mut peer), [], "{line}");
    }
}

#[test]
fn sets_are_kept_as_ranges_and_within_limits() {
    let mut peer = qresync(1);
    let modifiers = FetchModifiers::new().vanished_since(mod_seq(1));
    let ticket = peer.submit(UidFetch::new(set("1:*"), FetchItems::new().flags()).with(modifiers.clone()));
    peer.hear();
    peer.say("* VANISHED (EARLIER) 4294967295:1\r\n* VANISHED (EARLIER) 1:4294967295\r\n%% OK done\r\n");
    let answer = peer.answer(ticket).unwrap();
    assert_eq!((answer.vanished.len(), answer.vanished.ranges().len()), (u64::from(u32::MAX), 1));

    let mut peer = enabled_with(with(|config| config.limits.buffered = 4096), "QRESYNC").select(1);
    let _ticket = peer.submit(UidFetch::new(set("1:*"), FetchItems::new().flags()).with(modifiers));
    peer.hear();
    let flood: String = (1..1000).map(|n| format!("* VANISHED (EARLIER) {}\r\n", 2 * n)).collect();
    assert_eq!(peer.fails(&flood).kind(), ErrorKind::Limit);
}

#[test]
fn nothing_vanishes_where_no_mailbox_is_selected() {
    let mut peer = enabled_with(Config::default(), "QRESYNC");
    peer.say("* VANISHED 1:3\r\n* VANISHED (EARLIER) 1:3\r\n");
    assert_eq!(vanished(&mut peer), []);
    let mut peer = peer.select(3);
    let ticket = peer.submit(Noop);
    peer.hear();
    peer.say("%% OK done\r\n");
    peer.answer(ticket).unwrap();
    assert_eq!(exists(&peer), 3);
}

#[test]
fn uids_alone_number_the_rows() {
    let mut peer = enabled_with(Config::default(), "UIDONLY").select(3);
    let ticket = peer.submit(UidFetch::new(set("25900:26000"), FetchItems::new().flags()));
    peer.hear();
    let events =
        peer.say("* 25997 UIDFETCH (FLAGS (\\Flagged))\r\n* 7 UIDFETCH (FLAGS ())\r\n%% OK done\r\n");
    assert!(events[0].starts_with("row * 25997 UIDFETCH"), "{events:?}");
    assert!(events[1].starts_with("row of nobody"), "{events:?}");
    peer.answer(ticket).unwrap();
    assert_eq!(peer.deviations(), []);
    let refused = peer.machine.submit(Fetch::new(set("1"), FetchItems::new().flags())).unwrap_err();
    assert_eq!(refused.requirement(), Some(rfc9586::NO_MESSAGE_NUMBERS_ARE_SENT));
    assert_eq!(peer.hear(), "");
    // The other kind of row is a deviation, either way.
    peer.say("* 1 FETCH (FLAGS ())\r\n");
    assert_eq!(peer.deviations().len(), 1);
    let mut peer = Peer::selected("", 3);
    peer.say("* 25997 UIDFETCH (FLAGS ())\r\n");
    assert_eq!(peer.deviations().len(), 1);
    // VANISHED without QRESYNC.
    let mut peer = enabled_with(Config::default(), "UIDONLY").select(3);
    let ticket = peer.submit(Expunge);
    peer.hear();
    peer.say("* VANISHED 5\r\n%% OK done\r\n");
    assert_eq!(peer.answer(ticket).unwrap().vanished.to_string(), "5");
    assert_eq!(exists(&peer), 2);
}

/// A body that is streamed belongs to whoever asked for it by UID, however the row is numbered.
#[test]
fn bodies_of_rows_by_uid() {
    let mut peer = enabled_with(with(|config| config.inline_max = 4), "UIDONLY").select(3);
    let items = FetchItems::new().peek(anyrfc_imap::types::Section::all());
    let ticket = peer.submit(UidFetch::new(set("25997"), items));
    peer.hear();
    let events = peer.say("* 25997 UIDFETCH (BODY[] {9}\r\n123456789 FLAGS ())\r\n* 5 UIDFETCH (BODY[] {9}\r\n123456789)\r\n%% OK done\r\n");
    assert!(events[0].starts_with("body of 0 [] 9 bytes"), "{events:?}");
    assert!(events.iter().any(|event| event.starts_with("body of nobody of 0")), "{events:?}");
    let starts = peer.events.iter().filter_map(|event| match event {
        Report::BodyStart { body, .. } => body.uid.map(Uid::get),
        _ => None,
    });
    assert_eq!(starts.collect::<Vec<_>>(), [25997, 5]);
    peer.answer(ticket).unwrap();
}
