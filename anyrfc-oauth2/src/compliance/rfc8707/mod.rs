//! RFC 8707, section by section.

mod section_2;

use anyrfc_core::compliance::Check;

use super::Waived;

pub(super) const GROUPS: &[&[Check]] = &[section_2::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];
