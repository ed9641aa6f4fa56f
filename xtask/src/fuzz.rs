//! `cargo xtask fuzz`: every parser under every kind of bytes.
//!
//! Each crate's targets are functions in its `fuzz/` directory, which is laid
//! out for cargo-fuzz. Where that and a nightly compiler are there, they run
//! under libFuzzer, guided by coverage; everywhere else `fuzz-runner` runs the
//! same functions over their committed corpus and inputs made from it by a seed.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use crate::{Result, workspace};

/// The options of `cargo xtask fuzz`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The targets, each by its name or its crate's; none means all.
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// How long each target runs.
    #[arg(long, value_name = "N", default_value_t = 10)]
    seconds: u64,
    /// What the inputs are made from: the same ones for the same number.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Leave cargo-fuzz alone, even where it is installed.
    #[arg(long)]
    stable: bool,
    /// Run the one target on this file and nothing else.
    #[arg(long, value_name = "FILE")]
    input: Vec<PathBuf>,
    /// Only say which targets there are.
    #[arg(long)]
    list: bool,
}

/// One target: a file in `fuzz/fuzz_targets/` of its crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    /// The crate.
    subject: String,
    name: String,
}

/// What runs the targets.
enum Engine {
    /// cargo-fuzz, by this toolchain.
    CargoFuzz(String),
    /// The crates' own runners.
    Stable,
}

