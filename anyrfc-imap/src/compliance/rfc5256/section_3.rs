//! RFC 5256: SORT and THREAD.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated};
use crate::{
    codec::command::{Sort, Thread, UidSort, UidThread},
    rfc5256 as r,
    types::{SearchQuery, SortKey, SortOrder, ThreadAlgorithm},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5256-section-1/sort-needs-the-capability",
        covers: &[r::SORT_NEEDS_THE_CAPABILITY],
        run: sort_needs_the_capability,
    },
    Check {
        name: "rfc5256-section-1/thread-needs-the-capability",
        covers: &[r::THREAD_NEEDS_THE_CAPABILITY],
        run: thread_needs_the_capability,
    },
    Check {
        name: "rfc5256-section-3/a-charset-is-named",
        covers: &[r::SORT_NAMES_A_CHARSET, r::CHARSETS_ARE_REGISTERED],
        run: a_charset_is_named,
    },
    Check {
        name: "rfc5256-section-3/grandchildren-are-siblings",
        covers: &[r::GRANDCHILDREN_ARE_TAKEN_AS_SIBLINGS],
        run: grandchildren_are_siblings,
    },
];

fn sort_needs_the_capability() {
    let needed = [("SORT", r::SORT_NEEDS_THE_CAPABILITY)];
    let order = || SortOrder::by(SortKey::Subject).then_reversed(SortKey::Date);
    gated(
        &needed,
        || UidSort::new(order(), SearchQuery::seen()),
        "UID SORT (SUBJECT REVERSE DATE) UTF-8 SEEN",
    );
    gated(&needed, || Sort::new(SortKey::Size, SearchQuery::all()), "SORT (SIZE) UTF-8 ALL");
    // Any capability that begins with it will do, and none that only has it somewhere.
    for capability in ["SORT=DISPLAY", "sort=display", "SORT=MODSEQ"] {
        let (_, heard) = End::selected(capability).sends(UidSort::new(SortKey::To, SearchQuery::all()));
        assert_eq!(heard.text(), "UID SORT (TO) UTF-8 ALL");
    }
    for capability in ["", "ESORT CONTEXT=SORT", "SOR", "XSORT"] {
        let error = End::selected(capability).refuses(UidSort::new(SortKey::To, SearchQuery::all()));
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{capability}");
    }
}

fn thread_needs_the_capability() {
    for name in ["ORDEREDSUBJECT", "REFERENCES", "REFS", "X-OWN"] {
        let capability = format!("THREAD={name}");
        let needed = [(capability.as_str(), r::THREAD_NEEDS_THE_CAPABILITY)];
        let make = || UidThread::new(ThreadAlgorithm::from(name), SearchQuery::seen());
        gated(&needed, make, &format!("UID THREAD {name} UTF-8 SEEN"));
        let make = || Thread::new(ThreadAlgorithm::from(name), SearchQuery::all());
        gated(&needed, make, &format!("THREAD {name} UTF-8 ALL"));
    }
    // Another algorithm is no help.
    let thread = UidThread::new(ThreadAlgorithm::References, SearchQuery::all());
    let error = End::selected("THREAD=ORDEREDSUBJECT THREAD=REFERENCE SORT").refuses(thread);
    assert_eq!(error.requirement(), Some(r::THREAD_NEEDS_THE_CAPABILITY));
}

fn a_charset_is_named() {
    // The judge takes no command without one that is registered, nor characters that are not of it.
    for query in [SearchQuery::all(), SearchQuery::subject("lunch"), SearchQuery::subject("Men\u{fc}")] {
        let mut end = End::selected("SORT THREAD=REFS LITERAL+");
        let (_, sort) = end.sends(Sort::new(SortKey::Arrival, query.clone()));
        assert!(sort.text().starts_with("SORT (ARRIVAL) UTF-8 "), "{}", sort.text());
        end.says("* SORT\nOK done");
        let (_, thread) = end.sends(Thread::new(ThreadAlgorithm::Refs, query));
        assert!(thread.text().starts_with("THREAD REFS UTF-8 "), "{}", thread.text());
    }
    // Also where SEARCH may name none.
    let mut end = End::rev1("ENABLE UTF8=ACCEPT SORT");
    end.enable_utf8();
    end.select();
    let (_, sort) = end.sends(UidSort::new(SortKey::Cc, SearchQuery::subject("Men\u{fc}")));
    assert_eq!(sort.text(), "UID SORT (CC) UTF-8 SUBJECT \"Men\u{fc}\"");
}

fn grandchildren_are_siblings() {
    let mut end = End::selected("THREAD=ORDEREDSUBJECT THREAD=REFERENCES");
    let answer = "* THREAD (1 2 (3 4)(5))(6 7 8)((9)(10 11))\nOK done";
    let mut ask = |algorithm| end.gets(UidThread::new(algorithm, SearchQuery::all()), answer).to_string();
    assert_eq!(ask(ThreadAlgorithm::OrderedSubject), "(1 (2)(3)(4)(5))(6 (7)(8))((9)(10)(11))");
    assert_eq!(ask(ThreadAlgorithm::References), "(1 2 (3 4)(5))(6 7 8)((9)(10 11))");
    let found = end.gets(Thread::new(ThreadAlgorithm::OrderedSubject, SearchQuery::all()), answer);
    assert!(found.walk().all(|(depth, _)| depth < 2));
}
