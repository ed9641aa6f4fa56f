//! The proofs, one file per section of the RFC.

mod hello;
mod host;
mod judge;
mod rev1;
mod rev1_client;
mod rfc2087;
mod rfc2177;
mod rfc2342;
mod rfc2971;
mod rfc3348;
mod rfc3501;
mod rfc3502;
mod rfc3516;
mod rfc3691;
mod rfc4314;
mod rfc4315;
mod rfc4466;
mod rfc4467;
mod rfc4469;
mod rfc4731;
mod rfc4959;
mod rfc4978;
mod rfc5032;
mod rfc5092;
mod rfc5161;
mod rfc5182;
mod rfc5255;
mod rfc5256;
mod rfc5257;
mod rfc5258;
mod rfc5267;
mod rfc5464;
mod rfc5465;
mod rfc5466;
mod rfc5524;
mod rfc5530;
mod rfc5819;
mod rfc5957;
mod rfc6154;
mod rfc6203;
mod rfc6851;
mod rfc6855;
mod rfc7162;
mod rfc7377;
mod rfc7888;
mod rfc7889;
mod rfc8437;
mod rfc8438;
mod rfc8440;
mod rfc8474;
mod rfc8508;
mod rfc8514;
mod rfc8970;
mod rfc9051;
mod rfc9208;
mod rfc9394;
mod rfc9585;
mod rfc9586;
mod rfc9590;
mod rfc9698;
mod rfc9738;
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
    rfc2087 RFC2087;
    rfc2177 RFC2177;
    rfc2342 RFC2342;
    rfc2971 RFC2971;
    rfc3348 RFC3348;
    rfc3501 RFC3501;
    rfc3502 RFC3502;
    rfc3516 RFC3516;
    rfc3691 RFC3691;
    rfc4314 RFC4314;
    rfc4315 RFC4315;
    rfc4466 RFC4466;
    rfc4467 RFC4467;
    rfc4469 RFC4469;
    rfc4731 RFC4731;
    rfc4959 RFC4959;
    rfc4978 RFC4978;
    rfc5032 RFC5032;
    rfc5092 RFC5092;
    rfc5161 RFC5161;
    rfc5182 RFC5182;
    rfc5255 RFC5255;
    rfc5256 RFC5256;
    rfc5257 RFC5257;
    rfc5258 RFC5258;
    rfc5267 RFC5267;
    rfc5464 RFC5464;
    rfc5465 RFC5465;
    rfc5466 RFC5466;
    rfc5524 RFC5524;
    rfc5530 RFC5530;
    rfc5819 RFC5819;
    rfc5957 RFC5957;
    rfc6154 RFC6154;
    rfc6203 RFC6203;
    rfc6851 RFC6851;
    rfc6855 RFC6855;
    rfc7162 RFC7162;
    rfc7377 RFC7377;
    rfc7888 RFC7888;
    rfc7889 RFC7889;
    rfc8437 RFC8437;
    rfc8438 RFC8438;
    rfc8440 RFC8440;
    rfc8474 RFC8474;
    rfc8508 RFC8508;
    rfc8514 RFC8514;
    rfc8970 RFC8970;
    rfc9051 RFC9051;
    rfc9208 RFC9208;
    rfc9394 RFC9394;
    rfc9585 RFC9585;
    rfc9586 RFC9586;
    rfc9590 RFC9590;
    rfc9698 RFC9698;
    rfc9738 RFC9738;
}

/// All that this crate claims and how it is shown.
pub static SUITE: Suite = Suite {
    subject: "anyrfc-imap",
    specs: SPECS,
    checks: &GROUPS,
    waivers: &WAIVERS,
    vectors: vectors::VECTORS,
};

static GROUPS: [&[Check]; count_groups(PARTS)] = join_groups(PARTS);

static WAIVERS: [Waived; count_waivers(WAIVED)] = join_waivers(WAIVED);

impl RfcCompliance for crate::ImapClient {
    fn suite() -> &'static Suite {
        &SUITE
    }
}
