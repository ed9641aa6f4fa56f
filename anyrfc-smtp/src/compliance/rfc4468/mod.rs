//! RFC 4468, section by section.

mod section_3;
mod section_6;

use anyrfc_core::compliance::{Check, Waiver};

use super::Waived;
use crate::rfc4468 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS, section_6::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (r::BURL_MAY_JOIN_CHUNKS, Waiver::ByConstruction(NEVER_MIXED)),
    (r::BURL_AND_BDAT_MAY_MIX, Waiver::ByConstruction(NEVER_MIXED)),
];

const NEVER_MIXED: &str = "never done: proto::Payload is the octets of a message or the URL of one, and the BURL of a URL is the last";
