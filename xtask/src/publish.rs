//! `cargo xtask publish`: every crate from its package alone.
//!
//! What is on the registry is not the repository: a file that was not packed, a dependency found
//! only because the workspace had it, a feature that only a neighbour enabled. So each package is
//! made, unpacked into a fresh directory and built there: with its default features, with none, and
//! with all of them, as docs.rs does.

use std::{
    collections::BTreeMap,
    io::Write as _,
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

/// The registry's categories that suit us; it drops what it does not know without a word.
const CATEGORIES: [&str; 11] = [
    "asynchronous",
    "authentication",
    "command-line-utilities",
    "cryptography",
    "email",
    "encoding",
    "network-programming",
    "parser-implementations",
    "web-programming",
    "web-programming::http-client",
    "web-programming::websocket",
];
/// What a package may weigh on the registry, and one file in it: whoever depends on it downloads both.
const PACKED_AT_MOST: u64 = 2 << 20;
const FILE_AT_MOST: u64 = 512 << 10;
/// The ways to build it.
const WAYS: [(&str, &[&str]); 3] =
    [("default", &[]), ("no features", &["--no-default-features"]), ("all features", &["--all-features"])];

/// One package.
#[derive(Debug)]
struct Package {
    name: String,
    /// Where it was unpacked.
    dir: PathBuf,
    /// What it weighs on the registry.
    packed: u64,
    /// Every file in it, relative, with its size.
    files: Vec<(PathBuf, u64)>,
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
        faults.extend(contents(package, &root)?);
        let unpacked: u64 = package.files.iter().map(|(_, size)| size).sum();
        print!(
            "{:width$}  {:>4} files  {:>5} KiB packed  {:>5} KiB unpacked",
            package.name,
            package.files.len(),
            package.packed.div_ceil(1024),
            unpacked.div_ceil(1024),
        );
        for (way, features) in WAYS {
            let built = build(package, &packages, &target, features);
            print!("  {way}: {}", if built.is_ok() { "builds" } else { "FAILS" });
            std::io::stdout().flush()?;
            faults.extend(built.err().map(|error| format!("{}, {way}: {error}", package.name)));
        }
        println!();
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
    let published: Vec<_> = packages.iter().filter(|package| package["publish"].is_null()).collect();
    // They are released together, and none asks for more than core does.
    let core = published.iter().find(|package| package["name"] == "anyrfc-core");
    let msrv = core.and_then(|core| core["rust_version"].as_str()).ok_or("core promises no rust-version")?;
    Ok(published.into_iter().flat_map(|package| manifest(package, msrv)).collect())
}

/// What is wrong with one manifest.
fn manifest(package: &serde_json::Value, msrv: &str) -> Vec<String> {
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
    demand(text("rust_version") == msrv, "the rust-version is that of the workspace");
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
    let categories = list("categories");
    demand(
        (1..=5).contains(&categories.len()) && categories.iter().all(|slug| CATEGORIES.contains(slug)),
        "one to five of the registry's categories",
    );
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
        let mut files = Vec::new();
        list(&dir, Path::new(""), &mut files)?;
        packages.push(Package { name, dir, packed: archive.metadata()?.len(), files });
    }
    Ok(packages)
}

/// Every file below `dir`, with its size.
fn list(dir: &Path, below: &Path, files: &mut Vec<(PathBuf, u64)>) -> Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &name, files)?;
        } else {
            files.push((name, entry.metadata()?.len()));
        }
    }
    Ok(())
}

/// What a package lacks, and what it should not hold.
fn contents(package: &Package, root: &Path) -> Result<Vec<String>> {
    let mut faults = weights(&package.name, package.packed, &package.files);
    for licence in FILES.iter().filter(|file| file.starts_with("LICENSE-")) {
        let packed = package.dir.join(licence);
        if packed.is_file() && std::fs::read(packed)? != std::fs::read(root.join(licence))? {
            faults.push(format!("{}: {licence} is not that of the workspace", package.name));
        }
    }
    Ok(faults)
}

/// What is wrong with a package by the names and sizes of what it holds.
fn weights(name: &str, packed: u64, files: &[(PathBuf, u64)]) -> Vec<String> {
    let needed = |file: &&&str| **file != "COMPLIANCE.md" || !WITHOUT_COMPLIANCE.contains(&name);
    let holds = |file: &str| files.iter().any(|(path, _)| path == Path::new(file));
    let mut faults: Vec<_> = FILES
        .iter()
        .filter(needed)
        .filter(|file| !holds(file))
        .map(|file| format!("{name}: the package lacks {file}"))
        .collect();
    if packed > PACKED_AT_MOST {
        faults.push(format!("{name}: {packed} bytes packed are more than {PACKED_AT_MOST}"));
    }
    for (path, size) in files {
        if path.starts_with("fuzz") {
            faults.push(format!("{name}: fuzzing is packed: {}", path.display()));
        } else if *size > FILE_AT_MOST {
            faults.push(format!("{name}: {} has {size} bytes, more than {FILE_AT_MOST}", path.display()));
        }
    }
    faults
}

/// Builds one package where it lies; the others are found as packages too.
fn build(package: &Package, all: &[Package], target: &Path, features: &[&str]) -> Result<()> {
    let others: BTreeMap<&str, &Path> = all
        .iter()
        .filter(|other| other.name != package.name)
        .map(|other| (&*other.name, &*other.dir))
        .collect();
    let mut command = workspace::cargo();
    // Its library and its programs, whichever it has.
    command.args(["check", "--quiet"]).args(features).current_dir(&package.dir);
    command.arg("--target-dir").arg(target.join("build"));
    // Cargo warns of those that a package does not use, no more.
    for (name, dir) in others {
        command.arg("--config").arg(format!("patch.crates-io.{name}.path='{}'", dir.display()));
    }
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
        assert_eq!(manifest(&good, "1.89"), Vec::<String>::new());
        for (key, value) in [
            ("description", serde_json::json!("x")),
            ("license", serde_json::json!("MIT")),
            ("readme", serde_json::Value::Null),
            ("repository", serde_json::Value::Null),
            ("rust_version", serde_json::Value::Null),
            ("keywords", serde_json::json!(["a", "b", "c", "d", "e", "f"])),
            ("keywords", serde_json::json!(["a b"])),
            ("categories", serde_json::json!([])),
            ("categories", serde_json::json!(["mail"])),
            ("metadata", serde_json::Value::Null),
        ] {
            let mut bad = good.clone();
            bad[key] = value;
            assert_eq!(manifest(&bad, "1.89").len(), 1, "{key}");
        }
    }

    #[test]
    fn packages_are_weighed() {
        let mut files: Vec<_> = FILES.iter().map(|file| (PathBuf::from(file), 1000)).collect();
        assert_eq!(weights("anyrfc-x", 2000, &files), Vec::<String>::new());
        assert_eq!(weights("anyrfc-x", PACKED_AT_MOST + 1, &files).len(), 1);
        files.push(("src/big.rs".into(), FILE_AT_MOST + 1));
        files.push(("fuzz/corpus/frame/1".into(), 4));
        assert_eq!(weights("anyrfc-x", 2000, &files).len(), 2);
        files.retain(|(path, _)| path != Path::new("COMPLIANCE.md"));
        assert_eq!(weights("anyrfc-x", 2000, &files).len(), 3);
        assert_eq!(weights("anyrfc-core", 2000, &files).len(), 2);
    }
}
