//! RFC 2183, one file a section.

use anyrfc_core::compliance::Check;

mod section_2;

pub(super) static GROUPS: &[&[Check]] = &[section_2::CHECKS];
