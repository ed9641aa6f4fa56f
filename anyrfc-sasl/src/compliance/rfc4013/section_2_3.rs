//! RFC 4013, section 2.3: prohibited output.

use anyrfc_core::compliance::Check;
use unicode_normalization::UnicodeNormalization as _;

use super::super::tables::{self, every, is_in, is_non_character};
use crate::{Preparation, PreparationError, rfc4013 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4013/section-2.3/no-space-outside-ascii-is-left",
        covers: &[r::NON_ASCII_SPACE_IS_PROHIBITED],
        run: no_space_outside_ascii_is_left,
    },
    Check {
        name: "rfc4013/section-2.3/ascii-controls",
        covers: &[r::ASCII_CONTROLS_ARE_PROHIBITED],
        run: || refuses(every(tables::ASCII_CONTROLS)),
    },
    Check {
        name: "rfc4013/section-2.3/other-controls",
        covers: &[r::OTHER_CONTROLS_ARE_PROHIBITED],
        run: || refuses(every(tables::OTHER_CONTROLS)),
    },
    Check {
        name: "rfc4013/section-2.3/private-use",
        covers: &[r::PRIVATE_USE_IS_PROHIBITED],
        run: || refuses(every(tables::PRIVATE_USE)),
    },
    Check {
        name: "rfc4013/section-2.3/non-characters",
        covers: &[r::NON_CHARACTERS_ARE_PROHIBITED],
        run: || refuses(tables::every_character().filter(|&c| is_non_character(c))),
    },
    Check {
        name: "rfc4013/section-2.3/unsuited-to-plain-text",
        covers: &[r::UNSUITED_TO_PLAIN_TEXT_IS_PROHIBITED],
        run: || refuses(every(tables::NO_PLAIN_TEXT)),
    },
    Check {
        name: "rfc4013/section-2.3/unsuited-to-canonical-form",
        covers: &[r::UNSUITED_TO_CANONICAL_FORM_IS_PROHIBITED],
        run: || refuses(every(tables::NO_CANONICAL_FORM)),
    },
    Check {
        name: "rfc4013/section-2.3/display-properties",
        covers: &[r::DISPLAY_PROPERTIES_ARE_PROHIBITED],
        run: || refuses(every(tables::DISPLAY)),
    },
    Check {
        name: "rfc4013/section-2.3/tags",
        covers: &[r::TAGS_ARE_PROHIBITED],
        run: || refuses(every(tables::TAGS)),
    },
];

/// Refuses each of them that is there when mapping and normalization are done,
/// wherever it stands; with nothing in its place there is nothing to refuse.
fn refuses(characters: impl Iterator<Item = char>) {
    let mut refused = 0;
    for c in characters {
        let remains = !is_in(tables::TO_NOTHING, c) && [c].into_iter().nfkc().eq([c]);
        for text in [format!("a{c}"), format!("{c}a"), format!("a{c}b")] {
            let prepared = Preparation::Saslprep.apply(&text);
            match (remains, c) {
                (true, '\0') => assert_eq!(prepared, Err(PreparationError::Nul)),
                (true, _) => {
                    assert_eq!(prepared, Err(PreparationError::Prohibited), "{:#x}", u32::from(c));
                }
                (false, _) => assert!(prepared.is_ok(), "{:#x}", u32::from(c)),
            }
        }
        refused += u32::from(remains);
    }
    assert!(refused > 0, "the table is empty");
    nothing_else_is_refused();
}

/// What is in no table is let through as it is, unless normalization changes it or the
/// direction of writing stands against it.
fn nothing_else_is_refused() {
    let listed: &[_] = &[
        tables::ASCII_CONTROLS,
        tables::OTHER_CONTROLS,
        tables::PRIVATE_USE,
        tables::NO_PLAIN_TEXT,
        tables::NO_CANONICAL_FORM,
        tables::DISPLAY,
        tables::TAGS,
        tables::SPACES,
        tables::TO_NOTHING,
        tables::RIGHT_TO_LEFT,
    ];
    let plain = |c: &char| !is_non_character(*c) && !listed.iter().any(|table| is_in(table, *c));
    // Every one of the first planes' beginning, and samples of all the rest.
    let sampled =
        tables::every_character().take(0x500).chain(tables::every_character().skip(0x500).step_by(89));
    for c in sampled.filter(plain) {
        let text = format!("1{c}");
        if text.chars().nfkc().eq(text.chars()) {
            assert_eq!(
                Preparation::Saslprep.apply(&text).as_deref(),
                Ok(text.as_str()),
                "{:#x}",
                u32::from(c)
            );
        }
    }
}

/// Those spaces never remain: they have become plain ones.
fn no_space_outside_ascii_is_left() {
    for space in every(tables::SPACES) {
        let prepared = Preparation::Saslprep.apply(&format!("{space}a{space}")).expect("a space");
        assert_eq!(prepared, " a ", "{:#x}", u32::from(space));
    }
    // Normalization may bring none back: these have a space in their decomposition.
    for c in ['\u{b4}', '\u{2017}', '\u{fe49}'] {
        let prepared = Preparation::Saslprep.apply(&format!("a{c}")).expect("nothing prohibited");
        assert!(!prepared.chars().any(|c| is_in(tables::SPACES, c)), "{:#x}", u32::from(c));
    }
}
