//! `cargo xtask ci`.

use std::process::ExitCode;

/// The options of `cargo xtask ci`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `cargo xtask ci`.
///
/// # Errors
/// Always: this command is not part of this build.
pub fn run(_: Args) -> Result<ExitCode, Box<dyn std::error::Error>> {
    Err("`cargo xtask ci` is not part of this build".into())
}
