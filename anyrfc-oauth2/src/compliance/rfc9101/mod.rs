//! RFC 9101, section by section.

mod section_10;
mod section_4;
mod section_5;
mod section_8;
mod support;

use anyrfc_core::compliance::{Check, Waiver::ByConstruction};

use super::Waived;
use crate::rfc9101 as r;

pub(super) const GROUPS: &[&[Check]] =
    &[section_4::CHECKS, section_5::CHECKS, section_8::CHECKS, section_10::CHECKS];

/// Why a rule for a `request_uri` of the client's own cannot be broken.
const NONE_IS_HOSTED: &str = "the client hosts no Request Object: the only `request_uri` that is sent is the one that the server gave for a \
     pushed request (`AuthorizationRequest::pushed`), and `Authorization::parameter` takes none";

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (r::REQUEST_URI_IS_SHORT, ByConstruction(NONE_IS_HOSTED)),
    (r::REQUEST_URI_LEADS_TO_AN_OBJECT, ByConstruction(NONE_IS_HOSTED)),
    (r::REQUEST_URI_IS_REACHABLE, ByConstruction(NONE_IS_HOSTED)),
    (r::OWN_REQUEST_URI_IS_HTTPS, ByConstruction(NONE_IS_HOSTED)),
    (r::REQUEST_URI_IS_NOT_GUESSABLE, ByConstruction(NONE_IS_HOSTED)),
    (r::REQUEST_URI_IS_REMOVED, ByConstruction(NONE_IS_HOSTED)),
    (r::SENSITIVE_URI_HAS_ENTROPY, ByConstruction(NONE_IS_HOSTED)),
    (
        r::TLS_PROTECTS_THE_OBJECT,
        ByConstruction(
            "a Request Object goes to an `Endpoint`, which is https, by `tls::TlsConfig`, which is rustls: it has \
             no cipher suite that does not encrypt and authenticate",
        ),
    ),
];
