//! The fuzz targets of `anyrfc-core`: plain functions that panic when something
//! is wrong, whatever the bytes.
#![forbid(unsafe_code)]

mod http1;
mod uri;

use fuzz_runner::Target;

pub use self::{http1::http1, uri::uri};

/// Every target, for the runner on stable.
pub const TARGETS: &[Target] = &[Target { name: "http1", run: http1 }, Target { name: "uri", run: uri }];
