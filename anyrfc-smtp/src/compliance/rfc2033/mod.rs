//! RFC 2033, section by section.

mod section_4;
mod section_5;

use anyrfc_core::compliance::Check;

use super::Waived;

pub(super) const GROUPS: &[&[Check]] = &[section_4::CHECKS, section_5::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];
