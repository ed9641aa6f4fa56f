//! The proofs, one file per section of the RFC.

mod rfc862;

use anyrfc_core::{
    Spec,
    compliance::{RfcCompliance, Suite},
};

use crate::{ImapClient, rfc862::RFC862};

static SPECS: &[&Spec] = &[&RFC862];

/// All that this crate claims and how it is shown.
pub static SUITE: Suite = Suite {
    subject: "anyrfc-imap",
    specs: SPECS,
    checks: &[rfc862::section_1::CHECKS],
    waivers: &[],
    vectors: &[],
};

impl RfcCompliance for ImapClient {
    fn suite() -> &'static Suite {
        &SUITE
    }
}
