//! RFC 6749, sections 4.4 and 4.5: the client's own access, and extension grants.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
