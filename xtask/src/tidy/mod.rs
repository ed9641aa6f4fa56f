//! `cargo xtask tidy`: the form of the house, enforced.
//!
//! | rule | asks |
//! |---|---|
//! | `layers` | the layers a crate declares are its directories, and it has no others |
//! | `layer-order` | a layer uses only those below it |
//! | `sans-io` | types, codec and proto know no tokio, `std::net` or clock |
//! | `cancel-safety`, `errors` | docs of `pub async fn` and of fallible public functions |
//! | `length` | no source file over 600 lines, catalogues excepted |
//! | `version`, `dependency` | internal dependencies carry a version, development ones none; every other is justified |
//! | `suite`, `files` | each crate's suite is listed, and the files every crate has are there |
//! | `unfinished` | no `todo!`, `unimplemented!`, `#[ignore]` |
//! | `no-panic` | no `unwrap`, `expect`, `panic!`, `unreachable!` or indexing outside tests |
//! | `no-spawn` | the library spawns no task |
//! | `escape` | an escape that nothing needs |
//!
//! Of these `no-panic` and `no-spawn` can be escaped, by `// tidy: <reason>` on
//! the line or right above it; each escape is printed.

mod arrays;
mod code;
mod docs;
mod manifest;
mod source;

use std::{collections::BTreeSet, fmt, fmt::Write as _, path::Path, process::ExitCode};

use self::source::Source;
use crate::{
    Result, compliance,
    workspace::{self, Metadata},
};

/// The options of `cargo xtask tidy`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: Args) -> Result {
    let outcome = check(&workspace::root(), &compliance::subjects())?;
    let mut text = String::new();
    for line in outcome.escapes.iter().chain(&outcome.findings) {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(
        text,
        "tidy: {} in {} files, {}",
        count(outcome.findings.len(), "finding"),
        outcome.files,
        count(outcome.escapes.len(), "escape")
    );
    crate::print(&text)?;
    Ok(if outcome.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    /// Below the workspace's root, with `/`.
    path: String,
    /// From 1.
    line: usize,
    rule: &'static str,
    message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.message)
    }
}

/// What tidy found.
#[derive(Debug, Default)]
struct Outcome {
    findings: Vec<Finding>,
    /// The escapes that were needed, each as a finding would be printed.
    escapes: Vec<Finding>,
    /// How many source files were looked at.
    files: usize,
}

/// The crates that have no layers: the house itself, and the program on top.
const LAYERLESS: &[&str] = &["anyrfc-core", "anyrfc-cli"];

/// Judges the workspace at `root`, in which the suites of `listed` are known.
///
/// # Errors
/// A file or the workspace's metadata cannot be read.
fn check(root: &Path, listed: &[&str]) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let metadata = Metadata::load(root)?;
    let crates = workspace::crates(root)?;
    for name in compliance::unlisted(&crates, listed) {
        outcome.findings.push(manifest::finding(
            &format!("{name}/Cargo.toml"),
            1,
            "suite",
            "its suite is not in SUITES of xtask/src/compliance/suites.rs".to_owned(),
        ));
    }
    outcome.findings.extend(manifest::workspace(&std::fs::read_to_string(root.join("Cargo.toml"))?));
    for name in &crates {
        outcome.findings.extend(manifest::files(root, name, listed.contains(&name.as_str())));
        if let (Some(package), false) = (metadata.package(name), LAYERLESS.contains(&name.as_str())) {
            outcome.findings.extend(manifest::layers(root, package));
        }
    }
    for package in &metadata.packages {
        let path = source::relative(root, &package.manifest_path);
        let text = std::fs::read_to_string(&package.manifest_path)?;
        outcome.findings.extend(manifest::dependencies(package, &path, &text));
    }
    let mut directories = crates;
    directories.extend(["xtask".to_owned(), "benches".to_owned()]);
    for directory in directories {
        sources(root, &directory, &mut outcome)?;
    }
    outcome.findings.sort();
    outcome.findings.dedup();
    Ok(outcome)
}

/// Judges every source file below `directory`.
fn sources(root: &Path, directory: &str, outcome: &mut Outcome) -> Result<()> {
    let mut files = Vec::new();
    source::collect(&root.join(directory), &mut files)?;
    let mut parsed = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        let path = source::relative(root, &file);
        outcome.files += 1;
        outcome.findings.extend(source::length(&path, &text));
        match Source::parse(path.clone(), text) {
            Ok(source) => parsed.push(source),
            Err(error) => outcome.findings.push(Finding {
                path,
                line: error.span().start().line,
                rule: "parse",
                message: error.to_string(),
            }),
        }
    }
    let test_files: BTreeSet<String> = parsed.iter().flat_map(Source::test_modules).collect();
    for source in &parsed {
        judge(source, &test_files, outcome);
    }
    Ok(())
}

/// Judges one source file, and lets escapes do their work.
fn judge(source: &Source, test_files: &BTreeSet<String>, outcome: &mut Outcome) {
    let area = source.area(test_files);
    let mut findings = code::judge(source, &area);
    if area.library && !area.test {
        findings.extend(docs::judge(source));
    }
    let mut used = BTreeSet::new();
    for finding in findings {
        let escapable = matches!(finding.rule, "no-panic" | "no-spawn");
        match source.escape_for(finding.line).filter(|_| escapable) {
            None => outcome.findings.push(finding),
            Some((line, reason)) => {
                if used.insert(line) {
                    let message = format!("{} escaped: {reason}", finding.rule);
                    outcome.escapes.push(Finding { rule: "escape", message, ..finding });
                }
            }
        }
    }
    if area.library {
        for (line, _) in source.escapes().filter(|(line, _)| !used.contains(line)) {
            outcome.findings.push(Finding {
                path: source.path.clone(),
                line,
                rule: "escape",
                message: "nothing here needs it".to_owned(),
            });
        }
    }
}

/// What tidy says about the paths that begin with `prefix`.
#[cfg(test)]
pub(crate) fn findings_below(root: &Path, listed: &[&str], prefix: &str) -> Vec<String> {
    let outcome = check(root, listed).unwrap();
    assert!(outcome.files > 0);
    let below = outcome.findings.iter().filter(|finding| finding.path.starts_with(prefix));
    below.map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests;
