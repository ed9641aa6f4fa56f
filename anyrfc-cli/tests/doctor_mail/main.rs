//! `anyrfc doctor` against the kits' mail servers: nothing is said of good ones, and of those that
//! misbehave exactly what they do.

mod imap;
mod served;
mod smtp;

use std::{collections::BTreeSet, path::Path, process::Output};

/// What the doctor said.
pub(crate) struct Examined {
    output: Output,
    pub(crate) secret: &'static str,
}

/// The password of the kits' user.
pub(crate) const SECRET: &str = "pencil-8f2c1d";

impl Examined {
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).unwrap()
    }

    fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// The ids of one verdict in the JSON.
    pub(crate) fn ids(&self, verdict: &str) -> BTreeSet<String> {
        let report: serde_json::Value = serde_json::from_str(&self.stdout())
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.stdout(), self.stderr()));
        assert_eq!(report["schema"], 1);
        let findings = report["findings"].as_array().unwrap().iter();
        let of = findings.filter(|finding| finding["verdict"] == verdict);
        of.map(|finding| finding["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Exactly these are broken.
    #[track_caller]
    pub(crate) fn breaks(&self, ids: &[&str]) {
        let expected: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
        assert_eq!(self.ids("broken"), expected, "{}", self.stdout());
    }

    #[track_caller]
    pub(crate) fn exits(&self, code: i32) {
        assert_eq!(self.output.status.code(), Some(code), "{}{}", self.stdout(), self.stderr());
        assert!(!self.stdout().contains(self.secret) && !self.stderr().contains(self.secret));
    }
}

/// Runs the binary.
pub(crate) async fn doctor(url: &str, more: &[&str]) -> Examined {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_anyrfc"));
    command.args(["doctor", "--timeout", "20"]).args(more).arg(url);
    command.env("ANYRFC_SECRET", SECRET).env("NO_COLOR", "1").env_remove("RUST_LOG");
    Examined { output: command.output().await.unwrap(), secret: SECRET }
}

/// Compares a report with the guide's sample of it; `ANYRFC_SAMPLES=write` writes the sample anew.
/// The server seems to be at the port that its protocol has.
#[track_caller]
pub(crate) fn assert_sample(name: &str, report: &str, port: u16, usual: u16) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/samples").join(name);
    let report = report.replace(&format!(":{port}"), &format!(":{usual}"));
    if std::env::var_os("ANYRFC_SAMPLES").is_some_and(|how| how == "write") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &report).unwrap();
    }
    // The package alone has no guide beside it.
    if !path.parent().unwrap().is_dir() {
        return;
    }
    let sample = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(report, sample, "run the tests with ANYRFC_SAMPLES=write to write {}", path.display());
}
