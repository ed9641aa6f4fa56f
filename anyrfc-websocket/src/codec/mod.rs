//! Bytes to types and back, pure: one function a grammar rule.

pub mod close;
pub mod deflate;
pub mod frame;
pub mod handshake;
pub mod mask;
#[allow(unsafe_code)]
mod simd;
pub mod utf8;

pub use frame::{FrameFault, FrameHeader, OpCode, Rsv};
