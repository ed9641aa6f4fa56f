//! A copy of the workspace with every sampled change in it, each behind a switch of its own.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::sites::Site;
use crate::{Result, workspace};

/// A change, where it is.
#[derive(Clone, Debug)]
pub(super) struct Mutant {
    /// Relative to the workspace.
    pub(super) file: PathBuf,
    pub(super) site: Site,
}

impl Mutant {
    /// How an explanation names it.
    pub(super) fn key(&self) -> String {
        format!("{} fn {}: {}", self.file.display(), self.site.function, self.site.change)
    }
}

/// What a copy of the crate gets at its end: which switch is thrown, if any.
const SWITCH: &str = "
/// Whether this change is the one on trial.
pub(crate) fn __mutant(number: usize) -> bool {
    static THROWN: std::sync::OnceLock<Option<usize>> = std::sync::OnceLock::new();
    *THROWN.get_or_init(|| std::env::var(\"ANYRFC_MUTANT\").ok()?.parse().ok()) == Some(number)
}
";

/// The copy.
#[derive(Debug)]
pub(super) struct Tree {
    root: PathBuf,
    subject: String,
}

impl Tree {
    /// Copies what belongs to the workspace at `from`.
    pub(super) fn copy(from: &Path, subject: &str) -> Result<Self> {
        let root = from.join("target/mutants/tree").join(subject);
        if root.exists() {
            std::fs::remove_dir_all(&root)?;
        }
        let output = std::process::Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(from)
            .output()?;
        for name in String::from_utf8(output.stdout)?.lines() {
            let (source, target) = (from.join(name), root.join(name));
            if source.is_file() {
                std::fs::create_dir_all(target.parent().unwrap_or(&root))?;
                std::fs::copy(source, target)?;
            }
        }
        Ok(Self { root, subject: subject.to_owned() })
    }

    /// Writes the sources anew, with these mutants under their numbers.
    pub(super) fn write(&self, from: &Path, mutants: &BTreeMap<usize, Mutant>) -> Result<()> {
        let mut files: BTreeMap<&Path, Vec<(usize, &Mutant)>> = BTreeMap::new();
        for (number, mutant) in mutants {
            files.entry(&mutant.file).or_default().push((*number, mutant));
        }
        for (file, mut changed) in files {
            let source = std::fs::read_to_string(from.join(file))?;
            let mut text = source.clone();
            // From behind, so that no change moves another.
            changed.sort_by_key(|(_, mutant)| std::cmp::Reverse(mutant.site.range.start));
            for (number, mutant) in changed {
                text.replace_range(mutant.site.range.clone(), &mutant.site.switched(&source, number));
            }
            std::fs::write(self.root.join(file), text)?;
        }
        let library = Path::new(&self.subject).join("src/lib.rs");
        let text = std::fs::read_to_string(from.join(&library))? + SWITCH;
        Ok(std::fs::write(self.root.join(library), text)?)
    }

    /// Builds the tests of the crate; or says which mutants the compiler refuses.
    pub(super) fn build(&self, target: &Path) -> Result<Built> {
        let output = workspace::cargo()
            .args(["test", "--package", &self.subject, "--all-features", "--no-run", "--message-format=json"])
            .arg("--config=profile.dev.debug=false")
            // Built once, run a hundred times.
            .arg(format!("--config=profile.dev.package.{}.opt-level=1", self.subject))
            .arg("--config=profile.dev.package.anyrfc-core.opt-level=1")
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_INCREMENTAL", "0")
            .current_dir(&self.root)
            .output()?;
        let (mut tests, mut refused, mut words) = (Vec::new(), BTreeSet::new(), String::new());
        for line in String::from_utf8(output.stdout)?.lines() {
            let Ok(message) = serde_json::from_str::<Message>(line) else { continue };
            if let (Some(executable), Some(true)) =
                (message.executable, message.profile.map(|profile| profile.test))
            {
                tests.push(executable);
            }
            if let Some(said) = message.message.filter(|said| said.level == "error") {
                words.push_str(said.rendered.as_deref().unwrap_or_default());
                refused.extend(said.spans.iter().filter_map(|span| self.number_at(span)));
            }
        }
        if output.status.success() {
            return Ok(Built::Tests(tests));
        }
        if refused.is_empty() {
            // What cargo itself has to say is no message of the compiler.
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("the crate does not build with its switches:\n{words}{said}").into());
        }
        Ok(Built::Refused(refused))
    }

    /// The mutant on the line of an error.
    fn number_at(&self, span: &Place) -> Option<usize> {
        let text = std::fs::read(self.root.join(&span.file_name)).ok()?;
        // The last switch that begins before the error, or within it.
        let before = String::from_utf8_lossy(text.get(..span.byte_end)?).into_owned();
        let at = before.rfind("crate::__mutant(")? + "crate::__mutant(".len();
        let digits: String = before.get(at..)?.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    }

    pub(super) fn package(&self) -> PathBuf {
        self.root.join(&self.subject)
    }
}

/// What building came to.
#[derive(Debug)]
pub(super) enum Built {
    /// The tests' executables.
    Tests(Vec<PathBuf>),
    /// The compiler does not take these.
    Refused(BTreeSet<usize>),
}

#[derive(Debug, Deserialize)]
struct Message {
    executable: Option<PathBuf>,
    profile: Option<Profile>,
    message: Option<Said>,
}

#[derive(Debug, Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Debug, Deserialize)]
struct Said {
    level: String,
    rendered: Option<String>,
    spans: Vec<Place>,
}

#[derive(Debug, Deserialize)]
struct Place {
    file_name: PathBuf,
    byte_end: usize,
}
