//! RFC 6533, one file a section.

use anyrfc_core::compliance::Check;

mod section_3;
mod section_4_4;
mod section_5;

pub(super) static GROUPS: &[&[Check]] = &[section_3::CHECKS, section_4_4::CHECKS, section_5::CHECKS];
