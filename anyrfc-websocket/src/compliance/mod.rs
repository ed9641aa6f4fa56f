//! The checks that show what this crate claims, one file a section of the RFC.

mod chacha;
mod inflate;
mod judge;
mod rfc6455;
mod rfc7692;
mod rfc8441;
mod session;
mod support;
mod support_deflate;
mod support_opening;
mod support_sockets;
mod vectors;
mod wire;

use anyrfc_core::compliance::{Check, RfcCompliance, Suite, Waiver, count_groups, join_groups};

use crate::{rfc6455 as r, rfc7692 as d, rfc8441 as h2};

/// RFC 6455, RFC 7692 and RFC 8441, requirement by requirement.
pub static SUITE: Suite = Suite {
    subject: "anyrfc-websocket",
    specs: &[&r::RFC6455, &d::RFC7692, &h2::RFC8441],
    checks: &GROUPS,
    waivers: &[
        (r::ALGORITHM_INTRODUCED_BY_MUST, Waiver::NotARequirement(QUOTED)),
        (r::ALGORITHM_INTRODUCED_BY_SHOULD, Waiver::NotARequirement(QUOTED)),
        (r::ALGORITHM_INTRODUCED_BY_MAY, Waiver::NotARequirement(QUOTED)),
        (r::CONNECTION_MANAGEMENT_OFFLOADED, Waiver::Exception(OFFLOADING)),
        (r::CODE_1010_LISTS_EXTENSIONS, Waiver::Exception(NO_MANDATORY_EXTENSION)),
        (d::STEPS_INTRODUCED_BY_MUST, Waiver::NotARequirement(QUOTED)),
        (d::STEPS_INTRODUCED_BY_SHOULD, Waiver::NotARequirement(QUOTED)),
        (d::STEPS_INTRODUCED_BY_MAY, Waiver::NotARequirement(QUOTED)),
    ],
    vectors: vectors::VECTORS,
};

/// The checks of every RFC, in the order of their numbers.
const PARTS: &[&[&[Check]]] = &[rfc6455::GROUPS, rfc7692::GROUPS, rfc8441::GROUPS];

static GROUPS: [&[Check]; count_groups(PARTS)] = join_groups(PARTS);

const QUOTED: &str = "the keyword is quoted to say how the steps of an algorithm are to be read";
const OFFLOADING: &str =
    "a permission for devices in controlled networks; this client manages its connections itself";
const NO_MANDATORY_EXTENSION: &str =
    "this client can do without any extension, so it never closes because one is missing";

impl RfcCompliance for crate::WebSocketClient {
    fn suite() -> &'static Suite {
        &SUITE
    }
}
