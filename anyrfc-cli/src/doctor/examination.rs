//! What an examination found, statement by statement.

use std::collections::BTreeMap;

use anyrfc_core::Requirement;

/// How much of what was seen on the wire is kept for one finding.
const SEEN_MAX: usize = 512;

/// What can be said of one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The server was given the chance to break it, and did not.
    Kept,
    /// It did: what was seen on the wire, escaped and bounded.
    Broken { seen: String },
    /// It could not be tried, and why.
    Untested { why: String },
}

/// One statement and what was found.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) requirement: &'static Requirement,
    pub(super) verdict: Verdict,
    /// The probe that found it, in a few words.
    pub(super) probe: &'static str,
}

/// Everything that was found. The worst that was seen of a statement is what stands: a server
/// that keeps it ten times and breaks it once breaks it.
#[derive(Debug, Default)]
pub(super) struct Examination {
    findings: BTreeMap<String, Finding>,
    /// What the server says it is, if it says so.
    pub(super) server: Option<String>,
}

impl Examination {
    /// The server kept it where it could have broken it.
    pub(super) fn kept(&mut self, probe: &'static str, requirement: &'static Requirement) {
        self.add(Finding { requirement, verdict: Verdict::Kept, probe });
    }

    /// The server broke it: `seen` are its bytes.
    pub(super) fn broken(&mut self, probe: &'static str, requirement: &'static Requirement, seen: &[u8]) {
        let short = seen.get(..SEEN_MAX).unwrap_or(seen);
        let more = if short.len() < seen.len() { "…" } else { "" };
        let seen = format!("{}{more}", short.escape_ascii());
        self.add(Finding { requirement, verdict: Verdict::Broken { seen }, probe });
    }

    /// It could not be tried.
    pub(super) fn untested(
        &mut self,
        probe: &'static str,
        requirement: &'static Requirement,
        why: impl Into<String>,
    ) {
        self.add(Finding { requirement, verdict: Verdict::Untested { why: why.into() }, probe });
    }

    /// Kept where `holds`, else broken by what was seen.
    pub(super) fn judge(
        &mut self,
        probe: &'static str,
        requirement: &'static Requirement,
        holds: bool,
        seen: &[u8],
    ) {
        if holds { self.kept(probe, requirement) } else { self.broken(probe, requirement, seen) }
    }

    /// By RFC, section and number.
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.values()
    }

    fn add(&mut self, finding: Finding) {
        let rank = |verdict: &Verdict| match verdict {
            Verdict::Untested { .. } => 0,
            Verdict::Kept => 1,
            Verdict::Broken { .. } => 2,
        };
        let id = finding.requirement.id();
        match self.findings.get(&id) {
            // The first sample is as good as the last.
            Some(before) if rank(&before.verdict) >= rank(&finding.verdict) => {}
            _ => {
                self.findings.insert(id, finding);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use anyrfc_websocket::rfc6455;

    use super::*;

    #[test]
    fn the_worst_stands() {
        let mut found = Examination::default();
        let masks = &rfc6455::SERVER_DOES_NOT_MASK;
        found.untested("a", masks, "no time");
        found.kept("b", masks);
        found.broken("c", masks, b"\x81\x80");
        found.kept("d", masks);
        let all: Vec<_> = found.findings().collect();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].probe, &all[0].verdict), ("c", &Verdict::Broken { seen: "\\x81\\x80".into() }));
    }

    #[test]
    fn what_was_seen_is_bounded() {
        let mut found = Examination::default();
        found.broken("a", &rfc6455::SERVER_DOES_NOT_MASK, &[b'x'; 4096]);
        let all: Vec<_> = found.findings().collect();
        assert!(matches!(&all[0].verdict, Verdict::Broken { seen } if seen.chars().count() == SEEN_MAX + 1));
    }
}
