//! Greeting, commands and their completions.

use anyrfc_core::{Eof, Tolerance};
use anyrfc_imap::{
    ErrorKind,
    codec::command::{Capability, List, Noop, Select, UidFetch},
    proto::State,
    rfc9051,
    types::{FetchItems, MailboxName, Pattern, SequenceSet},
};

use crate::support::{Peer, set, with, words};

#[test]
fn a_whole_session() {
    let mut peer = Peer::tls();
    assert_eq!(peer.say("* OK [CAPABILITY IMAP4rev1 IDLE] hello\r\n"), ["greeting hello"]);
    assert_eq!(peer.machine.phase(), State::NotAuthenticated);
    assert_eq!(peer.capabilities(), ["IDLE"]);
    let noop = peer.submit(Noop);
    assert_eq!(peer.hear(), "%1 NOOP\r\n");
    peer.say("%1 OK done\r\n");
    peer.answer(noop).unwrap();
    let logout = peer.machine.logout().unwrap();
    assert_eq!(peer.hear(), "%2 LOGOUT\r\n");
    peer.say("* BYE so long\r\n%2 OK gone\r\n");
    peer.answer(logout).unwrap();
    assert_eq!(peer.machine.phase(), State::Closed);
    assert_eq!(peer.end(Eof::Clean).unwrap(), [""; 0]);
}

#[test]
fn capabilities_are_asked_for_where_something_depends_on_them() {
    let mut peer = Peer::tls();
    peer.say("* PREAUTH hello\r\n");
    assert_eq!(peer.hear(), "", "nothing depends on them");
    let list = peer.submit(Select::new(MailboxName::inbox()));
    assert_eq!(peer.hear(), "%1 CAPABILITY\r\n");
    assert_eq!(peer.say("* CAPABILITY IMAP4rev2\r\n%1 OK done\r\n"), [""; 0]);
    assert_eq!(peer.hear(), "%2 SELECT INBOX\r\n");
    peer.say("* 3 EXISTS\r\n%2 OK [READ-WRITE] done\r\n");
    assert_eq!(peer.answer(list).unwrap().exists, 3);
    assert_eq!(peer.machine.mailbox().unwrap().exists, 3);
    let all = peer.submit(Capability);
    assert_eq!(peer.hear(), "%3 CAPABILITY\r\n");
    peer.say("* CAPABILITY IMAP4rev2 IDLE\r\n%3 OK done\r\n");
    assert_eq!(peer.answer(all).unwrap().iter().count(), 2);
}

#[test]
fn a_server_without_an_answer_to_capability_has_none() {
    let mut peer = Peer::tls();
    peer.say("* PREAUTH hello\r\n");
    let select = peer.submit(Select::new(MailboxName::inbox()));
    assert_eq!(peer.hear(), "%1 CAPABILITY\r\n");
    peer.say("%1 OK done\r\n");
    assert_eq!(peer.hear(), "%2 SELECT INBOX\r\n");
    assert_eq!(peer.deviations().len(), 1);
    drop(select);
}

#[test]
fn commands_that_do_not_fit_the_state_are_not_sent() {
    let mut peer = Peer::greeted("");
    let list = List::new(Pattern::all());
    let error = peer.machine.submit(list).unwrap_err();
    assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Usage, true));
    let mut peer = Peer::authenticated("");
    let fetch = UidFetch::new(SequenceSet::all(), FetchItems::new().flags());
    let error = peer.machine.submit(fetch).unwrap_err();
    assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Usage, true));
    assert_eq!(peer.hear(), "");
}

#[test]
fn what_is_submitted_behind_a_failing_select_is_not_sent() {
    let mut peer = Peer::authenticated("");
    let select = peer.submit(Select::new(MailboxName::new("a").unwrap()));
    let fetch = peer.submit(UidFetch::new(SequenceSet::all(), FetchItems::new().flags()));
    assert_eq!(peer.hear(), "%1 SELECT a\r\n");
    peer.say("%1 NO [NONEXISTENT] no\r\n");
    assert_eq!(peer.answer(select).unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(peer.hear(), "");
    let error = peer.answer(fetch).unwrap_err();
    assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Usage, true));
    assert_eq!(peer.machine.phase(), State::Authenticated);
}

