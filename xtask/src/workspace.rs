//! Where the workspace is and what it consists of.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;

use crate::Result;

/// The root of the workspace this xtask belongs to.
pub(crate) fn root() -> PathBuf {
    let manifest =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let mut root = PathBuf::from(manifest);
    root.pop();
    root
}

/// The cargo that runs us, else the one on the path.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// The installed toolchain whose name begins with `wanted`, if there is one.
pub(crate) fn toolchain(wanted: &str) -> Option<String> {
    let output = Command::new("rustup").args(["toolchain", "list"]).output().ok()?;
    let list = String::from_utf8(output.stdout).ok()?;
    let mut names = list.lines().filter_map(|line| line.split_whitespace().next());
    names
        .find(|name| {
            name.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
        })
        .map(str::to_owned)
}

/// A cargo of another toolchain.
pub(crate) fn on(toolchain: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", toolchain, "cargo"]).args(arguments);
    // What our own cargo has set would win over the toolchain asked for.
    for variable in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(variable);
    }
    command
}

/// What `cargo metadata` says, as far as it is used here.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    /// Where cargo builds.
    pub(crate) target_directory: PathBuf,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest_path: PathBuf,
    /// `None` where it may be published anywhere, empty for `publish = false`.
    pub(crate) publish: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) dependencies: Vec<Dependency>,
    #[serde(default)]
    pub(crate) targets: Vec<Target>,
    /// The table `package.metadata`, whatever is in it.
    #[serde(default)]
    pub(crate) metadata: serde_json::Value,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// The version asked for; `*` where none is given.
    pub(crate) req: String,
    /// `None` (a normal dependency), `dev` or `build`.
    pub(crate) kind: Option<String>,
    pub(crate) path: Option<PathBuf>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: Vec<String>,
}

impl Metadata {
    /// Asks cargo about the members of the workspace at `root`.
    ///
    /// # Errors
    /// Cargo cannot be run, or finds the workspace broken.
    pub(crate) fn load(root: &Path) -> Result<Self> {
        let output = cargo()
            .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
            .arg(root.join("Cargo.toml"))
            .output()?;
        if !output.status.success() {
            return Err(format!("cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// The member called `name`.
    pub(crate) fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }
}

impl Package {
    /// The layers declared in `[package.metadata.anyrfc]`, if any are.
    pub(crate) fn layers(&self) -> Option<Vec<&str>> {
        let layers = self.metadata.get("anyrfc")?.get("layers")?.as_array()?;
        Some(layers.iter().filter_map(serde_json::Value::as_str).collect())
    }

    /// The modules that may hold unsafe code, as `[package.metadata.anyrfc]` declares them.
    pub(crate) fn unsafe_modules(&self) -> Vec<&str> {
        let declared = self.metadata.get("anyrfc").and_then(|anyrfc| anyrfc.get("unsafe")?.as_array());
        declared.into_iter().flatten().filter_map(serde_json::Value::as_str).collect()
    }

    /// What its library is called in code, if it has one.
    pub(crate) fn library(&self) -> Option<String> {
        let library = self.targets.iter().find(|target| target.kind.iter().any(|kind| kind == "lib"))?;
        Some(library.name.replace('-', "_"))
    }

    /// The names of its integration tests.
    pub(crate) fn integration_tests(&self) -> impl Iterator<Item = &str> {
        self.targets
            .iter()
            .filter(|target| target.kind.iter().any(|kind| kind == "test"))
            .map(|target| target.name.as_str())
    }
}

/// The directories `anyrfc-*` below `root` that hold a crate, sorted.
///
/// # Errors
/// The root cannot be read.
pub(crate) fn crates(root: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(root)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("anyrfc-") && entry.path().join("Cargo.toml").is_file() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
