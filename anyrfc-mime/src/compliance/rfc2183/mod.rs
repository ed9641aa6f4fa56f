//! RFC 2183, one file a section.

use anyrfc_core::compliance::Check;

mod section_2;
mod section_2_3;

pub(super) static GROUPS: &[&[Check]] = &[section_2::CHECKS, section_2_3::CHECKS];
