//! RFC 2920, section by section.

mod section_3;
mod section_3_1;

use anyrfc_core::compliance::Check;

use super::Waived;

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS, section_3_1::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];
