//! ENABLE, and what it switches (RFC 9051, sections 6.3.1 and A; RFC 5161).

use anyrfc_imap::{
    codec::command::{
        Close, Compress, Enable, List, MessageEvents, Noop, Notify, Notifying, Select, UidSearch,
        Unauthenticate,
    },
    proto::State,
    rfc9051,
    types::{Capability, Code, MailboxName, Names, Pattern, SearchQuery, SearchReturn},
};

use crate::support::{Peer, names};

#[test]
fn rev2_changes_names_and_searches() {
    let mut peer = Peer::authenticated("IMAP4rev2 ENABLE");
    assert_eq!(peer.machine.dialect().names(), Names::ModifiedUtf7);
    let select = peer.submit(Select::new(MailboxName::new("é").unwrap()));
    assert_eq!(peer.hear(), "%1 SELECT &AOk-\r\n");
    peer.say("%1 NO no\r\n");
    drop(select);
    let mut peer = Peer::authenticated("IMAP4rev2 ENABLE");
    let enable = peer.submit(Enable::new([Capability::Imap4Rev2]));
    let select = peer.submit(Select::new(MailboxName::new("é").unwrap()));
    assert_eq!(peer.hear(), "%1 ENABLE IMAP4rev2\r\n", "what follows is written otherwise");
    peer.say("* ENABLED IMAP4rev2\r\n%1 OK done\r\n");
    peer.answer(enable).unwrap();
    assert_eq!(names(peer.machine.enabled()), ["IMAP4rev2"]);
    assert_eq!(peer.machine.dialect().names(), Names::Utf8);
    assert_eq!(peer.hear(), "%2 SELECT \"é\"\r\n");
    peer.say("%2 OK done\r\n");
    let search = peer.submit(UidSearch::new(SearchQuery::all()));
    assert_eq!(peer.hear(), "%3 UID SEARCH ALL\r\n");
    peer.say("* ESEARCH (TAG \"%3\") UID\r\n%3 OK done\r\n");
    assert!(peer.answer(search).unwrap().all.is_empty());
    let list = peer.submit(List::new(Pattern::all()));
    peer.hear();
    peer.say("* LIST () \"/\" \"a&b\"\r\n%4 OK done\r\n");
    assert_eq!(peer.answer(list).unwrap()[0].entry.mailbox.as_str(), "a&b", "taken as it is");
    drop(select);
}

#[test]
fn a_server_of_rev2_alone_needs_no_enable() {
    let mut peer = Peer::tls();
    peer.say("* PREAUTH [CAPABILITY IMAP4rev2] hello\r\n");
    assert_eq!(peer.machine.dialect().names(), Names::Utf8);
}

#[test]
fn what_was_ignored_is_not_on() {
    let mut peer = Peer::authenticated("IMAP4rev2 ENABLE");
    let enable = peer.submit(Enable::new([Capability::Imap4Rev2]));
    peer.hear();
    peer.say("* ENABLED\r\n%1 OK done\r\n");
    peer.answer(enable).unwrap();
    assert_eq!(names(peer.machine.enabled()), [""; 0]);
    assert_eq!(peer.machine.dialect().names(), Names::ModifiedUtf7);
    assert!(peer.deviations().is_empty());
}

#[test]
fn ok_without_enabled_stands_for_what_is_advertised() {
    let mut peer = Peer::authenticated("ENABLE CONDSTORE");
    let wanted = [Capability::from("CONDSTORE"), Capability::from("METADATA")];
    let enable = peer.submit(Enable::new(wanted));
    peer.hear();
    peer.say("%1 OK done\r\n");
    drop(enable);
    assert_eq!(names(peer.machine.enabled()), ["CONDSTORE"]);
    let broken: Vec<_> = peer.machine.deviations().iter().map(|one| one.requirement).collect();
    assert_eq!(broken, [rfc9051::ENABLED_IS_SENT]);
}

#[test]
fn enabled_by_nobody_enables_nothing() {
    let mut peer = Peer::authenticated("IMAP4rev2 ENABLE");
    peer.say("* ENABLED IMAP4rev2\r\n");
    assert_eq!(names(peer.machine.enabled()), [""; 0]);
    assert_eq!(peer.deviations().len(), 1);
}

