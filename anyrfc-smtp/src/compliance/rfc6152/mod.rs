//! RFC 6152: messages in eight bits.

mod conversion;
mod section_3;

use anyrfc_core::compliance::Check;

use super::Waived;

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS, conversion::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];
