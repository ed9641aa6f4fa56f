//! RFC 9700, section by section.

mod section_2;
mod section_2_x;
mod section_4;

use anyrfc_core::compliance::{
    Check,
    Waiver::{ByConstruction, Exception},
};

use super::Waived;
use crate::rfc9700 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_2::CHECKS, section_2_x::CHECKS, section_4::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (
        r::PKCE_MAY_PREVENT_CSRF,
        ByConstruction(
            "nothing relies on PKCE alone: `proto::Pending` always holds a state, and compares it first",
        ),
    ),
    (
        r::PKCE_SUPPORT_IS_ENSURED,
        ByConstruction(
            "nothing relies on PKCE alone: `proto::Pending` always holds a state, and compares it first",
        ),
    ),
    (
        r::STATE_CONTENT_IS_PROTECTED,
        ByConstruction(
            "the state of a `proto::Pending` is 256 random bits of `proto::Random` and carries nothing else; \
             `Authorization::parameter` takes none",
        ),
    ),
    (
        r::PASSWORD_GRANT_IS_NOT_USED,
        Exception(
            "the crate claims RFC 6749, which has the grant, and there are servers that have nothing else: it is \
             there under the name `deprecated_password`, and no flow uses it by itself",
        ),
    ),
];
