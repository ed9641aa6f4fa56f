//! RFC 9051, section 5: operational considerations.

use anyrfc_core::compliance::Check;

use super::super::support::{REV1, REV2, Talk, mailbox, plain};
use crate::{
    codec::command::{
        Create, Fetch, List, Noop, Search, Select, Status, StatusItems, Store, StoreAction, UidFetch,
        UidSearch,
    },
    proto::{OwnedEvent, State},
    rfc9051 as r,
    types::{Data, FetchItem, Flag, MailboxName, Pattern, SearchQuery, SequenceSet},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9051/section-5.1/names-are-net-unicode",
        covers: &[r::NET_UNICODE_MAILBOX_NAMES],
        run: names_are_net_unicode,
    },
    Check {
        name: "rfc9051/section-5.1/8-bit-names-are-read-as-net-unicode",
        covers: &[r::EIGHT_BIT_MAILBOX_NAMES_ARE_NET_UNICODE],
        run: eight_bit_names_are_read_as_net_unicode,
    },
    Check {
        name: "rfc9051/section-5.1/inbox-in-any-case",
        covers: &[r::INBOX_IN_ANY_CASE],
        run: inbox_in_any_case,
    },
    Check {
        name: "rfc9051/section-5.1/the-case-of-names-is-the-servers-affair",
        covers: &[r::CASE_OF_MAILBOX_NAMES_IS_THE_SERVERS_AFFAIR],
        run: the_case_of_names_is_the_servers_affair,
    },
    Check {
        name: "rfc9051/section-5.2/size-updates-are-remembered",
        covers: &[r::SIZE_UPDATES_ARE_REMEMBERED],
        run: size_updates_are_remembered,
    },
    Check {
        name: "rfc9051/section-5.2/the-size-is-not-awaited-again",
        covers: &[r::SIZE_IS_NOT_RETURNED_AGAIN],
        run: the_size_is_not_awaited_again,
    },
    Check {
        name: "rfc9051/section-5.5/commands-are-pipelined",
        covers: &[r::COMMANDS_MAY_BE_PIPELINED],
        run: commands_are_pipelined,
    },
    Check {
        name: "rfc9051/section-5.5/continuations-come-before-the-next-command",
        covers: &[r::CONTINUATIONS_COME_BEFORE_THE_NEXT_COMMAND],
        run: continuations_come_before_the_next_command,
    },
    Check {
        name: "rfc9051/section-5.5/sequence-numbers-wait-for-other-commands",
        covers: &[r::SEQUENCE_NUMBERS_WAIT_FOR_OTHER_COMMANDS],
        run: sequence_numbers_wait_for_other_commands,
    },
    Check {
        name: "rfc9051/section-5.5/sequence-numbers-wait-for-uid-commands",
        covers: &[r::SEQUENCE_NUMBERS_WAIT_FOR_UID_COMMANDS],
        run: sequence_numbers_wait_for_uid_commands,
    },
];

fn names_are_net_unicode() {
    let mut talk = Talk::authenticated(REV2);
    for (name, sent) in [
        ("\u{53f0}\u{5317}", "\"\u{53f0}\u{5317}\""),
        // Composed, as Net-Unicode has it.
        ("cafe\u{301}", "\"caf\u{e9}\""),
    ] {
        talk.ask(Create::new(mailbox(name)), &format!("CREATE {sent}"), "{tag} OK created").expect("created");
    }
    for wrong in ["a\u{7}b", "a\u{85}b", "a\u{2028}b", "a\u{2029}b", "a\r\nb", ""] {
        assert!(MailboxName::new(wrong).is_err(), "{wrong:?}");
    }
}

/// The names that are listed.
fn listed(talk: &mut Talk) -> Vec<MailboxName> {
    let entries = talk.data().into_iter().filter_map(|data| match data {
        Data::List(entry) => Some(entry.mailbox),
        _ => None,
    });
    entries.collect()
}

