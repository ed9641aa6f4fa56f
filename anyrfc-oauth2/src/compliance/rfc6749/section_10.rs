//! RFC 6749, section 10: security.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
