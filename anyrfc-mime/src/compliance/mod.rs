//! The proofs, one file per section of the RFC.

mod examples;
mod rfc2045;
mod rfc2046;
mod rfc2047;
mod rfc2049;
mod rfc2183;
mod rfc2231;
mod rfc3464;
mod rfc5322;
mod rfc6532;
mod rfc6533;
mod rfc8098;
mod support;
mod vectors;
mod waivers;

use anyrfc_core::{
    Spec,
    compliance::{Check, RfcCompliance, Suite, count_groups, join_groups},
};

use crate::{
    rfc2045::RFC2045, rfc2046::RFC2046, rfc2047::RFC2047, rfc2049::RFC2049, rfc2183::RFC2183,
    rfc2231::RFC2231, rfc3464::RFC3464, rfc5322::RFC5322, rfc6532::RFC6532, rfc6533::RFC6533,
    rfc8098::RFC8098,
};

/// The RFCs claimed, in the order of their numbers.
const SPECS: &[&Spec] = &[
    &RFC2045, &RFC2046, &RFC2047, &RFC2049, &RFC2183, &RFC2231, &RFC3464, &RFC5322, &RFC6532, &RFC6533,
    &RFC8098,
];

/// All that this crate claims and how it is shown.
pub static SUITE: Suite = Suite {
    subject: "anyrfc-mime",
    specs: SPECS,
    checks: &GROUPS,
    waivers: waivers::WAIVERS,
    vectors: &vectors::VECTORS,
};

/// The checks of every RFC, in the order of their numbers.
const PARTS: &[&[&[Check]]] = &[
    rfc2045::GROUPS,
    rfc2046::GROUPS,
    rfc2047::GROUPS,
    rfc2049::GROUPS,
    rfc2183::GROUPS,
    rfc2231::GROUPS,
    rfc3464::GROUPS,
    rfc5322::GROUPS,
    rfc6532::GROUPS,
    rfc6533::GROUPS,
    rfc8098::GROUPS,
];

static GROUPS: [&[Check]; count_groups(PARTS)] = join_groups(PARTS);

/// What this crate claims, to be proven wherever it is used.
#[derive(Clone, Copy, Debug)]
pub struct Compliance;

impl RfcCompliance for Compliance {
    fn suite() -> &'static Suite {
        &SUITE
    }
}
