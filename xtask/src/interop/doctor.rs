//! `anyrfc doctor`, sent to a running peer: it has to run to its end, and what it finds is reported.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
    time::Duration,
};

use serde::Deserialize;

use super::peer::{Failure, Outcome};
use crate::{Result, workspace};

/// The secret that is given to the doctor is in this variable.
const SECRET: &str = "ANYRFC_SECRET";
/// An examination that takes longer than this hangs.
const LIMIT: Duration = Duration::from_secs(300);
/// Nothing is broken.
const DONE: i32 = 0;
/// Statements are broken.
const BROKEN: i32 = 9;

/// One examination.
#[derive(Clone, Debug)]
pub(super) struct Visit<'a> {
    /// What it is called among the cases.
    pub(super) name: &'static str,
    pub(super) url: String,
    /// The certificates to trust.
    pub(super) ca: Option<PathBuf>,
    /// The user, or the client, and its secret.
    pub(super) login: Option<(&'a str, &'a str)>,
    /// Further arguments, which say what the login is, say.
    pub(super) more: &'a [&'a str],
}

/// What cargo says of something it has built.
#[derive(Deserialize)]
struct Artifact {
    executable: Option<PathBuf>,
}

/// What the report says of one statement.
#[derive(Deserialize)]
struct Finding {
    id: String,
    verdict: String,
}

#[derive(Deserialize)]
struct Report {
    findings: Vec<Finding>,
}

/// The program, built once.
pub(super) fn binary() -> Result<&'static Path> {
    static BUILT: OnceLock<std::result::Result<PathBuf, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| build().map_err(|error| error.to_string()));
    built.as_deref().map_err(|error| error.clone().into())
}

fn build() -> Result<PathBuf> {
    let mut command: Command = workspace::cargo();
    command.current_dir(workspace::root()).stderr(Stdio::inherit()).args([
        "build",
        "--quiet",
        "--package",
        "anyrfc-cli",
        "--bin",
        "anyrfc",
        "--message-format",
        "json-render-diagnostics",
    ]);
    let output = command.output()?;
    if !output.status.success() {
        return Err("anyrfc-cli does not build".into());
    }
    let artifacts = output.stdout.split(|byte| *byte == b'\n');
    let mut artifacts = artifacts.filter_map(|line| serde_json::from_slice::<Artifact>(line).ok());
    let built = artifacts.find_map(|artifact| artifact.executable);
    built.ok_or_else(|| "cargo names no program".into())
}

/// Examines the peer, one case for each visit; the ids of what is broken come under `doctor`.
pub(super) async fn examine(outcome: &mut Outcome, visits: &[Visit<'_>]) {
    let mut all = serde_json::Map::new();
    for visit in visits {
        let limited = tokio::time::timeout(LIMIT, run(visit));
        let result = limited.await.unwrap_or_else(|_| Err(format!("still running after {LIMIT:?}").into()));
        match result {
            Ok(broken) => {
                outcome.passed += 1;
                all.insert(visit.name.to_owned(), broken.into());
            }
            Err(error) => outcome
                .failures
                .push(Failure { case: format!("doctor: {}", visit.name), why: error.to_string() }),
        }
    }
    outcome.extra.insert("doctor", all.into());
}

/// The ids of what is broken.
async fn run(visit: &Visit<'_>) -> Result<Vec<String>> {
    let mut command = tokio::process::Command::new(binary()?);
    command.args(["doctor", "--format", "json"]).args(visit.more);
    if let Some(ca) = &visit.ca {
        command.arg("--ca").arg(ca);
    }
    if let Some((user, secret)) = visit.login {
        if visit.more.is_empty() {
            command.args(["--user", user]);
        }
        command.env(SECRET, secret);
    }
    let output = command.arg(&visit.url).stdin(Stdio::null()).kill_on_drop(true).output().await?;
    if !matches!(output.status.code(), Some(DONE | BROKEN)) {
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(format!("{}: {words}", output.status).into());
    }
    let report: Report = serde_json::from_slice(&output.stdout)?;
    if report.findings.iter().all(|finding| finding.verdict == "untested") {
        return Err("it could try nothing".into());
    }
    let broken = report.findings.into_iter().filter(|finding| finding.verdict == "broken");
    Ok(broken.map(|finding| finding.id).collect())
}
