//! RFC 6749, sections 3.2 and 3.3: the token endpoint, and scope.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
