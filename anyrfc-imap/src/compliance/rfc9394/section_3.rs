//! RFC 9394, section 3: results in parts.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated, misused, set};
use crate::{
    codec::command::{Command as _, Fetch, FetchModifiers, UidFetch, UidSearch},
    rfc5267, rfc9394 as r,
    types::{FetchItem, PartialRange, SearchQuery, SearchReturn},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9394-section-3/partial-needs-the-capability",
        covers: &[r::PARTIAL_NEEDS_THE_CAPABILITY],
        run: partial_needs_the_capability,
    },
    Check {
        name: "rfc9394-section-3.1/all-or-a-part",
        covers: &[r::PARTIAL_EXCLUDES_ALL, rfc5267::PARTIAL_COMES_ONCE],
        run: all_or_a_part,
    },
    Check {
        name: "rfc9394-section-3.1/short-and-empty-parts-are-read",
        covers: &[r::SHORT_RESULT_IS_READ, r::NIL_RESULT_IS_READ, rfc5267::SHORT_PARTIAL_IS_READ],
        run: short_and_empty_parts_are_read,
    },
    Check {
        name: "rfc9394-section-3.1/a-part-is-of-the-range-asked-for",
        covers: &[r::RANGE_IS_RETURNED],
        run: a_part_is_of_the_range_asked_for,
    },
    Check {
        name: "rfc9394-section-3.1/pages-come-in-any-order",
        covers: &[r::PAGES_COME_IN_ANY_ORDER],
        run: pages_come_in_any_order,
    },
    Check {
        name: "rfc9394-section-3.3/only-uid-fetch-has-partial",
        covers: &[r::ONLY_UID_FETCH_HAS_PARTIAL],
        run: only_uid_fetch_has_partial,
    },
    Check {
        name: "rfc9394-section-4/a-range-is-of-two-numbers",
        covers: &[r::RANGE_IS_OF_TWO_NUMBERS, rfc5267::PARTIAL_RANGE_HAS_NO_STAR],
        run: a_range_is_of_two_numbers,
    },
];

fn range(text: &str) -> PartialRange {
    text.parse().expect("a range")
}

fn page(text: &str) -> UidSearch {
    UidSearch::new(SearchQuery::flagged()).returning(SearchReturn::new().partial(range(text)))
}

fn newest() -> UidFetch {
    UidFetch::new(set("1:*"), FetchItem::Flags).with(FetchModifiers::new().partial(range("-1:-30")))
}

fn partial_needs_the_capability() {
    let needed = [("PARTIAL", r::PARTIAL_NEEDS_THE_CAPABILITY)];
    gated(&needed, || page("-1:-100"), "UID SEARCH RETURN (PARTIAL -1:-100) FLAGGED");
    gated(&needed, newest, "UID FETCH 1:* (FLAGS) (PARTIAL -1:-30)");
    // A range from the start is known to CONTEXT=SEARCH too, one from the end is not.
    let mut end = End::selected("CONTEXT=SEARCH");
    let (_, heard) = end.sends(page("1:100"));
    assert_eq!(heard.text(), "UID SEARCH RETURN (PARTIAL 1:100) FLAGGED");
    end.says("OK done");
    assert_eq!(end.refuses(page("-1:-100")).requirement(), Some(r::PARTIAL_NEEDS_THE_CAPABILITY));
    assert_eq!(end.refuses(newest()).kind(), ErrorKind::Unsupported);
}

fn all_or_a_part() {
    let mut end = End::selected("ESEARCH PARTIAL CONTEXT=SEARCH");
    let returns = SearchReturn::new().count().partial(range("1:9"));
    let both = UidSearch::new(SearchQuery::all()).returning(returns.all());
    misused(&end.refuses(both), r::PARTIAL_EXCLUDES_ALL);
    // The later range takes the place of the earlier one.
    let twice = UidSearch::new(SearchQuery::all()).returning(returns.partial(range("2:3")));
    assert_eq!(end.sends(twice).1.text(), "UID SEARCH RETURN (COUNT PARTIAL 2:3) ALL");
}

