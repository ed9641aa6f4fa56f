//! What no check proves, and why.

use anyrfc_core::{Requirement, compliance::Waiver};

use crate::rfc5322;

pub(super) static WAIVERS: &[(&Requirement, Waiver)] = &[
    (rfc5322::NOTES_PREFER_OPTIONS, Waiver::NotARequirement(MENTIONED)),
    (rfc5322::PREFERRED_OPTIONS_ARE_MARKED, Waiver::NotARequirement(MENTIONED)),
];

const MENTIONED: &str = "the keyword tells where preferences are stated; each is a requirement of its own";
