//! RFC 8437, section by section.

mod section_3;
mod section_4;

use anyrfc_core::{
    Requirement,
    compliance::{Check, Waiver},
};

use crate::rfc8437 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS, section_4::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[(
    r::SAVED_SEARCH_RESULT_IS_RESET,
    Waiver::ByConstruction("SequenceSet::saved names whatever the server holds: no copy of a result is kept"),
)];