/// Runs `cargo xtask fuzz`.
///
/// # Errors
/// An unknown target was named, or one cannot be built; one that fails ends the run with a failure.
pub(crate) fn run(args: Args) -> Result {
    let root = workspace::root();
    let targets = chosen(&all(&root)?, &args.targets)?;
    if args.list {
        for Target { subject, name } in &targets {
            println!("{subject}: {name}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    if !args.input.is_empty() {
        let [target] = &targets[..] else { return Err("--input is for exactly one TARGET".into()) };
        let files: Vec<PathBuf> =
            args.input.iter().map(std::path::absolute).collect::<std::io::Result<_>>()?;
        let status = runner(&root, &target.subject).arg(&target.name).args(files).status()?;
        return Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let engine = if args.stable { Engine::Stable } else { engine() };
    match &engine {
        Engine::CargoFuzz(toolchain) => println!("cargo-fuzz with {toolchain}"),
        Engine::Stable => println!("corpus and seed {}, without coverage", args.seed),
    }
    if let Engine::Stable = engine {
        agree(&root, &targets)?;
    }
    let mut failed = Vec::new();
    for target in &targets {
        let mut command = match &engine {
            Engine::CargoFuzz(toolchain) => cargo_fuzz(&root, toolchain, target, &args)?,
            Engine::Stable => {
                let (seconds, seed) = (args.seconds.to_string(), args.seed.to_string());
                let mut command = runner(&root, &target.subject);
                command.args([&target.name, "--seconds", &seconds, "--seed", &seed]);
                command
            }
        };
        let status = command.stdin(Stdio::null()).status()?;
        if !status.success() {
            println!("{}: {status} (seed {})", target.name, args.seed);
            failed.push(target.name.as_str());
        }
    }
    println!("fuzz: {} of {} targets held", targets.len() - failed.len(), targets.len());
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("failed: {}", failed.join(", "));
    Ok(ExitCode::FAILURE)
}

/// The `fuzz/` directory of a crate.
fn home(root: &Path, subject: &str) -> PathBuf {
    root.join(subject).join("fuzz")
}

/// Every target of every crate, sorted.
///
/// # Errors
/// A directory cannot be read.
fn all(root: &Path) -> Result<Vec<Target>> {
    let mut targets = Vec::new();
    for subject in workspace::crates(root)? {
        let directory = home(root, &subject).join("fuzz_targets");
        if !directory.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(directory)? {
            let path = entry?.path();
            if let (Some("rs"), Some(name)) =
                (path.extension().and_then(|e| e.to_str()), path.file_stem().and_then(|s| s.to_str()))
            {
                targets.push(Target { subject: subject.clone(), name: name.to_owned() });
            }
        }
    }
    targets.sort();
    Ok(targets)
}

/// The targets asked for.
///
/// # Errors
/// A name is neither a target's nor a crate's, or there is nothing to run.
fn chosen(all: &[Target], names: &[String]) -> Result<Vec<Target>> {
    let is = |target: &Target, name: &str| {
        target.name == name
            || target.subject == name
            || target.subject.strip_prefix("anyrfc-") == Some(name)
            || name
                .split_once('/')
                .is_some_and(|(subject, rest)| target.subject == subject && target.name == rest)
    };
    if let Some(name) = names.iter().find(|name| !all.iter().any(|target| is(target, name))) {
        let known: Vec<&str> = all.iter().map(|target| target.name.as_str()).collect();
        return Err(format!("no fuzz target is called {name}; there are {}", known.join(", ")).into());
    }
    let chosen: Vec<Target> = all
        .iter()
        .filter(|target| names.is_empty() || names.iter().any(|name| is(target, name)))
        .cloned()
        .collect();
    if chosen.is_empty() { Err("there is no fuzz target".into()) } else { Ok(chosen) }
}

/// cargo-fuzz, where it and a nightly compiler are there.
fn engine() -> Engine {
    let Some(toolchain) = workspace::toolchain("nightly") else { return Engine::Stable };
    let mut version = workspace::on(&toolchain, &["fuzz", "--version"]);
    let found = version.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if found.is_ok_and(|status| status.success()) { Engine::CargoFuzz(toolchain) } else { Engine::Stable }
}

/// One target under libFuzzer. What it finds out stays in a corpus below `target/`:
/// the committed one is for what a person chose.
fn cargo_fuzz(root: &Path, toolchain: &str, target: &Target, args: &Args) -> Result<Command> {
    let home = home(root, &target.subject);
    let found = root.join("target").join("fuzz-corpus").join(&target.subject).join(&target.name);
    std::fs::create_dir_all(&found)?;
    let mut command = workspace::on(toolchain, &["fuzz", "run", "--features", "libfuzzer", "--fuzz-dir"]);
    command
        .current_dir(root.join(&target.subject))
        .arg(&home)
        .arg("--target-dir")
        .arg(root.join("target").join("fuzz-nightly"))
        .arg(&target.name)
        .arg(found)
        .arg(home.join("corpus").join(&target.name))
        .args(["--", "-timeout=20", "-max_len=4096", "-print_final_stats=1"])
        .arg(format!("-max_total_time={}", args.seconds))
        .arg(format!("-seed={}", args.seed));
    let dictionary = home.join("dictionaries").join(format!("{}.dict", target.name));
    if dictionary.is_file() {
        command.arg(format!("-dict={}", dictionary.display()));
    }
    Ok(command)
}

/// The runner of a crate's targets, built when it has to be.
fn runner(root: &Path, subject: &str) -> Command {
    let mut command = workspace::cargo();
    command
        .args(["run", "--quiet", "--release", "--manifest-path"])
        .arg(home(root, subject).join("Cargo.toml"))
        .args(["--bin", &format!("{subject}-fuzz")])
        .arg("--target-dir")
        .arg(root.join("target").join("fuzz"))
        .arg("--");
    command
}

/// Builds what runs `targets`, and asks it whether it knows them all, and no others.
///
/// # Errors
/// It cannot be built, or cargo-fuzz would run other targets than it does.
fn agree(root: &Path, targets: &[Target]) -> Result<()> {
    let mut subjects: Vec<&str> = targets.iter().map(|target| target.subject.as_str()).collect();
    subjects.dedup();
    for subject in subjects {
        let output =
            runner(root, subject).arg("--list").stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("the fuzz targets of {subject} cannot be built").into());
        }
        let text = String::from_utf8(output.stdout)?;
        let mut runs: Vec<&str> = text.lines().collect();
        runs.sort_unstable();
        let all = all(root)?;
        let has: Vec<&str> = all.iter().filter(|t| t.subject == subject).map(|t| t.name.as_str()).collect();
        if runs != has {
            let message = format!("{subject}: TARGETS has {runs:?}, fuzz_targets/ has {has:?}");
            return Err(message.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets() -> Vec<Target> {
        [("anyrfc-core", "http1"), ("anyrfc-core", "uri"), ("anyrfc-websocket", "frames")]
            .map(|(subject, name)| Target { subject: subject.into(), name: name.into() })
            .to_vec()
    }

    fn names(wanted: &[&str]) -> Vec<String> {
        let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        chosen(&targets(), &wanted).unwrap().into_iter().map(|target| target.name).collect()
    }

    #[test]
    fn targets_by_name_or_by_crate() {
        assert_eq!(names(&[]), ["http1", "uri", "frames"]);
        assert_eq!(names(&["uri", "websocket"]), ["uri", "frames"]);
        assert_eq!(names(&["anyrfc-core"]), ["http1", "uri"]);
        assert_eq!(names(&["anyrfc-websocket/frames"]), ["frames"]);
        let told = chosen(&targets(), &["anyrfc-core/frames".to_owned()]).unwrap_err().to_string();
        assert!(told.contains("anyrfc-core/frames") && told.contains("http1, uri, frames"), "{told}");
        assert!(chosen(&[], &[]).is_err());
    }

    #[test]
    fn every_target_has_a_corpus_and_a_name_of_its_own() {
        let root = workspace::root();
        let targets = all(&root).unwrap();
        assert!(targets.iter().any(|target| target.name == "frames"), "{targets:?}");
        for (index, target) in targets.iter().enumerate() {
            let home = home(&root, &target.subject);
            assert!(fuzz_runner::corpus(&home, &target.name).is_ok(), "{} has no corpus", target.name);
            let dictionary = home.join("dictionaries").join(format!("{}.dict", target.name));
            if let Ok(text) = std::fs::read_to_string(dictionary) {
                assert!(fuzz_runner::parse_dictionary(&text).is_ok(), "the dictionary of {}", target.name);
            }
            assert!(
                targets[..index].iter().all(|other| other.name != target.name),
                "two called {}",
                target.name
            );
            let manifest = std::fs::read_to_string(home.join("Cargo.toml")).unwrap();
            assert!(
                manifest.contains(&format!("path = \"fuzz_targets/{}.rs\"", target.name)),
                "{}",
                target.name
            );
        }
    }
}
