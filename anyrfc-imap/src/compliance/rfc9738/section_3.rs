//! RFC 9738, section 3: servers that work on so many messages at a time.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::{
    rev1::{End, gated, name, set, uid},
    rev1_client::logged_in,
};
use crate::{
    codec::command::{
        Copy, Divided as _, Move, StoreAction, UidCopy, UidExpunge, UidFetch, UidMove, UidSearch, UidStore,
    },
    rfc9738 as r,
    types::{
        Capabilities, Capability, FetchItem, FetchItems, Flag, MessageLimit, SearchQuery, SearchReturn,
        SequenceSet, UidSet,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check { name: "rfc9738-section-3/limits-are-read", covers: &[r::LIMIT_IS_READ], run: limits_are_read },
    Check {
        name: "rfc9738-section-3.1/a-partial-result-is-not-whole",
        covers: &[r::PARTIAL_RESULT_IS_NOT_WHOLE],
        run: a_partial_result_is_not_whole,
    },
    Check {
        name: "rfc9738-section-3.1/the-rest-lies-below",
        covers: &[r::REST_LIES_BELOW, r::HIGHEST_UIDS_COME_FIRST],
        run: the_rest_lies_below,
    },
    Check {
        name: "rfc9738-section-3.1/the-code-may-be-in-an-untagged-no",
        covers: &[r::CODE_IN_AN_UNTAGGED_NO_IS_READ],
        run: the_code_may_be_in_an_untagged_no,
    },
    Check {
        name: "rfc9738-section-3.1/a-refused-copy-is-divided",
        covers: &[r::REFUSED_COPY_IS_DIVIDED],
        run: a_refused_copy_is_divided,
    },
    Check {
        name: "rfc9738-section-3.2/bounds-of-uids",
        covers: &[r::UID_BOUNDS_NEED_THE_CAPABILITY, r::UID_BOUNDS_TAKE_ONE_UID],
        run: bounds_of_uids,
    },
    Check {
        name: "rfc9738-section-3.4/a-saved-result-is-cut",
        covers: &[r::SAVED_RESULT_IS_CUT],
        run: a_saved_result_is_cut,
    },
];

const LIMITED: &str = "UIDPLUS MOVE ESEARCH SEARCHRES MESSAGELIMIT=3";

fn limits_are_read() {
    let read = |text: &str| {
        let all: Capabilities = text.split(' ').collect();
        (all.message_limit(), all.save_limit())
    };
    assert_eq!(read("IMAP4rev1 MESSAGELIMIT=1000"), (Some(1000), Some(1000)));
    assert_eq!(read("IMAP4rev1 messagelimit=1000 SaveLimit=50"), (Some(1000), Some(50)));
    assert_eq!(read("IMAP4rev1 SAVELIMIT=1000"), (None, Some(1000)));
    for none in
        ["MESSAGELIMIT", "MESSAGELIMIT=", "MESSAGELIMIT=0", "MESSAGELIMIT=x", "SAVELIMIT=0", "SAVELIMIT"]
    {
        assert_eq!(read(none), (None, None), "{none}");
    }
    assert_eq!(Capability::from("MESSAGELIMIT=7").to_string(), "MESSAGELIMIT=7");
}

fn a_partial_result_is_not_whole() {
    let limit = Some(uid(7));
    let partial = "OK [MESSAGELIMIT 3 7] some";
    fn of<T>(answer: Result<T, crate::Error>) -> Option<MessageLimit> {
        let error = answer.err().expect("a part was taken for the whole");
        assert_eq!(error.kind(), ErrorKind::Limit);
        error.message_limit()
    }
    let mut end = End::selected(LIMITED);
    let flags = || FetchItems::from(FetchItem::Flags);
    let stored = || UidStore::new(set("1:9"), StoreAction::Add, Flag::Seen);
    let told = [
        of(end.asks(UidFetch::new(set("1:9"), flags()), partial).1),
        of(end.asks(stored(), partial).1),
        of(end.asks(UidMove::new(set("1:9"), name("a")), partial).1),
        of(end.asks(UidExpunge::new(set("1:9")), partial).1),
        of(end.asks(UidCopy::new(set("1:9"), name("a")), "NO [MESSAGELIMIT 3 7] none").1.map_err(limited)),
        of(end.asks(Copy::new(set("1:3"), name("a")), partial).1),
        of(end.asks(Move::new(set("1:3"), name("a")), partial).1),
    ];
    assert!(
        told.iter().all(|told| told.is_some_and(|told| (told.limit, told.lowest) == (3, limit))),
        "{told:?}"
    );
    let found = end.gets(
        UidSearch::new(SearchQuery::all()),
        &format!("* ESEARCH (TAG \"{{tag}}\") UID ALL 7:9\n{partial}"),
    );
    assert_eq!(found.message_limit.map(|told| (told.limit, told.lowest)), Some((3, limit)));
    // And what is whole is whole.
    assert!(end.asks(stored(), "OK done").1.is_ok());
    let found =
        end.gets(UidSearch::new(SearchQuery::all()), "* ESEARCH (TAG \"{tag}\") UID ALL 7:9\nOK done");
    assert_eq!(found.message_limit, None);
}

/// A refusal whose code is the limit.
fn limited(error: crate::Error) -> crate::Error {
    assert_eq!(error.kind(), ErrorKind::Refused);
    crate::Error::partial(error.message_limit().expect("the code"))
}

fn the_rest_lies_below() {
    let rest = |text: &str, lowest: u32| {
        let fetch = UidFetch::new(set(text), FetchItem::Flags);
        fetch.rest(MessageLimit::new(3, Some(uid(lowest)))).expect("known").map(|rest| rest.set.to_string())
    };
    assert_eq!(rest("1:*", 7).as_deref(), Some("1:6"));
    assert_eq!(rest("9,2,4:8", 7).as_deref(), Some("2,4:6"));
    assert_eq!(rest("7:*", 7), None);
    logged_in(
        LIMITED,
        "C: s SELECT INBOX
         S: * 9 EXISTS
         S: s OK done
         C: a UID SEARCH RETURN (ALL) SEEN
         S: * ESEARCH (TAG \"a\") UID ALL 8
         S: a OK [MESSAGELIMIT 3 7] some
         C: b UID SEARCH RETURN (ALL) SEEN UID 1:6
         S: * ESEARCH (TAG \"b\") UID ALL 2
         S: b OK done
         C: c UID FETCH 1:* (FLAGS)
         S: * 2 FETCH (UID 8 FLAGS ())
         S: c OK [MESSAGELIMIT 1 8] some
         C: d UID FETCH 1:7 (FLAGS)
         S: * 1 FETCH (UID 2 FLAGS ())
         S: d OK done
         C: e UID FETCH 1:* (FLAGS)
         S: e OK [MESSAGELIMIT 1 8] some
         C: f UID FETCH 1:7 (FLAGS)
         S: f OK [MESSAGELIMIT 1 8] the same again",
        async |mut client| {
            let mut inbox = client.select("INBOX").await.expect("selected");
            let found = inbox.search(&SearchQuery::seen()).await.expect("found");
            assert_eq!(found.to_string(), "2,8");
            let rows = inbox.fetch(SequenceSet::all(), FetchItem::Flags).expect("asked").collect().await;
            let uids: UidSet = rows.expect("fetched").iter().filter_map(|row| row.uid()).collect();
            assert_eq!(uids.to_string(), "2,8");
            // A server that does not come any further is not asked for ever.
            let rows = inbox.fetch(SequenceSet::all(), FetchItem::Flags).expect("asked").collect().await;
            assert_eq!(rows.expect_err("no end").requirement(), Some(r::HIGHEST_UIDS_COME_FIRST));
        },
    );
}

fn the_code_may_be_in_an_untagged_no() {
    let mut end = End::selected(LIMITED);
    let (ticket, _) = end.sends(UidStore::new(set("1:9"), StoreAction::Add, Flag::Seen));
    end.says("* NO [MESSAGELIMIT 3 7] some\nOK [MODIFIED 8] done");
    let error = end.answer(ticket).expect_err("a part");
    assert_eq!(error.message_limit().map(|told| told.lowest), Some(Some(uid(7))));
    // What no command can be about is a remark.
    end.says("* NO [MESSAGELIMIT 3 7] by the way");
    assert_eq!(end.data().len(), 1);
}

fn a_refused_copy_is_divided() {
    logged_in(
        LIMITED,
        "C: s SELECT INBOX
         S: * 9 EXISTS
         S: s OK done
         C: a UID COPY 1:* there
         S: a NO [MESSAGELIMIT 2] too many
         C: b UID SEARCH RETURN (ALL) UID 1:*
         S: * ESEARCH (TAG \"b\") UID ALL 2,8,9
         S: b OK done
         C: c UID COPY 2,8 there
         S: c OK [COPYUID 5 2,8 1:2] done
         C: d UID COPY 9 there
         S: d OK [COPYUID 5 9 3] done
         C: e UID COPY 9 there
         S: e NO [MESSAGELIMIT 2] too many
         C: f UID SEARCH RETURN (ALL) UID 9
         S: * ESEARCH (TAG \"f\") UID ALL 9
         S: f OK done
         C: g UID COPY 9 nowhere
         S: g NO [TRYCREATE] not there",
        async |mut client| {
            let mut inbox = client.select("INBOX").await.expect("selected");
            let copies = inbox.copy(SequenceSet::all(), "there").await.expect("copied");
            assert_eq!(copies.iter().flat_map(|copy| copy.pairs()).count(), 3);
            // One that cannot be divided is refused, and so is one that fails for another reason.
            let error = inbox.copy(uid(9), "there").await.expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::Limit);
            let error = inbox.copy(uid(9), "nowhere").await.expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::Refused);
        },
    );
}

fn bounds_of_uids() {
    let needed = [("MESSAGELIMIT=9", r::UID_BOUNDS_NEED_THE_CAPABILITY)];
    let after = || UidSearch::new(SearchQuery::uid_after(uid(25_900)));
    gated(&needed, after, "UID SEARCH UIDAFTER 25900");
    let between = || UidSearch::new(SearchQuery::uid_after(uid(7)) & !SearchQuery::uid_before(uid(3)));
    gated(&needed, between, "UID SEARCH UIDAFTER 7 NOT UIDBEFORE 3");
}

fn a_saved_result_is_cut() {
    let mut end = End::selected(LIMITED);
    let save = || UidSearch::new(SearchQuery::all()).returning(SearchReturn::new().save());
    let found = end.gets(save(), "OK [MESSAGELIMIT 3 7] some");
    assert_eq!(found.message_limit.and_then(|told| told.lowest), Some(uid(7)));
    assert_eq!(end.gets(save(), "OK done").message_limit, None);
    // What is left of it cannot be told by numbers.
    let fetch = UidFetch::new(SequenceSet::saved(), FetchItem::Flags);
    let error = fetch.rest(MessageLimit::new(3, Some(uid(7)))).expect_err("not known");
    assert_eq!(error.kind(), ErrorKind::Limit);
    let zero = SearchQuery::uids(SequenceSet::saved());
    assert_eq!(end.sends(UidSearch::new(zero)).1.text(), "UID SEARCH RETURN (ALL) UID $");
}
