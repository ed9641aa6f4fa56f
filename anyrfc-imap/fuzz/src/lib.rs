//! The fuzz targets of `anyrfc-imap`: plain functions that panic when something is wrong, whatever
//! the bytes.
#![forbid(unsafe_code)]

mod responses;
#[path = "../../tests/support/trace.rs"]
mod trace;

use fuzz_runner::Target;

pub use self::responses::responses;

/// Every target, for the runner on stable.
pub const TARGETS: &[Target] = &[Target { name: "responses", run: responses }];