fn eight_bit_names_are_read_as_net_unicode() {
    for capabilities in [REV2, REV1] {
        let mut talk = Talk::authenticated(capabilities);
        talk.says("* LIST () \"/\" \"\u{53f0}\u{5317}\"").is_fine();
        let [name] = &listed(&mut talk)[..] else { panic!("{capabilities}: not listed") };
        assert_eq!(name.as_str(), "\u{53f0}\u{5317}", "{capabilities}");
        // What is no UTF-8 is kept to the byte, and said again as it came.
        talk.feed(b"* LIST () \"/\" {4}\r\ncaf\xe9\r\n").is_fine();
        let names = listed(&mut talk);
        let [name] = &names[..] else { panic!("{capabilities}: {names:?}") };
        assert_eq!(name.as_bytes(), b"caf\xe9");
        assert_ne!(name.as_str(), "caf\u{e9}", "nobody has said that it is Latin-1");
    }
}

fn inbox_in_any_case() {
    for name in ["inbox", "Inbox", "INBOX", "iNbOx"] {
        assert!(mailbox(name).is_inbox() && mailbox(name) == MailboxName::inbox(), "{name}");
        let mut talk = Talk::authenticated(REV2);
        talk.says(&format!("* LIST () \"/\" {name}"));
        assert_eq!(listed(&mut talk), [MailboxName::inbox()]);
        // An answer about it, in another case, is an answer.
        let ticket = talk.submit(Status::new(mailbox("INBOX"), StatusItems::common()));
        talk.hears();
        talk.says(&format!("* STATUS {name} (MESSAGES 3)"));
        let status = talk.answered(ticket, "{tag} OK done").expect("it is about INBOX");
        assert_eq!(status.messages, Some(3), "{name}");
    }
    for name in ["INBOXES", "INBO", "INB\u{d6}X"] {
        assert!(!mailbox(name).is_inbox() && mailbox(name) != MailboxName::inbox(), "{name}");
    }
}

fn the_case_of_names_is_the_servers_affair() {
    assert_ne!(mailbox("Work"), mailbox("work"));
    let mut talk = Talk::authenticated(REV2);
    // Both are told, and each is said as it is written.
    let ticket = talk.submit(List::new(Pattern::all()));
    talk.hears();
    let entries =
        talk.answered(ticket, "* LIST () \"/\" Work\n* LIST () \"/\" work\n{tag} OK done").expect("listed");
    assert_eq!(entries.len(), 2);
    for name in ["Work", "work", "WORK"] {
        talk.ask(Create::new(mailbox(name)), &format!("CREATE {name}"), "{tag} OK created").expect("created");
    }
}

/// How many messages the connection knows of.
fn exists(talk: &Talk) -> u32 {
    talk.connection.mailbox().expect("selected").exists
}

fn size_updates_are_remembered() {
    let mut talk = Talk::selected(REV2);
    assert_eq!(exists(&talk), 10);
    // Within commands of every kind, and without any.
    talk.says("* 11 EXISTS");
    assert_eq!(exists(&talk), 11);
    talk.ask(Noop, "NOOP", "* 2 EXPUNGE\n* 12 EXISTS\n{tag} OK done").expect("done");
    assert_eq!(exists(&talk), 12);
    let ticket = talk.submit(UidFetch::new(SequenceSet::all(), FetchItem::Flags));
    talk.hears();
    talk.answered(ticket, "* 3 EXPUNGE\n* 1 FETCH (UID 101 FLAGS ())\n* 3 EXPUNGE\n{tag} OK done")
        .expect("fetched");
    assert_eq!(exists(&talk), 10);
    talk.ask(
        Search::new(SearchQuery::seen()),
        "SEARCH SEEN",
        "* ESEARCH (TAG \"{tag}\")\n* 14 EXISTS\n{tag} OK done",
    )
    .expect("searched");
    assert_eq!(exists(&talk), 14);
    // Even if it is a command that fails.
    talk.ask(Create::new(mailbox("x")), "CREATE x", "* 15 EXISTS\n{tag} NO no").expect_err("refused");
    assert_eq!(exists(&talk), 15);
}

