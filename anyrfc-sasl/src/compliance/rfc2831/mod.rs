//! RFC 2831, one file a section.

use anyrfc_core::compliance::Check;

mod judge;
mod section_2_1_1;
mod section_2_1_2;
mod section_2_1_3;
mod section_7;

pub(super) static GROUPS: &[&[Check]] =
    &[section_2_1_1::CHECKS, section_2_1_2::CHECKS, section_2_1_3::CHECKS, section_7::CHECKS];
