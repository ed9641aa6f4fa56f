//! Proves what the AnyRFC crates claim.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;

mod bench;
mod ci;
mod interop;
mod workspace;

/// What every command returns: its exit code, or why it could not do its work.
type Result<T = ExitCode> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Proves what the AnyRFC crates claim.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Drive the clients against real servers.
    Interop(interop::Args),
    /// Measure ours, the peers and the physical limit in one run.
    Bench(bench::Args),
    /// Run the whole gate.
    Ci(ci::Args),
}

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Interop(args) => interop::run(args),
        Command::Bench(args) => bench::run(args),
        Command::Ci(args) => ci::run(args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}
