//! RFC 2971, section by section.

mod section_3;

use anyrfc_core::{
    Requirement,
    compliance::{Check, Waiver},
};

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[(
    crate::rfc2971::ID_CONTACT_IS_NOT_FOR_AUTOMATIC_REPORTS,
    Waiver::ByConstruction("`ImapClient` says nothing to anybody but the server that it is connected to"),
)];
