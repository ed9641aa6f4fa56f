//! RFC 3501, sections 5.2 and 5.5: sizes, and commands under way together.

use anyrfc_core::{ErrorKind, compliance::Check};
use anyrfc_sasl::{Exchange, Plain, Preparation};

use super::super::{
    rev1::{End, name, set},
    rev1_client::pencil,
};
use crate::{
    codec::command::{
        Create, Fetch, Noop, Search, Select, Status, StatusItems, Store, StoreAction, UidFetch, UidSearch,
    },
    rfc3501 as r,
    types::{FetchItems, Flag, SearchQuery},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3501-section-5.2/sizes-are-remembered",
        covers: &[r::SIZE_UPDATES_ARE_REMEMBERED],
        run: sizes_are_remembered,
    },
    Check {
        name: "rfc3501-section-5.2/no-command-is-expected-to-tell-the-size",
        covers: &[r::SIZE_IS_NOT_RETURNED_AGAIN],
        run: no_command_is_expected_to_tell_the_size,
    },
    Check {
        name: "rfc3501-section-5.5/commands-are-pipelined",
        covers: &[r::COMMANDS_MAY_BE_PIPELINED],
        run: commands_are_pipelined,
    },
    Check {
        name: "rfc3501-section-5.5/continuations-come-first",
        covers: &[r::CONTINUATIONS_COME_BEFORE_THE_NEXT_COMMAND],
        run: continuations_come_first,
    },
    Check {
        name: "rfc3501-section-5.5/ambiguous-commands-wait",
        covers: &[r::AMBIGUOUS_COMMANDS_ARE_NOT_PIPELINED],
        run: ambiguous_commands_wait,
    },
    Check {
        name: "rfc3501-section-5.5/sequence-numbers-wait",
        covers: &[r::SEQUENCE_NUMBERS_WAIT_FOR_OTHER_COMMANDS],
        run: sequence_numbers_wait,
    },
];

fn exists(end: &End) -> Option<u32> {
    end.connection.mailbox().map(|mailbox| mailbox.exists)
}

fn flags() -> FetchItems {
    FetchItems::new().flags()
}

fn sizes_are_remembered() {
    let mut end = End::selected("");
    assert_eq!(exists(&end), Some(3));
    // Between commands, within one, and within one that fails.
    end.says("* 23 EXISTS");
    assert_eq!(exists(&end), Some(23));
    end.gets(Noop, "* 22 EXPUNGE\n* 23 EXISTS\n* 3 RECENT\nOK done");
    assert_eq!(exists(&end), Some(23));
    assert!(end.asks(Create::new(name("a")), "* 24 EXISTS\nNO no").1.is_err());
    assert_eq!(exists(&end), Some(24));
    end.gets(UidSearch::new(SearchQuery::all()), "* 25 EXISTS\n* SEARCH 1\n* 1 EXPUNGE\nOK done");
    assert_eq!(exists(&end), Some(24));
    // Of this mailbox, and not of the one before.
    end.select();
    assert_eq!(exists(&end), Some(3));
}

fn no_command_is_expected_to_tell_the_size() {
    let mut end = End::selected("");
    end.says("* 7 EXISTS");
    for _ in 0..3 {
        assert_eq!(end.asks(Noop, "OK nothing new").0, "NOOP");
        end.gets(UidFetch::new(set("11"), flags()), "OK done");
        assert_eq!(exists(&end), Some(7), "the last that was told holds");
    }
    // A SELECT that does not tell it leaves an empty mailbox, not the size of another one.
    end.gets(Select::new(name("other")), "* FLAGS ()\nOK [READ-WRITE] done");
    assert_eq!(exists(&end), Some(0));
}

fn commands_are_pipelined() {
    let mut end = End::selected("");
    let tickets: Vec<_> =
        (11..31).map(|uid| end.submits(UidFetch::new(super::super::rev1::uids(&[uid]), flags()))).collect();
    let create = end.submits(Create::new(name("a")));
    let heard = end.hears();
    assert_eq!(heard.len(), 21, "all of them at once");
    // Completed in another order, each gets its own.
    for heard in heard.iter().rev() {
        let fine = heard.name == "CREATE" || heard.text().contains("11");
        let word = if fine { "OK" } else { "NO" };
        end.says_octets(format!("{} {word} done\r\n", heard.tag).as_bytes());
    }
    end.answer(create).expect("created");
    let answers: Vec<bool> = tickets.into_iter().map(|ticket| end.answer(ticket).is_ok()).collect();
    assert_eq!(answers.iter().filter(|fine| **fine).count(), 1);
    assert!(answers[0]);
}

