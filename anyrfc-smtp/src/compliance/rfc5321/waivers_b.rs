//! What no check proves from section 4.2 on, and why.

use super::super::Waived;

pub(super) const WAIVERS: &[Waived] = &[];
