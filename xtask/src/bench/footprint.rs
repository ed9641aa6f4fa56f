//! What it costs to depend on a crate of ours, beside the crate most people use instead.
//!
//! Each is what an empty crate depends on, with TLS on rustls, the same
//! cryptography and the system's roots on both sides, built in release mode from nothing, once: what
//! is counted is processor time of the compilers, not time on the wall.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::row::{Better, Row};
use crate::{Result, workspace};

/// A crate of ours, and whom it is compared with.
struct Pair {
    ours: &'static str,
    peer: &'static str,
    /// The peer's lines in a manifest: with all that it needs to open a TLS connection.
    dependencies: &'static str,
}

const PAIRS: &[Pair] = &[Pair {
    ours: "anyrfc-websocket",
    peer: "tokio-tungstenite",
    dependencies: r#"
tokio-tungstenite = { version = "0.30", features = ["rustls-tls-native-roots"] }
rustls = { version = "0.23", default-features = false, features = ["aws_lc_rs", "std", "tls12"] }
"#,
}];

/// Crates in the tree, and processor seconds of a clean build.
pub(super) fn rows() -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for pair in PAIRS {
        let path = workspace::root().join(pair.ours);
        let dependency = format!("{} = {{ path = {:?} }}", pair.ours, path);
        let ours = Probe::new(pair.ours, &dependency)?;
        let peer = Probe::new(pair.peer, pair.dependencies)?;
        rows.push(row(pair, "footprint-crates", "crates", ours.crates()?, peer.crates()?));
        rows.push(row(pair, "footprint-build", "CPU s", ours.build()?, peer.build()?));
    }
    Ok(rows)
}

fn row(pair: &Pair, name: &str, unit: &str, ours: f64, peer: f64) -> Row {
    Row {
        subject: pair.ours.into(),
        name: name.into(),
        unit: unit.into(),
        better: Better::Lower,
        ours,
        peers: BTreeMap::from([(pair.peer.to_owned(), peer)]),
        limit: None,
        best_peer_ratio: Some(peer / ours),
        limit_ratio: None,
        throughput: None,
        instructions: None,
        notes: Vec::new(),
    }
}

/// An empty crate with one dependency.
struct Probe {
    dir: PathBuf,
    name: &'static str,
}

impl Probe {
    fn new(name: &'static str, dependencies: &str) -> Result<Self> {
        let dir = workspace::root().join("target").join("footprint").join(name);
        std::fs::create_dir_all(dir.join("src"))?;
        std::fs::write(dir.join("src").join("lib.rs"), "")?;
        let package = "[package]\nname = \"probe\"\nedition = \"2024\"\n";
        let manifest = format!("[workspace]\n\n{package}\n[dependencies]\n{dependencies}\n");
        std::fs::write(dir.join("Cargo.toml"), manifest)?;
        Ok(Self { dir, name })
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = workspace::cargo();
        command.args(arguments).current_dir(&self.dir).stdin(Stdio::null()).stderr(Stdio::inherit());
        command
    }

    /// How many crates are built for it, itself included.
    fn crates(&self) -> Result<f64> {
        let output = self
            .cargo(&["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
            .output()?;
        if !output.status.success() {
            return Err(format!("cargo tree of {} ended with {}", self.name, output.status).into());
        }
        let text = String::from_utf8(output.stdout)?;
        let crates: BTreeSet<_> =
            text.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.is_empty()).collect();
        // The empty crate itself does not count.
        Ok((crates.len() - 1) as f64)
    }

    /// Processor seconds of a build from nothing.
    fn build(&self) -> Result<f64> {
        let target = tempfile::tempdir_in(&self.dir)?;
        self.fetch()?;
        let before = children_seconds()?;
        let status = self
            .cargo(&["build", "--release", "--quiet", "--target-dir"])
            .arg(target.path())
            .env_remove("RUSTC_WRAPPER")
            .status()?;
        if !status.success() {
            return Err(format!("building {} ended with {status}", self.name).into());
        }
        Ok(children_seconds()? - before)
    }

    /// Downloads do not count.
    fn fetch(&self) -> Result<()> {
        let status = self.cargo(&["fetch", "--quiet"]).status()?;
        if status.success() { Ok(()) } else { Err(format!("fetching {} failed", self.name).into()) }
    }
}

/// Processor seconds of all children that have ended, and of theirs (proc(5): `cutime` and `cstime`).
fn children_seconds() -> Result<f64> {
    let path = Path::new("/proc/self/stat");
    let stat = std::fs::read_to_string(path)
        .map_err(|error| format!("`footprint` reads processor times from {}: {error}", path.display()))?;
    ticks(&stat).map(|ticks| ticks / TICKS).ok_or_else(|| "unexpected /proc/self/stat".into())
}

/// Clock ticks in a second, which Linux fixes for all programs.
const TICKS: f64 = 100.0;

fn ticks(stat: &str) -> Option<f64> {
    // The second field, the program's name in parentheses, may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(13);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_program_does_not_shift_the_fields() {
        let stat = "1 (a) b) S 2 3 4 5 6 7 8 9 10 11 12 13 700 50 20 0";
        assert_eq!(ticks(stat), Some(750.0));
        assert_eq!(ticks("1 (a) S"), None);
    }
}
