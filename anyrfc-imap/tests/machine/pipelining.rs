//! Several commands on their way at once (RFC 9051, section 5.5).

use anyrfc_imap::{
    codec::command::{Expunge, List, Noop, Status, StatusItems, UidCopy, UidFetch, UidSearch},
    types::{Data, FetchItems, MailboxName, Pattern, SearchQuery, Section, Uid},
};

use crate::support::{Peer, set, with};

fn name(text: &str) -> MailboxName {
    MailboxName::new(text).unwrap()
}

#[test]
fn two_thousand_commands_leave_without_a_word_of_the_server() {
    let mut peer = Peer::selected("", 3000);
    let tickets: Vec<_> = (1..=2000)
        .map(|n| peer.submit(UidFetch::new(set(&n.to_string()), FetchItems::new().flags())))
        .collect();
    assert_eq!(peer.hear().lines().count(), 2000);
    let answers: String =
        (1..=2000).map(|n| format!("* {n} FETCH (UID {n} FLAGS ())\r\n%{} OK done\r\n", n + 1)).collect();
    // All tags are numbered in one go: replace them here, not by a search for each.
    let answers = answers.lines().map(|line| match line.strip_prefix('%') {
        Some(rest) => {
            let (n, rest) = rest.split_once(' ').unwrap();
            format!("{} {rest}\r\n", peer.tag(n.parse().unwrap()))
        }
        None => format!("{line}\r\n"),
    });
    let answers: String = answers.collect::<Vec<_>>().concat();
    let told = peer.try_say_bytes(answers.as_bytes()).unwrap();
    assert_eq!(told.len(), 4000);
    assert!(told.iter().step_by(2).all(|words| words.starts_with("row * ")));
    drop(tickets);
}

#[test]
fn no_more_than_the_limit_are_on_their_way() {
    let mut peer = Peer::authenticated_with(with(|config| config.in_flight = 2), "");
    let tickets = [peer.submit(Noop), peer.submit(Noop), peer.submit(Noop)];
    assert_eq!(peer.hear(), "%1 NOOP\r\n%2 NOOP\r\n");
    peer.say("%1 OK done\r\n");
    assert_eq!(peer.hear(), "%3 NOOP\r\n");
    drop(tickets);
}

#[test]
fn answers_may_come_in_any_order() {
    let mut peer = Peer::authenticated("");
    let one = peer.submit(Status::new(name("a"), StatusItems::common()));
    let two = peer.submit(Status::new(name("b"), StatusItems::common()));
    assert_eq!(peer.hear().lines().count(), 2);
    peer.say("* STATUS b (MESSAGES 2)\r\n%2 OK done\r\n* STATUS a (MESSAGES 1)\r\n%1 OK done\r\n");
    assert_eq!(peer.answer(two).unwrap().messages, Some(2));
    assert_eq!(peer.answer(one).unwrap().messages, Some(1));
}

#[test]
fn what_could_not_be_told_apart_waits() {
    let mut peer = Peer::authenticated("");
    let one = peer.submit(List::new(Pattern::all()));
    let two = peer.submit(List::new(Pattern::all()));
    let three = peer.submit(Noop);
    assert_eq!(peer.hear(), "%1 LIST \"\" *\r\n");
    peer.say("* LIST () \"/\" a\r\n%1 OK done\r\n");
    assert_eq!(peer.hear(), "%2 LIST \"\" *\r\n%3 NOOP\r\n", "in the order of submission");
    peer.say("* LIST () \"/\" b\r\n%2 OK done\r\n%3 OK done\r\n");
    assert_eq!(peer.answer(one).unwrap().len(), 1);
    assert_eq!(peer.answer(two).unwrap().len(), 1);
    drop(three);
    let same = [Status::new(name("a"), StatusItems::common()), Status::new(name("a"), StatusItems::common())];
    let tickets = same.map(|command| peer.submit(command));
    assert_eq!(peer.hear().lines().count(), 1);
    drop(tickets);
}

#[test]
fn searches_go_together_where_their_answers_have_tags() {
    for (capabilities, together) in [("", false), ("ESEARCH", true)] {
        let mut peer = Peer::selected(capabilities, 3);
        let one = peer.submit(UidSearch::new(SearchQuery::all()));
        let two = peer.submit(UidSearch::new(SearchQuery::all()));
        assert_eq!(peer.hear().lines().count(), if together { 2 } else { 1 });
        if together {
            peer.say("* ESEARCH (TAG \"%3\") UID ALL 7\r\n%3 OK x\r\n* ESEARCH (TAG \"%2\") UID ALL 9\r\n%2 OK x\r\n");
            let uids = peer.answer(two).unwrap().all;
            assert!(uids.contains(Uid::new(7).unwrap()));
            assert!(peer.answer(one).unwrap().all.contains(Uid::new(9).unwrap()));
        }
    }
}

#[test]
fn sections_of_one_message_are_fetched_one_after_the_other() {
    let mut peer = Peer::selected("", 3);
    let part = |text: &str| FetchItems::new().peek(Section::part(text.parse().unwrap()));
    let tickets =
        [peer.submit(UidFetch::new(set("5"), part("1"))), peer.submit(UidFetch::new(set("5"), part("2")))];
    assert_eq!(peer.hear().lines().count(), 1);
    peer.say("%2 OK done\r\n");
    assert_eq!(peer.hear().lines().count(), 1);
    drop(tickets);
}

#[test]
fn copies_and_expunges_need_not_wait_for_uids() {
    let mut peer = Peer::selected("UIDPLUS", 3);
    let copy = peer.submit(UidCopy::new(set("5"), name("a")));
    let expunge = peer.submit(Expunge);
    assert_eq!(peer.hear().lines().count(), 2);
    let told = peer.say("* 1 EXPUNGE\r\n%2 OK [COPYUID 9 5 1] x\r\n%3 OK x\r\n");
    assert_eq!(told[0], "expunge 1 None", "told, as it changes what others mean");
    assert_eq!(peer.answer(expunge).unwrap().numbers.len(), 1, "and an answer");
    assert!(peer.answer(copy).is_ok());
}

#[test]
fn what_nobody_asked_for_is_told() {
    let mut peer = Peer::authenticated("");
    let status = peer.submit(Status::new(name("a"), StatusItems::common()));
    peer.hear();
    peer.say("* STATUS b (MESSAGES 2)\r\n* LIST () \"/\" c\r\n* OK [REFERRAL imap://x/] y\r\n* XFOO bar\r\n");
    let data: Vec<&Data> = peer
        .events
        .iter()
        .filter_map(|event| match event {
            anyrfc_imap::proto::Report::Data(data) => Some(data),
            _ => None,
        })
        .collect();
    assert_eq!(data.len(), 4, "{data:?}");
    peer.say("%1 OK done\r\n");
    assert!(peer.answer(status).is_err(), "what it asked for never came");
}
