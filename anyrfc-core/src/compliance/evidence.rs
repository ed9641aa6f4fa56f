//! Evidence from socket tests, collected over processes.

use std::{io::Write as _, panic::Location, path::PathBuf};

use super::Requirement;

/// The environment variable that names the directory evidence is written to.
pub const EVIDENCE_VARIABLE: &str = "ANYRFC_EVIDENCE";

/// One test's word on one requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The requirement's id.
    pub requirement: String,
    /// The test and where it stands.
    pub test: String,
    /// Whether it passed.
    pub passed: bool,
}

/// Says that the rest of this test proves `requirements`: the returned guard
/// writes evidence when it is dropped, of success or, while panicking, of failure.
///
/// Does nothing unless [`EVIDENCE_VARIABLE`] is set, as `cargo xtask compliance` does.
#[track_caller]
#[must_use = "evidence is written when the guard is dropped, at the end of the test"]
pub fn covers(requirements: &'static [&'static Requirement]) -> Covers {
    Covers { requirements, location: Location::caller() }
}

/// The guard that [`covers`] returns.
#[derive(Debug)]
pub struct Covers {
    requirements: &'static [&'static Requirement],
    location: &'static Location<'static>,
}

impl Drop for Covers {
    fn drop(&mut self) {
        let Some(directory) = std::env::var_os(EVIDENCE_VARIABLE).map(PathBuf::from) else { return };
        let thread = std::thread::current();
        let word = if std::thread::panicking() { "failed" } else { "passed" };
        let mut lines = String::new();
        for requirement in self.requirements {
            let (id, test) = (requirement.id(), thread.name().unwrap_or("test"));
            lines.push_str(&format!(
                "{word}\t{id}\t{test} ({}:{})\n",
                self.location.file(),
                self.location.line()
            ));
        }
        let path = directory.join(format!("{}.tsv", std::process::id()));
        let written = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(lines.as_bytes()));
        if let Err(error) = written {
            eprintln!("evidence not written to {}: {error}", path.display());
        }
    }
}

impl Evidence {
    /// Reads every line that guards wrote below `directory`.
    ///
    /// # Errors
    /// The directory or a file in it cannot be read, or a line is not evidence.
    pub fn collect(directory: &std::path::Path) -> std::io::Result<Vec<Self>> {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(directory)? {
            for line in std::fs::read_to_string(entry?.path())?.lines() {
                let mut parts = line.splitn(3, '\t');
                let (Some(word @ ("passed" | "failed")), Some(id), Some(test)) =
                    (parts.next(), parts.next(), parts.next())
                else {
                    return Err(std::io::Error::other(format!("not a line of evidence: {line}")));
                };
                all.push(Self {
                    requirement: id.to_owned(),
                    test: test.to_owned(),
                    passed: word == "passed",
                });
            }
        }
        all.sort_by(|a, b| (&a.requirement, &a.test).cmp(&(&b.requirement, &b.test)));
        Ok(all)
    }
}
