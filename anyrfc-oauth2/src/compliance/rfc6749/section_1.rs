//! RFC 6749, section 1.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
