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
    /// The file and the test, `anyrfc-websocket/tests/hostile.rs: masked_frame` say.
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
    let test = std::thread::current().name().unwrap_or("test").to_owned();
    Covers { requirements, location: Location::caller(), test }
}

/// The guard that [`covers`] returns.
#[derive(Debug)]
pub struct Covers {
    requirements: &'static [&'static Requirement],
    location: &'static Location<'static>,
    test: String,
}

impl Drop for Covers {
    fn drop(&mut self) {
        let Some(directory) = std::env::var_os(EVIDENCE_VARIABLE).map(PathBuf::from) else { return };
        let word = if std::thread::panicking() { "failed" } else { "passed" };
        // The file without a line: reports that are committed must not change
        // because something above the test did.
        let file = self.location.file().replace('\\', "/");
        let mut lines = String::new();
        for requirement in self.requirements {
            lines.push_str(&format!("{word}\t{}\t{file}: {}\n", requirement.id(), self.test));
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
    /// Reads every line that guards wrote below `directory`: sorted, and one word
    /// a test and requirement, however often the test said it.
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
        // One word a test: failed if it said so once.
        all.sort_by(|a, b| (&a.requirement, &a.test, a.passed).cmp(&(&b.requirement, &b.test, b.passed)));
        all.dedup_by(|b, a| a.requirement == b.requirement && a.test == b.test);
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_test_says_twice_counts_once_and_a_failure_prevails() {
        let directory = std::env::temp_dir().join(format!("anyrfc-evidence-{}", std::process::id()));
        std::fs::create_dir(&directory).unwrap();
        std::fs::write(
            directory.join("1.tsv"),
            "passed\trfc1#1-1\ttests/a.rs: x\npassed\trfc1#1-1\ttests/a.rs: x\n",
        )
        .unwrap();
        std::fs::write(
            directory.join("2.tsv"),
            "passed\trfc1#1-2\ttests/a.rs: y\nfailed\trfc1#1-2\ttests/a.rs: y\n",
        )
        .unwrap();
        let evidence = Evidence::collect(&directory);
        std::fs::write(directory.join("2.tsv"), "perhaps\trfc1#1-2\tz\n").unwrap();
        let nonsense = Evidence::collect(&directory);
        std::fs::remove_dir_all(&directory).unwrap();
        let words: Vec<_> = evidence.unwrap().into_iter().map(|e| (e.requirement, e.passed)).collect();
        assert_eq!(words, [("rfc1#1-1".to_owned(), true), ("rfc1#1-2".to_owned(), false)]);
        assert!(nonsense.unwrap_err().to_string().contains("perhaps"));
    }
}
