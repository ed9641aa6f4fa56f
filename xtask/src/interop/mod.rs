//! `cargo xtask interop`.

use std::process::ExitCode;

/// The options of `cargo xtask interop`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `cargo xtask interop`.
///
/// # Errors
/// Always: this command is not part of this build.
pub fn run(_: Args) -> Result<ExitCode, Box<dyn std::error::Error>> {
    Err("`cargo xtask interop` is not part of this build".into())
}
