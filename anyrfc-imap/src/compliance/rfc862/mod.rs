//! RFC 862, section by section.

pub(super) mod section_1;
