//! `cargo xtask soak`: many connections for a long time (`tests/soak.rs` of each crate).

use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::{Result, workspace};

/// The options of `cargo xtask soak`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The crates to run; all that have a soak by default.
    crates: Vec<String>,
    /// The shorter form, where a crate has one.
    #[arg(long)]
    quick: bool,
}

/// What tells a soak that it is wanted: `cargo test` runs it, too, and must not wait for it.
const WANTED: &str = "ANYRFC_SOAK";

/// Runs `cargo xtask soak`.
///
/// # Errors
/// A crate has no soak, or cargo cannot be run; a soak that fails ends the run with a failure.
pub(crate) fn run(args: Args) -> Result {
    let root = workspace::root();
    let has_soak = |name: &String| root.join(name).join("tests").join("soak.rs").is_file();
    let crates = if args.crates.is_empty() {
        workspace::crates(&root)?.into_iter().filter(has_soak).collect()
    } else {
        args.crates
    };
    if let Some(name) = crates.iter().find(|name| !has_soak(name)) {
        return Err(format!("{name} has no tests/soak.rs").into());
    }
    if crates.is_empty() {
        return Err("no crate has a tests/soak.rs".into());
    }
    allow_many_files();
    for name in &crates {
        println!("=== soak of {name} ===");
        // Not in release: assertions and overflow checks are part of it.
        let status = workspace::cargo()
            .args(["test", "--package", name, "--all-features", "--test", "soak"])
            .env(WANTED, if args.quick { "quick" } else { "1" })
            .current_dir(&root)
            .status()?;
        if !status.success() {
            println!("the soak of {name} failed");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// As many open files as the system lets us have, for whom we start too.
fn allow_many_files() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // A soak that needs more than there are says so itself.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}
