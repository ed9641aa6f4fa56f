//! The proofs, one directory per RFC, one file per section.

mod judge;
mod rfc7515;
mod rfc7516;
mod rfc7517;
mod rfc7518;
mod rfc7519;
mod rfc7638;
mod rfc7797;
mod rfc8037;
mod rfc8725;
mod rfc9068;
mod support;
mod vectors;

use anyrfc_core::{
    Spec,
    compliance::{
        Check, RfcCompliance, Suite, Waived, count_groups, count_waivers, join_groups, join_waivers,
    },
};

macro_rules! claims {
    ($($module:ident $spec:ident;)*) => {
        /// The RFCs claimed, in the order of their numbers.
        const SPECS: &[&Spec] = &[$(&crate::$module::$spec,)*];
        /// The checks of every RFC.
        const PARTS: &[&[&[Check]]] = &[$($module::GROUPS,)*];
        /// What no check proves, RFC by RFC.
        const WAIVED: &[&[Waived]] = &[$($module::WAIVERS,)*];
    };
}

claims! {
    rfc7515 RFC7515;
    rfc7516 RFC7516;
    rfc7517 RFC7517;
    rfc7518 RFC7518;
    rfc7519 RFC7519;
    rfc7638 RFC7638;
    rfc7797 RFC7797;
    rfc8037 RFC8037;
    rfc8725 RFC8725;
    rfc9068 RFC9068;
}

/// All that this crate claims and how it is shown.
pub static SUITE: Suite = Suite {
    subject: "anyrfc-jwt",
    specs: SPECS,
    checks: &GROUPS,
    waivers: &WAIVERS,
    vectors: vectors::VECTORS,
};

static GROUPS: [&[Check]; count_groups(PARTS)] = join_groups(PARTS);

static WAIVERS: [Waived; count_waivers(WAIVED)] = join_waivers(WAIVED);

/// Stands for this crate, which has no client: `Compliance::validate_compliance()`.
#[derive(Clone, Copy, Debug)]
pub struct Compliance;

impl RfcCompliance for Compliance {
    fn suite() -> &'static Suite {
        &SUITE
    }
}
