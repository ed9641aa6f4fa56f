//! RFC 8725, section by section.

mod section_3_1;
mod section_3_3;
mod section_3_5;
mod section_3_8;

use anyrfc_core::compliance::{Check, Waiver::Exception};

use super::Waived;
use crate::rfc8725 as r;

pub(super) const GROUPS: &[&[Check]] =
    &[section_3_1::CHECKS, section_3_3::CHECKS, section_3_5::CHECKS, section_3_8::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (
        r::KEY_HAS_ONE_ALGORITHM,
        Exception(
            "what signs or encrypts (`SigningKey`, `EncryptionKey`) has one algorithm, and so has every key whose JWK \
             says `alg`; but a published RSA key without `alg` tells nobody which one is its own, and an issuer who \
             changes it signs by both for a while, so that a key that verifies or decrypts may be allowed several, \
             each by its name",
        ),
    ),
    (
        r::ECDSA_IS_DETERMINISTIC,
        Exception(
            "aws-lc-rs, which signs here, draws the nonce of an ECDSA signature from its own generator and offers \
             nothing else; a signature by Ed25519 needs no randomness",
        ),
    ),
];
