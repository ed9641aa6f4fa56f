//! RFC 6455, one file a section.

use anyrfc_core::compliance::Check;

mod section_10_3;
mod section_10_4;
mod section_10_6;
mod section_10_7;
mod section_11_1;
mod section_11_3;
mod section_2;
mod section_2_1;
mod section_3;
mod section_4_1;
mod section_4_2;
mod section_4_3;
mod section_5_1;
mod section_5_2;
mod section_5_3;
mod section_5_4;
mod section_5_5;
mod section_5_5_1;
mod section_5_5_2;
mod section_5_5_3;
mod section_5_6;
mod section_5_8;
mod section_6_1;
mod section_6_2;
mod section_7_1_1;
mod section_7_1_2;
mod section_7_1_7;
mod section_7_2_1;
mod section_7_2_3;
mod section_7_3;
mod section_7_4;
mod section_7_4_1;
mod section_8_1;
mod section_9_1;
mod section_9_2;
mod section_9_handshake;

pub(super) static GROUPS: &[&[Check]] = &[
    section_2::CHECKS,
    section_2_1::CHECKS,
    section_3::CHECKS,
    section_4_1::connect::CHECKS,
    section_4_1::connect_pure::CHECKS,
    section_4_1::gate::CHECKS,
    section_4_1::proxy::CHECKS,
    section_4_1::tls::CHECKS,
    section_4_1::request::CHECKS,
    section_4_1::request_fields::CHECKS,
    section_4_1::response::CHECKS,
    section_4_1::response_fields::CHECKS,
    section_4_2::CHECKS,
    section_4_3::CHECKS,
    section_5_1::CHECKS,
    section_5_2::CHECKS,
    section_5_3::CHECKS,
    section_5_4::CHECKS,
    section_5_5::CHECKS,
    section_5_5_1::CHECKS,
    section_5_5_2::CHECKS,
    section_5_5_3::CHECKS,
    section_5_6::CHECKS,
    section_5_8::CHECKS,
    section_6_1::CHECKS,
    section_6_2::CHECKS,
    section_7_1_1::CHECKS,
    section_7_1_2::CHECKS,
    section_7_1_7::CHECKS,
    section_7_2_1::CHECKS,
    section_7_2_3::CHECKS,
    section_7_3::CHECKS,
    section_7_4::CHECKS,
    section_7_4_1::CHECKS,
    section_8_1::CHECKS,
    section_9_handshake::CHECKS,
    section_9_1::CHECKS,
    section_9_2::CHECKS,
    section_10_3::CHECKS,
    section_10_4::CHECKS,
    section_10_6::CHECKS,
    section_10_7::CHECKS,
    section_11_1::CHECKS,
    section_11_3::CHECKS,
];
