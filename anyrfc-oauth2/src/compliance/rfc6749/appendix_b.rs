//! RFC 6749, appendices A and B.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
