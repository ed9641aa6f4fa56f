//! RFC 5321, section 2: terms and principles.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
