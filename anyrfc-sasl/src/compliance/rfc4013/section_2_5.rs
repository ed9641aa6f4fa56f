//! RFC 4013, section 2.5: unassigned code points.

use anyrfc_core::compliance::Check;

use crate::{Credentials, Plain, Preparation, PreparationError, rfc4013 as r};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "rfc4013/section-2.5/a-query-may-have-what-unicode-3.2-had-not",
    covers: &[r::UNASSIGNED_IN_QUERIES],
    run: a_query_may_have_what_unicode_3_2_had_not,
}];

/// What Unicode got after 3.2, and what it has not got to this day.
const LATER: &[char] =
    &['\u{221}', '\u{4cf}', '\u{1f00f}', '\u{1f511}', '\u{1fae0}', '\u{2b740}', '\u{378}', '\u{50000}'];

fn a_query_may_have_what_unicode_3_2_had_not() {
    for &c in LATER {
        let text = format!("p{c}ss");
        assert_eq!(Preparation::Saslprep.apply(&text).as_deref(), Ok(text.as_str()), "{:#x}", u32::from(c));
    }
    // It is what a mechanism does with a password; what is prohibited stays so.
    let credentials = Credentials::password("user", String::from("\u{1f511}\u{1fae0}"));
    assert!(Plain::new(&credentials, Preparation::Saslprep).is_ok());
    let credentials = Credentials::password("user", String::from("\u{1f511}\u{e000}"));
    assert!(Plain::new(&credentials, Preparation::Saslprep).is_err());
    assert_eq!(Preparation::Saslprep.apply("\u{1f511}\u{7}"), Err(PreparationError::Prohibited));
}