fn the_size_is_not_awaited_again() {
    let mut talk = Talk::selected(REV2);
    talk.says("* 12 EXISTS");
    let before = talk.raw.len();
    for _ in 0..3 {
        talk.ask(Noop, "NOOP", "{tag} OK done").expect("done");
        assert_eq!(exists(&talk), 12);
    }
    let asked = String::from_utf8_lossy(&talk.raw[before..]).into_owned();
    assert!(!asked.contains("STATUS") && !asked.contains("SELECT"), "{asked}");
    // A mailbox selected anew is counted anew: an old size does not linger.
    let ticket = talk.submit(Select::new(mailbox("other")));
    talk.hears();
    talk.answered(ticket, "* 3 EXISTS\n{tag} OK [READ-WRITE] selected").expect("selected");
    assert_eq!(exists(&talk), 3);
}

fn commands_are_pipelined() {
    let mut talk = Talk::selected(REV2);
    let uids = |n: u32| SequenceSet::from(crate::types::Uid::new(n).expect("a UID"));
    let tickets: Vec<_> =
        (101..=110).map(|n| talk.submit(UidFetch::new(uids(n), FetchItem::Flags))).collect();
    for n in 101..=110 {
        assert_eq!(talk.hears(), format!("UID FETCH {n} (FLAGS)"), "all are sent at once");
    }
    let tags = talk.tags[talk.tags.len() - 10..].to_vec();
    // Completed in whatever order the server likes.
    for (ticket, tag) in tickets.into_iter().zip(tags).rev() {
        talk.feed(format!("{tag} OK done\r\n"));
        ticket.answer(talk.done()).expect("fetched");
    }
    // Not where it would be ambiguous: two SELECTs wait for each other.
    let first = talk.submit(Select::new(mailbox("one")));
    let second = talk.submit(Select::new(mailbox("two")));
    assert_eq!(talk.hears(), "SELECT one");
    talk.is_silent();
    talk.answered(first, "{tag} OK selected").expect("selected");
    assert_eq!(talk.hears(), "SELECT two");
    talk.answered(second, "{tag} OK selected").expect("selected");
}

fn continuations_come_before_the_next_command() {
    // AUTHENTICATE goes on until it is completed.
    let mut talk = Talk::greeted("IMAP4rev1 AUTH=PLAIN");
    let login = talk.connection.authenticate(plain("alice", "secret")).expect("it may log in");
    let next = talk.submit(Noop);
    assert_eq!(talk.hears(), "AUTHENTICATE PLAIN");
    talk.is_silent();
    talk.says("+ ");
    assert_eq!(talk.hears_line(), "AGFsaWNlAHNlY3JldA==");
    talk.is_silent();
    talk.says("{tag} OK [CAPABILITY IMAP4rev1] welcome");
    login.answer(talk.done()).expect("logged in");
    assert_eq!(talk.hears(), "NOOP");
    talk.answered(next, "{tag} OK done").expect("done");
    // IDLE goes on until DONE.
    let mut talk = Talk::selected(REV2);
    let _idling = talk.connection.idle().expect("it can");
    assert_eq!(talk.hears(), "IDLE");
    let next = talk.submit(Noop);
    talk.is_silent();
    talk.says("+ idling");
    assert_eq!(talk.hears_line(), "DONE");
    talk.is_silent();
    talk.says("{tag} OK idled");
    assert_eq!(talk.hears(), "NOOP");
    talk.events.retain(|event| !matches!(event, OwnedEvent::Done(_)));
    talk.answered(next, "{tag} OK done").expect("done");
    assert_eq!(talk.phase(), State::Selected);
}

