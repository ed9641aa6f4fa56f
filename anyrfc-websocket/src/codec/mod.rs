//! Bytes to types and back, pure: one function a grammar rule.
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

pub mod close;
pub mod deflate;
pub mod frame;
pub mod handshake;
pub mod mask;
#[allow(unsafe_code)]
mod simd;
pub mod utf8;

pub use frame::{FrameFault, FrameHeader, OpCode, Rsv};
