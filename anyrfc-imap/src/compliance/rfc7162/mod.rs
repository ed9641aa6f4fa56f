//! RFC 7162, section by section.

mod section_3_1;
mod section_3_1_3;
mod section_3_2;
mod section_6;
mod section_7;
mod waivers;

use anyrfc_core::compliance::Check;

pub(super) use self::waivers::WAIVERS;

pub(super) const GROUPS: &[&[Check]] =
    &[section_3_1::CHECKS, section_3_1_3::CHECKS, section_3_2::CHECKS, section_6::CHECKS, section_7::CHECKS];
