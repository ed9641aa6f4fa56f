//! The fuzz targets of `anyrfc-websocket`: plain functions that panic when
//! something is wrong, whatever the bytes.
#![forbid(unsafe_code)]

mod codec;
mod frames;
mod handshake;
mod roundtrip;
mod session;

use fuzz_runner::Target;

pub use self::{
    codec::{close, extensions, utf8, websocket_uri},
    frames::{deflate, frames},
    handshake::{handshake_request, handshake_response},
    roundtrip::roundtrip,
};

/// Every target, for the runner on stable.
pub const TARGETS: &[Target] = &[
    Target { name: "close", run: close },
    Target { name: "deflate", run: deflate },
    Target { name: "extensions", run: extensions },
    Target { name: "frames", run: frames },
    Target { name: "handshake_request", run: handshake_request },
    Target { name: "handshake_response", run: handshake_response },
    Target { name: "roundtrip", run: roundtrip },
    Target { name: "utf8", run: utf8 },
    Target { name: "websocket_uri", run: websocket_uri },
];
