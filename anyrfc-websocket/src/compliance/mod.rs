//! The checks that show what this crate claims, one file a section of the RFC.

mod chacha;
mod judge;
mod rfc6455;
mod session;
mod support;
mod support_opening;
mod support_sockets;
mod vectors;
mod wire;

use anyrfc_core::compliance::{RfcCompliance, Suite, Waiver};

use crate::rfc6455 as r;

/// RFC 6455, requirement by requirement.
pub static SUITE: Suite = Suite {
    subject: "anyrfc-websocket",
    specs: &[&r::RFC6455],
    checks: rfc6455::GROUPS,
    waivers: &[
        (r::ALGORITHM_INTRODUCED_BY_MUST, Waiver::NotARequirement(QUOTED)),
        (r::ALGORITHM_INTRODUCED_BY_SHOULD, Waiver::NotARequirement(QUOTED)),
        (r::ALGORITHM_INTRODUCED_BY_MAY, Waiver::NotARequirement(QUOTED)),
        (r::CONNECTION_MANAGEMENT_OFFLOADED, Waiver::Exception(OFFLOADING)),
        (r::SEPARATE_EXTENSIONS_MAY_BE_USED, Waiver::Exception(NO_EXTENSION_YET)),
        (r::CODE_1010_LISTS_EXTENSIONS, Waiver::Exception(NO_MANDATORY_EXTENSION)),
    ],
    vectors: vectors::VECTORS,
};

const QUOTED: &str = "the keyword is quoted to say how the steps of an algorithm are to be read";
const OFFLOADING: &str =
    "a permission for devices in controlled networks; this client manages its connections itself";
const NO_EXTENSION_YET: &str = "a permission that is not made use of: no extension is implemented";
const NO_MANDATORY_EXTENSION: &str =
    "this client can do without any extension, so it never closes because one is missing";

impl RfcCompliance for crate::WebSocketClient {
    fn suite() -> &'static Suite {
        &SUITE
    }
}
