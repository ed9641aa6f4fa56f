//! RFC 4013, section 2.1: mapping.

use anyrfc_core::compliance::Check;

use super::super::tables::{self, is_in};
use crate::{Preparation, PreparationError, rfc4013 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4013/section-2.1/every-space-becomes-a-plain-one",
        covers: &[r::SPACES_ARE_MAPPED],
        run: every_space_becomes_a_plain_one,
    },
    Check {
        name: "rfc4013/section-2.1/the-invisible-is-dropped",
        covers: &[r::INVISIBLES_ARE_DROPPED],
        run: the_invisible_is_dropped,
    },
];

fn every_space_becomes_a_plain_one() {
    for space in tables::every(tables::SPACES) {
        let prepared = Preparation::Saslprep.apply(&format!("a{space}b"));
        assert_eq!(prepared.as_deref(), Ok("a b"), "{:#x}", u32::from(space));
    }
    // What is no space does not become one.
    assert_eq!(Preparation::Saslprep.apply("a_b").as_deref(), Ok("a_b"));
    assert_eq!(Preparation::Saslprep.apply("a b").as_deref(), Ok("a b"));
    assert_eq!(Preparation::Saslprep.apply("a\tb"), Err(PreparationError::Prohibited));
    assert_eq!(Preparation::Raw.apply("a\u{a0}b").as_deref(), Ok("a\u{a0}b"), "only where asked for");
}

fn the_invisible_is_dropped() {
    for invisible in tables::every(tables::TO_NOTHING) {
        // One is in both tables, and a space to those who had it first.
        let expected = if is_in(tables::SPACES, invisible) { "a b" } else { "ab" };
        let prepared = Preparation::Saslprep.apply(&format!("a{invisible}b"));
        assert_eq!(prepared.as_deref(), Ok(expected), "{:#x}", u32::from(invisible));
    }
    // Nothing may be left of it.
    assert_eq!(Preparation::Saslprep.apply("\u{ad}\u{fe0f}"), Err(PreparationError::Empty));
    // The RFC's example, and a letter that only looks as if it were nothing.
    assert_eq!(Preparation::Saslprep.apply("I\u{ad}X").as_deref(), Ok("IX"));
    assert_eq!(Preparation::Saslprep.apply("I-X").as_deref(), Ok("I-X"));
}
