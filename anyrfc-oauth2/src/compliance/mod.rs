//! The proofs, one directory per RFC, one file per section.

use anyrfc_core::compliance::{RfcCompliance, Suite};

/// All that this crate claims and how it is shown.
pub static SUITE: Suite =
    Suite { subject: "anyrfc-oauth2", specs: &[], checks: &[], waivers: &[], vectors: &[] };

impl RfcCompliance for crate::OAuth2Client {
    fn suite() -> &'static Suite {
        &SUITE
    }
}
