//! The checks that show what this crate claims, one file a section of the RFC.

mod gss;
mod judge;
mod rfc2195;
mod rfc2831;
mod rfc4013;
mod rfc4422;
mod rfc4422_layers;
mod rfc4505;
mod rfc4616;
mod rfc4752;
mod rfc5801;
mod rfc5802;
mod rfc7628;
mod rfc7677;
mod rfc8265;
mod rfc9266;
mod support;
mod tables;
mod vectors;
mod waivers;

use anyrfc_core::compliance::{Check, RfcCompliance, Spec, Suite, count_groups, join_groups};

/// All that this crate claims and how it is shown.
pub static SUITE: Suite = Suite {
    subject: "anyrfc-sasl",
    specs: SPECS,
    checks: &GROUPS,
    waivers: waivers::WAIVERS,
    vectors: vectors::VECTORS,
};

/// The RFCs claimed, in the order of their numbers.
const SPECS: &[&Spec] = &[
    &crate::rfc2195::RFC2195,
    &crate::rfc2831::RFC2831,
    &crate::rfc4013::RFC4013,
    &crate::rfc4422::RFC4422,
    &crate::rfc4505::RFC4505,
    &crate::rfc4616::RFC4616,
    &crate::rfc4752::RFC4752,
    &crate::rfc5801::RFC5801,
    &crate::rfc5802::RFC5802,
    &crate::rfc5929::RFC5929,
    &crate::rfc7628::RFC7628,
    &crate::rfc7677::RFC7677,
    &crate::rfc8265::RFC8265,
    &crate::rfc9266::RFC9266,
];

/// The checks of every RFC, in the order of their numbers.
const PARTS: &[&[&[Check]]] = &[
    rfc2195::GROUPS,
    rfc2831::GROUPS,
    rfc4013::GROUPS,
    rfc4422::GROUPS,
    rfc4422_layers::GROUPS,
    rfc4505::GROUPS,
    rfc4616::GROUPS,
    rfc4752::GROUPS,
    rfc5801::GROUPS,
    rfc5802::GROUPS,
    rfc7628::GROUPS,
    rfc7677::GROUPS,
    rfc8265::GROUPS,
    rfc9266::GROUPS,
];

static GROUPS: [&[Check]; count_groups(PARTS)] = join_groups(PARTS);

/// Stands for this crate, which has no client: `Compliance::validate_compliance()`.
#[derive(Clone, Copy, Debug)]
pub struct Compliance;

impl RfcCompliance for Compliance {
    fn suite() -> &'static Suite {
        &SUITE
    }
}