#[test]
fn rows_go_to_whom_they_belong() {
    let mut peer = Peer::selected("", 3);
    let fetch = peer.submit(UidFetch::new(set("10:20"), FetchItems::new().flags()));
    assert_eq!(peer.hear(), "%2 UID FETCH 10:20 (FLAGS)\r\n");
    let events = peer.say(
        "* 1 FETCH (UID 10 FLAGS (\\Seen))\r\n* 2 FETCH (UID 21 FLAGS ())\r\n* 3 FETCH (FLAGS ())\r\n%2 OK done\r\n",
    );
    assert_eq!(
        events,
        [
            "row * 1 FETCH (UID 10 FLAGS (\\\\Seen))\\r\\n",
            "row of nobody * 2 FETCH (UID 21 FLAGS ())\\r\\n",
            "row of nobody * 3 FETCH (FLAGS ())\\r\\n",
            "done CommandId(2) done ",
        ]
    );
    drop(fetch);
    assert_eq!(words(&peer.events[0]), "greeting hello");
}

#[test]
fn what_is_forgiven_is_counted_and_under_strict_it_is_not_forgiven() {
    let cases = [
        ("a1 OK done\r\n", rfc9051::COMPLETION_BEARS_THE_TAG_OF_A_COMMAND),
        ("* 9 EXPUNGE\r\n", rfc9051::EXPUNGE_NAMES_A_MESSAGE),
        ("* 1 EXPUNGE\r\n", rfc9051::NO_EXPUNGE_AT_A_WRONG_TIME),
        ("* ENABLED XFOO\r\n", rfc9051::ENABLED_NAMES_ONLY_ITS_OWN),
        ("* 1 FETCH (UID 1)\r\n* 1 FETCH (UID 2)\r\n", rfc9051::UID_IS_CONSTANT_IN_A_SESSION),
    ];
    for (said, requirement) in cases {
        let mut peer = Peer::selected("", 3);
        peer.say(said);
        let broken: Vec<_> =
            peer.machine.deviations().iter().map(|one| (one.requirement, one.count)).collect();
        assert_eq!(broken, [(requirement, 1)], "{said}");
        let config = with(|config| config.tolerance = Tolerance::Strict);
        let mut peer = Peer::authenticated_with(config, "").select(3);
        let error = peer.fails(said);
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(requirement)), "{said}");
        assert!(error.unparsed().is_some());
        assert_eq!(peer.machine.phase(), State::Failed);
    }
}

#[test]
fn what_cannot_be_understood_is_told_and_nothing_else_is_lost() {
    let mut peer = Peer::selected("", 3);
    let noop = peer.submit(Noop);
    peer.hear();
    let told = peer.say(
        "* LIST garbage\r\n?\r\n* 2 FETCH (UID 5 ENVELOPE garbage FLAGS ())\r\n* 4 EXISTS\r\n%2 OK x\r\n",
    );
    assert_eq!(told.len(), 5, "{told:#?}");
    assert!(told[0].starts_with("Malformed") && told[1].starts_with("Malformed"), "{told:#?}");
    assert_eq!(told[3], "Exists(4)");
    peer.answer(noop).unwrap();
    assert!(!peer.machine.deviations().is_empty());
}

#[test]
fn what_does_not_fit_is_refused_at_once_whatever_is_under_way_unless_that_decides() {
    let fetch = || UidFetch::new(SequenceSet::all(), FetchItems::new().flags());
    let mut peer = Peer::authenticated("");
    let noop = peer.submit(Noop);
    peer.hear();
    let error = peer.machine.submit(fetch()).unwrap_err();
    assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Usage, true), "no mailbox is selected");
    assert_eq!(peer.machine.commands(), 1);
    // One may be by then.
    let select = peer.submit(Select::new(MailboxName::inbox()));
    let fetch = peer.machine.submit(fetch()).expect("it may fit once the mailbox is selected");
    drop((noop, select, fetch));
}
