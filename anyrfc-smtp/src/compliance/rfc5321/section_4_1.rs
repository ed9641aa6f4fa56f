//! RFC 5321, section 4.1: the commands.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
