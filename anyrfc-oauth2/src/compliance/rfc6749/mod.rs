//! RFC 6749, section by section.

mod appendix_b;
mod section_1;
mod section_10;
mod section_2;
mod section_3;
mod section_3_1;
mod section_4_1;
mod section_4_1_2;
mod section_4_3;
mod section_4_4;
mod section_5;
mod section_6;
mod section_7;
mod section_8;
mod support;
mod waivers_a;
mod waivers_b;

use anyrfc_core::compliance::{Check, count_waivers, join_waivers};

use super::Waived;

pub(super) const GROUPS: &[&[Check]] = &[
    section_1::CHECKS,
    section_2::CHECKS,
    section_3::CHECKS,
    section_3_1::CHECKS,
    section_4_1::CHECKS,
    section_4_1_2::CHECKS,
    section_4_3::CHECKS,
    section_4_4::CHECKS,
    section_5::CHECKS,
    section_6::CHECKS,
    section_7::CHECKS,
    section_8::CHECKS,
    section_10::CHECKS,
    appendix_b::CHECKS,
];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &JOINED;

const LISTS: &[&[Waived]] = &[waivers_a::WAIVERS, waivers_b::WAIVERS];

const JOINED: [Waived; count_waivers(LISTS)] = join_waivers(LISTS);
