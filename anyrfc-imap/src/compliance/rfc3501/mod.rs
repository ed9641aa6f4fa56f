//! RFC 3501, section by section.

mod section_11_1;
mod section_2;
mod section_3;
mod section_4;
mod section_5;
mod section_5_5;
mod section_6_2;
mod section_6_3;
mod section_6_4;
mod section_7;
mod section_7_4;
mod section_9;
mod waivers;

use anyrfc_core::compliance::Check;

pub(super) use self::waivers::WAIVERS;

pub(super) const GROUPS: &[&[Check]] = &[
    section_2::CHECKS,
    section_3::CHECKS,
    section_4::CHECKS,
    section_5::CHECKS,
    section_5_5::CHECKS,
    section_6_2::CHECKS,
    section_6_3::CHECKS,
    section_6_4::CHECKS,
    section_7::CHECKS,
    section_7_4::CHECKS,
    section_9::CHECKS,
    section_11_1::CHECKS,
];
