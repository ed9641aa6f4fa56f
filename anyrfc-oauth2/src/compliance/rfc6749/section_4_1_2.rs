//! RFC 6749, section 4.1.2: what is answered in the code grant.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
