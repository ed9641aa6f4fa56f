//! The proofs, one directory per RFC, one file per section.

mod endpoint;
mod flow;
mod granted;
mod rfc6749;
mod rfc6750;
mod rfc7009;
mod rfc7521;
mod rfc7523;
mod rfc7591;
mod rfc7592;
mod rfc7636;
mod rfc7662;
mod rfc8252;
mod rfc8414;
mod rfc8628;
mod rfc8693;
mod rfc8705;
mod rfc8707;
mod rfc9101;
mod rfc9126;
mod rfc9207;
mod rfc9396;
mod rfc9449;
mod rfc9470;
mod rfc9700;
mod rfc9728;
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
    rfc6749 RFC6749;
    rfc6750 RFC6750;
    rfc7009 RFC7009;
    rfc7521 RFC7521;
    rfc7523 RFC7523;
    rfc7591 RFC7591;
    rfc7592 RFC7592;
    rfc7636 RFC7636;
    rfc7662 RFC7662;
    rfc8252 RFC8252;
    rfc8414 RFC8414;
    rfc8628 RFC8628;
    rfc8693 RFC8693;
    rfc8705 RFC8705;
    rfc8707 RFC8707;
    rfc9101 RFC9101;
    rfc9126 RFC9126;
    rfc9207 RFC9207;
    rfc9396 RFC9396;
    rfc9449 RFC9449;
    rfc9470 RFC9470;
    rfc9700 RFC9700;
    rfc9728 RFC9728;
}

/// All that this crate claims and how it is shown.
pub static SUITE: Suite =
    Suite { subject: "anyrfc-oauth2", specs: SPECS, checks: &GROUPS, waivers: &WAIVERS, vectors: &[] };

static GROUPS: [&[Check]; count_groups(PARTS)] = join_groups(PARTS);

static WAIVERS: [Waived; count_waivers(WAIVED)] = join_waivers(WAIVED);

impl RfcCompliance for crate::OAuth2Client {
    fn suite() -> &'static Suite {
        &SUITE
    }
}
