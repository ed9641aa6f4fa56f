//! RFC 2046, one file a section.

use anyrfc_core::compliance::Check;

mod reading;
mod reading_multipart;
mod section_4;
mod section_5_1;
mod section_5_2;

pub(super) static GROUPS: &[&[Check]] = &[
    reading::CHECKS,
    reading_multipart::CHECKS,
    section_4::CHECKS,
    section_5_1::CHECKS,
    section_5_2::CHECKS,
];
