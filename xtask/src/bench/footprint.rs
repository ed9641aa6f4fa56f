//! What it costs to depend on a crate of ours, beside the crate most people use instead.
//!
//! Each is what an empty crate depends on, with TLS on rustls, the same cryptography and the system's
//! roots on both sides where the peer can have them, built in release mode from nothing, once: what is
//! counted is processor time of the compilers, not time on the wall.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::{Command, Stdio},
};

use super::row::{Better, Row};
use crate::{Result, processor, workspace};

/// A crate of ours, and whom it is compared with.
struct Pair {
    ours: &'static str,
    peer: &'static str,
    /// The peer's lines in a manifest: with all that it needs to open a TLS connection.
    dependencies: &'static str,
    /// What differs.
    notes: &'static [&'static str],
}

const PAIRS: &[Pair] = &[
    Pair {
        ours: "anyrfc-websocket",
        peer: "tokio-tungstenite",
        dependencies: r#"
tokio-tungstenite = { version = "0.30", features = ["rustls-tls-native-roots"] }
rustls = { version = "0.23", default-features = false, features = ["aws_lc_rs", "std", "tls12"] }
"#,
        notes: &["ours also compresses (RFC 7692) and goes through proxies"],
    },
    Pair {
        ours: "anyrfc-imap",
        peer: "async-imap",
        dependencies: r#"
async-imap = { version = "0.12", default-features = false, features = ["runtime-tokio", "compress"] }
tokio = { version = "1", features = ["net"] }
tokio-rustls = "0.26"
rustls-native-certs = "0.8"
"#,
        notes: &["the peer's connection is its user's: tokio-rustls and the roots are added to it"],
    },
    Pair {
        ours: "anyrfc-smtp",
        peer: "lettre",
        dependencies: r#"
lettre = { version = "0.11.23", default-features = false, features = [
    "builder", "smtp-transport", "tokio1-rustls", "aws-lc-rs", "rustls-native-certs", "hostname",
] }
"#,
        notes: &["the peer also builds messages: anyrfc-mime, the feature `mime`, is not in ours by default"],
    },
    Pair {
        ours: "anyrfc-oauth2",
        peer: "oauth2",
        dependencies: r#"
oauth2 = { version = "5", default-features = false, features = ["reqwest"] }
reqwest = { version = "0.12", default-features = false, features = [
    "rustls-tls-native-roots-no-provider", "http2",
] }
rustls = { version = "0.23", default-features = false, features = ["aws_lc_rs", "std", "tls12"] }
"#,
        notes: &["ours also signs and verifies tokens (JWS, JWE, DPoP)"],
    },
];

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
        notes: pair.notes.iter().map(|&note| note.to_owned()).collect(),
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
        let before = processor::children()?;
        let status = self
            .cargo(&["build", "--release", "--quiet", "--target-dir"])
            .arg(target.path())
            .env_remove("RUSTC_WRAPPER")
            .status()?;
        if !status.success() {
            return Err(format!("building {} ended with {status}", self.name).into());
        }
        Ok(processor::children()? - before)
    }

    /// Downloads do not count.
    fn fetch(&self) -> Result<()> {
        let status = self.cargo(&["fetch", "--quiet"]).status()?;
        if status.success() { Ok(()) } else { Err(format!("fetching {} failed", self.name).into()) }
    }
}
