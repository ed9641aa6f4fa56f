//! `cargo xtask new`: a crate in the house form.
//!
//! What is stamped is whole and green: the Echo Protocol of RFC 862 through
//! every layer, to be replaced piece by piece.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use crate::{Result, workspace};

/// The options of `cargo xtask new`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The protocol's name, in lower case; `anyrfc-` is put before it.
    name: String,
}

/// Each file of a crate, with its template.
macro_rules! templates {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../templates/crate/", $path, ".in")))),+]
    };
}

const TEMPLATES: &[(&str, &str)] = templates![
    "Cargo.toml",
    "README.md",
    "CHANGELOG.md",
    "COMPLIANCE.md",
    "examples/echo.rs",
    "src/client/mod.rs",
    "src/codec/mod.rs",
    "src/compliance/mod.rs",
    "src/compliance/rfc862/mod.rs",
    "src/compliance/rfc862/section_1.rs",
    "src/error.rs",
    "src/lib.rs",
    "src/proto/mod.rs",
    "src/proto/state.rs",
    "src/proto/tests.rs",
    "src/rfc862.rs",
    "src/types/mod.rs",
    "tests/client.rs",
    "tests/compliance.rs",
];

/// The licences, the same in every crate.
const LICENCES: &[&str] = &["LICENSE-MIT", "LICENSE-APACHE"];

pub(crate) fn run(args: Args) -> Result {
    let name = Name::parse(&args.name)?;
    let root = workspace::root();
    stamp(&root, &name)?;
    format(&root, &name)?;
    let Name { package, .. } = name;
    println!(
        "{package} is there, the Echo Protocol as its example. Next:\n  \
         put the RFC's requirements into src/, one rfcNNNN.rs each; `cargo xtask spec list N --texts DIR` lists them\n  \
         cargo test -p {package}\n  cargo xtask tidy\n  \
         cargo xtask compliance {package} --format md --out {package}/COMPLIANCE.md"
    );
    Ok(ExitCode::SUCCESS)
}

/// A crate's name in each of its spellings.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    /// `anyrfc-door-bell`
    package: String,
    /// `anyrfc_door_bell`
    module: String,
    /// `DoorBell`
    type_name: String,
}

impl Name {
    /// Takes a name with or without `anyrfc-`.
    ///
    /// # Errors
    /// It is not words in lower case joined by hyphens.
    fn parse(text: &str) -> Result<Self> {
        let bare = text.strip_prefix("anyrfc-").unwrap_or(text);
        let is_word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if !bare.split('-').all(is_word) {
            return Err(format!("{text} is no name: words in lower case, joined by hyphens").into());
        }
        let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
        let package = format!("anyrfc-{bare}");
        Ok(Self {
            module: package.replace('-', "_"),
            type_name: bare.split('-').map(capital).collect(),
            package,
        })
    }

    fn fill(&self, template: &str) -> String {
        template
            .replace("__NAME__", &self.package)
            .replace("__CRATE__", &self.module)
            .replace("__TYPE__", &self.type_name)
    }
}

/// Writes the crate below `root` and makes it known to xtask.
///
/// # Errors
/// It is there already, or something cannot be read, found or written.
fn stamp(root: &Path, name: &Name) -> Result<()> {
    let home = root.join(&name.package);
    if home.exists() {
        return Err(format!("{} is there already", home.display()).into());
    }
    // Whatever can fail for another reason than the disk comes first.
    let read =
        |path: &str| std::fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"));
    let manifest = register_dependency(&read("xtask/Cargo.toml")?, name)?;
    let suites = register_suite(&read("xtask/src/compliance/suites.rs")?, name)?;
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    for licence in LICENCES {
        files.push((home.join(licence), read(licence)?));
    }
    for (path, template) in TEMPLATES {
        files.push((home.join(path), name.fill(template)));
    }
    files.push((root.join("xtask/Cargo.toml"), manifest));
    files.push((root.join("xtask/src/compliance/suites.rs"), suites));
    for (path, text) in files {
        let write =
            path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, text));
        write.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Puts what depends on the name's length and letters in order.
///
/// # Errors
/// Cargo or rustfmt is not there, or refuses.
fn format(root: &Path, name: &Name) -> Result<()> {
    let status = workspace::cargo()
        .args(["fmt", "--package", &name.package, "--package", "xtask", "--manifest-path"])
        .arg(root.join("Cargo.toml"))
        .status()?;
    if status.success() { Ok(()) } else { Err(format!("cargo fmt: {status}").into()) }
}

/// xtask's manifest with the crate among its dependencies.
fn register_dependency(manifest: &str, name: &Name) -> Result<String> {
    let Name { package, .. } = name;
    let line = format!("{package} = {{ path = \"../{package}\", features = [\"compliance\"] }}");
    let mut lines: Vec<&str> = manifest.lines().collect();
    let last = lines
        .iter()
        .rposition(|line| line.starts_with("anyrfc-"))
        .ok_or("xtask/Cargo.toml has no dependency of ours to stand beside")?;
    lines.insert(last + 1, &line);
    Ok(lines.join("\n") + "\n")
}

/// The list of suites with the crate's, however it is broken into lines.
fn register_suite(source: &str, name: &Name) -> Result<String> {
    const LIST: &str = "static SUITES: &[&Suite] =";
    let entry = format!("&{}::compliance::SUITE", name.module);
    let (before, rest) = source.split_once(LIST).ok_or("suites.rs has no list SUITES")?;
    let list = rest.trim_start().strip_prefix("&[").ok_or("the list SUITES has no beginning")?;
    let (list, after) = list.split_once("];").ok_or("the list SUITES has no end")?;
    let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).chain([entry.as_str()]);
    let entries: String = entries.map(|entry| format!("    {entry},\n")).collect();
    Ok(format!("{before}{LIST} &[\n{entries}];{after}"))
}

#[cfg(test)]
mod tests;
