//! RFC 6531, section by section.

mod section_3_1;
mod section_3_2;
mod section_3_4;
mod section_3_7;

use anyrfc_core::compliance::Check;

use super::Waived;

pub(super) const GROUPS: &[&[Check]] =
    &[section_3_1::CHECKS, section_3_2::CHECKS, section_3_4::CHECKS, section_3_7::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];
