//! The checks that show what this crate claims, one file a section of the RFC.

use anyrfc_core::compliance::{RfcCompliance, Spec, Suite};

use crate::{
    rfc2195, rfc2831, rfc4013, rfc4422, rfc4505, rfc4616, rfc4752, rfc5801, rfc5802, rfc5929, rfc7628,
    rfc7677, rfc8265, rfc9266,
};

/// All that this crate claims and how it is shown.
pub static SUITE: Suite =
    Suite { subject: "anyrfc-sasl", specs: SPECS, checks: &[], waivers: &[], vectors: &[] };

/// The RFCs claimed, in the order of their numbers.
const SPECS: &[&Spec] = &[
    &rfc2195::RFC2195,
    &rfc2831::RFC2831,
    &rfc4013::RFC4013,
    &rfc4422::RFC4422,
    &rfc4505::RFC4505,
    &rfc4616::RFC4616,
    &rfc4752::RFC4752,
    &rfc5801::RFC5801,
    &rfc5802::RFC5802,
    &rfc5929::RFC5929,
    &rfc7628::RFC7628,
    &rfc7677::RFC7677,
    &rfc8265::RFC8265,
    &rfc9266::RFC9266,
];

/// Stands for this crate, which has no client: `Compliance::validate_compliance()`.
#[derive(Clone, Copy, Debug)]
pub struct Compliance;

impl RfcCompliance for Compliance {
    fn suite() -> &'static Suite {
        &SUITE
    }
}
