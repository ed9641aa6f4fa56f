//! The fuzz targets of `anyrfc-mime`: plain functions that panic when something is wrong, whatever
//! the bytes.
#![forbid(unsafe_code)]

mod builder;
mod fields;
mod message;
mod reader;

use fuzz_runner::Target;

pub use self::{
    builder::builder,
    fields::{addresses, encoded_word, parameters},
    message::message,
    reader::reader,
};

/// Every target, for the runner on stable.
pub const TARGETS: &[Target] = &[
    Target { name: "addresses", run: addresses },
    Target { name: "builder", run: builder },
    Target { name: "encoded_word", run: encoded_word },
    Target { name: "message", run: message },
    Target { name: "parameters", run: parameters },
    Target { name: "reader", run: reader },
];
