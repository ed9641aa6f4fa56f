//! RFC 7377, section by section.

mod section_2;

use anyrfc_core::{
    Requirement,
    compliance::{Check, Waiver},
};

use crate::rfc7377 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_2::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[
    (r::SOURCE_HAS_NO_SELECTED_DELAYED, Waiver::ByConstruction("SearchSource has no such variant")),
    (r::SCOPE_OPTIONS_COME_ONCE, Waiver::ByConstruction("MultiSearch has no scope options")),
];
