//! RFC 6855, section by section.

mod section_3;
mod section_4;

use anyrfc_core::{
    Requirement,
    compliance::{Check, Waiver},
};

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS, section_4::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[(
    crate::rfc6855::CACHE_IS_DISCARDED_ON_UPGRADE,
    Waiver::ByConstruction(
        "no message is kept: what `Fetch` and `BodyReader` hand over is their caller's, and nothing of it outlives them",
    ),
)];
