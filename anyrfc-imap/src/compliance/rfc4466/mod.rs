//! RFC 4466, section by section.

mod section_2;
mod waivers;

use anyrfc_core::compliance::Check;

pub(super) use self::waivers::WAIVERS;

pub(super) const GROUPS: &[&[Check]] = &[section_2::CHECKS];
