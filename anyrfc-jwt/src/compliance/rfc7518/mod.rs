//! RFC 7518, section by section.

mod pss;
mod section_3;
mod section_4;
mod section_4_6;
mod section_4_8;
mod section_5;
mod section_6;
mod section_8;

use anyrfc_core::compliance::{Check, Waiver::ByConstruction};

use super::Waived;
use crate::rfc7518 as r;

pub(super) const GROUPS: &[&[Check]] = &[
    section_3::CHECKS,
    section_4::CHECKS,
    section_4_6::CHECKS,
    section_4_8::CHECKS,
    section_5::CHECKS,
    section_6::CHECKS,
    section_8::CHECKS,
];

const NO_UNSECURED: &str =
    "`JwsAlgorithm`, without which nothing signs, has no `none`: no unsecured JWS is made here";
const TWO_PRIMES: &str = "`Jwk` holds RSA keys of two primes and nothing else, so that `oth` is never written, and a key \
                          that comes with it is refused before its elements are looked at";

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (
        r::HMAC_IS_COMPARED_IN_CONSTANT_TIME,
        ByConstruction(
            "`VerifyingKey` hands the signature to `aws_lc_rs::hmac::verify`, which compares in constant time, and \
             never sees the MAC itself",
        ),
    ),
    (r::UNSECURED_JWS_MAY_BE_MADE, ByConstruction(NO_UNSECURED)),
    (r::UNSECURED_SIGNATURE_IS_EMPTY, ByConstruction(NO_UNSECURED)),
    (r::OTH_COUNTS_FURTHER_PRIMES, ByConstruction(TWO_PRIMES)),
    (r::OTH_HOLDS_OBJECTS, ByConstruction(TWO_PRIMES)),
];
