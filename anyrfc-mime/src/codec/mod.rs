//! Bytes to values and back, pure: one function a rule of the grammars.

pub mod address;
pub mod base64;
pub mod charset;
pub mod content;
pub mod date_time;
pub mod encoded_word;
pub(crate) mod hex;
pub mod message_id;
mod parameter;
pub mod quoted_printable;
mod reading;
pub mod utf8_address;

pub use reading::Reading;
