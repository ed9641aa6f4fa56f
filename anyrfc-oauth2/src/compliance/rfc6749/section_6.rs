//! RFC 6749, section 6: refreshing.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
