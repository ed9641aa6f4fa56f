//! How a probe runs: within a deadline, and whatever happens, something is told of every statement it is for.

use std::time::Duration;

use anyrfc_core::{Deviations, Requirement, compliance::Role};

use super::examination::{Examination, Verdict};
use crate::exit::Failure;

/// One probe while it runs.
pub(super) struct Probe<'e> {
    name: &'static str,
    found: &'e mut Examination,
    told: Vec<&'static Requirement>,
}

impl Examination {
    /// Runs a probe of at most `limit`. `tells` are the statements that it is for: those of which it
    /// says nothing, because it failed or took too long, are untested, with the reason. An error that
    /// names a statement of the server's is a broken statement.
    pub(super) async fn probe(
        &mut self,
        name: &'static str,
        limit: Duration,
        tells: &[&'static Requirement],
        work: impl AsyncFnOnce(&mut Probe<'_>) -> Result<(), Failure>,
    ) {
        self.begins(name);
        let mut probe = Probe { name, found: self, told: Vec::new() };
        let outcome = tokio::time::timeout(limit, work(&mut probe)).await;
        let why = match outcome {
            Ok(Ok(())) => "the probe did not come so far".to_owned(),
            Ok(Err(failure)) => {
                probe.failure(&failure);
                failure.to_string()
            }
            Err(_) => format!("the server did not answer within {} s", limit.as_secs()),
        };
        for requirement in tells {
            if !probe.told.contains(requirement) {
                probe.untested(requirement, why.clone());
            }
        }
    }
}

impl Probe<'_> {
    /// The server kept it where it could have broken it.
    pub(super) fn kept(&mut self, requirement: &'static Requirement) {
        self.told.push(requirement);
        self.found.kept(self.name, requirement);
    }

    /// The server broke it: `seen` are its bytes.
    pub(super) fn broken(&mut self, requirement: &'static Requirement, seen: &[u8]) {
        self.told.push(requirement);
        self.found.broken(self.name, requirement, seen);
    }

    /// It could not be tried.
    pub(super) fn untested(&mut self, requirement: &'static Requirement, why: impl Into<String>) {
        self.told.push(requirement);
        self.found.untested(self.name, requirement, why);
    }

    /// Kept where `holds`, else broken by what was seen.
    pub(super) fn judge(&mut self, requirement: &'static Requirement, holds: bool, seen: &[u8]) {
        if holds { self.kept(requirement) } else { self.broken(requirement, seen) }
    }

    /// Whether an earlier probe, or this one, has found it broken: what takes long is not waited for twice.
    pub(super) fn is_broken(&self, requirement: &Requirement) -> bool {
        let mut findings = self.found.findings();
        findings.any(|finding| {
            finding.requirement == requirement && matches!(finding.verdict, Verdict::Broken { .. })
        })
    }

    /// What a client of ours forgave.
    pub(super) fn deviations(&mut self, deviations: &Deviations) {
        for deviation in deviations {
            self.broken(deviation.requirement, &deviation.sample);
        }
    }

    /// What the server says it is.
    pub(super) fn server(&mut self, words: &str) {
        self.found.server(words);
    }

    /// An error that names a statement of the server's tells that this is broken.
    pub(super) fn failure(&mut self, failure: &Failure) {
        let Some(requirement) = failure.broken() else { return };
        if matches!(requirement.role, Role::Server | Role::Both) {
            self.broken(requirement, failure.to_string().as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use anyrfc_websocket::rfc6455;

    use super::*;
    use crate::exit::Exit;

    #[tokio::test(start_paused = true)]
    async fn every_statement_of_a_probe_is_told_of() {
        const PONGS: &Requirement = rfc6455::SERVER_DOES_NOT_MASK;
        let other: &'static Requirement = rfc6455::RFC6455
            .requirements
            .iter()
            .copied()
            .find(|requirement| requirement.role == Role::Server && *requirement != PONGS)
            .unwrap();
        let limit = Duration::from_secs(3);
        let mut found = Examination::default();
        found
            .probe("a", limit, &[PONGS, other], async |probe| {
                probe.kept(PONGS);
                Err(Failure::new(Exit::Network, "it went away"))
            })
            .await;
        found.probe("b", limit, &[other], async |_| std::future::pending().await).await;
        let all: Vec<_> = found.findings().map(|finding| (finding.requirement, &finding.verdict)).collect();
        assert_eq!(all.len(), 2);
        assert!(all.contains(&(PONGS, &Verdict::Kept)));
        assert!(all.contains(&(other, &Verdict::Untested { why: "it went away".into() })));

        let mut found = Examination::default();
        found.probe("b", limit, &[other], async |_| std::future::pending().await).await;
        let all: Vec<_> = found.findings().map(|finding| &finding.verdict).collect();
        assert_eq!(all, [&Verdict::Untested { why: "the server did not answer within 3 s".into() }]);
    }

    #[tokio::test]
    async fn an_error_that_names_the_servers_statement_breaks_it() {
        let mut found = Examination::default();
        let masks = rfc6455::SERVER_DOES_NOT_MASK;
        found
            .probe("a", Duration::from_secs(3), &[masks], async |_| {
                let error = std::io::Error::other("a masked frame");
                Err(Failure::caused(anyrfc_core::ErrorKind::Protocol, Some(masks), &error))
            })
            .await;
        assert!(found.findings().all(|finding| matches!(finding.verdict, Verdict::Broken { .. })));
        assert_eq!(found.findings().count(), 1);
    }
}
