//! The proofs, one directory per RFC, one file per section.

use anyrfc_core::compliance::{RfcCompliance, Suite};

/// All that this crate claims and how it is shown.
pub static SUITE: Suite =
    Suite { subject: "anyrfc-jwt", specs: &[], checks: &[], waivers: &[], vectors: &[] };

/// Stands for this crate, which has no client: `Compliance::validate_compliance()`.
#[derive(Clone, Copy, Debug)]
pub struct Compliance;

impl RfcCompliance for Compliance {
    fn suite() -> &'static Suite {
        &SUITE
    }
}
