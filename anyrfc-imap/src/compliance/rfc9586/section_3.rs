//! RFC 9586: UIDs alone.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, misused, name, set, uid, uids};
use crate::{
    codec::command::{
        Copy, Enable, Expunge, Fetch, Move, Noop, Resync, Search, Select, Store, StoreAction, UidFetch,
        UidSearch,
    },
    proto::Report,
    rfc9586 as r,
    types::{
        Capability, Code, FetchItems, Flag, ModSeq, SearchQuery, Section, SequenceNumber, SequenceNumberSet,
        UidValidity,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9586-section-3/no-message-numbers-are-sent",
        covers: &[
            r::NO_MESSAGE_NUMBERS_ARE_SENT,
            r::NO_MESSAGE_NUMBERS_ARE_SEARCHED,
            r::QRESYNC_HAS_NO_MATCH_DATA,
        ],
        run: no_message_numbers_are_sent,
    },
    Check {
        name: "rfc9586-section-3/rows-are-named-by-uids",
        covers: &[r::UIDFETCH_IS_READ, r::UIDFETCH_NEEDS_NO_UID_ITEM],
        run: rows_are_named_by_uids,
    },
    Check {
        name: "rfc9586-section-3/what-is-gone-has-vanished",
        covers: &[r::VANISHED_IS_READ_WITHOUT_QRESYNC],
        run: what_is_gone_has_vanished,
    },
    Check {
        name: "rfc9586-section-3.1/uidonly-is-enabled-first",
        covers: &[r::UIDONLY_NEEDS_THE_CAPABILITY, r::UIDONLY_BEGINS_WITH_ENABLE],
        run: uidonly_is_enabled_first,
    },
    Check {
        name: "rfc9586-section-4/uidrequired-is-read",
        covers: &[r::UIDREQUIRED_IS_READ],
        run: uidrequired_is_read,
    },
];

fn flags() -> FetchItems {
    FetchItems::new().flags()
}

fn only() -> End {
    let mut end = End::enabled("UIDONLY", "QRESYNC MOVE SEARCHRES");
    end.select();
    end
}

fn no_message_numbers_are_sent() {
    let mut end = only();
    misused(&end.refuses(Fetch::new(set("1"), flags())), r::NO_MESSAGE_NUMBERS_ARE_SENT);
    let store = Store::new(set("1"), StoreAction::Add, Flag::Seen);
    misused(&end.refuses(store), r::NO_MESSAGE_NUMBERS_ARE_SENT);
    misused(&end.refuses(Copy::new(set("1"), name("a"))), r::NO_MESSAGE_NUMBERS_ARE_SENT);
    misused(&end.refuses(Move::new(set("*"), name("a"))), r::NO_MESSAGE_NUMBERS_ARE_SENT);
    misused(&end.refuses(Search::new(SearchQuery::all())), r::NO_MESSAGE_NUMBERS_ARE_SENT);
    let numbers = SearchQuery::seen() & !SearchQuery::numbers(set("1:3"));
    misused(&end.refuses(UidSearch::new(numbers)), r::NO_MESSAGE_NUMBERS_ARE_SEARCHED);
    let (text, _) = end.asks(UidSearch::new(SearchQuery::uids(set("1:*"))), "* SEARCH 11\nOK done");
    assert_eq!(text, "UID SEARCH UID 1:*");

    let mut end = End::rev1("ENABLE QRESYNC UIDONLY");
    let both = Enable::new([Capability::QResync, Capability::UidOnly]);
    end.gets(both, "* ENABLED QRESYNC UIDONLY\nOK done");
    let known = Resync::new(UidValidity::new(7).expect("not zero"), ModSeq::MIN).of(uids(&[11]));
    let numbers: SequenceNumberSet = SequenceNumber::new(1).into_iter().collect();
    let sampled = known.clone().matching(numbers, uids(&[11])).expect("as many");
    misused(&end.refuses(Select::new(name("a")).resync(sampled)), r::QRESYNC_HAS_NO_MATCH_DATA);
    assert_eq!(end.sends(Select::new(name("a")).resync(known)).1.text(), "SELECT a (QRESYNC (7 1 11))");
    // Without it they may all be sent.
    let mut end = End::selected("ENABLE UIDONLY");
    assert_eq!(end.asks(Fetch::new(set("1"), flags()), "OK done").0, "FETCH 1 (FLAGS)");
}

fn rows_are_named_by_uids() {
    let mut end = only();
    let items = flags().peek(Section::header());
    let ticket = end.submits(UidFetch::new(set("25900:26000"), items));
    end.hears_one();
    end.says("* 25997 UIDFETCH (FLAGS (\\Flagged) BODY[HEADER] {2}\r\nhi)");
    end.says("* 25998 UIDFETCH (UID 25998 FLAGS ())\n* 3 UIDFETCH (FLAGS ())\nOK done");
    end.answer(ticket).expect("fetched");
    let rows = end.rows();
    let told: Vec<_> = rows.iter().map(|(mine, row)| (*mine, row.uid(), row.sequence())).collect();
    assert_eq!(
        told,
        [(true, Some(uid(25997)), None), (true, Some(uid(25998)), None), (false, Some(uid(3)), None)]
    );
    assert_eq!(super::super::rev1::inline(&rows[0].1, &Section::header()), b"hi");
    assert_eq!(end.deviated(r::UIDFETCH_REPLACES_FETCH), 0);
    end.says("* 3 FETCH (FLAGS ())");
    assert_eq!(end.deviated(r::UIDFETCH_REPLACES_FETCH), 1);
}

fn what_is_gone_has_vanished() {
    let mut end = only();
    let expunged = end.gets(Expunge, "* VANISHED 11\nOK done");
    assert_eq!((expunged.vanished, expunged.numbers), (uids(&[11]), vec![]));
    end.gets(Noop, "* VANISHED 12,15\nOK done");
    assert_eq!(end.mailbox().exists, 0);
    let told = end.events.iter().filter(|event| matches!(event, Report::Vanished { earlier: false, .. }));
    assert_eq!(told.count(), 2);
    // EXPUNGE would be of a number, of which there are none.
    let mut end = only();
    end.gets(Noop, "* 1 EXPUNGE\nOK done");
    assert_eq!(end.deviated(r::VANISHED_REPLACES_EXPUNGE), 1);
}

fn uidonly_is_enabled_first() {
    let enable = || Enable::new([Capability::UidOnly]);
    let error = End::rev1("ENABLE QRESYNC").refuses(enable());
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Unsupported, Some(r::UIDONLY_NEEDS_THE_CAPABILITY))
    );
    for answer in ["* ENABLED\nOK done", "* ENABLED QRESYNC\nOK done"] {
        let mut end = End::rev1("ENABLE UIDONLY");
        assert_eq!(end.asks(enable(), answer).0, "ENABLE UIDONLY");
        end.select();
        assert_eq!(end.asks(Fetch::new(set("1"), flags()), "OK done").0, "FETCH 1 (FLAGS)", "{answer}");
        end.says("* 7 UIDFETCH (FLAGS ())");
        assert_eq!(end.deviated(r::UIDFETCH_REPLACES_FETCH), 1);
    }
}

fn uidrequired_is_read() {
    for code in ["UIDREQUIRED", "uidrequired"] {
        let mut end = End::selected("");
        let (_, result) = end.asks(Fetch::new(set("1"), flags()), &format!("BAD [{code}] no numbers"));
        assert_eq!(result.expect_err("refused").code(), Some(&Code::UidRequired));
    }
}
