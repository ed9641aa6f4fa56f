//! The servers that rows need, on the core on which the benches run.

use crate::{
    Result,
    interop::{self, Running},
};

/// A server that a crate's rows need: which peer of `cargo xtask interop` it is, and the variable
/// that tells the benches where it listens.
struct Need {
    subject: &'static str,
    peer: &'static str,
    variable: &'static str,
}

const fn need(subject: &'static str, peer: &'static str, variable: &'static str) -> Need {
    Need { subject, peer, variable }
}

const NEEDS: &[Need] = &[
    // It takes any password, and has nothing that takes time for itself.
    need("anyrfc-imap", "dovecot-mime", "ANYRFC_BENCH_IMAP"),
    need("anyrfc-smtp", "smtp-sink", "ANYRFC_BENCH_SMTP_SINK"),
    need("anyrfc-smtp", "smtp-sink-sequential", "ANYRFC_BENCH_SMTP_SEQUENTIAL"),
    need("anyrfc-smtp", "postfix-discard", "ANYRFC_BENCH_SMTP_POSTFIX"),
    need("anyrfc-smtp", "postfix-discard-data", "ANYRFC_BENCH_SMTP_POSTFIX_DATA"),
];

/// Servers that listen; dropping them stops them and removes their files.
pub(super) struct Servers(Vec<(&'static str, Running)>);

impl Servers {
    /// Installs and starts what the rows asked for need.
    pub(super) fn start(crates: &[String]) -> Result<Self> {
        let wanted = |need: &&Need| crates.is_empty() || crates.iter().any(|name| name == need.subject);
        let mut servers = Vec::new();
        for need in NEEDS.iter().filter(wanted) {
            let running = on_last_core(|| interop::running(need.peer))
                .map_err(|error| format!("{} needs {}: {error}", need.subject, need.peer))?;
            servers.push((need.variable, running));
        }
        Ok(Self(servers))
    }

    /// Variables that tell where they are.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.0.iter().map(|(variable, running)| (*variable, running.address().to_string()))
    }
}

/// What is started meanwhile stays on the last core that we may use, where the benches put themselves.
#[cfg(target_os = "linux")]
fn on_last_core<T>(start: impl FnOnce() -> Result<T>) -> Result<T> {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let allowed = sched_getaffinity(None)?;
    let mut one = CpuSet::new();
    let last = (0..CpuSet::MAX_CPU).rev().find(|&core| allowed.is_set(core));
    one.set(last.ok_or("no core to run on")?);
    sched_setaffinity(None, &one)?;
    let started = start();
    sched_setaffinity(None, &allowed)?;
    started
}

/// Elsewhere the scheduler decides, for the benches, too.
#[cfg(not(target_os = "linux"))]
fn on_last_core<T>(start: impl FnOnce() -> Result<T>) -> Result<T> {
    start()
}
