//! What no check proves up to section 4.2, and why.

use super::super::Waived;

pub(super) const WAIVERS: &[Waived] = &[];
