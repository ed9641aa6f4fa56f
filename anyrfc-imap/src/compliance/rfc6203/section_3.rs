//! RFC 6203: searches that are not taken literally.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, gated, misused};
use crate::{
    codec::command::{Search, UidSearch},
    rfc6203 as r,
    types::{SearchQuery, SearchReturn},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6203-section-3/fuzzy-takes-one-key",
        covers: &[r::FUZZY_TAKES_ONE_KEY],
        run: fuzzy_takes_one_key,
    },
    Check {
        name: "rfc6203-section-4/relevancy-needs-a-fuzzy-key",
        covers: &[r::RELEVANCY_NEEDS_FUZZY],
        run: relevancy_needs_a_fuzzy_key,
    },
    Check {
        name: "rfc6203-section-7/fuzzy-needs-the-capability",
        covers: &[r::FUZZY_NEEDS_THE_CAPABILITY, r::RELEVANCY_NEEDS_ESEARCH],
        run: fuzzy_needs_the_capability,
    },
    Check { name: "rfc6203-section-7/scores-are-read", covers: &[r::SCORES_ARE_READ], run: scores_are_read },
    Check {
        name: "rfc6203-section-8/low-scores-are-not-hidden",
        covers: &[r::LOW_SCORES_ARE_NOT_HIDDEN],
        run: low_scores_are_not_hidden,
    },
];

fn fuzzy() -> SearchQuery {
    SearchQuery::subject("balloon").fuzzy()
}

fn scored() -> UidSearch {
    UidSearch::new(fuzzy()).returning(SearchReturn::new().all().relevancy())
}

fn fuzzy_takes_one_key() {
    let mut end = End::selected("SEARCH=FUZZY");
    let mut heard = |query: SearchQuery| {
        let text = end.sends(Search::new(query)).1.text();
        end.says("* SEARCH\nOK done");
        text
    };
    let (seen, flagged) = (SearchQuery::seen, SearchQuery::flagged);
    assert_eq!(heard(fuzzy()), "SEARCH FUZZY SUBJECT balloon");
    assert_eq!(heard(fuzzy() & seen()), "SEARCH FUZZY SUBJECT balloon SEEN");
    assert_eq!(heard((seen() & flagged()).fuzzy()), "SEARCH FUZZY (SEEN FLAGGED)");
    assert_eq!(
        heard((seen() | flagged()).fuzzy() & fuzzy()),
        "SEARCH FUZZY OR SEEN FLAGGED FUZZY SUBJECT balloon"
    );
    assert_eq!(heard(!(seen() & flagged()).fuzzy()), "SEARCH NOT FUZZY (SEEN FLAGGED)");
    assert_eq!(heard((!seen()).fuzzy() | flagged()), "SEARCH OR FUZZY NOT SEEN FLAGGED");
}

fn relevancy_needs_a_fuzzy_key() {
    let mut end = End::selected("ESEARCH SEARCH=FUZZY");
    let returns = SearchReturn::new().relevancy();
    misused(
        &end.refuses(UidSearch::new(SearchQuery::subject("balloon")).returning(returns)),
        r::RELEVANCY_NEEDS_FUZZY,
    );
    assert_eq!(end.sends(scored()).1.text(), "UID SEARCH RETURN (ALL RELEVANCY) FUZZY SUBJECT balloon");
}

fn fuzzy_needs_the_capability() {
    let needed = [("SEARCH=FUZZY", r::FUZZY_NEEDS_THE_CAPABILITY)];
    gated(&needed, || Search::new(SearchQuery::seen() & fuzzy()), "SEARCH SEEN FUZZY SUBJECT balloon");
    let returns = SearchReturn::new().relevancy();
    let needed = [("SEARCH=FUZZY", r::FUZZY_NEEDS_THE_CAPABILITY), ("ESEARCH", r::RELEVANCY_NEEDS_ESEARCH)];
    let search = || UidSearch::new(fuzzy()).returning(returns);
    gated(&needed, search, "UID SEARCH RETURN (RELEVANCY) FUZZY SUBJECT balloon");
}

fn scores_are_read() {
    let mut end = End::selected("ESEARCH SEARCH=FUZZY");
    for (answer, scores) in [
        ("ALL 1,5,10 RELEVANCY (4 99 42)", &[4, 99, 42][..]),
        ("RELEVANCY (1 100) ALL 3:4", &[1, 100]),
        ("RELEVANCY ()", &[]),
        ("relevancy (7) all 9", &[7]),
    ] {
        let found = end.gets(scored(), &format!("* ESEARCH (TAG \"{{tag}}\") UID {answer}\nOK done"));
        assert_eq!(found.relevancy, scores);
        assert_eq!(found.all.len(), scores.len() as u64);
    }
    // A score that is none is worth nothing; the messages are what was asked for.
    for wrong in ["(0)", "(101)", "(a)", "7"] {
        let found =
            end.gets(scored(), &format!("* ESEARCH (TAG \"{{tag}}\") UID ALL 9 RELEVANCY {wrong}\nOK done"));
        assert_eq!((found.relevancy.len(), found.all.len()), (0, 1), "{wrong}");
    }
}

fn low_scores_are_not_hidden() {
    let mut end = End::selected("ESEARCH SEARCH=FUZZY");
    let found =
        end.gets(scored(), "* ESEARCH (TAG \"{tag}\") UID ALL 1,5,10:11 RELEVANCY (1 99 2 1)\nOK done");
    assert_eq!((found.all.to_string().as_str(), &found.relevancy[..]), ("1,5,10:11", &[1, 99, 2, 1][..]));
}
