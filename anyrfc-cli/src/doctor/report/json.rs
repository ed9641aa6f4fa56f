//! For a program.

use serde::Serialize;

use super::{Finding, Report, Totals, Verdict};
use crate::exit::Failure;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    url: &'a str,
    protocol: &'static str,
    server: Option<&'a str>,
    findings: Vec<Row<'a>>,
    totals: Totals,
}

#[derive(Serialize)]
struct Row<'a> {
    id: String,
    rfc: u16,
    section: &'static str,
    level: &'static str,
    role: &'static str,
    summary: &'static str,
    verdict: &'static str,
    seen: Option<&'a str>,
    why: Option<&'a str>,
    probe: &'static str,
}

impl<'a> Row<'a> {
    fn new(finding: &'a Finding) -> Self {
        let requirement = finding.requirement;
        let (seen, why) = match &finding.verdict {
            Verdict::Kept => (None, None),
            Verdict::Broken { seen } => (Some(seen.as_str()), None),
            Verdict::Untested { why } => (None, Some(why.as_str())),
        };
        Self {
            id: requirement.id(),
            rfc: requirement.rfc,
            section: requirement.section,
            level: requirement.level.as_str(),
            role: requirement.role.as_str(),
            summary: requirement.summary,
            verdict: finding.verdict.as_str(),
            seen,
            why,
            probe: finding.probe,
        }
    }
}

impl Report<'_> {
    /// # Errors
    /// None that could be named: strings and numbers are JSON.
    pub(in crate::doctor) fn json(&self) -> Result<String, Failure> {
        let document = Document {
            schema: 1,
            url: self.url,
            protocol: self.protocol,
            server: self.server,
            findings: self.findings.iter().map(|finding| Row::new(finding)).collect(),
            totals: self.totals(),
        };
        Ok(serde_json::to_string_pretty(&document)? + "\n")
    }
}
