//! RFC 4731: result options of SEARCH, and ESEARCH.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated};
use crate::{
    codec::command::{Search, UidSearch},
    rfc4731 as r,
    types::{Number, Numbers, SearchQuery, SearchReturn},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4731-section-1/result-options-need-the-capability",
        covers: &[r::RESULT_OPTIONS_NEED_THE_CAPABILITY],
        run: result_options_need_the_capability,
    },
    Check {
        name: "rfc4731-section-3.1/results-have-no-order",
        covers: &[r::SEARCH_RESULTS_ARE_UNORDERED],
        run: results_have_no_order,
    },
    Check {
        name: "rfc4731-section-3.1/numbers-are-of-the-kind-asked-for",
        covers: &[r::UID_SEARCH_HAS_THE_UID_INDICATOR],
        run: numbers_are_of_the_kind_asked_for,
    },
    Check {
        name: "rfc4731-section-4/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
];

fn all<N: Number>(numbers: &Numbers<N>) -> Vec<u32> {
    numbers.iter().map(|number| number.to_u32()).collect()
}

fn result_options_need_the_capability() {
    let needed = [("ESEARCH", r::RESULT_OPTIONS_NEED_THE_CAPABILITY)];
    for (returns, words) in [
        (SearchReturn::new().min(), "MIN"),
        (SearchReturn::new().max(), "MAX"),
        (SearchReturn::new().count(), "COUNT"),
        (SearchReturn::new().all(), "ALL"),
        (SearchReturn::new().min().max().count(), "MIN MAX COUNT"),
    ] {
        let search = || UidSearch::new(SearchQuery::deleted()).returning(returns);
        gated(&needed, search, &format!("UID SEARCH RETURN ({words}) DELETED"));
        let search = || Search::new(SearchQuery::deleted()).returning(returns);
        gated(&needed, search, &format!("SEARCH RETURN ({words}) DELETED"));
    }
    // What needs no options is searched for without them where they are not known.
    let (text, found) =
        End::selected("").asks(UidSearch::new(SearchQuery::seen()), "* SEARCH 2 84 882\nOK done");
    assert_eq!((text.as_str(), all(&found.expect("found").all)), ("UID SEARCH SEEN", vec![2, 84, 882]));
}

fn results_have_no_order() {
    let mut end = End::selected("ESEARCH");
    let mut ask = |answer: &str| end.gets(UidSearch::new(SearchQuery::all()), &format!("{answer}OK done"));
    let ascending = ask("* ESEARCH (TAG \"{tag}\") UID ALL 2,10:11,20\n");
    assert_eq!(all(&ascending.all), [2, 10, 11, 20]);
    for other in ["20,2,10:11", "11:10,2,20,20", "20,11,10,2"] {
        assert_eq!(ask(&format!("* ESEARCH (TAG \"{{tag}}\") UID ALL {other}\n")), ascending, "{other}");
    }
    assert_eq!(ask("* SEARCH 20 2 11 10\n"), ascending, "the plain form");
    // Nor do the options come in the order asked for.
    let returns = SearchReturn::new().min().max().count();
    let search = || UidSearch::new(SearchQuery::all()).returning(returns);
    for answer in ["MIN 2 MAX 20 COUNT 4", "COUNT 4 MAX 20 MIN 2"] {
        let found = end.gets(search(), &format!("* ESEARCH (TAG \"{{tag}}\") UID {answer}\nOK done"));
        let told = (found.min.map(|uid| uid.get()), found.max.map(|uid| uid.get()), found.count);
        assert_eq!(told, (Some(2), Some(20), Some(4)));
    }
    // Nothing was found: no number, but a count.
    let found = end.gets(search(), "* ESEARCH (TAG \"{tag}\") UID COUNT 0\nOK done");
    assert_eq!((found.min, found.max, found.count, found.all.is_empty()), (None, None, Some(0), true));
}

fn numbers_are_of_the_kind_asked_for() {
    let mut end = End::selected("ESEARCH");
    let (_, found) =
        end.asks(UidSearch::new(SearchQuery::all()), "* ESEARCH (TAG \"{tag}\") ALL 1:2\nOK done");
    let error = found.expect_err("sequence numbers");
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Protocol, Some(r::UID_SEARCH_HAS_THE_UID_INDICATOR))
    );
    let (_, found) =
        end.asks(Search::new(SearchQuery::all()), "* ESEARCH (TAG \"{tag}\") UID ALL 1:2\nOK done");
    assert_eq!(found.expect_err("UIDs").kind(), ErrorKind::Protocol);
    let found = end.gets(Search::new(SearchQuery::all()), "* ESEARCH (TAG \"{tag}\") ALL 1:2\nOK done");
    assert_eq!(all(&found.all), [1, 2]);
    // An answer to somebody else's search is nobody's.
    let (ticket, _) = end.sends(UidSearch::new(SearchQuery::all()));
    end.says("* ESEARCH (TAG \"other\") UID ALL 99");
    end.says("* ESEARCH (TAG \"{tag}\") UID ALL 7\nOK done");
    assert_eq!(all(&end.answer(ticket).expect("found").all), [7]);
}

fn tokens_ignore_case() {
    for capability in ["esearch", "ESearch"] {
        let mut end = End::selected(capability);
        let returns = SearchReturn::new().min().max().all().count();
        let (text, found) = end.asks(
            UidSearch::new(SearchQuery::all()).returning(returns),
            "* eSearch (tag \"{tag}\") uid Min 2 mAx 3 aLL 2:3 Count 2\nOK done",
        );
        assert_eq!(text, "UID SEARCH RETURN (MIN MAX ALL COUNT) ALL");
        let found = found.expect("found");
        let told = (found.min.map(|uid| uid.get()), found.max.map(|uid| uid.get()), found.count);
        assert_eq!((told, all(&found.all)), ((Some(2), Some(3), Some(2)), vec![2, 3]));
    }
    // Another word is another word.
    let mut end = End::selected("ESEARCH");
    let found =
        end.gets(UidSearch::new(SearchQuery::all()), "* ESEARCH (TAG \"{tag}\") UID ALLES 2:3\nOK done");
    assert!(found.all.is_empty());
}
