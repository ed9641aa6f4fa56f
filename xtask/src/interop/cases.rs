//! Cases: what is tried on a peer, one after another, and what they need.

use std::{
    collections::BTreeMap,
    fmt::Display,
    future::poll_fn,
    net::SocketAddr,
    path::{Path, PathBuf},
    pin::Pin,
    task::Poll,
    time::Duration,
};

use anyrfc_core::{TlsConfig, testing::pki::Pki};
use indicatif::ProgressBar;

use super::peer::{Failure, Outcome};
use crate::Result;

/// A case that takes longer than this hangs.
const CASE: Duration = Duration::from_secs(30);

/// What the cases came to so far.
pub(super) struct Cases<'a> {
    progress: &'a ProgressBar,
    pub(super) outcome: Outcome,
}

impl<'a> Cases<'a> {
    pub(super) fn new(progress: &'a ProgressBar) -> Self {
        Self { progress, outcome: Outcome::default() }
    }

    /// Runs one case.
    pub(super) async fn run(&mut self, case: impl Into<String>, run: impl Future<Output = Result<()>>) {
        let why = match tokio::time::timeout(CASE, run).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(too_long().to_string()),
        };
        match why {
            None => self.outcome.passed += 1,
            Some(why) => self.outcome.failures.push(Failure { case: case.into(), why }),
        }
        self.progress.inc(1);
    }
}

/// A case that is kept until it is run.
pub(super) type Case<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

fn too_long() -> Box<dyn std::error::Error> {
    format!("still running after {CASE:?}").into()
}

/// Cases by what they are about: how many of each passed is part of the report.
pub(super) struct Table<'a> {
    cases: Cases<'a>,
    name: &'static str,
    pub(super) passed: BTreeMap<&'static str, usize>,
}

impl<'a> Table<'a> {
    /// The counts are reported by this name.
    pub(super) fn new(progress: &'a ProgressBar, name: &'static str) -> Self {
        Self { cases: Cases::new(progress), name, passed: BTreeMap::new() }
    }

    /// Runs one case.
    pub(super) async fn run(
        &mut self,
        about: &'static str,
        case: impl Display,
        run: impl Future<Output = Result<()>>,
    ) {
        let before = self.cases.outcome.passed;
        self.cases.run(format!("{about}: {case}"), run).await;
        let passed = self.cases.outcome.passed - before;
        *self.passed.entry(about).or_default() += passed;
    }

    /// Runs cases at the same time: those that mostly wait.
    pub(super) async fn together(&mut self, about: &'static str, cases: Vec<(String, Case<'_>)>) {
        let mut running: Vec<_> = cases
            .into_iter()
            .map(|(case, run)| (case, Box::pin(tokio::time::timeout(CASE, run)), None))
            .collect();
        poll_fn(|cx| {
            for (_, run, ended) in &mut running {
                if ended.is_none()
                    && let Poll::Ready(result) = run.as_mut().poll(cx)
                {
                    *ended = Some(result.unwrap_or_else(|_| Err(too_long())));
                }
            }
            if running.iter().all(|(_, _, ended)| ended.is_some()) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        for (case, _, ended) in running {
            self.run(about, case, async { ended.unwrap_or_else(|| Err(too_long())) }).await;
        }
    }

    /// Runs a case that others go on with; they cannot where it fails.
    pub(super) async fn first<T>(
        &mut self,
        about: &'static str,
        case: impl Display,
        run: impl Future<Output = Result<T>>,
    ) -> Option<T> {
        let mut made = None;
        let run = async {
            made = Some(run.await?);
            Ok(())
        };
        self.run(about, case, run).await;
        made
    }

    pub(super) fn outcome(self) -> Outcome {
        let mut outcome = self.cases.outcome;
        outcome.extra.insert(self.name, serde_json::json!(self.passed));
        outcome
    }
}

/// Fails a case unless `holds`.
pub(super) fn ensure(holds: bool, why: impl FnOnce() -> String) -> Result<()> {
    if holds { Ok(()) } else { Err(why().into()) }
}

/// A user's certificate, and its key.
pub(super) const CLIENT: [&str; 2] = ["client.pem", "client.key"];

/// Certificates of a server on loopback, in files, and who trusts them.
pub(super) struct Certificates {
    /// The certificate and, in the same file, its key.
    pub(super) both: PathBuf,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// Who signed them.
pub(super) const AUTHORITY: &str = "ca.pem";

impl Certificates {
    /// Makes them in `dir`.
    pub(super) fn make(dir: &Path) -> Result<Self> {
        let pki = Pki::new();
        let server = pki.server_for(&["localhost", "127.0.0.1"]);
        let key = server.key_pem();
        let all = [server.chain_pem().as_bytes(), key.expose()].concat();
        let file = |name: &str, content: &[u8]| -> Result<PathBuf> {
            let path = dir.join(name);
            std::fs::write(&path, content)?;
            Ok(path)
        };
        file(AUTHORITY, pki.ca_pem().as_bytes())?;
        let client = pki.client("client");
        file(CLIENT[0], client.chain_pem().as_bytes())?;
        file(CLIENT[1], client.key_pem().expose())?;
        Ok(Self {
            both: file("both.pem", &all)?,
            certificate: file("cert.pem", server.chain_pem().as_bytes())?,
            key: file("key.pem", key.expose())?,
        })
    }

    /// A client that trusts those made in `dir`.
    pub(super) fn trusting(dir: &Path) -> Result<TlsConfig> {
        Ok(TlsConfig::with_ca_pem(std::fs::read(dir.join(AUTHORITY))?))
    }

    /// The same, with a certificate of its own.
    pub(super) fn certified(dir: &Path) -> Result<TlsConfig> {
        let [certificate, key] = CLIENT.map(|name| std::fs::read(dir.join(name)));
        Ok(Self::trusting(dir)?.client_certificate(certificate?, key?))
    }
}

/// A further address of a peer, kept beside its files.
pub(super) fn note(dir: &Path, name: &str, address: SocketAddr) -> Result<()> {
    Ok(std::fs::write(dir.join(name), address.to_string())?)
}

/// What [`note`] kept.
pub(super) fn noted(dir: &Path, name: &str) -> Result<SocketAddr> {
    Ok(std::fs::read_to_string(dir.join(name))?.parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn cases_at_the_same_time_are_counted_and_told_one_by_one() {
        let progress = ProgressBar::hidden();
        let mut table = Table::new(&progress, "areas");
        let (sender, receiver) = tokio::sync::oneshot::channel();
        // The first ends only if the others run while it waits.
        let waits = async { Ok(receiver.await?) };
        let lets_go = async { sender.send(()).map_err(|()| "nobody waits".into()) };
        let fails = async { Err("no".into()) };
        let cases: Vec<(String, Case<'_>)> = vec![
            ("a".into(), Box::pin(waits)),
            ("b".into(), Box::pin(lets_go)),
            ("c".into(), Box::pin(fails)),
        ];
        table.together("x", cases).await;
        assert_eq!(table.first("y", "d", async { Ok(7) }).await, Some(7));
        assert_eq!(table.first("y", "e", async { Err::<(), _>("no".into()) }).await, None);
        let outcome = table.outcome();
        assert_eq!(outcome.passed, 3);
        let failed: Vec<_> = outcome.failures.iter().map(|failure| &*failure.case).collect();
        assert_eq!(failed, ["x: c", "y: e"]);
        assert_eq!(outcome.extra["areas"], serde_json::json!({ "x": 2, "y": 1 }));
    }
}
