//! `cargo xtask publish`: every crate from its package alone.
//!
//! What is on the registry is not the repository: a file that was not packed, a dependency found
//! only because the workspace had it, a feature that only a neighbour enabled. So each package is
//! made, unpacked into a fresh directory and built there, with and without its default features.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use crate::{
    Result,
    workspace::{self, Metadata},
};

/// The options of `cargo xtask publish`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Pack and build everything, and publish nothing.
    #[arg(long)]
    dry_run: bool,
    /// Also pack what is not committed.
    #[arg(long)]
    allow_dirty: bool,
}

/// Files that every package holds.
const FILES: [&str; 6] =
    ["Cargo.toml", "README.md", "CHANGELOG.md", "COMPLIANCE.md", "LICENSE-APACHE", "LICENSE-MIT"];
/// Packages without requirements of their own.
const WITHOUT_COMPLIANCE: [&str; 2] = ["anyrfc-core", "anyrfc-cli"];

/// One package.
#[derive(Debug)]
struct Package {
    name: String,
    /// Where it was unpacked.
    dir: PathBuf,
    files: usize,
    bytes: u64,
}

/// Runs `cargo xtask publish`.
///
/// # Errors
/// A package cannot be made; what is wrong with one is reported and ends the run with a failure.
pub(crate) fn run(args: Args) -> Result {
    let root = workspace::root();
    let mut faults = manifests(&root)?;
    let target = root.join("target/publish");
    pack(&root, &target, args.allow_dirty)?;
    // Outside the workspace, so that nothing of it is found.
    let fresh = tempfile::Builder::new().prefix("anyrfc-publish-").tempdir()?;
    let packages = unpack(&root, &target, fresh.path())?;
    let width = packages.iter().map(|package| package.name.len()).max().unwrap_or_default();
    for package in &packages {
        faults.extend(contents(package));
        let alone = [&[][..], &["--no-default-features"]]
            .map(|features| build(package, &packages, &target, features));
        let word = |built: &Result<()>| if built.is_ok() { "builds" } else { "FAILS" };
        println!(
            "{:width$}  {:>4} files  {:>5} KiB  default features: {}  none: {}",
            package.name,
            package.files,
            package.bytes.div_ceil(1024),
            word(&alone[0]),
            word(&alone[1]),
        );
        faults.extend(
            alone.into_iter().filter_map(|built| Some(format!("{}: {}", package.name, built.err()?))),
        );
    }
    for fault in &faults {
        println!("{fault}");
    }
    if !faults.is_empty() {
        println!("publish: {} faults", faults.len());
        return Ok(ExitCode::FAILURE);
    }
    println!("publish: {} packages, each built alone", packages.len());
    if args.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let status =
        workspace::cargo().args(["publish", "--workspace", "--no-verify"]).current_dir(&root).status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What the registry and its readers need to know of each crate.
fn manifests(root: &Path) -> Result<Vec<String>> {
    let output = workspace::cargo()
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .stderr(Stdio::null())
        .output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("cargo says nothing of packages")?;
    Ok(packages.iter().filter(|package| package["publish"].is_null()).flat_map(manifest).collect())
}

/// What is wrong with one manifest.
fn manifest(package: &serde_json::Value) -> Vec<String> {
    let name = package["name"].as_str().unwrap_or_default();
    let mut faults = Vec::new();
    let mut demand = |holds: bool, what: &str| {
        if !holds {
            faults.push(format!("{name}: {what}"));
        }
    };
    let text = |key: &str| package[key].as_str().unwrap_or_default();
    let list = |key: &str| -> Vec<&str> {
        package[key].as_array().into_iter().flatten().filter_map(serde_json::Value::as_str).collect()
    };
    demand((20..=200).contains(&text("description").len()), "a description of 20 to 200 characters");
    demand(text("license") == "MIT OR Apache-2.0", "the licence is `MIT OR Apache-2.0`");
    demand(text("readme") == "README.md", "the readme is README.md");
    demand(text("repository").starts_with("https://"), "a repository");
    demand(!text("rust_version").is_empty(), "a rust-version");
    let keywords = list("keywords");
    let fits = |keyword: &&str| {
        keyword.len() <= 20
            && keyword.starts_with(|first: char| first.is_ascii_alphabetic())
            && keyword.chars().all(|c| c.is_ascii_alphanumeric() || "_-+".contains(c))
    };
    demand(
        (1..=5).contains(&keywords.len()) && keywords.iter().all(fits),
        "one to five keywords that the registry takes",
    );
    demand((1..=5).contains(&list("categories").len()), "one to five categories");
    demand(package["metadata"]["docs"]["rs"]["all-features"] == true, "docs.rs shows all features");
    faults
}

/// Makes every package.
fn pack(root: &Path, target: &Path, dirty: bool) -> Result<()> {
    let mut command = workspace::cargo();
    command.args(["package", "--workspace", "--exclude", "xtask", "--exclude", "fuzz-runner", "--no-verify"]);
    command.arg("--target-dir").arg(target).current_dir(root);
    if dirty {
        command.arg("--allow-dirty");
    }
    let made = target.join("package");
    if made.exists() {
        std::fs::remove_dir_all(&made)?;
    }
    quietly(&mut command)
}

/// Unpacks every package below `fresh`.
fn unpack(root: &Path, target: &Path, fresh: &Path) -> Result<Vec<Package>> {
    let metadata = Metadata::load(root)?;
    let mut packages = Vec::new();
    for name in workspace::crates(root)? {
        if metadata.package(&name).is_none_or(|package| package.publish.is_some()) {
            continue;
        }
        let prefix = format!("{name}-");
        let archive = std::fs::read_dir(target.join("package"))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| {
                let file = path.file_name().unwrap_or_default().to_string_lossy();
                file.strip_prefix(&prefix).is_some_and(|rest| {
                    rest.ends_with(".crate") && rest.starts_with(|first: char| first.is_ascii_digit())
                })
            })
            .ok_or_else(|| format!("{name} was not packed"))?;
        quietly(
            Command::new("tar").arg("--extract").arg("--gzip").arg("--file").arg(&archive).current_dir(fresh),
        )?;
        let stem = archive.file_stem().ok_or("a package without a name")?;
        let dir = fresh.join(stem);
        let files = count(&dir)?;
        packages.push(Package { name, dir, files, bytes: archive.metadata()?.len() });
    }
    Ok(packages)
}

