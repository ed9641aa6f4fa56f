//! The report for programs.

use std::collections::BTreeMap;

use anyrfc_core::compliance::{Report, Status};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    crates: Vec<Crate<'a>>,
    totals: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct Crate<'a> {
    name: &'a str,
    specs: Vec<Spec<'a>>,
}

#[derive(Serialize)]
struct Spec<'a> {
    rfc: u16,
    title: &'a str,
    requirements: Vec<Requirement<'a>>,
}

#[derive(Serialize)]
struct Requirement<'a> {
    id: String,
    section: &'a str,
    level: &'static str,
    role: &'static str,
    summary: &'a str,
    status: &'static str,
    evidence: &'a [String],
    reason: Option<&'a str>,
}

/// How many requirements have each status; every status is there, with 0 if need be.
fn totals(reports: &[Report]) -> BTreeMap<&'static str, usize> {
    let mut totals: BTreeMap<_, _> = Status::ALL.iter().map(|status| (status.as_str(), 0)).collect();
    for assessment in reports.iter().flat_map(Report::assessments) {
        *totals.entry(assessment.status.as_str()).or_default() += 1;
    }
    totals
}

/// One JSON document and a line end.
pub(super) fn render(reports: &[Report]) -> String {
    let crates = reports
        .iter()
        .map(|report| Crate {
            name: report.subject,
            specs: report
                .specs
                .iter()
                .map(|spec| Spec {
                    rfc: spec.spec.rfc,
                    title: spec.spec.title,
                    requirements: spec
                        .requirements
                        .iter()
                        .map(|assessment| Requirement {
                            id: assessment.requirement.id(),
                            section: assessment.requirement.section,
                            level: assessment.requirement.level.as_str(),
                            role: assessment.requirement.role.as_str(),
                            summary: assessment.requirement.summary,
                            status: assessment.status.as_str(),
                            evidence: &assessment.evidence,
                            reason: assessment.reason.as_deref(),
                        })
                        .collect(),
                })
                .collect(),
        })
        .collect();
    let document = Document { schema: 1, crates, totals: totals(reports) };
    let mut text = serde_json::to_string_pretty(&document).expect("strings and numbers only");
    text.push('\n');
    text
}
