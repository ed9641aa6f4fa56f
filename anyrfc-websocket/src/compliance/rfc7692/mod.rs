//! RFC 7692, one file a section.

use anyrfc_core::compliance::Check;

mod section_5;
mod section_6_1;
mod section_6_2;
mod section_7;
mod section_7_1_1_1;
mod section_7_1_1_2;
mod section_7_1_2_1;
mod section_7_1_2_2;
mod section_7_2_1;
mod section_7_2_1_contexts;
mod section_7_2_2;
mod section_7_3;

pub(super) static GROUPS: &[&[Check]] = &[
    section_5::CHECKS,
    section_6_1::CHECKS,
    section_6_2::CHECKS,
    section_7::CHECKS,
    section_7_1_1_1::CHECKS,
    section_7_1_1_2::CHECKS,
    section_7_1_2_1::CHECKS,
    section_7_1_2_2::CHECKS,
    section_7_2_1::CHECKS,
    section_7_2_1_contexts::CHECKS,
    section_7_2_2::CHECKS,
    section_7_3::CHECKS,
];
