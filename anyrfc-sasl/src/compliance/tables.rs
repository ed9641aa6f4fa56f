//! Tables of RFC 3454, written out once more: the judge of what the library's tables say.

use std::ops::RangeInclusive;

type Table = &'static [RangeInclusive<u32>];

const fn one(c: u32) -> RangeInclusive<u32> {
    c..=c
}

/// B.1: commonly mapped to nothing.
pub(super) const TO_NOTHING: Table = &[
    one(0xAD),
    one(0x34F),
    one(0x1806),
    0x180B..=0x180D,
    0x200B..=0x200D,
    one(0x2060),
    0xFE00..=0xFE0F,
    one(0xFEFF),
];

/// C.1.2: spaces outside ASCII.
pub(super) const SPACES: Table =
    &[one(0xA0), one(0x1680), 0x2000..=0x200B, one(0x202F), one(0x205F), one(0x3000)];

/// C.2.1: ASCII controls.
pub(super) const ASCII_CONTROLS: Table = &[0..=0x1F, one(0x7F)];

/// C.2.2: controls outside ASCII.
pub(super) const OTHER_CONTROLS: Table = &[
    0x80..=0x9F,
    one(0x6DD),
    one(0x70F),
    one(0x180E),
    0x200C..=0x200D,
    0x2028..=0x2029,
    0x2060..=0x2063,
    0x206A..=0x206F,
    one(0xFEFF),
    0xFFF9..=0xFFFC,
    0x1D173..=0x1D17A,
];

/// C.3: private use.
pub(super) const PRIVATE_USE: Table = &[0xE000..=0xF8FF, 0xF0000..=0xFFFFD, 0x10_0000..=0x10_FFFD];

/// C.4: no characters; the last two of each plane beside these.
const NON_CHARACTERS: Table = &[0xFDD0..=0xFDEF];

/// C.6: inappropriate for plain text.
pub(super) const NO_PLAIN_TEXT: Table = &[0xFFF9..=0xFFFD];

/// C.7: inappropriate for canonical representation.
pub(super) const NO_CANONICAL_FORM: Table = &[0x2FF0..=0x2FFB];

/// C.8: changes display properties, or is deprecated.
pub(super) const DISPLAY: Table = &[0x340..=0x341, 0x200E..=0x200F, 0x202A..=0x202E, 0x206A..=0x206F];

/// C.9: tags.
pub(super) const TAGS: Table = &[one(0xE0001), 0xE0020..=0xE007F];

/// D.1: RandALCat.
pub(super) const RIGHT_TO_LEFT: Table = &[
    one(0x5BE),
    one(0x5C0),
    one(0x5C3),
    0x5D0..=0x5EA,
    0x5F0..=0x5F4,
    one(0x61B),
    one(0x61F),
    0x621..=0x63A,
    0x640..=0x64A,
    0x66D..=0x66F,
    0x671..=0x6D5,
    one(0x6DD),
    0x6E5..=0x6E6,
    0x6FA..=0x6FE,
    0x700..=0x70D,
    one(0x710),
    0x712..=0x72C,
    0x780..=0x7A5,
    one(0x7B1),
    one(0x200F),
    one(0xFB1D),
    0xFB1F..=0xFB28,
    0xFB2A..=0xFB36,
    0xFB38..=0xFB3C,
    one(0xFB3E),
    0xFB40..=0xFB41,
    0xFB43..=0xFB44,
    0xFB46..=0xFBB1,
    0xFBD3..=0xFD3D,
    0xFD50..=0xFD8F,
    0xFD92..=0xFDC7,
    0xFDF0..=0xFDFC,
    0xFE70..=0xFE74,
    0xFE76..=0xFEFC,
];

pub(super) fn is_in(table: Table, c: char) -> bool {
    table.iter().any(|range| range.contains(&u32::from(c)))
}

pub(super) fn is_non_character(c: char) -> bool {
    is_in(NON_CHARACTERS, c) || u32::from(c) & 0xFFFE == 0xFFFE
}

/// Every character of a table.
pub(super) fn every(table: Table) -> impl Iterator<Item = char> {
    table.iter().cloned().flatten().filter_map(char::from_u32)
}

/// Every character there can be.
pub(super) fn every_character() -> impl Iterator<Item = char> {
    '\0'..=char::MAX
}
