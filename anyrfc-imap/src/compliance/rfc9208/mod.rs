//! RFC 9208, section by section.

mod section_3;
mod section_4;
mod section_5;

use anyrfc_core::{
    Requirement,
    compliance::{Check, Waiver},
};

use crate::rfc9208 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS, section_4::CHECKS, section_5::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[(
    r::QUOTA_ROOTS_ARE_NOT_COMPARED,
    Waiver::ByConstruction(
        "a QuotaUsage has no order and names no root, and nothing in the crate takes two Quotas",
    ),
)];
