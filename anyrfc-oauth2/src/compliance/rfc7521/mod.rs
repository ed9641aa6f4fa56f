//! RFC 7521, section by section.

mod section_4;
mod section_5;

use anyrfc_core::compliance::{Check, Waiver::Exception};

use super::Waived;
use crate::rfc7521 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_4::CHECKS, section_5::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[(
    r::CLIENT_ID_MAY_BE_LEFT_OUT,
    Exception(
        "the permission is not used: `client_id` always stands beside a client's assertion, as pushed requests \
         demand it and as servers look their clients up by it",
    ),
)];
