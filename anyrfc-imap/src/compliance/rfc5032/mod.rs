//! RFC 5032, section by section.

mod section_2;

use anyrfc_core::{
    Requirement,
    compliance::{Check, Waiver},
};

pub(super) const GROUPS: &[&[Check]] = &[section_2::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[];
