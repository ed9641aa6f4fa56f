//! RFC 8514: when a message came into its mailbox.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, gated, set, uid};
use crate::{
    codec::command::{Fetch, UidFetch, UidSearch},
    rfc8514 as r,
    types::{Date, DateTime, FetchItems, Field, SearchQuery},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8514-section-4.1/save-dates-need-the-capability",
        covers: &[r::SAVEDATE_NEEDS_THE_CAPABILITY],
        run: save_dates_need_the_capability,
    },
    Check {
        name: "rfc8514-section-4.2/a-save-date-may-be-nil",
        covers: &[r::SAVEDATE_MAY_BE_NIL],
        run: a_save_date_may_be_nil,
    },
];

fn save_dates_need_the_capability() {
    let needed = [("SAVEDATE", r::SAVEDATE_NEEDS_THE_CAPABILITY)];
    let fetch = || UidFetch::new(uid(998), FetchItems::new().save_date());
    gated(&needed, fetch, "UID FETCH 998 (SAVEDATE)");
    let day = Date::new(2014, 12, 28).expect("a day");
    let search = |query: fn(Date) -> SearchQuery| move || UidSearch::new(query(day));
    gated(&needed, search(SearchQuery::saved_before), "UID SEARCH SAVEDBEFORE 28-Dec-2014");
    gated(&needed, search(SearchQuery::saved_on), "UID SEARCH SAVEDON 28-Dec-2014");
    gated(&needed, search(SearchQuery::saved_since), "UID SEARCH SAVEDSINCE 28-Dec-2014");
    let supported = || UidSearch::new(!SearchQuery::save_date_supported());
    gated(&needed, supported, "UID SEARCH NOT SAVEDATESUPPORTED");
}

fn a_save_date_may_be_nil() {
    let mut end = End::selected("savedate");
    let mut told = |value: &str| {
        let fetch = Fetch::new(set("1"), FetchItems::new().save_date().flags());
        end.gets(fetch, &format!("* 1 FETCH (SaveDate {value} FLAGS (\\Seen))\nOK done"));
        let mut rows = end.rows();
        assert_eq!(rows.len(), 1, "{value}");
        let (asked, row) = rows.remove(0);
        assert!(asked && row.flags().is_some_and(|flags| flags.parsed().is_some()), "{value}");
        match row.save_date() {
            Some(Field::Parsed(date)) => Ok(date),
            other => Err(format!("{other:?}")),
        }
    };
    for nil in ["NIL", "nil"] {
        assert_eq!(told(nil), Ok(None));
    }
    let date = DateTime::new(Date::new(2015, 1, 1).expect("a day"), 18, 50, 53, 60);
    assert!(date.is_some());
    assert_eq!(told("\"01-Jan-2015 18:50:53 +0100\""), Ok(date));
    for odd in ["\"\"", "\"NIL\"", "0", "()", "\"32-Jan-2015 18:50:53 +0100\"", "(NIL)"] {
        assert!(told(odd).is_err(), "{odd}");
    }
}
