//! Bytes to values and back, pure: one function a rule of the grammars.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects
    )
)]

pub mod address;
pub mod base64;
pub mod charset;
pub mod content;
pub mod date_time;
pub mod encoded_word;
mod file_name;
pub mod flowed;
pub(crate) mod hex;
pub mod message_id;
mod parameter;
pub mod quoted_printable;
pub(crate) mod reading;
pub mod utf7;
pub mod utf8_address;

pub use file_name::safe_file_name;
pub use reading::Reading;
pub(crate) use reading::valid_utf8;
