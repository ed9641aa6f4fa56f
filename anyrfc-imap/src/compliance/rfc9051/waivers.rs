//! What no check proves, and why.

use anyrfc_core::{
    Requirement,
    compliance::Waiver::{self, ByConstruction, Exception},
};

use crate::rfc9051 as r;

/// The requirements without a check.
pub(in crate::compliance) const WAIVERS: &[(&Requirement, Waiver)] = &[
    (
        r::FORWARDED_IS_NOT_CLEARED,
        ByConstruction(
            "no command of this crate clears a flag that `StoreAction` and its caller do not name",
        ),
    ),
    (
        r::JUNK_AND_NOTJUNK_ARE_BOTH_UNSET,
        Exception("this crate changes no flags by itself: `Junk::Contradictory` tells its user, who decides"),
    ),
    (
        r::MANY_CONTROLS_COUNT_AS_BINARY,
        Exception("a permission; a string is binary here if it holds NUL, however many controls there are"),
    ),
    (
        r::LOGIN_MAY_BE_TRIED,
        Exception(
            "a permission; once a login has failed, nothing that reveals the password is tried, since somebody \
             might have made it fail",
        ),
    ),
];
