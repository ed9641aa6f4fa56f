//! `cargo xtask bench`.

use std::process::ExitCode;

/// The options of `cargo xtask bench`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `cargo xtask bench`.
///
/// # Errors
/// Always: this command is not part of this build.
pub fn run(_: Args) -> Result<ExitCode, Box<dyn std::error::Error>> {
    Err("`cargo xtask bench` is not part of this build".into())
}
