//! RFC 7516, section by section.

mod section_11;
mod section_3;
mod section_4;
mod section_5_1;
mod section_5_2;
mod section_7_2;

use anyrfc_core::compliance::Check;

use super::Waived;

pub(super) const GROUPS: &[&[Check]] = &[
    section_3::CHECKS,
    section_4::CHECKS,
    section_5_1::CHECKS,
    section_5_2::CHECKS,
    section_7_2::CHECKS,
    section_11::CHECKS,
];

/// The requirements without a check: none.
pub(super) const WAIVERS: &[Waived] = &[];
