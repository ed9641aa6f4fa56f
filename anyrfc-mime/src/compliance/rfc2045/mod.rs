//! RFC 2045, one file a section.

use anyrfc_core::compliance::Check;

mod reading;
mod section_4;
mod section_5;
mod section_6;
mod section_6_7;
mod section_6_8;
mod section_7;

pub(super) static GROUPS: &[&[Check]] = &[
    reading::CHECKS,
    section_4::CHECKS,
    section_5::CHECKS,
    section_6::CHECKS,
    section_6_7::CHECKS,
    section_6_8::CHECKS,
    section_7::CHECKS,
];