fn continuations_come_first() {
    // Of a literal.
    let mut end = End::selected("");
    let _search = end.submits(UidSearch::new(SearchQuery::body("a\nb")));
    let _create = end.submits(Create::new(name("a")));
    assert!(end.written().ends_with(b"BODY {3}\r\n"));
    assert_eq!(end.written(), b"");
    end.says("+ go ahead");
    let rest = String::from_utf8(end.written()).expect("ASCII");
    assert!(rest.starts_with("a\nb\r\n") && rest.ends_with(" CREATE a\r\n"), "{rest:?}");
    // Of a login.
    let mut end = End::greeted_privately("AUTH=PLAIN");
    let plain = Plain::new(&pencil(), Preparation::Saslprep).expect("it can be sent");
    let login = end.connection.authenticate(Exchange::new(plain)).expect("offered");
    let noop = end.submits(Noop);
    let begun = String::from_utf8(end.written()).expect("ASCII");
    assert!(begun.ends_with(" AUTHENTICATE PLAIN\r\n"), "{begun:?}");
    end.says("+ ");
    let rest = String::from_utf8(end.written()).expect("ASCII");
    assert_eq!(rest.matches("\r\n").count(), 1, "nothing but the response: {rest:?}");
    let tag = begun.split(' ').next().expect("a tag");
    end.says_octets(format!("{tag} OK [CAPABILITY IMAP4rev1] in\r\n").as_bytes());
    end.answer(login).expect("logged in");
    assert_eq!(end.hears_one().text(), "NOOP");
    end.says("OK done");
    end.answer(noop).expect("done");
    // A request that nobody waits for breaks the protocol.
    let mut end = End::selected("");
    assert!(end.breaks("+ go on"));
}

/// Which of two commands are on their way at the same time.
fn together<A, B>(first: A, second: B) -> bool
where
    A: crate::codec::command::Command + std::fmt::Debug + Send + 'static,
    B: crate::codec::command::Command + std::fmt::Debug + Send + 'static,
{
    let mut end = End::selected("");
    let first = end.submits(first);
    let second = end.submits(second);
    let heard = end.hears();
    let both = heard.len() == 2;
    end.says_octets(format!("{} OK done\r\n", heard[0].tag).as_bytes());
    drop(end.answer(first));
    if !both {
        assert_eq!(end.hears().len(), 1, "the second goes once the first has ended");
    }
    drop(second);
    both
}

fn ambiguous_commands_wait() {
    let search = || UidSearch::new(SearchQuery::seen());
    let fetch = |uids: &str| UidFetch::new(set(uids), flags());
    let status = |mailbox: &str| Status::new(name(mailbox), StatusItems::common());
    // Whose SEARCH response would it be? Whose row?
    assert!(!together(search(), UidSearch::new(SearchQuery::unseen())));
    assert!(!together(fetch("1:5"), fetch("5:9")));
    assert!(!together(fetch("1:*"), fetch("7")));
    assert!(!together(status("a"), status("A b").clone()) || status("a") != status("A b"));
    assert!(!together(status("a"), status("a")));
    // Of which mailbox would it be?
    assert!(!together(Select::new(name("a")), fetch("1")));
    assert!(!together(fetch("1"), Select::new(name("a"))));
    assert!(!together(Select::new(name("a")), Select::new(name("b"))));
    // These can be told apart.
    assert!(together(fetch("1:5"), fetch("6:9")));
    assert!(together(search(), fetch("1")));
    assert!(together(status("a"), status("b")));
    assert!(together(Create::new(name("a")), search()));
}

fn sequence_numbers_wait() {
    let fetch = || Fetch::new(set("2"), flags());
    // FETCH, STORE and SEARCH change no numbers; anything else may.
    assert!(together(Store::new(set("1"), StoreAction::Add, Flag::Seen), fetch()));
    assert!(together(Search::new(SearchQuery::seen()), fetch()));
    assert!(!together(Noop, fetch()));
    assert!(!together(Create::new(name("a")), fetch()));
    assert!(!together(UidFetch::new(set("11"), flags()), fetch()));
    assert!(!together(Noop, Search::new(SearchQuery::numbers(set("1:2")))));
    assert!(!together(Noop, Store::new(set("1"), StoreAction::Add, Flag::Seen)));
    // The other way round there is nothing to wait for.
    assert!(together(fetch(), Noop));
    // Where the numbers have changed meanwhile it is not sent at all.
    let mut end = End::selected("");
    let noop = end.submits(Noop);
    let fetch = end.submits(fetch());
    assert_eq!(end.hears_one().text(), "NOOP");
    end.says("* 1 EXPUNGE\nOK done");
    end.answer(noop).expect("done");
    assert!(end.written().is_empty());
    let error = end.answer(fetch).expect_err("2 is another message now");
    assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Usage, true));
}
