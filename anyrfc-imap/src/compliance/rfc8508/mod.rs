//! RFC 8508, section by section.

mod section_3;

use anyrfc_core::{
    Requirement,
    compliance::{
        Check,
        Waiver::{self, ByConstruction},
    },
};

use crate::rfc8508 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[(
    r::REPLACE_TAKES_ONE_MESSAGE,
    ByConstruction("`Replace::message` and `UidReplace::message` are one `AppendMessage` each"),
)];
