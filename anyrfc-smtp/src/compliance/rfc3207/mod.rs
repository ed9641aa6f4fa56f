//! RFC 3207, section by section.

mod section_4;
mod section_6;

use anyrfc_core::compliance::{
    Check,
    Waiver::{ByConstruction, Exception},
};

use super::Waived;
use crate::rfc3207 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_4::CHECKS, section_6::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (
        r::QUIT_WHEN_NOT_SECURE_ENOUGH,
        ByConstruction(
            "`TlsConfig` decides within the handshake, which an alert ends where what is achieved is not enough: there \
             is no session then in which QUIT could be said",
        ),
    ),
    (
        r::TLS_WHEN_POSSIBLE,
        Exception(
            "TLS that anybody on the way can take away protects nobody from him: `Security` is TLS, STARTTLS or \
             cleartext, and whoever takes cleartext after a failure says so by connecting again with \
             `Security::Plaintext`",
        ),
    ),
    (
        r::TLS_MAY_BE_REMEMBERED,
        Exception(
            "never done: TLS is required or not, each time, so that no record of earlier times decides",
        ),
    ),
];
