//! RFC 6749, section 2: registered clients, and how they prove who they are.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
