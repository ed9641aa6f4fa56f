//! The fuzz targets of `anyrfc-imap`: plain functions that panic when something is wrong, whatever
//! the bytes.
#![forbid(unsafe_code)]

#[path = "../../tests/commands/decoder.rs"]
mod decoder;
#[path = "../../tests/commands/expected.rs"]
mod expected;
#[path = "../../tests/commands/model.rs"]
mod model;
mod names;
mod responses;
#[path = "../../tests/support/trace.rs"]
mod trace;

use fuzz_runner::Target;

pub use self::{names::modified_utf7, responses::responses};

/// Writes the command that `data` tells of, for a server that it tells of as well: a server that
/// shares nothing with the encoder reads one command of just these arguments.
pub fn commands(data: &[u8]) {
    model::commands(data);
}

/// Every target, for the runner on stable.
pub const TARGETS: &[Target] = &[
    Target { name: "commands", run: commands },
    Target { name: "modified_utf7", run: modified_utf7 },
    Target { name: "responses", run: responses },
];
