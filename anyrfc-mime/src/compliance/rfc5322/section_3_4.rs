//! RFC 5322, section 3.4: addresses.

use anyrfc_core::compliance::Check;

use super::super::support::{field, letter, refused, written};
use crate::rfc5322 as r;

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5322/section-3.4/name-addr",
        covers: &[r::NAME_ADDR_FOR_DISPLAY_NAMES],
        run: name_addr,
    },
    Check {
        name: "rfc5322/section-3.4/no-comments",
        covers: &[r::NO_COMMENTS_IN_ADDRESS_FIELDS],
        run: no_comments,
    },
    Check {
        name: "rfc5322/section-3.4.1/dot-atom-where-possible",
        covers: &[r::DOT_ATOM_WHERE_POSSIBLE, r::NO_NEEDLESS_QUOTING],
        run: dot_atom_where_possible,
    },
    Check {
        name: "rfc5322/section-3.4.1/nothing-around-the-at",
        covers: &[r::NOTHING_AROUND_THE_AT],
        run: nothing_around_the_at,
    },
];

fn name_addr() {
    for (name, expected) in [
        ("Joe", "Joe <j@x.test>"),
        ("Joe Public", "Joe Public <j@x.test>"),
        ("Giant; \"Big\" Box", "\"Giant; \\\"Big\\\" Box\" <j@x.test>"),
        ("ceo@bank.test", "\"ceo@bank.test\" <j@x.test>"),
        (" Joe ", "\" Joe \" <j@x.test>"),
    ] {
        assert_eq!(field(&written(letter().to((name, "j@x.test"))), "To"), expected);
    }
    assert_eq!(field(&written(letter().to(("", "j@x.test"))), "To"), "j@x.test");
}

fn no_comments() {
    refused(letter().to("j@x.test (Joe)").build(), r::FIELD_BODIES_CONFORM);
    refused(letter().to("Joe (the one) <j@x.test>").build(), r::FIELD_BODIES_CONFORM);
    // In a name parentheses are only characters.
    let text = written(letter().to(("Joe (the one)", "j@x.test")));
    assert_eq!(field(&text, "To"), "\"Joe (the one)\" <j@x.test>");
}

fn dot_atom_where_possible() {
    for (given, expected) in [
        ("\"joe\"@x.test", "joe@x.test"),
        ("\"joe.public\"@x.test", "joe.public@x.test"),
        ("\"j\\oe\"@x.test", "joe@x.test"),
        ("\"joe public\"@x.test", "\"joe public\"@x.test"),
        ("\".joe\"@x.test", "\".joe\"@x.test"),
        ("\"a..b\"@x.test", "\"a..b\"@x.test"),
        ("joe@x.test", "joe@x.test"),
    ] {
        assert_eq!(field(&written(letter().to(("", given))), "To"), expected);
        assert_eq!(field(&written(letter().to(given)), "To"), expected);
    }
}

fn nothing_around_the_at() {
    for given in ["joe @x.test", "joe@ x.test", "joe(a)@x.test", "joe@(a)x.test"] {
        refused(letter().to(given).build(), r::FIELD_BODIES_CONFORM);
        refused(letter().to(("Joe", given)).build(), r::FIELD_BODIES_CONFORM);
    }
    // Folding does not come between either.
    let long = format!("{}@{}.test", "a".repeat(60), "b".repeat(60));
    let text = written(letter().to(("A name of several words", long.as_str())));
    assert!(text.contains(&long));
}
