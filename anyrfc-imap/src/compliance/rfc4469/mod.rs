//! RFC 4469, section by section.

mod section_3;
mod section_4;

use anyrfc_core::{
    Requirement,
    compliance::{
        Check,
        Waiver::{self, Exception},
    },
};

use crate::rfc4469 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS, section_4::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[(
    r::CATENATED_MESSAGE_IS_WELL_FORMED,
    Exception(
        "what the parts add up to is its caller's, as with any message that is appended; it is not looked into",
    ),
)];
