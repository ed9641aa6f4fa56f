//! RFC 4013, one file a section.

use anyrfc_core::compliance::Check;

mod section_2_1;
mod section_2_2;
mod section_2_3;
mod section_2_4;
mod section_2_5;

pub(super) static GROUPS: &[&[Check]] = &[
    section_2_1::CHECKS,
    section_2_2::CHECKS,
    section_2_3::CHECKS,
    section_2_4::CHECKS,
    section_2_5::CHECKS,
];
