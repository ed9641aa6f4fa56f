//! RFC 6851, section by section.

use anyrfc_core::{
    Requirement,
    compliance::{Check, Waiver},
};

pub(super) const GROUPS: &[&[Check]] = &[];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[];
