//! RFC 8265, section 5: use in application protocols.

use std::cell::Cell;

use anyrfc_core::compliance::Check;

use crate::{PreparationError, rfc8265 as r, types::preparation::until_stable};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "rfc8265/section-5/rules-until-nothing-changes",
    covers: &[r::RULES_ARE_REPEATED_UNTIL_STABLE, r::UNSTABLE_IS_REFUSED],
    run: rules_until_nothing_changes,
}];

/// Rules that take so many applications to settle, and how often they were applied.
fn settles_after(changes: u32) -> (Result<String, PreparationError>, u32) {
    let applied = Cell::new(0);
    let result = until_stable("", |text| {
        applied.set(applied.get() + 1);
        let settled = text.len() >= changes as usize;
        Ok(if settled { text.to_owned() } else { format!("{text}x") })
    });
    (result, applied.get())
}

fn rules_until_nothing_changes() {
    // One application and one that shows that nothing changes any more; up to three of those.
    for (changes, applications) in [(0, 2), (1, 2), (2, 3), (3, 4)] {
        let (result, applied) = settles_after(changes);
        assert_eq!(result.as_deref(), Ok("x".repeat(changes as usize).as_str()));
        assert_eq!(applied, applications.max(2), "{changes} changes");
    }
    for changes in [4, 5, 100] {
        assert_eq!(settles_after(changes), (Err(PreparationError::Unstable), 4), "{changes} changes");
    }
    // What refuses at a later application refuses.
    let late = until_stable("a", |text| {
        if text == "a" { Ok("\u{7}".to_owned()) } else { Err(PreparationError::Prohibited) }
    });
    assert_eq!(late, Err(PreparationError::Prohibited));
}
