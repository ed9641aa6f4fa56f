//! `cargo xtask bench`: ours, the peers and the physical limit in one run.
//!
//! What is measured lives in `benches/`, a workspace of its own, so that the
//! peers never enter the tree that is built by default. This builds and runs
//! it, and reports its rows.

mod footprint;
mod row;
mod servers;

use std::process::{Command, ExitCode, Stdio};

use self::{
    row::{Report, Row},
    servers::Servers,
};
use crate::{Result, interop::Format, workspace};

/// The options of `cargo xtask bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The crates to measure, or `footprint` for what they cost to build; none means all crates.
    #[arg(value_name = "CRATE")]
    crates: Vec<String>,
    /// How to report.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// A rough answer soon: less work in each round.
    #[arg(long)]
    quick: bool,
}

/// Runs `cargo xtask bench`.
///
/// # Errors
/// An unknown crate was named, something cannot be built, or a contestant fails.
pub(crate) fn run(args: Args) -> Result {
    let (footprint, crates): (Vec<_>, Vec<_>) =
        args.crates.into_iter().partition(|name| *name == "footprint");
    let mut rows = Vec::new();
    if !crates.is_empty() || footprint.is_empty() {
        rows.extend(measured(&crates, args.quick)?);
    }
    if !footprint.is_empty() {
        rows.extend(footprint::rows()?);
    }
    let report = Report::new(rows);
    match args.format {
        Format::Table => println!("{}", report.table()),
        Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
    }
    Ok(ExitCode::SUCCESS)
}

/// The rows that `benches/` measures.
fn measured(crates: &[String], quick: bool) -> Result<Vec<Row>> {
    if crates.is_empty() || crates.iter().any(|name| *name == "anyrfc-mime") {
        build_mail_parser_1()?;
    }
    // Built before any server starts, so that both come before anything is measured.
    succeed(&mut benches("build", "Cargo.toml"), "building the benches")?;
    let servers = Servers::start(crates)?;
    let mut command = benches("run", "Cargo.toml");
    command.arg("--").args(crates).envs(servers.variables());
    if quick {
        command.arg("--quick");
    }
    // Building and progress are told on standard error as they happen; standard output holds the rows.
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("the benches ended with {}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Builds the peer that asks for a newer Rust than the others, as a program beside the benches.
fn build_mail_parser_1() -> Result<()> {
    let mut command = benches("build", "mail-parser-1/Cargo.toml");
    command.arg("--ignore-rust-version");
    succeed(&mut command, "building mail-parser 1")
}

fn succeed(command: &mut Command, what: &str) -> Result<()> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("{what} ended with {status}").into()) }
}

/// Cargo on a manifest below `benches/`.
fn benches(verb: &str, manifest: &str) -> Command {
    let root = workspace::root();
    let mut command = workspace::cargo();
    command
        .args([verb, "--release", "--manifest-path"])
        .arg(root.join("benches").join(manifest))
        .arg("--target-dir")
        .arg(root.join("target").join("benches"));
    command
}
