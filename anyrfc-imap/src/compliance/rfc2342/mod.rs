//! RFC 2342, section by section.

mod section_4;
mod section_5;

use anyrfc_core::{
    Requirement,
    compliance::{Check, Waiver},
};

pub(super) const GROUPS: &[&[Check]] = &[section_4::CHECKS, section_5::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[];
