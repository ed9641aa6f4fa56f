//! RFC 4616, one file a section.

use anyrfc_core::compliance::Check;

mod section_1;
mod section_2;

pub(super) static GROUPS: &[&[Check]] = &[section_1::CHECKS, section_2::CHECKS];
