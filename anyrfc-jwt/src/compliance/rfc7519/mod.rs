//! RFC 7519, section by section.

mod section_4_1;
mod section_5;
mod section_7;
mod section_8;
mod sections_1_to_4;
mod support;

use anyrfc_core::compliance::{Check, Waiver::Exception};

use super::Waived;
use crate::rfc7519 as r;

pub(super) const GROUPS: &[&[Check]] =
    &[sections_1_to_4::CHECKS, section_4_1::CHECKS, section_5::CHECKS, section_7::CHECKS, section_8::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (
        r::UNSECURED_JWT_MAY_BE_MADE,
        Exception(
            "never made: whoever wants claims without a signature writes JSON, and a library that can make such \
             tokens teaches others to take them",
        ),
    ),
    (
        r::HS256_AND_NONE_ARE_THERE,
        Exception(
            "HS256 is there, and `none` is not: a token that everybody can write harms whoever takes it by mistake, \
             as RFC 8725, section 3.2, warns, and no `JwsAlgorithm` stands for it that could be allowed by mistake",
        ),
    ),
];
