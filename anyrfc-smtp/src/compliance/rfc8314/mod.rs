//! RFC 8314, section by section.

mod section_3;
mod section_5;
mod section_5_5;

use anyrfc_core::compliance::{
    Check,
    Waiver::{ByConstruction, Exception},
};

use super::Waived;
use crate::rfc8314 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS, section_5::CHECKS, section_5_5::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (
        r::OLDER_VERSIONS_ARE_BOUNDED,
        Exception("never done: rustls has nothing older than TLS 1.2, whatever is required"),
    ),
    (
        r::MOST_SECURE_MEANS_ARE_TRIED,
        Exception(
            "a URL without more means TLS, at once or by STARTTLS, and `Security::Plaintext` is cleartext: it is asked \
             for by name, and what then happens is not left to what a listener lets through",
        ),
    ),
    (
        r::DANE_MAY_VALIDATE,
        Exception("never done: TLSA needs a validating resolver; certificates are validated by PKIX"),
    ),
    (
        r::PINNING_MAY_BE_THERE,
        Exception(
            "never done: `TlsConfig::with_ca_pem` trusts authorities of one's own, which comes near it, and no single \
             certificate of a server",
        ),
    ),
    (r::PINNED_IS_NOT_CONFIDENTIAL, ByConstruction(NOT_PINNED)),
    (r::PIN_IS_FOR_ONE_ACCOUNT, ByConstruction(NOT_PINNED)),
];

const NOT_PINNED: &str = "`TlsConfig` can pin no certificate: it trusts authorities, and a certificate for its name \
     through them alone";