#[test]
fn nothing_is_enabled_once_a_mailbox_was_selected() {
    let mut peer = Peer::selected("ENABLE", 1);
    let error = peer.machine.submit(Enable::new([Capability::Utf8Accept])).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9051::NO_ENABLE_AFTER_SELECT));
}

#[test]
fn codes_are_kept_where_they_are_told() {
    let mut peer = Peer::authenticated("");
    let select = peer.submit(Select::new(MailboxName::inbox()));
    peer.hear();
    peer.say("%1 NO [NONEXISTENT] no\r\n");
    let error = peer.answer(select).unwrap_err();
    assert_eq!(error.code(), Some(&Code::Nonexistent));
    assert_eq!(error.to_string(), "the server said NO [Nonexistent] no");
}

#[test]
fn what_rev2_asks_of_the_server_is_counted_where_it_is_missing() {
    let mut peer = Peer::tls();
    peer.say("* PREAUTH [CAPABILITY IMAP4rev2] hello\r\n");
    let mut peer = peer.select(3);
    peer.say("* 1 FETCH (FLAGS ())\r\n");
    let idle = peer.machine.idle().unwrap();
    peer.hear();
    peer.say("+ idling\r\n* 1 FETCH (FLAGS ())\r\n");
    peer.machine.stop_idling();
    peer.hear();
    peer.say("%2 OK done\r\n");
    drop(idle);
    for (closed, n) in [("* OK [CLOSED] x\r\n", 3), ("", 4)] {
        let select = peer.submit(Select::new(MailboxName::inbox()));
        peer.hear();
        peer.say(&format!("{closed}* 1 EXISTS\r\n%{n} OK done\r\n"));
        assert_eq!(peer.answer(select).unwrap().exists, 1);
    }
    let broken: Vec<_> = peer.machine.deviations().iter().map(|one| (one.requirement, one.count)).collect();
    let expected = [
        (rfc9051::UNSOLICITED_FETCH_HAS_UID, 1),
        (rfc9051::FETCH_UNDER_IDLE_HAS_UID, 1),
        (rfc9051::CLOSED_IS_SENT, 1),
    ];
    assert_eq!(broken, expected);
}

#[test]
fn what_is_refused_changes_nothing() {
    const ALL: &str =
        "COMPRESS=DEFLATE LANGUAGE NOTIFY UNAUTHENTICATE ESEARCH CONTEXT=SEARCH ENABLE CONDSTORE";
    for refusal in ["NO", "BAD"] {
        let mut peer = Peer::selected(ALL, 3);
        let refuse = |peer: &mut Peer| {
            assert!(peer.hear().starts_with('%'));
            peer.say(&format!("%% {refusal} I cannot\r\n"));
            assert_eq!((peer.machine.phase(), peer.machine.commands()), (State::Selected, 0));
            assert_eq!(peer.machine.mailbox().map(|mailbox| mailbox.exists), Some(3));
        };
        let close = peer.submit(Close);
        refuse(&mut peer);
        assert!(peer.answer(close).is_err());
        let leave = peer.submit(Unauthenticate);
        refuse(&mut peer);
        assert!(peer.answer(leave).is_err());
        let counted = peer.deviations().iter().any(|(what, _)| what.contains("rfc8437"));
        assert_eq!(counted, refusal == "NO", "it may be BAD");
        let notify = peer.submit(Notify::new().selected_delayed(MessageEvents::new()));
        refuse(&mut peer);
        assert!(peer.answer(notify).is_err());
        assert_eq!(peer.machine.notifying(), Notifying::Off);
        let compress = peer.submit(Compress);
        refuse(&mut peer);
        assert!(peer.answer(compress).is_err());
        peer.machine.compression_installed();
        assert!(!peer.machine.is_compressed(), "there is nothing to install");
        let live = UidSearch::new(SearchQuery::all()).returning(SearchReturn::new().all().update());
        let (search, following) = peer.machine.follow(live).unwrap();
        refuse(&mut peer);
        assert!(peer.answer(search).is_err());
        drop(following);
        peer.say("* OK still here\r\n");
        assert_eq!(peer.hear(), "", "there is nothing to cancel");
        // And the connection goes on.
        let noop = peer.submit(Noop);
        peer.hear();
        peer.say("%% OK x\r\n");
        assert!(peer.answer(noop).is_ok());
    }
}
