//! RFC 4954, section by section.

mod section_14;
mod section_3;
mod section_4;
mod section_4_after;
mod section_4_base64;
mod section_5;
mod section_6;
mod support;

use anyrfc_core::compliance::{Check, Waiver::ByConstruction};

pub(super) use self::section_4_after::settled;
use super::Waived;
use crate::rfc4954 as r;

pub(super) const GROUPS: &[&[Check]] = &[
    section_3::CHECKS,
    section_4::CHECKS,
    section_4_base64::CHECKS,
    section_4_after::CHECKS,
    section_5::CHECKS,
    section_6::CHECKS,
    section_14::CHECKS,
];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (
        r::MECHANISMS_MAY_BE_COMPARED,
        ByConstruction(
            "behind a security layer `SmtpClient::authenticate` hands the mechanisms that are offered there to \
             `anyrfc_sasl::Negotiator::verify_offer`, whose own checks show that it refuses a stronger one that was \
             not offered before",
        ),
    ),
    (
        r::TLS_IS_OUTERMOST,
        ByConstruction(
            "`transport::Layered`, the only place of a security layer, lies upon the `Connection`, in which TLS is, \
             and the other order cannot come about: STARTTLS is settled before a client exists",
        ),
    ),
];
