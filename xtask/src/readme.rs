//! `cargo xtask readme`: every command of every README, as a stranger would give it.
//!
//! In a fresh clone of what is committed, with an empty home directory and nothing built, so that
//! no file that was never committed, no configuration and no leftover helps.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use crate::{Result, workspace};

/// The options of `cargo xtask readme`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only these READMEs: a crate's name, or `.` for that of the workspace.
    #[arg(value_name = "CRATE")]
    crates: Vec<String>,
    /// Say which commands there are, and run none.
    #[arg(long)]
    list: bool,
}

/// One command and where it is given.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    dir: PathBuf,
    command: String,
}

/// Runs `cargo xtask readme`.
///
/// # Errors
/// There is no clone to be had, or no command to run.
pub(crate) fn run(args: Args) -> Result {
    let root = workspace::root();
    let lines = lines(&root, &args.crates)?;
    if lines.is_empty() {
        return Err("no README has a command: nothing was run".into());
    }
    if args.list {
        for line in &lines {
            println!("{}: {}", line.dir.display(), line.command);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let fresh = tempfile::Builder::new().prefix("anyrfc-readme-").tempdir()?;
    let clone = fresh.path().join("anyrfc");
    let home = fresh.path().join("home");
    std::fs::create_dir(&home)?;
    let status = Command::new("git").args(["clone", "--quiet"]).arg(&root).arg(&clone).status()?;
    if !status.success() {
        return Err(format!("git clone ended with {status}").into());
    }
    let mut failed = 0;
    let mut told: Vec<(bool, Duration, &Line)> = Vec::new();
    for line in &lines {
        println!("\n$ {}", line.command);
        let start = Instant::now();
        let status = stranger(&line.command, &clone.join(&line.dir), &home)?;
        failed += usize::from(!status);
        told.push((status, start.elapsed(), line));
    }
    println!();
    for (passed, time, line) in &told {
        let word = if *passed { "passed" } else { "FAILED" };
        let place = line.dir.join("README.md");
        println!("{word}  {:>6.1} s  {}: {}", time.as_secs_f64(), place.display(), line.command);
    }
    println!("readme: {} passed, {failed} failed", told.len() - failed);
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The commands of the READMEs that were asked for.
fn lines(root: &Path, wanted: &[String]) -> Result<Vec<Line>> {
    let mut places = vec![String::from(".")];
    places.extend(workspace::crates(root)?);
    if let Some(unknown) = wanted.iter().find(|name| !places.contains(name)) {
        return Err(format!("there is no crate {unknown}").into());
    }
    let mut lines = Vec::new();
    for place in places.iter().filter(|place| wanted.is_empty() || wanted.contains(place)) {
        let text = std::fs::read_to_string(root.join(place).join("README.md"))?;
        let dir = Path::new(place);
        lines.extend(commands(&text).into_iter().map(|command| Line { dir: dir.to_owned(), command }));
    }
    Ok(lines)
}

/// What stands behind a `$` in the blocks marked `console`, without its remark.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line.trim_start().strip_prefix("```") {
            Some(language) => inside = language.trim() == "console",
            None if inside => {
                if let Some(command) = line.strip_prefix("$ ") {
                    let command = command.split("  #").next().unwrap_or_default().trim_end();
                    found.push(command.to_owned());
                }
            }
            None => {}
        }
    }
    found
}

/// Runs a command with nothing of ours but the toolchain.
fn stranger(command: &str, dir: &Path, home: &Path) -> Result<bool> {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(dir).stdin(Stdio::null());
    // Where the toolchain lies, if rustup keeps it at home.
    let toolchain = std::env::var_os("RUSTUP_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".rustup")))
        .filter(|path| path.is_dir());
    if let Some(path) = toolchain {
        shell.env("RUSTUP_HOME", path);
    }
    let ours = |name: &str| name.starts_with("CARGO") || name.starts_with("RUST") && name != "RUSTUP_HOME";
    for (name, _) in std::env::vars() {
        if ours(&name) {
            shell.env_remove(name);
        }
    }
    shell.env("HOME", home);
    Ok(shell.status()?.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_commands_of_console_blocks_are_run() {
        let text = "```console\n$ cargo xtask tidy   # the form\nwhat it prints\n$ ls -l # not a remark\n```\n```rust\n$ no\n```\n$ no\n";
        assert_eq!(commands(text), ["cargo xtask tidy", "ls -l # not a remark"]);
    }

    #[test]
    fn the_readme_of_the_workspace_has_two_commands() {
        let lines = lines(&workspace::root(), &[".".to_owned()]).unwrap();
        let commands: Vec<&str> = lines.iter().map(|line| &*line.command).collect();
        assert_eq!(commands, ["cargo xtask compliance", "cargo test --workspace"]);
        assert!(super::lines(&workspace::root(), &["anyrfc-none".to_owned()]).is_err());
    }
}
