//! RFC 4978, section by section.

mod section_3;
mod section_4;
mod section_5;

use anyrfc_core::{
    Requirement,
    compliance::{Check, Waiver},
};

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS, section_4::CHECKS, section_5::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[(
    crate::rfc4978::TLS_COMPRESSION_IS_PREFERRED,
    Waiver::Exception(
        "no TLS that is safe to use compresses any more: TLS 1.3 has dropped it, and rustls never had it",
    ),
)];
