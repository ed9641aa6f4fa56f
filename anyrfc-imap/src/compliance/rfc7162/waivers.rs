//! What no check proves, and why.

use anyrfc_core::{
    Requirement,
    compliance::Waiver::{self, ByConstruction},
};

use crate::rfc7162 as r;

/// The requirements without a check.
pub(in crate::compliance) const WAIVERS: &[(&Requirement, Waiver)] = &[
    (
        r::VANISHED_COMES_WITH_CHANGEDSINCE,
        ByConstruction("`FetchModifiers::vanished_since` is how VANISHED is asked for, and writes both"),
    ),
    (
        r::UNCHANGEDSINCE_COMES_ONCE,
        ByConstruction("`UidStore::unchanged_since` is one `Option<ModSeq>`, so there are not two"),
    ),
    (
        r::QRESYNC_SETS_HAVE_NO_STAR,
        ByConstruction("the sets of `Resync` are `UidSet` and `SequenceNumberSet`, which hold numbers alone"),
    ),
];
