//! RFC 5321, section by section.

mod appendix_b;
mod appendix_f;
mod section_2;
mod section_2_4;
mod section_3;
mod section_4_1;
mod section_4_1_2;
mod section_4_2;
mod section_4_3;
mod section_4_5;
mod section_4_5_3_2;
mod section_4_5_4;
mod section_5;
mod section_7;
mod waivers_a;
mod waivers_b;

use anyrfc_core::compliance::{Check, count_waivers, join_waivers};

use super::Waived;

pub(super) const GROUPS: &[&[Check]] = &[
    section_2::CHECKS,
    section_2_4::CHECKS,
    section_3::CHECKS,
    section_4_1::CHECKS,
    section_4_1_2::CHECKS,
    section_4_2::CHECKS,
    section_4_3::CHECKS,
    section_4_5::CHECKS,
    section_4_5_3_2::CHECKS,
    section_4_5_4::CHECKS,
    section_5::CHECKS,
    section_7::CHECKS,
    appendix_b::CHECKS,
    appendix_f::CHECKS,
];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &JOINED;

const LISTS: &[&[Waived]] = &[waivers_a::WAIVERS, waivers_b::WAIVERS];

const JOINED: [Waived; count_waivers(LISTS)] = join_waivers(LISTS);
