//! The proofs, one file per section of the RFC.

mod hello;
mod rfc1870;
mod rfc2033;
mod rfc2034;
mod rfc2852;
mod rfc2920;
mod rfc3030;
mod rfc3207;
mod rfc3461;
mod rfc3463;
mod rfc4468;
mod rfc4865;
mod rfc4954;
mod rfc5321;
mod rfc6152;
mod rfc6409;
mod rfc6531;
mod rfc6710;
mod rfc8314;
mod rfc8689;
mod served;
mod support;
mod tls;

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
    rfc1870 RFC1870;
    rfc2033 RFC2033;
    rfc2034 RFC2034;
    rfc2852 RFC2852;
    rfc2920 RFC2920;
    rfc3030 RFC3030;
    rfc3207 RFC3207;
    rfc3461 RFC3461;
    rfc3463 RFC3463;
    rfc4468 RFC4468;
    rfc4865 RFC4865;
    rfc4954 RFC4954;
    rfc5321 RFC5321;
    rfc6152 RFC6152;
    rfc6409 RFC6409;
    rfc6531 RFC6531;
    rfc6710 RFC6710;
    rfc8314 RFC8314;
    rfc8689 RFC8689;
}

/// All that this crate claims and how it is shown.
pub static SUITE: Suite =
    Suite { subject: "anyrfc-smtp", specs: SPECS, checks: &GROUPS, waivers: &WAIVERS, vectors: &[] };

static GROUPS: [&[Check]; count_groups(PARTS)] = join_groups(PARTS);

static WAIVERS: [Waived; count_waivers(WAIVED)] = join_waivers(WAIVED);

impl RfcCompliance for crate::SmtpClient {
    fn suite() -> &'static Suite {
        &SUITE
    }
}
