//! RFC 4467, section by section.

mod section_3;
mod section_7;

use anyrfc_core::{
    Requirement,
    compliance::{
        Check,
        Waiver::{self, ByConstruction},
    },
};

use crate::rfc4467 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS, section_7::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[(
    r::ANONYMOUS_IS_NOT_AUTHUSER,
    ByConstruction(
        "`UrlAccess::Anonymous` and `UrlAccess::AuthUser` are two values, each written as its caller has chosen: nothing takes the one for the other",
    ),
)];
