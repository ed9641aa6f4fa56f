//! What a peer is: a real server of somebody else's, installed, started, driven and stopped.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    pin::Pin,
};

use indicatif::ProgressBar;
use serde::Serialize;
use tempfile::TempDir;

use super::{
    install::{Site, afresh},
    process::Server,
};
use crate::Result;

/// How much of a peer is driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// What belongs into every run of the gate.
    Quick,
    /// Everything, however long it takes.
    Long,
}

/// The answer of [`Peer::drive`], which borrows the peer while it runs.
pub(crate) type Drive<'a> = Pin<Box<dyn Future<Output = Result<Outcome>> + 'a>>;

/// A server that a client of ours is driven against.
pub(crate) trait Peer {
    /// The word it is asked for by.
    fn name(&self) -> &'static str;
    /// The crate whose client is driven.
    fn subject(&self) -> &'static str;
    /// One line for `--list`.
    fn about(&self) -> &'static str;
    /// Whether it is driven only when it is asked for by its name: what takes too long to install for
    /// those who ask for everybody.
    fn only_by_name(&self) -> bool {
        false
    }
    /// The version installed; `None` where it is not, or not completely.
    fn version(&self, site: &Site) -> Option<String>;
    /// Installs it by package name without starting any service; nothing to do if it is there.
    fn install(&self, site: &Site) -> Result<()>;
    /// Starts it on loopback, with `dir` for everything that it writes.
    fn start(&self, site: &Site, dir: &Path) -> Result<Started>;
    /// Drives it, and judges what was seen.
    fn drive<'a>(&'a self, running: &'a Running, form: Form, progress: &'a ProgressBar) -> Drive<'a>;
}

/// What [`Peer::start`] hands over: every process, and where to connect.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) servers: Vec<Server>,
    pub(crate) address: SocketAddr,
}

/// A peer that accepts connections; dropping it stops its processes and removes its files.
#[derive(Debug)]
pub(crate) struct Running {
    // Dropped in this order: no process outlives the directory it writes to.
    started: Started,
    dir: TempDir,
}

impl Running {
    /// Starts `peer` in a directory of its own.
    pub(crate) fn start(peer: &dyn Peer, site: &Site) -> Result<Self> {
        // Somebody else may take the free port before the peer does: that is worth another try.
        let mut attempts = 3;
        loop {
            attempts -= 1;
            let dir = tempfile::Builder::new().prefix(&format!("anyrfc-{}-", peer.name())).tempdir()?;
            match peer.start(site, dir.path()) {
                Ok(started) => return Ok(Self { started, dir }),
                Err(_) if attempts > 0 => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.started.address
    }

    /// Its directory.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Stops it and waits until it is gone.
    pub(crate) fn stop(&mut self) {
        self.started.servers.iter_mut().for_each(Server::stop);
    }

    /// Copies the logs of its processes, and `files`, to `logs`, instead of those of an earlier run.
    pub(crate) fn keep(&self, files: &[PathBuf], logs: &Path) -> Result<()> {
        afresh(logs)?;
        let servers = self.started.servers.iter().map(Server::log);
        for file in servers.chain(files.iter().map(PathBuf::as_path)) {
            if let Some(name) = file.file_name() {
                std::fs::copy(file, logs.join(name))?;
            }
        }
        Ok(())
    }
}

/// A case that did not end as it must.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Failure {
    pub(crate) case: String,
    pub(crate) why: String,
}

/// How driving a peer went.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) passed: usize,
    pub(crate) skipped: usize,
    pub(crate) failures: Vec<Failure>,
    /// What the peer itself counts, in its own words.
    pub(crate) extra: BTreeMap<&'static str, serde_json::Value>,
    /// Files worth keeping when something failed.
    pub(crate) evidence: Vec<PathBuf>,
}
