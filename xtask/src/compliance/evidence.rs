//! Evidence from the crates' own socket tests, collected by running them.

use std::process::Stdio;

use anyrfc_core::compliance::EVIDENCE_VARIABLE;

use super::{Evidence, spinner};
use crate::{
    Result,
    workspace::{Metadata, Package, cargo},
};

/// What the socket tests of one crate showed.
#[derive(Debug, Default)]
pub(super) struct SocketTests {
    /// What their `covers` guards wrote.
    pub(super) evidence: Vec<Evidence>,
    /// That the run failed; it fails the report.
    pub(super) defect: Option<String>,
}

/// Tests that are no evidence: the suite itself, which runs here anyway, and
/// the soaks, which run for long and on request only.
const NO_EVIDENCE: &[&str] = &["compliance", "soak"];

/// Runs the integration tests of the crate `name` and collects their evidence.
///
/// # Errors
/// Cargo cannot be run, or what the tests wrote cannot be read.
pub(super) fn of_socket_tests(metadata: &Metadata, name: &str) -> Result<SocketTests> {
    let package = metadata.package(name).ok_or_else(|| format!("{name} is not in the workspace"))?;
    let tests = tests_to_run(package);
    if tests.is_empty() {
        return Ok(SocketTests::default());
    }
    let directory = tempfile::tempdir()?;
    let bar = spinner(format!("{name}: socket tests"));
    // Threads of their own even on one processor: their names are the tests' names.
    let threads = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    let mut command = cargo();
    command
        .args(["test", "--quiet", "--no-fail-fast", "--all-features", "--package", name])
        .args(tests.iter().flat_map(|test| ["--test", test]))
        .args(["--", &format!("--test-threads={threads}")])
        .env(EVIDENCE_VARIABLE, directory.path())
        .env_remove("RUST_TEST_THREADS")
        .current_dir(super::workspace::root())
        .stdin(Stdio::null());
    let output = command.output()?;
    bar.finish_and_clear();
    let evidence = Evidence::collect(directory.path())?;
    let defect = (!output.status.success()).then(|| {
        eprintln!("{}", tail(&output.stdout));
        eprintln!("{}", tail(&output.stderr));
        format!("the socket tests failed ({})", output.status)
    });
    Ok(SocketTests { evidence, defect })
}

fn tests_to_run(package: &Package) -> Vec<&str> {
    package.integration_tests().filter(|name| !NO_EVIDENCE.contains(name)).collect()
}

/// The last lines of what a failed run said.
fn tail(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Target;

    #[test]
    fn the_suite_and_the_soaks_are_no_evidence() {
        let target = |name: &str, kind: &str| Target { name: name.into(), kind: vec![kind.into()] };
        let package = Package {
            name: "anyrfc-door".into(),
            manifest_path: "Cargo.toml".into(),
            publish: None,
            dependencies: Vec::new(),
            targets: vec![
                target("anyrfc_door", "lib"),
                target("compliance", "test"),
                target("hostile", "test"),
                target("soak", "test"),
            ],
            metadata: serde_json::Value::Null,
        };
        assert_eq!(tests_to_run(&package), ["hostile"]);
    }

    #[test]
    fn only_the_end_of_a_long_story_is_told() {
        let text: String = (0..100).map(|n| format!("{n}\n")).collect();
        assert_eq!(tail(text.as_bytes()).lines().next(), Some("40"));
        assert_eq!(tail(b"short"), "short");
    }
}