fn short_and_empty_parts_are_read() {
    let mut end = End::selected("ESEARCH PARTIAL");
    for (answer, found) in [
        ("PARTIAL (1:5 200:204)", "200:204"),
        ("PARTIAL (1:5 200,250)", "200,250"),
        ("PARTIAL (1:5 NIL)", ""),
        ("PARTIAL (1:5 nil)", ""),
    ] {
        let answer = end.gets(page("1:5"), &format!("* ESEARCH (TAG \"{{tag}}\") UID {answer}\nOK done"));
        let partial = answer.partial.expect("a part");
        assert_eq!((partial.range, partial.found.to_string().as_str()), (range("1:5"), found));
        assert!(answer.all.is_empty(), "it is not all that was found");
    }
    // What is no set is no part without results.
    for wrong in ["PARTIAL (1:5 200:*)", "PARTIAL (1:5 200 300)", "PARTIAL (x 200)"] {
        let (_, answer) = end.asks(page("1:5"), &format!("* ESEARCH (TAG \"{{tag}}\") UID {wrong}\nOK done"));
        assert_eq!(answer.expect_err(wrong).kind(), ErrorKind::Protocol);
    }
}

fn a_part_is_of_the_range_asked_for() {
    let mut end = End::selected("ESEARCH PARTIAL");
    for lie in ["(1:2 1:3)", "(1:2 1:4294967295)", "(-1:-1 4,5)"] {
        let (_, answer) =
            end.asks(page("1:2"), &format!("* ESEARCH (TAG \"{{tag}}\") UID PARTIAL {lie}\nOK done"));
        assert_eq!(answer.expect_err(lie).requirement(), Some(r::RANGE_IS_RETURNED));
    }
    assert!(end.asks(page("1:2"), "* ESEARCH (TAG \"{tag}\") UID PARTIAL (1:2 1:2)\nOK done").1.is_ok());
}

fn pages_come_in_any_order() {
    let mut end = End::selected("ESEARCH PARTIAL");
    for text in ["5:6", "1:2", "2:5", "-1:-3"] {
        let heard = end.sends(page(text)).1;
        assert_eq!(heard.text(), format!("UID SEARCH RETURN (PARTIAL {text}) FLAGGED"));
        end.says(&format!("* ESEARCH (TAG \"{{tag}}\") UID PARTIAL ({text} 7)\nOK done"));
    }
    assert_eq!(range("1:50").next(), Some(range("51:100")));
    assert_eq!(range("-1:-50").next(), Some(range("-51:-100")));
}

fn only_uid_fetch_has_partial() {
    let mut end = End::selected("ESEARCH PARTIAL");
    let fetch = Fetch::new(set("1:3"), FetchItem::Flags);
    misused(
        &end.refuses(fetch.with(FetchModifiers::new().partial(range("1:2")))),
        r::ONLY_UID_FETCH_HAS_PARTIAL,
    );
    assert_eq!(end.sends(newest()).1.text(), "UID FETCH 1:* (FLAGS) (PARTIAL -1:-30)");
    // A part of the whole is not that of its parts: such a command is not divided.
    let many: Vec<String> = (1..2000_u32).map(|number| (2 * number).to_string()).collect();
    let long = UidFetch::new(set(&many.join(",")), FetchItem::Flags);
    assert!(long.clone().split(1000).len() > 1);
    assert_eq!(long.with(FetchModifiers::new().partial(range("1:2"))).split(1000).len(), 1);
}

fn a_range_is_of_two_numbers() {
    for text in ["1:*", "*:1", "0:1", "1:0", "-0:-1", "-1:1", "1", "1:2,3:4", "-1:-4294967296", "1:-2"] {
        let error = text.parse::<PartialRange>().expect_err(text);
        misused(&error, r::RANGE_IS_OF_TWO_NUMBERS);
    }
    misused(&PartialRange::from_start(0, 5).expect_err("zero"), r::RANGE_IS_OF_TWO_NUMBERS);
    misused(&PartialRange::from_end(5, 0).expect_err("zero"), r::RANGE_IS_OF_TWO_NUMBERS);
    for (made, text) in [
        (PartialRange::from_start(1, 500), "1:500"),
        (PartialRange::from_start(500, 1), "1:500"),
        (PartialRange::from_end(1, 500), "-1:-500"),
        (PartialRange::from_end(500, 1), "-1:-500"),
    ] {
        let mut end = End::selected("ESEARCH PARTIAL");
        let search =
            UidSearch::new(SearchQuery::all()).returning(SearchReturn::new().partial(made.expect("one")));
        assert_eq!(end.sends(search).1.text(), format!("UID SEARCH RETURN (PARTIAL {text}) ALL"));
    }
}
