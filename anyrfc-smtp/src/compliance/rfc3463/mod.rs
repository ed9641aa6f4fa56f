//! RFC 3463: what status codes say.

mod section_2;
mod section_3;

use anyrfc_core::compliance::{Check, Waiver::Exception};

use super::Waived;
use crate::rfc3463 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_2::CHECKS, section_3::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[(
    r::TOO_MANY_RECIPIENTS_ARE_SPLIT,
    Exception(
        "one envelope is one transaction: `SendReport::rejected` names the recipients who were refused by 5.3, and \
         whether the message goes to them once more, and when, is the caller's to decide",
    ),
)];
