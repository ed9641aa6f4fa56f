//! RFC 5957: addresses as they are shown.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, gated};
use crate::{
    codec::command::{Sort, UidSort},
    rfc5957 as r,
    types::{SearchQuery, SortKey, SortOrder},
};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "rfc5957-section-1/display-keys-need-the-capability",
    covers: &[r::DISPLAY_KEYS_NEED_THE_CAPABILITY],
    run: display_keys_need_the_capability,
}];

fn display_keys_need_the_capability() {
    for (key, word) in [(SortKey::DisplayFrom, "DISPLAYFROM"), (SortKey::DisplayTo, "DISPLAYTO")] {
        let needed = [("SORT=DISPLAY", r::DISPLAY_KEYS_NEED_THE_CAPABILITY)];
        // It includes all of SORT, so that nothing else is needed; SORT itself is not enough.
        let sort = || UidSort::new(key.clone(), SearchQuery::all());
        let (_, heard) = End::selected("SORT=DISPLAY").sends(sort());
        assert_eq!(heard.text(), format!("UID SORT ({word}) UTF-8 ALL"));
        let error = End::selected("SORT ESORT").refuses(sort());
        assert_eq!(error.requirement(), Some(needed[0].1));
        // Wherever the key stands.
        let order = || SortOrder::by(SortKey::Date).then_reversed(key.clone());
        let error = End::selected("SORT").refuses(Sort::new(order(), SearchQuery::all()));
        assert_eq!(error.requirement(), Some(needed[0].1));
    }
    // Other keys do not need it.
    gated(
        &[("SORT", crate::rfc5256::SORT_NEEDS_THE_CAPABILITY)],
        || UidSort::new(SortKey::From, SearchQuery::all()),
        "UID SORT (FROM) UTF-8 ALL",
    );
}