fn by_number(n: u32) -> SequenceSet {
    SequenceSet::from(crate::types::SequenceNumber::new(n).expect("a number"))
}

fn sequence_numbers_wait_for_other_commands() {
    let mut talk = Talk::selected(REV2);
    let noop = talk.submit(Noop);
    let fetch = talk.submit(Fetch::new(by_number(3), FetchItem::Flags));
    assert_eq!(talk.hears(), "NOOP");
    talk.is_silent();
    talk.answered(noop, "{tag} OK done").expect("done");
    // FETCH, STORE and SEARCH leave the numbers alone: they need not wait.
    let store = talk.submit(Store::new(by_number(4), StoreAction::Add, Flag::Seen));
    let search = talk.submit(Search::new(SearchQuery::seen()));
    assert_eq!(talk.hears(), "FETCH 3 (FLAGS)");
    assert_eq!(talk.hears(), "STORE 4 +FLAGS (\\Seen)");
    assert_eq!(talk.hears(), "SEARCH SEEN");
    let tags = talk.tags[talk.tags.len() - 3..].to_vec();
    talk.feed(format!("{} OK done\r\n", tags[0]));
    fetch.answer(talk.done()).expect("fetched");
    talk.feed(format!("{} OK done\r\n", tags[1]));
    store.answer(talk.done()).expect("stored");
    talk.feed(format!("* ESEARCH (TAG \"{}\")\r\n{} OK done\r\n", tags[2], tags[2]));
    search.answer(talk.done()).expect("searched");
    // What was meant before an EXPUNGE is not sent after it, when it means another message.
    let noop = talk.submit(Noop);
    talk.hears();
    let fetch = talk.submit(Fetch::new(by_number(3), FetchItem::Flags));
    talk.says("* 1 EXPUNGE");
    talk.answered(noop, "{tag} OK done").expect("done");
    talk.is_silent();
    fetch.answer(talk.done()).expect_err("the third message is another one now");
}

fn sequence_numbers_wait_for_uid_commands() {
    let mut talk = Talk::selected(REV2);
    let first = talk.submit(UidFetch::new(by_number(103), FetchItem::Flags));
    let second = talk.submit(Fetch::new(by_number(3), FetchItem::Flags));
    assert_eq!(talk.hears(), "UID FETCH 103 (FLAGS)");
    talk.is_silent();
    talk.answered(first, "* 3 FETCH (UID 103 FLAGS ())\n{tag} OK done").expect("fetched");
    assert_eq!(talk.hears(), "FETCH 3 (FLAGS)");
    talk.answered(second, "{tag} OK done").expect("fetched");
    // The same where the numbers stand in a UID SEARCH, and only there.
    for (query, waits) in [
        (SearchQuery::numbers(by_number(3)), true),
        (SearchQuery::seen() | !SearchQuery::numbers(by_number(3)), true),
        (SearchQuery::custom("3").expect("a key"), true),
        (SearchQuery::uids(by_number(103)), false),
    ] {
        let first = talk.submit(UidFetch::new(by_number(103), FetchItem::Flags));
        let second = talk.submit(UidSearch::new(query));
        assert_eq!(talk.hears(), "UID FETCH 103 (FLAGS)");
        if waits {
            talk.is_silent();
            talk.answered(first, "{tag} OK done").expect("fetched");
            assert!(talk.hears().starts_with("UID SEARCH "));
            talk.answered(second, "* ESEARCH (TAG \"{tag}\") UID\n{tag} OK done").expect("searched");
        } else {
            assert!(talk.hears().starts_with("UID SEARCH "));
            let tags = talk.tags[talk.tags.len() - 2..].to_vec();
            talk.feed(format!("{} OK done\r\n", tags[0]));
            first.answer(talk.done()).expect("fetched");
            talk.feed(format!("* ESEARCH (TAG \"{}\") UID\r\n{} OK done\r\n", tags[1], tags[1]));
            second.answer(talk.done()).expect("searched");
        }
    }
}
