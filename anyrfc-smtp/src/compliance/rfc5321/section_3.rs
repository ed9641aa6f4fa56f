//! RFC 5321, section 3: the procedures.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
