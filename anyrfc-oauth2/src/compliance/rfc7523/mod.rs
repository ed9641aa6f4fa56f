//! RFC 7523, section by section.

mod section_2;
mod section_3;

use anyrfc_core::compliance::Check;

use super::Waived;

pub(super) const GROUPS: &[&[Check]] = &[section_2::CHECKS, section_3::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];