/// How many files there are below `dir`.
fn count(dir: &Path) -> Result<usize> {
    let mut files = 0;
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        files += if path.is_dir() { count(&path)? } else { 1 };
    }
    Ok(files)
}

/// What a package lacks, and what it should not hold.
fn contents(package: &Package) -> Vec<String> {
    let needed = |file: &&&str| **file != "COMPLIANCE.md" || !WITHOUT_COMPLIANCE.contains(&&*package.name);
    let missing = FILES
        .iter()
        .filter(needed)
        .filter(|file| !package.dir.join(file).is_file())
        .map(|file| format!("{}: the package lacks {file}", package.name));
    let corpus = package
        .dir
        .join("fuzz/corpus")
        .exists()
        .then(|| format!("{}: the package holds its corpus", package.name));
    missing.chain(corpus).collect()
}

/// Builds one package where it lies; the others are found as packages too.
fn build(package: &Package, all: &[Package], target: &Path, features: &[&str]) -> Result<()> {
    let others: BTreeMap<&str, &Path> = all
        .iter()
        .filter(|other| other.name != package.name)
        .map(|other| (&*other.name, &*other.dir))
        .collect();
    let mut command = workspace::cargo();
    command.args(["check", "--quiet", "--lib", "--bins"]).args(features).current_dir(&package.dir);
    command.arg("--target-dir").arg(target.join("build"));
    for (name, dir) in others {
        command.arg("--config").arg(format!("patch.crates-io.{name}.path='{}'", dir.display()));
    }
    // A package that does not use all of the others says so.
    quietly(&mut command)
}

/// Runs a command; what it said is the error where it fails.
fn quietly(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_are_judged() {
        let good = serde_json::json!({
            "name": "anyrfc-x", "description": "A protocol client like no other", "license": "MIT OR Apache-2.0",
            "readme": "README.md", "repository": "https://x.example", "rust_version": "1.89",
            "keywords": ["x"], "categories": ["email"], "metadata": { "docs": { "rs": { "all-features": true } } },
        });
        assert_eq!(manifest(&good), Vec::<String>::new());
        for (key, value) in [
            ("description", serde_json::json!("x")),
            ("license", serde_json::json!("MIT")),
            ("readme", serde_json::Value::Null),
            ("repository", serde_json::Value::Null),
            ("rust_version", serde_json::Value::Null),
            ("keywords", serde_json::json!(["a", "b", "c", "d", "e", "f"])),
            ("keywords", serde_json::json!(["a b"])),
            ("categories", serde_json::json!([])),
            ("metadata", serde_json::Value::Null),
        ] {
            let mut bad = good.clone();
            bad[key] = value;
            assert_eq!(manifest(&bad).len(), 1, "{key}");
        }
    }
}
