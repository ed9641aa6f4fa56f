//! The fuzz targets of `anyrfc-smtp`: plain functions that panic when something is wrong, whatever
//! the bytes.
#![forbid(unsafe_code)]

mod messages;
mod replies;
mod server;
mod session;
#[path = "../../tests/support/wire.rs"]
mod wire;

use fuzz_runner::Target;

pub use self::{messages::dot_stuffing, replies::replies, session::session};

/// Every target, for the runner on stable.
pub const TARGETS: &[Target] = &[
    Target { name: "dot_stuffing", run: dot_stuffing },
    Target { name: "replies", run: replies },
    Target { name: "session", run: session },
];
