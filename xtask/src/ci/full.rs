//! What takes long, or needs more than the gate may ask for.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::Deserialize;

use super::{Outcome, command, passes, succeeds};
use crate::{Result, workspace};

/// The other workspace, in the same form as this one.
pub(super) fn benches() -> Result<Outcome> {
    let root = workspace::root();
    let manifest = root.join("benches").join("Cargo.toml");
    let target = root.join("target").join("benches");
    for arguments in [&["clippy", "--release", "--all-targets"][..], &["test", "--release"]] {
        let mut command = command(arguments);
        command.arg("--manifest-path").arg(&manifest).arg("--target-dir").arg(&target);
        if arguments.contains(&"clippy") {
            command.args(["--", "-D", "warnings"]);
        }
        passes(&mut command)?;
    }
    Ok(Outcome::Passed)
}

/// The workspaces of fuzz targets, with what cargo-fuzz would build too.
pub(super) fn fuzz_targets() -> Result<Outcome> {
    let root = workspace::root();
    for name in workspace::crates(&root)? {
        let manifest = root.join(name).join("fuzz").join("Cargo.toml");
        if !manifest.is_file() {
            continue;
        }
        passes(command(&["fmt", "--check", "--manifest-path"]).arg(&manifest))?;
        passes(
            command(&["clippy", "--release", "--all-features", "--manifest-path"])
                .arg(&manifest)
                .arg("--target-dir")
                .arg(root.join("target").join("fuzz"))
                .args(["--", "-D", "warnings"]),
        )?;
    }
    Ok(Outcome::Passed)
}

/// What `cargo metadata` says about features.
#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    rust_version: Option<String>,
    features: BTreeMap<String, Vec<String>>,
}

/// The members of the workspace that are published.
fn packages() -> Result<Vec<Package>> {
    let output = command(&["metadata", "--no-deps", "--format-version", "1"]).output()?;
    let Metadata { packages } = serde_json::from_slice(&output.stdout)?;
    Ok(packages.into_iter().filter(|package| package.name.starts_with("anyrfc-")).collect())
}

/// Every crate builds without features, with each alone, with each two, with
/// all but one, and with all. (All subsets would be thousands of builds; that
/// three features disagree where no two of them do has not been seen.)
pub(super) fn features() -> Result<Outcome> {
    let mut failed = 0;
    for package in packages()? {
        let names: Vec<_> =
            package.features.keys().map(String::as_str).filter(|name| *name != "default").collect();
        for set in combinations(&names) {
            let list = set.into_iter().collect::<Vec<_>>().join(",");
            let output = command(&["check", "--quiet", "--no-default-features", "--package", &package.name])
                .args(["--features", &list])
                .stdin(Stdio::null())
                .output()?;
            // What is unused without a feature is a fault of the same kind.
            let said = String::from_utf8_lossy(&output.stderr);
            let word = if output.status.success() && said.is_empty() { "builds" } else { "FAILS" };
            println!("{} [{list}] {word}", package.name);
            if word == "FAILS" {
                failed += 1;
                println!("{said}");
            }
        }
    }
    if failed > 0 {
        return Err(format!("{failed} combinations do not build without a word").into());
    }
    Ok(Outcome::Passed)
}

/// None, each, each two, all but one, all.
fn combinations<'a>(names: &[&'a str]) -> BTreeSet<BTreeSet<&'a str>> {
    let all: BTreeSet<&str> = names.iter().copied().collect();
    let mut sets = BTreeSet::from([BTreeSet::new(), all.clone()]);
    for &one in names {
        for &other in names {
            // Each alone where both are the same.
            sets.insert(BTreeSet::from([one, other]));
        }
        let mut rest = all.clone();
        rest.remove(one);
        sets.insert(rest);
    }
    sets
}

