//! Messages that come, go and change their numbers at the wrong time.

use anyrfc_imap::{
    ErrorKind,
    codec::command::{Fetch, Noop, Store, StoreAction, UidFetch, UidSearch, UidStore},
    rfc9051,
    types::{FetchItems, Flag, PartPath, SearchQuery, Section},
};

use crate::support::{Peer, set};

#[test]
fn a_number_that_has_changed_meanwhile_is_not_sent() {
    let mut peer = Peer::selected("", 3);
    let fetch = peer.submit(UidFetch::new(set("10"), FetchItems::new().flags()));
    // It has to wait: an EXPUNGE may come before the UID FETCH is answered.
    let store = peer.submit(Store::new(set("2"), StoreAction::Add, [Flag::Deleted].to_vec()));
    assert_eq!(peer.hear(), "%2 UID FETCH 10 (FLAGS)\r\n");
    peer.say("* 1 EXPUNGE\r\n%2 OK done\r\n");
    assert_eq!(peer.hear(), "", "2 names another message now");
    let error = peer.answer(store).unwrap_err();
    assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Usage, true));
    drop(fetch);
    // Whoever was told may name them again.
    let store = peer.submit(Store::new(set("1"), StoreAction::Add, [Flag::Deleted].to_vec()));
    assert_eq!(peer.hear(), "%3 STORE 1 +FLAGS (\\Deleted)\r\n");
    drop(store);
}

#[test]
fn numbers_wait_for_what_may_change_them_and_not_for_each_other() {
    let mut peer = Peer::selected("", 9);
    let one = peer.submit(Fetch::new(set("1"), FetchItems::new().flags()));
    let two = peer.submit(Fetch::new(set("2"), FetchItems::new().flags()));
    let noop = peer.submit(Noop);
    let three = peer.submit(Fetch::new(set("3"), FetchItems::new().flags()));
    assert_eq!(peer.hear(), "%2 FETCH 1 (FLAGS)\r\n%3 FETCH 2 (FLAGS)\r\n%4 NOOP\r\n");
    peer.say("%2 OK x\r\n%3 OK x\r\n");
    assert_eq!(peer.hear(), "");
    peer.say("%4 OK x\r\n");
    assert_eq!(peer.hear(), "%5 FETCH 3 (FLAGS)\r\n");
    drop((one, two, noop, three));
}

#[test]
fn a_search_by_numbers_waits_even_if_it_finds_uids() {
    let mut peer = Peer::selected("", 9);
    let noop = peer.submit(Noop);
    let search = peer.submit(UidSearch::new(SearchQuery::numbers(set("5"))));
    // An EXPUNGE may come, after which the fifth message is another one.
    assert_eq!(peer.hear(), "%2 NOOP\r\n");
    peer.say("%2 OK done\r\n");
    assert_eq!(peer.hear(), "%3 UID SEARCH 5\r\n");
    peer.say("%3 OK done\r\n");
    let noop_again = peer.submit(Noop);
    let by_uid = peer.submit(UidSearch::new(SearchQuery::uids(set("5"))));
    assert_eq!(peer.hear(), "%4 NOOP\r\n%5 UID SEARCH UID 5\r\n");
    drop((noop, search, noop_again, by_uid));
}

#[test]
fn uid_commands_do_not_wait_for_each_other() {
    let mut peer = Peer::selected("", 9);
    let tickets: Vec<_> =
        (1..=5).map(|n| peer.submit(UidFetch::new(set(&n.to_string()), FetchItems::new().flags()))).collect();
    assert_eq!(peer.hear().lines().count(), 5);
    // But for what could not be told apart.
    let again = peer.submit(UidStore::new(set("3"), StoreAction::Add, [Flag::Seen].to_vec()));
    assert_eq!(peer.hear(), "");
    peer.say("* 3 FETCH (UID 3 FLAGS ())\r\n%4 OK done\r\n");
    assert_eq!(peer.hear(), "%7 UID STORE 3 +FLAGS (\\Seen)\r\n");
    drop((tickets, again));
}

#[test]
fn an_expunge_tells_the_uid_that_was_known() {
    let mut peer = Peer::selected("", 3);
    let fetch = peer.submit(UidFetch::new(set("1:*"), FetchItems::new().flags()));
    peer.hear();
    let told = peer.say(
        "* 1 FETCH (UID 10 FLAGS ())\r\n* 2 FETCH (UID 20 FLAGS ())\r\n* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n\
         * 1 EXPUNGE\r\n%2 OK done\r\n",
    );
    assert_eq!(told[2..5], ["expunge 1 Some(Uid(10))", "expunge 1 Some(Uid(20))", "expunge 1 None"]);
    assert_eq!(peer.machine.mailbox().unwrap().exists, 0);
    drop(fetch);
}

#[test]
fn an_expunge_of_nothing_and_at_the_wrong_time_is_counted() {
    let mut peer = Peer::selected("", 1);
    assert_eq!(peer.say("* 7 EXPUNGE\r\n"), [""; 0]);
    assert_eq!(peer.say("* 1 EXPUNGE\r\n"), ["expunge 1 None"]);
    let broken: Vec<_> = peer.machine.deviations().iter().map(|one| one.requirement).collect();
    assert_eq!(broken, [rfc9051::EXPUNGE_NAMES_A_MESSAGE, rfc9051::NO_EXPUNGE_AT_A_WRONG_TIME]);
}

#[test]
fn another_validity_is_an_event() {
    let mut peer = Peer::selected("", 1);
    let told = peer.say("* OK [UIDVALIDITY 8] changed\r\n");
    assert_eq!(told[0], "validity 7 8");
    assert_eq!(peer.machine.mailbox().unwrap().uid_validity.unwrap().get(), 8);
}

