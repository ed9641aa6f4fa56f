//! RFC 5802, one file a section.

use anyrfc_core::compliance::Check;

mod section_2_2;
mod section_3;
mod section_4;
mod section_5;
mod section_5_1_end;
mod section_5_1_name;
mod section_5_1_nonce;
mod section_6;
mod section_7;

pub(super) static GROUPS: &[&[Check]] = &[
    section_2_2::CHECKS,
    section_3::CHECKS,
    section_4::CHECKS,
    section_5::CHECKS,
    section_5_1_name::CHECKS,
    section_5_1_nonce::CHECKS,
    section_5_1_end::CHECKS,
    section_6::CHECKS,
    section_7::CHECKS,
];
