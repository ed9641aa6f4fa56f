//! The proofs, one file per section of the RFC.

use anyrfc_core::{
    Spec,
    compliance::{RfcCompliance, Suite},
};

use crate::{
    rfc2045::RFC2045, rfc2046::RFC2046, rfc2047::RFC2047, rfc2049::RFC2049, rfc2183::RFC2183,
    rfc2231::RFC2231, rfc3464::RFC3464, rfc5322::RFC5322, rfc6532::RFC6532, rfc6533::RFC6533,
    rfc8098::RFC8098,
};

static SPECS: &[&Spec] = &[
    &RFC5322, &RFC6532, &RFC2045, &RFC2046, &RFC2047, &RFC2049, &RFC2183, &RFC2231, &RFC3464, &RFC6533,
    &RFC8098,
];

/// All that this crate claims and how it is shown.
pub static SUITE: Suite =
    Suite { subject: "anyrfc-mime", specs: SPECS, checks: &[], waivers: &[], vectors: &[] };

/// What this crate claims, to be proven wherever it is used.
#[derive(Clone, Copy, Debug)]
pub struct Compliance;

impl RfcCompliance for Compliance {
    fn suite() -> &'static Suite {
        &SUITE
    }
}