/// The oldest compiler that the manifests promise.
pub(super) fn msrv() -> Result<Outcome> {
    let version = packages()?.into_iter().find_map(|package| package.rust_version);
    let version = version.ok_or("no crate states a rust-version")?;
    let Some(toolchain) = workspace::toolchain(&version) else {
        return Ok(Outcome::Skipped(format!(
            "no toolchain {version} is installed; only clippy's incompatible_msrv has looked"
        )));
    };
    // A target directory of its own: two compilers in one would build everything anew each time.
    passes(
        workspace::on(&toolchain, &["check", "--workspace", "--all-features"])
            .current_dir(workspace::root())
            .arg("--target-dir")
            .arg(workspace::root().join("target").join("msrv")),
    )
}

/// The oldest versions that the manifests allow, of what they name themselves.
pub(super) fn minimal_versions() -> Result<Outcome> {
    // In a copy: the lock file of this workspace stays as it is.
    let copy = workspace::root().join("target").join("minimal");
    let sources = copy.join("sources");
    copy_sources(&workspace::root(), &sources)?;
    passes(
        command(&["update", "--quiet", "-Z", "direct-minimal-versions"])
            .env(UNSTABLE.0, UNSTABLE.1)
            .current_dir(&sources),
    )?;
    // What is built does not know of it.
    passes(
        command(&["check", "--workspace", "--exclude", "xtask", "--all-features", "--locked"])
            .current_dir(&sources)
            .arg("--target-dir")
            .arg(copy.join("target")),
    )
}

/// Has a stable toolchain take what only a nightly one takes unasked. Used where nothing that is
/// released depends on it.
const UNSTABLE: (&str, &str) = ("RUSTC_BOOTSTRAP", "1");

/// The crates whose pure layers run in a browser.
const PURE: [&str; 6] =
    ["anyrfc-core", "anyrfc-websocket", "anyrfc-sasl", "anyrfc-imap", "anyrfc-smtp", "anyrfc-mime"];

/// Without default features nothing asks for sockets, threads or an operating system.
pub(super) fn wasm() -> Result<Outcome> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let root = workspace::root();
    let check = |mut command: Command| {
        command.args(["--no-default-features", "--target", TARGET]);
        command.args(PURE.iter().flat_map(|name| ["--package", name]));
        passes(command.arg("--target-dir").arg(root.join("target").join("wasm")).current_dir(&root))
    };
    let library = |sysroot: &Path| sysroot.join("lib/rustlib").join(TARGET).is_dir();
    if sysroot(Command::new("rustc")).is_some_and(|sysroot| library(&sysroot)) {
        return check(command(&["check"]));
    }
    let nightly = workspace::toolchain("nightly");
    let source = |toolchain: &String| {
        let mut rustc = Command::new("rustup");
        rustc.args(["run", toolchain, "rustc"]).env_remove("RUSTUP_TOOLCHAIN");
        sysroot(rustc).is_some_and(|sysroot| sysroot.join("lib/rustlib/src/rust/library").is_dir())
    };
    let Some(nightly) = nightly.filter(source) else {
        return Ok(Outcome::Skipped(format!("neither {TARGET} nor a nightly rust-src is installed")));
    };
    check(workspace::on(&nightly, &["check", "-Z", "build-std=std,panic_abort"]))
}

/// Where a compiler keeps its libraries.
fn sysroot(mut rustc: Command) -> Option<PathBuf> {
    let output = rustc.args(["--print", "sysroot"]).output().ok()?;
    let path = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(path.trim()))
}

/// A program of cargo's, `cargo-NAME`: the one that is installed, else one below `target/`.
fn tool(name: &str) -> Result<Command> {
    let program = format!("cargo-{name}");
    if succeeds(&mut command(&[name, "--version"])) {
        return Ok(command(&[name]));
    }
    let tools = workspace::root().join("target").join("tools");
    let installed = tools.join("bin").join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    if !installed.is_file() {
        passes(command(&["install", "--quiet", "--locked", &program, "--root"]).arg(&tools))?;
    }
    let mut command = Command::new(installed);
    command.arg(name).current_dir(workspace::root());
    Ok(command)
}

/// No release breaks what its number does not say, held against the last tag.
pub(super) fn semver() -> Result<Outcome> {
    let mut git = Command::new("git");
    let described = git.args(["describe", "--tags", "--abbrev=0"]).current_dir(workspace::root()).output()?;
    if !described.status.success() {
        return Ok(Outcome::Skipped("no tag yet: nothing is released that could be broken".into()));
    }
    let tag = String::from_utf8(described.stdout)?;
    passes(tool("semver-checks")?.args(["--workspace", "--all-features", "--baseline-rev", tag.trim()]))
}

