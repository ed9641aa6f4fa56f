//! RFC 5182: `$`, the result of the last search.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated, name};
use crate::{
    codec::command::{Noop, StoreAction, UidCopy, UidFetch, UidSearch, UidStore},
    rfc4731, rfc5182 as r,
    types::{Code, FetchItems, Flag, SearchQuery, SearchReturn, SequenceSet},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5182-section-2.1/save-needs-the-capability",
        covers: &[r::SAVE_NEEDS_THE_CAPABILITY],
        run: save_needs_the_capability,
    },
    Check {
        name: "rfc5182-section-2.3/save-and-use-are-pipelined",
        covers: &[r::SAVE_MAY_BE_PIPELINED],
        run: save_and_use_are_pipelined,
    },
    Check {
        name: "rfc5182-section-2.5/a-result-may-not-be-saved",
        covers: &[r::REFUSED_SAVE_GETS_NOTSAVED],
        run: a_result_may_not_be_saved,
    },
    Check {
        name: "rfc5182-section-3/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
];

fn save() -> UidSearch {
    UidSearch::new(SearchQuery::flagged()).returning(SearchReturn::new().save())
}

fn save_needs_the_capability() {
    let needed = [
        ("ESEARCH", rfc4731::RESULT_OPTIONS_NEED_THE_CAPABILITY),
        ("SEARCHRES", r::SAVE_NEEDS_THE_CAPABILITY),
    ];
    gated(&needed, save, "UID SEARCH RETURN (SAVE) FLAGGED");
    let needed = [("SEARCHRES", r::SAVE_NEEDS_THE_CAPABILITY)];
    let saved = SequenceSet::saved;
    gated(&needed, || UidFetch::new(saved(), FetchItems::new().flags()), "UID FETCH $ (FLAGS)");
    gated(&needed, || UidCopy::new(saved(), name("a")), "UID COPY $ a");
    let store = || UidStore::new(saved(), StoreAction::Add, [Flag::Seen]).silent();
    gated(&needed, store, "UID STORE $ +FLAGS.SILENT (\\Seen)");
    let search = || UidSearch::new(SearchQuery::uids(saved()) & SearchQuery::seen());
    gated(&needed, search, "UID SEARCH UID $ SEEN");
}

fn save_and_use_are_pipelined() {
    let mut end = End::selected("ESEARCH SEARCHRES");
    let search = end.submits(save());
    let fetch = end.submits(UidFetch::new(SequenceSet::saved(), FetchItems::new().flags()));
    let heard = end.hears();
    let texts: Vec<_> = heard.iter().map(|heard| heard.text()).collect();
    assert_eq!(texts, ["UID SEARCH RETURN (SAVE) FLAGGED", "UID FETCH $ (FLAGS)"], "in this order, at once");
    end.says_octets(format!("{} OK saved\r\n", heard[0].tag).as_bytes());
    end.says("* 2 FETCH (UID 12 FLAGS (\\Flagged))\nOK done");
    assert!(end.answer(search).expect("searched").all.is_empty(), "only the server knows what was found");
    end.answer(fetch).expect("fetched");
    // Whatever rows come are the answer.
    assert!(end.rows().iter().all(|(asked, row)| *asked && row.uid().map(|uid| uid.get()) == Some(12)));
}

fn a_result_may_not_be_saved() {
    let mut end = End::selected("ESEARCH SEARCHRES");
    let error = end.asks(save(), "NO [NOTSAVED] too many").1.expect_err("not saved");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some(&Code::NotSaved)));
    // The variable is empty then: a command that uses it succeeds with nothing.
    end.gets(UidFetch::new(SequenceSet::saved(), FetchItems::new().flags()), "OK nothing");
    assert_eq!(end.rows().len(), 0);
    end.gets(Noop, "OK done");
}

fn tokens_ignore_case() {
    for (capabilities, code) in [("esearch searchres", "[notsaved]"), ("ESearch SearchRes", "[NotSaved]")] {
        let mut end = End::selected(capabilities);
        assert_eq!(end.asks(save(), "OK saved").0, "UID SEARCH RETURN (SAVE) FLAGGED");
        let error = end.asks(save(), &format!("NO {code} no")).1.expect_err("not saved");
        assert_eq!(error.code(), Some(&Code::NotSaved));
    }
    let error = End::selected("ESEARCH SEARCHRES").asks(save(), "NO [NOTSAVE] no").1.expect_err("refused");
    assert_ne!(error.code(), Some(&Code::NotSaved));
}
