//! RFC 6203, section by section.

mod section_3;

use anyrfc_core::{
    Requirement,
    compliance::{Check, Waiver},
};

use crate::rfc6203 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[(
    r::FUZZY_RESULTS_MAY_VARY,
    Waiver::Exception("what a user is warned of is the application's to show; SearchQuery::fuzzy says it"),
)];