/// Licences, banned crates and registries, by cargo-deny.
pub(super) fn deny() -> Result<Outcome> {
    passes(tool("deny")?.args(DENY).args(["check", "licenses", "bans", "sources"]))
}

/// How cargo-deny finds what it is to judge.
const DENY: [&str; 3] = ["--all-features", "--config", ".config/deny.toml"];

/// What is known against a dependency.
pub(super) fn advisories() -> Result<Outcome> {
    if !succeeds(tool("deny")?.args(DENY).args(["fetch", "db"])) {
        return Ok(Outcome::Skipped("the database of advisories cannot be reached".into()));
    }
    passes(tool("deny")?.args(DENY).args(["check", "--disable-fetch", "advisories"]))
}

/// The tests of every module that may hold unsafe code, interpreted.
pub(super) fn miri() -> Result<Outcome> {
    let Some(nightly) = workspace::toolchain("nightly") else {
        return Ok(Outcome::Skipped("only a nightly toolchain has it; none is installed".into()));
    };
    if !succeeds(&mut workspace::on(&nightly, &["miri", "--version"])) {
        return Ok(Outcome::Skipped("miri is not installed".into()));
    }
    unsafe_modules("miri", |package, module| {
        let mut command = workspace::on(&nightly, &["miri", "test", "--package", package, "--lib", module]);
        // Printing a panic's place asks for the working directory.
        command.env("MIRIFLAGS", "-Zmiri-disable-isolation");
        command
    })
}

/// The same, compiled with AddressSanitizer: it runs the vector instructions, too.
pub(super) fn address_sanitizer() -> Result<Outcome> {
    if !cfg!(target_os = "linux") {
        return Ok(Outcome::Skipped("the sanitizer is only run on Linux".into()));
    }
    unsafe_modules("sanitizer", |package, module| {
        let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        let mut command = command(&["test", "--package", package, "--lib", module, "--target", &host]);
        command.env("RUSTFLAGS", "-Zsanitizer=address").env(UNSTABLE.0, UNSTABLE.1);
        command
    })
}

/// Runs what `test` makes of each such module, in a target directory of its own.
fn unsafe_modules(name: &str, test: impl Fn(&str, &str) -> Command) -> Result<Outcome> {
    let root = workspace::root();
    for package in workspace::Metadata::load(&root)?.packages {
        for module in package.unsafe_modules() {
            let mut command = test(&package.name, module);
            command.arg("--target-dir").arg(root.join("target").join(name)).current_dir(&root);
            passes(&mut command)?;
        }
    }
    Ok(Outcome::Passed)
}

/// Copies everything that is not ignored; what was there before goes.
fn copy_sources(from: &Path, to: &Path) -> Result<()> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(from)
        .output()?;
    if !output.status.success() {
        return Err(format!("git ls-files ended with {}", output.status).into());
    }
    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    for name in String::from_utf8(output.stdout)?.split_terminator('\0') {
        let (source, target) = (from.join(name), to.join(name));
        // Listed, but deleted since.
        if !source.is_file() {
            continue;
        }
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::copy(source, target)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_of_three() {
        let sets = combinations(&["a", "b", "c"]);
        let written: Vec<_> = sets.iter().map(|set| set.iter().copied().collect::<String>()).collect();
        assert_eq!(written, ["", "a", "ab", "abc", "ac", "b", "bc", "c"]);
    }

    #[test]
    fn all_but_one_of_four_is_among_them() {
        let sets = combinations(&["a", "b", "c", "d"]);
        assert_eq!(sets.len(), 1 + 4 + 6 + 4 + 1);
    }

    #[test]
    fn a_copy_leaves_out_what_is_ignored() {
        let dir = tempfile::tempdir().unwrap();
        copy_sources(&workspace::root(), dir.path()).unwrap();
        assert!(dir.path().join("Cargo.toml").is_file());
        assert!(!dir.path().join("target").exists());
    }
}
