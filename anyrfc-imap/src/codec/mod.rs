//! Bytes to types and back, pure: one function per rule of the grammar.

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

pub mod command;
pub mod deflate;
pub mod encode;
pub mod reader;
pub mod response;

pub use self::{
    command::Command,
    deflate::{Deflater, Inflater},
    encode::{Dialect, Encoded, Encoder, Segment},
    reader::{BodyStart, Found, ReadLimits, Reader, Text},
    response::{Context, Response, parse},
};
pub use crate::types::utf7;
