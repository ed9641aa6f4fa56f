//! RFC 5322, one file a section.

use anyrfc_core::compliance::Check;

mod section_1_2_3;
mod section_2;
mod section_3_3;
mod section_3_4;
mod section_3_6;
mod section_3_6_3;
mod section_3_6_6;
mod section_4;

pub(super) static GROUPS: &[&[Check]] = &[
    section_1_2_3::CHECKS,
    section_2::CHECKS,
    section_3_3::CHECKS,
    section_3_4::CHECKS,
    section_3_6::CHECKS,
    section_3_6_3::CHECKS,
    section_3_6_6::CHECKS,
    section_4::CHECKS,
];
