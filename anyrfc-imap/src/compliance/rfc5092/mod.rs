//! RFC 5092, section by section.

mod section_3;
mod section_5;
mod section_7;

use anyrfc_core::{
    Requirement,
    compliance::{Check, Waiver},
};

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS, section_5::CHECKS, section_7::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[];
