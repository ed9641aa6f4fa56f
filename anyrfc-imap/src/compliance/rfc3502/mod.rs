//! RFC 3502, section by section.

mod section_6;

use anyrfc_core::{
    Requirement,
    compliance::{
        Check,
        Waiver::{self, ByConstruction, Exception},
    },
};

use crate::rfc3502 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_6::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[
    (
        r::MESSAGE_IS_IN_FORMAT,
        Exception("what is appended is its caller's, and drafts of all kinds are; it is not looked into"),
    ),
    (
        r::MISSING_HEADERS_ARE_CONSIDERED,
        ByConstruction(
            "`Append` carries the octets that it is given: no header field is left out but by its caller",
        ),
    ),
];
