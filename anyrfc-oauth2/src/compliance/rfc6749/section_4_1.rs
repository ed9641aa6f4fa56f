//! RFC 6749, sections 4.1, 4.1.1 and 4.1.3: what is asked in the code grant.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
