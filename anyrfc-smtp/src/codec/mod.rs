//! Bytes and types, pure: replies are read, commands and messages written.

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

pub mod blind;
pub mod command;
pub mod dot;
mod headers;
mod label;
pub mod lines;
#[cfg(feature = "mime")]
mod mime;
pub mod reply;
pub mod scan;
mod sign;
pub mod supply;
