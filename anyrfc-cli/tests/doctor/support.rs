//! Running the program, and reading what it says.

use std::{path::Path, process::Output};

use serde_json::Value;

/// Runs `anyrfc doctor`.
pub(crate) async fn doctor(arguments: &[&str]) -> Output {
    doctor_with(arguments, None).await
}

/// The same with a secret in the environment.
pub(crate) async fn doctor_with(arguments: &[&str], secret: Option<&str>) -> Output {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_anyrfc"));
    command.arg("doctor").args(arguments).stdin(std::process::Stdio::null());
    command.env_remove("ANYRFC_SECRET").env_remove("RUST_LOG").env("NO_COLOR", "1");
    if let Some(secret) = secret {
        command.env("ANYRFC_SECRET", secret);
    }
    command.kill_on_drop(true).output().await.unwrap()
}

/// What was found, from the JSON report.
pub(crate) struct Found {
    pub(crate) report: Value,
    pub(crate) code: i32,
}

impl Found {
    pub(crate) async fn of(url: &str, more: &[&str]) -> Self {
        Self::with_secret(url, more, None).await
    }

    pub(crate) async fn with_secret(url: &str, more: &[&str], secret: Option<&str>) -> Self {
        let output = doctor_with(&[&["--format", "json", url], more].concat(), secret).await;
        let stderr = String::from_utf8_lossy(&output.stderr);
        let report =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {stderr}"));
        Self { report, code: output.status.code().unwrap() }
    }

    /// The ids with this verdict.
    pub(crate) fn with(&self, verdict: &str) -> Vec<&str> {
        let findings = self.report["findings"].as_array().unwrap().iter();
        findings
            .filter(|finding| finding["verdict"] == verdict)
            .map(|finding| finding["id"].as_str().unwrap())
            .collect()
    }

    /// What is broken is exactly this, in any order.
    #[track_caller]
    pub(crate) fn assert_broken(&self, what: &str, expected: &[&str]) {
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        expected.dedup();
        let mut broken = self.with("broken");
        broken.sort_unstable();
        assert_eq!(broken, expected, "{what}: {:#}", self.report);
    }

    pub(crate) fn finding(&self, id: &str) -> &Value {
        let mut findings = self.report["findings"].as_array().unwrap().iter();
        findings.find(|finding| finding["id"] == id).unwrap_or_else(|| panic!("{id}: {:#}", self.report))
    }
}

/// The same report wherever and whenever it is written.
pub(crate) fn normalised(report: &str) -> String {
    let mut out = String::new();
    let mut rest = report;
    while let Some(at) = rest.find("127.0.0.1:") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        out.push_str("127.0.0.1:8080");
        rest = from.trim_start_matches("127.0.0.1:").trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out.push_str(rest);
    // The answer to a key that is made anew each time: here the RFC's own.
    match out.find("Sec-WebSocket-Accept: ") {
        Some(_) => {
            let mut parts = out.split("Sec-WebSocket-Accept: ");
            let mut all = parts.next().unwrap().to_owned();
            for part in parts {
                all.push_str("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
                all.push_str(&part[28..]);
            }
            all
        }
        None => out,
    }
}

/// Compares a report with the guide's sample of it; `ANYRFC_SAMPLES=write` writes the sample anew.
#[track_caller]
pub(crate) fn assert_sample(name: &str, report: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/samples").join(name);
    if std::env::var_os("ANYRFC_SAMPLES").is_some_and(|how| how == "write") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, report).unwrap();
    }
    // The package alone has no guide beside it.
    if !path.parent().unwrap().is_dir() {
        return;
    }
    let sample = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(report, sample, "run the tests with ANYRFC_SAMPLES=write to write {}", path.display());
}
