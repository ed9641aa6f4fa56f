//! RFC 5032: OLDER and YOUNGER.

use std::time::Duration;

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated, set};
use crate::{
    codec::command::{UidFetch, UidSearch},
    rfc5032 as r,
    types::{FetchItems, SearchQuery},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5032-section-2/within-needs-the-capability",
        covers: &[r::WITHIN_NEEDS_THE_CAPABILITY],
        run: within_needs_the_capability,
    },
    Check {
        name: "rfc5032-section-2/results-may-be-out-of-date",
        covers: &[r::DYNAMIC_RESULTS_MAY_BE_OUT_OF_DATE],
        run: results_may_be_out_of_date,
    },
    Check {
        name: "rfc5032-section-2/each-search-asks-the-server",
        covers: &[r::NEW_SEARCH_FOR_THE_CURRENT_STATE],
        run: each_search_asks_the_server,
    },
    Check {
        name: "rfc5032-section-3/the-interval-is-not-zero",
        covers: &[r::INTERVAL_IS_NOT_ZERO],
        run: the_interval_is_not_zero,
    },
];

const HOUR: Duration = Duration::from_secs(3600);

fn within_needs_the_capability() {
    let needed = [("WITHIN", r::WITHIN_NEEDS_THE_CAPABILITY)];
    gated(&needed, || UidSearch::new(SearchQuery::older(HOUR)), "UID SEARCH OLDER 3600");
    let query = || SearchQuery::unseen() & !(SearchQuery::younger(72 * HOUR) | SearchQuery::flagged());
    gated(&needed, || UidSearch::new(query()), "UID SEARCH UNSEEN NOT OR YOUNGER 259200 FLAGGED");
}

/// What was found may be gone, or be there no more under the key, by the time that it is used.
fn results_may_be_out_of_date() {
    let mut end = End::selected("WITHIN");
    let found = end.gets(UidSearch::new(SearchQuery::younger(HOUR)), "* SEARCH 11 12\nOK done");
    end.says("* 1 EXPUNGE");
    end.events.clear();
    let fetch = UidFetch::new(found.all.clone(), FetchItems::new().flags());
    let (text, answer) = end.asks(fetch, "* 1 FETCH (UID 12 FLAGS ())\nOK done");
    assert_eq!(text, "UID FETCH 11:12 (FLAGS)");
    answer.expect("a message that is gone is no error");
    let uids: Vec<_> =
        end.rows().iter().map(|(asked, row)| (*asked, row.uid().map(|uid| uid.get()))).collect();
    assert_eq!(uids, [(true, Some(12))]);
    // A message that was not found is no answer, even if it is young enough by now.
    end.gets(UidFetch::new(found.all, FetchItems::new().flags()), "* 2 FETCH (UID 13 FLAGS ())\nOK done");
    assert!(end.rows().iter().all(|(asked, _)| !asked));
}

fn each_search_asks_the_server() {
    let mut end = End::selected("WITHIN");
    let search = || UidSearch::new(SearchQuery::older(HOUR));
    let mut told = |answer: &str| {
        let (text, found) = end.asks(search(), answer);
        (text, found.expect("found").all.to_string())
    };
    let sent = "UID SEARCH OLDER 3600".to_owned();
    assert_eq!(told("* SEARCH 11\nOK done"), (sent.clone(), "11".into()));
    assert_eq!(told("* SEARCH 11 12\nOK done"), (sent.clone(), "11:12".into()));
    assert_eq!(told("* SEARCH\nOK done"), (sent, String::new()));
    // Nothing that comes of itself is taken for a result.
    end.says("* SEARCH 15");
    assert_eq!(end.gets(search(), "OK done").all.to_string(), "");
    end.gets(UidFetch::new(set("11"), FetchItems::new().flags()), "OK done");
}

fn the_interval_is_not_zero() {
    let mut end = End::selected("WITHIN");
    for (age, text) in
        [(Duration::from_secs(1), "OLDER 1"), (Duration::from_secs(u32::MAX.into()), "OLDER 4294967295")]
    {
        let (heard, found) = end.asks(UidSearch::new(SearchQuery::older(age)), "* SEARCH\nOK done");
        assert_eq!(heard, format!("UID SEARCH {text}"));
        found.expect("searched");
    }
    // Less than a second, and more than there is room for: refused, or brought within bounds.
    for age in [Duration::ZERO, Duration::from_millis(999), Duration::from_secs(1 << 32), Duration::MAX] {
        for query in [SearchQuery::older(age), SearchQuery::younger(age)] {
            match end.connection.submit(UidSearch::new(query)) {
                Err(error) => assert_eq!(error.kind(), ErrorKind::Usage),
                // The judge takes none but a number from 1 to 4,294,967,295.
                Ok(ticket) => {
                    end.hears_one();
                    end.says("* SEARCH\nOK done");
                    end.answer(ticket).expect("searched");
                }
            }
            end.is_idle_and_well();
        }
    }
}
