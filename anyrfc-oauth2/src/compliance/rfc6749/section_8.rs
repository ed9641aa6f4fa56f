//! RFC 6749, sections 8 and 9.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
