//! RFC 6749, section 4.3: the password grant.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
