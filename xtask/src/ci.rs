//! `cargo xtask ci`: the gate, step by step, and the long form of it.

mod full;

use std::{
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use crate::{Result, processor, workspace};

/// The options of `cargo xtask ci`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Also what takes long: features in combination, minimal versions, the oldest compiler, every peer.
    #[arg(long)]
    full: bool,
    /// Only the steps whose title holds this, of the long form too.
    #[arg(long, value_name = "WORDS")]
    only: Option<String>,
}

/// What a step came to, when it did not fail.
enum Outcome {
    Passed,
    /// Could not be done here, and why.
    Skipped(String),
}

/// One step of the gate.
struct Step {
    title: &'static str,
    run: fn() -> Result<Outcome>,
}

const STEPS: &[Step] = &[
    Step { title: "format", run: format },
    Step { title: "clippy, all features", run: clippy_all },
    Step { title: "clippy, no features", run: clippy_none },
    Step { title: "tests", run: tests },
    Step { title: "documentation", run: documentation },
    Step { title: "types of others in the public API", run: || xtask(&["api"]) },
    Step { title: "tidy", run: || xtask(&["tidy"]) },
    Step { title: "compliance, and its page in a browser", run: compliance },
    Step { title: "catalogues against the RFC texts", run: spec },
    Step { title: "fuzz", run: || xtask(&["fuzz", "--stable", "--seconds", "4"]) },
    Step { title: "interop: every peer", run: || xtask(&["interop", "--install"]) },
];

const FULL: &[Step] = &[
    Step { title: "benches build", run: full::benches },
    Step { title: "fuzz targets build", run: full::fuzz_targets },
    Step { title: "fuzz, a minute each", run: || xtask(&["fuzz", "--seconds", "60"]) },
    Step { title: "features in combination", run: full::features },
    Step { title: "the oldest compiler", run: full::msrv },
    Step { title: "minimal versions", run: full::minimal_versions },
    Step { title: "pure layers for wasm32", run: full::wasm },
    Step { title: "packages alone", run: || xtask(&["publish", "--dry-run", "--allow-dirty"]) },
    Step { title: "API against the last tag", run: full::semver },
    Step { title: "licences, bans and sources of dependencies", run: full::deny },
    Step { title: "advisories about dependencies", run: full::advisories },
    Step { title: "unsafe code under miri", run: full::miri },
    Step { title: "unsafe code under AddressSanitizer", run: full::address_sanitizer },
    Step { title: "commands of the READMEs, in a fresh clone", run: || xtask(&["readme"]) },
    Step { title: "soaks", run: || xtask(&["soak"]) },
    Step { title: "interop: every peer, long form", run: || xtask(&["interop", "--install", "--all"]) },
];

/// Runs `cargo xtask ci`.
///
/// # Errors
/// A step could not be run at all; one that fails ends the run with a failure.
pub(crate) fn run(args: Args) -> Result {
    let start = Instant::now();
    let mut done: Vec<Done> = Vec::new();
    let full = if args.full || args.only.is_some() { FULL } else { &[] };
    let wanted = |step: &&Step| args.only.as_deref().is_none_or(|words| step.title.contains(words));
    let mut failed = false;
    for step in STEPS.iter().chain(full).filter(wanted) {
        println!("\n=== {} ===", step.title);
        let (begin, before) = (Instant::now(), processor::children().ok());
        let outcome = (step.run)();
        let time = begin.elapsed();
        let processor = processor::children().ok().zip(before).map(|(after, before)| after - before);
        let word = match outcome {
            Ok(Outcome::Passed) => "passed",
            Ok(Outcome::Skipped(why)) => {
                println!("skipped: {why}");
                "skipped"
            }
            Err(error) => {
                println!("{error}");
                failed = true;
                "FAILED"
            }
        };
        println!("--- {}: {word} in {:.1} s", step.title, time.as_secs_f64());
        done.push(Done { title: step.title, word, time, processor });
        if failed {
            break;
        }
    }
    if done.is_empty() {
        return Err("no step has such a title".into());
    }
    println!();
    for Done { title, word, time, processor } in &done {
        let processor = processor.map_or_else(String::new, |seconds| format!("{seconds:.1} s"));
        println!("{word:>7}  {:>7.1} s  {processor:>9} of processors  {title}", time.as_secs_f64());
    }
    println!("{:>17.1} s  in all", start.elapsed().as_secs_f64());
    let count = |wanted| done.iter().filter(|done| done.word == wanted).count();
    println!("steps: {} passed, {} failed, {} skipped", count("passed"), count("FAILED"), count("skipped"));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What a step came to.
struct Done {
    title: &'static str,
    word: &'static str,
    /// On the wall.
    time: Duration,
    /// Seconds of all processors together, where the system tells.
    processor: Option<f64>,
}

fn format() -> Result<Outcome> {
    cargo(&["fmt", "--all", "--check"])
}

fn clippy_all() -> Result<Outcome> {
    cargo(&["clippy", "--workspace", "--all-features", "--all-targets", "--", "-D", "warnings"])
}

fn clippy_none() -> Result<Outcome> {
    cargo(&["clippy", "--workspace", "--exclude", "xtask", "--no-default-features", "--", "-D", "warnings"])
}

/// The command of the README, to the letter.
fn tests() -> Result<Outcome> {
    cargo(&["test", "--workspace"])
}

fn documentation() -> Result<Outcome> {
    passes(
        command(&["doc", "--workspace", "--exclude", "xtask", "--all-features", "--no-deps"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

fn compliance() -> Result<Outcome> {
    let page = workspace::root().join("target/compliance/index.html");
    xtask(&["compliance", "--check", "--format", "html", "--out", &page.to_string_lossy(), "--look"])
}

/// The texts of the RFCs are not part of the repository.
fn spec() -> Result<Outcome> {
    let texts = workspace::root().join("../shared/rfc");
    if !texts.is_dir() {
        return Ok(Outcome::Skipped(format!("no RFC texts in {}", texts.display())));
    }
    xtask(&["spec", "verify", "--texts", &texts.to_string_lossy()])
}

/// Another command of ours, as a person would give it.
fn xtask(arguments: &[&str]) -> Result<Outcome> {
    passes(command(&["run", "--quiet", "--package", "xtask", "--"]).args(arguments))
}

fn cargo(arguments: &[&str]) -> Result<Outcome> {
    passes(&mut command(arguments))
}

fn command(arguments: &[&str]) -> Command {
    let mut command = workspace::cargo();
    command.args(arguments).current_dir(workspace::root());
    command
}

/// Runs a command with its output shown, and without anybody to answer questions.
fn passes(command: &mut Command) -> Result<Outcome> {
    let status = command.stdin(Stdio::null()).status()?;
    if status.success() {
        return Ok(Outcome::Passed);
    }
    let program = command.get_program().to_string_lossy().into_owned();
    let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
    Err(format!("{program} {} ended with {status}", arguments.join(" ")).into())
}

/// Whether a command can be run and succeeds; nothing is shown.
fn succeeds(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