#[test]
fn rows_of_other_sections_origins_and_messages_go_to_nobody() {
    let mut peer = Peer::selected("", 9);
    let section = |text: &str| Section::part(text.parse::<PartPath>().unwrap());
    let fetch = peer.submit(UidFetch::new(set("5"), FetchItems::new().peek(section("1"))));
    assert_eq!(peer.hear(), "%2 UID FETCH 5 (BODY.PEEK[1])\r\n");
    for row in [
        "* 1 FETCH (UID 5 BODY[2] {1}\r\nx)\r\n",
        "* 1 FETCH (UID 5 BODY[1]<0> {1}\r\nx)\r\n",
        "* 1 FETCH (UID 6 BODY[1] {1}\r\nx)\r\n",
        "* 1 FETCH (UID 5 FLAGS ())\r\n",
        "* 1 FETCH (UID 5)\r\n",
    ] {
        let told = peer.say(row);
        assert!(told[0].starts_with("row of nobody"), "{row}: {told:?}");
    }
    let told = peer.say("* 1 FETCH (FLAGS (\\Seen) UID 5 BODY[1] {1}\r\nx)\r\n");
    assert!(told[0].starts_with("row * 1"), "{told:?}");
    drop(fetch);
}

#[test]
fn a_streamed_body_of_another_message_spoils_the_answer() {
    let mut peer = Peer::selected("", 9);
    let fetch = peer.submit(UidFetch::new(set("5"), FetchItems::new().peek(Section::all())));
    peer.hear();
    let body = "x".repeat(20_000);
    let told = peer.say(&format!("* 1 FETCH (BODY[] {{20000}}\r\n{body} UID 6)\r\n%2 OK done\r\n"));
    assert_eq!(told[0], "body of 1 [] 20000 bytes");
    let row = told.iter().find(|words| words.starts_with("row")).unwrap();
    assert!(row.starts_with("row of nobody"), "{row}");
    assert_eq!(peer.answer(fetch).unwrap_err().kind(), ErrorKind::Protocol);
    // Where its UID comes first, it is nobody's from the beginning.
    let fetch = peer.submit(UidFetch::new(set("5"), FetchItems::new().peek(Section::all())));
    peer.hear();
    let told = peer.say(&format!("* 2 FETCH (UID 6 BODY[] {{20000}}\r\n{body})\r\n%3 OK done\r\n"));
    assert_eq!(told[0], "body of nobody of 2 [] 20000 bytes");
    peer.answer(fetch).unwrap();
}

#[test]
fn mailbox_data_without_a_mailbox_are_ignored() {
    let mut peer = Peer::authenticated("");
    let told = peer.say(
        "* 5 EXISTS\r\n* 1 RECENT\r\n* 1 EXPUNGE\r\n* FLAGS (\\Seen)\r\n* 1 FETCH (FLAGS ())\r\n\
         * 1 FETCH (BODY[] {3}\r\nabc)\r\n",
    );
    assert_eq!(told, [""; 0]);
    let body = format!("* 1 FETCH (BODY[] {{20000}}\r\n{})\r\n", "x".repeat(20_000));
    assert_eq!(peer.say(&body), [""; 0]);
}

#[test]
fn what_came_before_closed_is_of_the_mailbox_before() {
    let mut peer = Peer::selected("", 9);
    let select = peer
        .submit(anyrfc_imap::codec::command::Select::new(anyrfc_imap::types::MailboxName::new("b").unwrap()));
    assert_eq!(peer.hear(), "%2 SELECT b\r\n");
    let told = peer.say("* 10 EXISTS\r\n* OK [CLOSED] left\r\n* 2 EXISTS\r\n* OK [UIDVALIDITY 9] x\r\n%2 OK [READ-ONLY] y\r\n");
    assert_eq!(told[0], "closed");
    let answer = peer.answer(select).unwrap();
    assert_eq!((answer.exists, answer.read_only), (2, true));
    let mailbox = peer.machine.mailbox().unwrap();
    assert_eq!((mailbox.exists, mailbox.uid_validity.unwrap().get(), mailbox.read_only), (2, 9, true));
}

#[test]
fn numbers_behind_a_select_are_of_the_mailbox_that_it_opens() {
    let mut peer = Peer::selected("", 9);
    let select = peer
        .submit(anyrfc_imap::codec::command::Select::new(anyrfc_imap::types::MailboxName::new("b").unwrap()));
    let fetch = peer.submit(Fetch::new(set("1"), FetchItems::new().flags()));
    assert_eq!(peer.hear(), "%2 SELECT b\r\n");
    peer.say("* OK [CLOSED] left\r\n* 3 EXISTS\r\n* 3 EXPUNGE\r\n%2 OK [READ-WRITE] y\r\n");
    assert_eq!(peer.hear(), "%3 FETCH 1 (FLAGS)\r\n");
    peer.say("%3 OK x\r\n* 1 EXPUNGE\r\n");
    // Told of it: the next one is sent.
    let again = peer.submit(Fetch::new(set("1"), FetchItems::new().flags()));
    assert_eq!(peer.hear(), "%4 FETCH 1 (FLAGS)\r\n");
    drop((select, fetch, again));
}

#[test]
fn closed_parts_two_mailboxes_only_while_another_is_opened() {
    let mut peer = Peer::selected("QRESYNC", 3);
    let told = peer.say("* OK [CLOSED] but why\r\n");
    assert!(!told.contains(&"closed".to_owned()), "{told:?}");
    let mailbox = peer.machine.mailbox().unwrap();
    assert_eq!((mailbox.exists, mailbox.uid_validity.is_some()), (3, true));
}
