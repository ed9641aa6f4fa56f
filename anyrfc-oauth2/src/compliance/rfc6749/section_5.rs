//! RFC 6749, section 5: what the token endpoint answers.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
