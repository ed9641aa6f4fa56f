//! What no check proves, and why.

use anyrfc_core::{
    Requirement,
    compliance::Waiver::{self, ByConstruction},
};

use crate::rfc4466 as r;

/// The requirements without a check.
pub(in crate::compliance) const WAIVERS: &[(&Requirement, Waiver)] = &[
    (
        r::RENAME_PARAMETERS_MAY_BE_OMITTED,
        ByConstruction("`Rename` has two names and no parameters: no extension has defined any"),
    ),
    (
        r::UNKNOWN_RENAME_PARAMETER_IS_NOT_SENT,
        ByConstruction("`Rename` has two names and no parameters: no extension has defined any"),
    ),
];
