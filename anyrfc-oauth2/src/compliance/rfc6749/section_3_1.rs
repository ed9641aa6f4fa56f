//! RFC 6749, section 3.1: the authorization endpoint and the redirection endpoint.

use anyrfc_core::compliance::Check;

pub(super) static CHECKS: &[Check] = &[];
