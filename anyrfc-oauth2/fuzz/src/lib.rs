//! The fuzz targets of `anyrfc-oauth2`: plain functions that panic when something is wrong, whatever
//! the bytes.
#![forbid(unsafe_code)]

mod answers;
mod browser;
mod callback;
mod challenge;
mod judge;

use fuzz_runner::Target;

pub use self::{answers::answers, callback::callback, challenge::challenge};

/// Every target, for the runner on stable.
pub const TARGETS: &[Target] = &[
    Target { name: "answers", run: answers },
    Target { name: "callback", run: callback },
    Target { name: "challenge", run: challenge },
];
