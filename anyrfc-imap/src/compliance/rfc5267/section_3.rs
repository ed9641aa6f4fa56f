//! RFC 5267, sections 3 and 4.1: SORT with result options.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated_from, uid};
use crate::{
    codec::command::UidSort,
    rfc5267 as r, rfc6203,
    types::{PartialRange, SearchQuery, SearchReturn, SortKey, Uid},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5267-section-3.1/extended-sort-needs-esort",
        covers: &[r::EXTENDED_SORT_NEEDS_ESORT],
        run: extended_sort_needs_esort,
    },
    Check {
        name: "rfc5267-section-3.1/min-and-max-follow-the-sort",
        covers: &[r::MIN_AND_MAX_FOLLOW_THE_SORT],
        run: min_and_max_follow_the_sort,
    },
    Check {
        name: "rfc5267-section-3.2/ranges-are-expanded-upwards",
        covers: &[r::RANGES_OF_A_SORT_ARE_EXPANDED_UPWARDS],
        run: ranges_are_expanded_upwards,
    },
    Check {
        name: "rfc5267-section-4.1/contexts-of-sort-need-the-capability",
        covers: &[r::CONTEXT_SORT_NEEDS_THE_CAPABILITY],
        run: contexts_of_sort_need_the_capability,
    },
    Check {
        name: "rfc6203-section-6/relevancy-of-sort",
        covers: &[
            rfc6203::SORT_BY_RELEVANCY_NEEDS_SORT,
            rfc6203::SORT_BY_RELEVANCY_NEEDS_FUZZY,
            rfc6203::RELEVANCY_OF_SORT_NEEDS_ESORT,
        ],
        run: relevancy_of_sort,
    },
];

fn by_subject(returns: SearchReturn) -> UidSort {
    UidSort::new(SortKey::Subject, SearchQuery::all()).returning(returns)
}

fn extended_sort_needs_esort() {
    let needed = [("ESORT", r::EXTENDED_SORT_NEEDS_ESORT)];
    // What advertises SORT is there in any case.
    let begin = |all: &str| End::selected(&format!("SORT {all}"));
    let sort = || by_subject(SearchReturn::new().min().count());
    gated_from(begin, &needed, sort, "UID SORT RETURN (MIN COUNT) (SUBJECT) UTF-8 ALL");
    // Those of CONTEXT=SORT have them, too; a plain one needs neither.
    let mut end = End::selected("SORT CONTEXT=SORT");
    assert!(end.sends(sort()).1.text().contains("RETURN (MIN COUNT)"));
    let mut end = End::selected("SORT");
    assert_eq!(end.sends(by_subject(SearchReturn::new())).1.text(), "UID SORT (SUBJECT) UTF-8 ALL");
}

fn min_and_max_follow_the_sort() {
    let mut end = End::selected("SORT ESORT");
    let returns = SearchReturn::new().min().max().all();
    let found =
        end.gets(by_subject(returns), "* ESEARCH (TAG \"{tag}\") UID MIN 9 MAX 2 ALL 9,3:4,2\nOK done");
    assert_eq!((found.min, found.max), (Some(uid(9)), Some(uid(2))));
    assert_eq!((found.all.first(), found.all.last()), (found.min, found.max));
}

fn ranges_are_expanded_upwards() {
    let mut end = End::selected("SORT ESORT");
    let returns = SearchReturn::new().all();
    for (wire, numbers) in
        [("9,3:5,1", &[9, 3, 4, 5, 1][..]), ("5:3,9", &[3, 4, 5, 9]), ("7,2,1,8:6", &[7, 2, 1, 6, 7, 8])]
    {
        let found =
            end.gets(by_subject(returns), &format!("* ESEARCH (TAG \"{{tag}}\") UID ALL {wire}\nOK done"));
        assert_eq!(found.all.iter().map(Uid::get).collect::<Vec<_>>(), numbers, "{wire}");
    }
}

fn contexts_of_sort_need_the_capability() {
    let needed = [("CONTEXT=SORT", r::CONTEXT_SORT_NEEDS_THE_CAPABILITY)];
    let begin = |all: &str| End::selected(&format!("SORT ESORT {all}"));
    let part = PartialRange::from_start(1, 9).expect("a range");
    for (returns, words) in
        [(SearchReturn::new().context(), "CONTEXT"), (SearchReturn::new().partial(part), "PARTIAL 1:9")]
    {
        let text = format!("UID SORT RETURN ({words}) (SUBJECT) UTF-8 ALL");
        gated_from(begin, &needed, || by_subject(returns), &text);
    }
    // CONTEXT=SEARCH is about SEARCH.
    let mut end = End::selected("SORT ESORT CONTEXT=SEARCH");
    let live = by_subject(SearchReturn::new().all().update());
    let error = end.connection.follow(live.clone()).expect_err("it was not advertised");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Unsupported, Some(needed[0].1)));
    let mut end = End::selected("SORT ESORT CONTEXT=SORT");
    assert!(end.connection.follow(live).is_ok());
}

fn relevancy_of_sort() {
    let fuzzy = || SearchQuery::subject("x").fuzzy();
    let best = || UidSort::new(SortKey::Relevancy, fuzzy());
    let begin = |all: &str| End::selected(&format!("SORT {all}"));
    let needed = [("SEARCH=FUZZY", rfc6203::FUZZY_NEEDS_THE_CAPABILITY)];
    gated_from(begin, &needed, best, "UID SORT (RELEVANCY) UTF-8 FUZZY SUBJECT x");
    // SORT itself is needed.
    assert_eq!(End::selected("SEARCH=FUZZY ESEARCH").refuses(best()).kind(), ErrorKind::Unsupported);
    let plain = UidSort::new(SortKey::Relevancy, SearchQuery::subject("x"));
    let error = End::selected("SORT SEARCH=FUZZY").refuses(plain);
    assert_eq!(error.requirement(), Some(rfc6203::SORT_BY_RELEVANCY_NEEDS_FUZZY));
    // And its scores are told by ESORT.
    let scored = || best().returning(SearchReturn::new().all().relevancy());
    assert!(begin("SEARCH=FUZZY ESORT").sends(scored()).1.text().contains("RETURN (ALL RELEVANCY)"));
    assert_eq!(begin("SEARCH=FUZZY ESEARCH").refuses(scored()).kind(), ErrorKind::Unsupported);
}
