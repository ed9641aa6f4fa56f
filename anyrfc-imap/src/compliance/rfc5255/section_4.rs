//! RFC 5255: comparators.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, gated_from, misused};
use crate::{
    codec::command,
    rfc5255 as r, rfc9051,
    types::{Code, Comparator},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5255-section-4.7/comparator-needs-level-2",
        covers: &[r::COMPARATOR_NEEDS_LEVEL_2],
        run: comparator_needs_level_2,
    },
    Check {
        name: "rfc5255-section-4.7/comparator-needs-authentication",
        covers: &[r::COMPARATOR_NEEDS_AUTHENTICATION],
        run: comparator_needs_authentication,
    },
    Check {
        name: "rfc5255-section-4.8/the-active-one-comes-first",
        covers: &[r::COMPARATOR_NAMES_THE_ACTIVE_ONE_FIRST, r::COMPARATOR_LIST_MAY_BE_MISSING],
        run: the_active_one_comes_first,
    },
    Check {
        name: "rfc5255-section-4.9/no-comparator-matches",
        covers: &[r::NO_COMPARATOR_GETS_BADCOMPARATOR],
        run: no_comparator_matches,
    },
];

fn comparators() -> command::Comparator {
    let order = |text| Comparator::new(text).expect("a comparator");
    command::Comparator::of([order("cz;*"), order("i;basic")])
}

fn comparator_needs_level_2() {
    let needed = [("I18NLEVEL=2", r::COMPARATOR_NEEDS_LEVEL_2)];
    for begin in [End::rev1 as fn(&str) -> End, End::selected] {
        gated_from(begin, &needed, comparators, "COMPARATOR \"cz;*\" \"i;basic\"");
        gated_from(begin, &needed, command::Comparator::active, "COMPARATOR");
    }
    let error = End::rev1("I18NLEVEL=1").refuses(comparators());
    assert_eq!(error.requirement(), Some(r::COMPARATOR_NEEDS_LEVEL_2), "the first level has none");
}

fn comparator_needs_authentication() {
    let error = End::greeted_privately("I18NLEVEL=2").refuses(comparators());
    misused(&error, rfc9051::CREDENTIALS_COME_FIRST);
    for mut end in [End::rev1("I18NLEVEL=2"), End::selected("I18NLEVEL=2")] {
        assert_eq!(end.sends(comparators()).1.name, "COMPARATOR");
    }
}

fn the_active_one_comes_first() {
    let mut end = End::rev1("I18NLEVEL=2");
    let mut ask = |answer: &str| end.gets(comparators(), &format!("{answer}\nOK done")).expect("told");
    let active = ask("* COMPARATOR i;basic");
    assert_eq!((active.name.as_str(), active.matching.len()), ("i;basic", 0));
    let active = ask("* COMPARATOR \"cz;a\" (i;basic \"cz;a\" cz;b)");
    assert_eq!((active.name.as_str(), active.matching.len()), ("cz;a", 3));
    let answer = end.gets(command::Comparator::active(), "OK done");
    assert_eq!(answer, None, "a server that says nothing");
}

fn no_comparator_matches() {
    let mut end = End::rev1("I18NLEVEL=2");
    let error = end.asks(comparators(), "NO [BADCOMPARATOR] none").1.expect_err("none");
    assert_eq!(error.code(), Some(&Code::BadComparator));
    let error = end.asks(comparators(), "NO [BADCHARSET] none").1.expect_err("none");
    assert_ne!(error.code(), Some(&Code::BadComparator));
}
