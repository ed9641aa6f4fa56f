//! RFC 8705, section by section.

mod section_2;
mod section_5;

use anyrfc_core::compliance::{Check, Waiver::ByConstruction};

use super::Waived;
use crate::rfc8705 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_2::CHECKS, section_5::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (
        r::X509_LIBRARY_IS_ESTABLISHED,
        ByConstruction(
            "certificates are judged by `anyrfc_core::tls::TlsConfig`, the only TLS of `ReqwestClient`: that is rustls \
             with the verifier of the operating system or of webpki",
        ),
    ),
    (
        r::NO_X509_VALIDATION_OF_ONES_OWN,
        ByConstruction(
            "no line of this crate reads a certificate: `ReqwestBuilder::tls` takes a `TlsConfig`, and an `HttpClient` \
             gives back responses, never what was shown in a handshake",
        ),
    ),
];
