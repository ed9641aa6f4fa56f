//! RFC 6749, section 7: using access tokens.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
