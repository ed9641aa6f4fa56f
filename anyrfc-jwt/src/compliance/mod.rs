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
    Requirement, Spec,
    compliance::{Check, RfcCompliance, Suite, Waiver, count_groups, join_groups},
};

type Waived = (&'static Requirement, Waiver);

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

static WAIVERS: [Waived; count(WAIVED)] = join(WAIVED);

/// How many waivers there are in all.
const fn count(mut lists: &[&[Waived]]) -> usize {
    let mut all = 0;
    while let [list, behind @ ..] = lists {
        all += list.len();
        lists = behind;
    }
    all
}

/// The waivers of every RFC in one list.
const fn join<const N: usize>(mut lists: &[&[Waived]]) -> [Waived; N] {
    let mut all = [(crate::rfc7515::BASE64URL_HAS_NO_PADDING, Waiver::NotARequirement("")); N];
    let mut room: &mut [Waived] = &mut all;
    while let [list, behind @ ..] = lists {
        let (filled, left) = room.split_at_mut(list.len());
        filled.copy_from_slice(list);
        (room, lists) = (left, behind);
    }
    all
}

/// Stands for this crate, which has no client: `Compliance::validate_compliance()`.
#[derive(Clone, Copy, Debug)]
pub struct Compliance;

impl RfcCompliance for Compliance {
    fn suite() -> &'static Suite {
        &SUITE
    }
}
