//! RFC 8252, section by section.

mod section_5;
mod section_7;
mod section_8;
mod section_8_3;
mod support;

use anyrfc_core::compliance::{
    Check,
    Waiver::{ByConstruction, Exception},
};

use super::Waived;
use crate::rfc8252 as r;

pub(super) const GROUPS: &[&[Check]] =
    &[section_5::CHECKS, section_7::CHECKS, section_8::CHECKS, section_8_3::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (
        r::USER_AGENT_MAY_BE_CHOSEN,
        ByConstruction(
            "`proto::AuthorizationRequest::url` is text, to be given to whichever user agent the application likes",
        ),
    ),
    (
        r::SPECIAL_USER_AGENT_MAY_BE_USED,
        ByConstruction(
            "`proto::AuthorizationRequest::url` is text, to be given to whichever user agent the application likes",
        ),
    ),
    (
        r::EMBEDDED_USER_AGENT_IS_NOT_USED,
        ByConstruction(
            "the crate has no user agent: `proto::AuthorizationRequest` holds a URL, and there is no type that \
             shows a page or follows the server's redirection",
        ),
    ),
    (
        r::WINDOWS_PORT_IS_EXCLUSIVE,
        Exception(
            "neither the standard library nor tokio sets SO_EXCLUSIVEADDRUSE, and a system call of one's own is \
             unsafe code, which the crate forbids; an answer that is taken away from the port is worth nothing \
             without the verifier",
        ),
    ),
    (
        r::WINDOWS_BROKER_IS_IN_SSO_MODE,
        ByConstruction(
            "no broker is called: answers are received by `client::Loopback` or by the application",
        ),
    ),
];
