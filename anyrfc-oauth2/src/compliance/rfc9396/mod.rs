//! RFC 9396, section by section.

mod section_2;
mod section_7;

use anyrfc_core::compliance::Check;

use super::Waived;

pub(super) const GROUPS: &[&[Check]] = &[section_2::CHECKS, section_7::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];
