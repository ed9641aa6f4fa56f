//! RFC 8474, section by section.

mod section_4;
mod section_8;

use anyrfc_core::{
    Requirement,
    compliance::{
        Check,
        Waiver::{self, Exception},
    },
};

use crate::rfc8474 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_4::CHECKS, section_8::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[(
    r::INCONSISTENT_CACHE_MAY_BE_DISCARDED,
    Exception(
        "a permission for whoever keeps messages, which this crate does not; identifiers that contradict each \
         other are left out of `MailboxIds`, which falls back to names",
    ),
)];
