//! What is reported, to programs and to people.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use super::{
    matrix::Shown,
    peer::{Failure, Outcome},
};
use crate::Result;

/// The whole report; its fields are a contract.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    schema: u32,
    pub(crate) peers: Vec<PeerReport>,
}

/// One peer's part; its fields are a contract.
#[derive(Debug, Serialize)]
pub(crate) struct PeerReport {
    peer: &'static str,
    /// Empty where it could not be installed.
    version: String,
    #[serde(rename = "crate")]
    subject: &'static str,
    cases: usize,
    passed: usize,
    pub(crate) failed: usize,
    skipped: usize,
    pub(crate) failures: Vec<Failure>,
    extra: BTreeMap<&'static str, serde_json::Value>,
    #[serde(skip)]
    time: Duration,
}

impl PeerReport {
    pub(crate) fn new(
        peer: &'static str,
        subject: &'static str,
        version: String,
        outcome: Outcome,
        time: Duration,
    ) -> Self {
        let Outcome { passed, skipped, failures, extra, evidence: _ } = outcome;
        let failed = failures.len();
        Self {
            peer,
            version,
            subject,
            cases: passed + failed,
            passed,
            failed,
            skipped,
            failures,
            extra,
            time,
        }
    }
}

impl PeerReport {
    pub(crate) const fn name(&self) -> &'static str {
        self.peer
    }

    pub(crate) const fn subject(&self) -> &'static str {
        self.subject
    }

    /// How it went with each extension, where that is told.
    pub(crate) fn extensions(&self) -> Option<Shown> {
        let extensions = self.extra.get("extensions")?.as_object()?;
        let word = |word: &serde_json::Value| word.as_str().unwrap_or_default().to_owned();
        Some(extensions.iter().map(|(name, shown)| (name.clone(), word(shown))).collect())
    }

    /// One case more, which was not the peer's.
    pub(crate) fn add_case(&mut self, case: &str, outcome: Result<()>) {
        self.cases += 1;
        match outcome {
            Ok(()) => self.passed += 1,
            Err(why) => {
                self.failed += 1;
                self.failures.push(Failure { case: case.into(), why: why.to_string() });
            }
        }
    }
}

impl Report {
    pub(crate) const fn new(peers: Vec<PeerReport>) -> Self {
        Self { schema: 1, peers }
    }

    /// Whether every peer was there and every case passed.
    pub(crate) fn is_green(&self) -> bool {
        self.peers.iter().all(|peer| peer.failed == 0)
    }

    /// A table for people, the failures below it.
    pub(crate) fn table(&self) -> String {
        let mut rows = vec![
            ["peer", "version", "crate", "cases", "passed", "failed", "skipped", "time"].map(String::from),
        ];
        rows.extend(self.peers.iter().map(|peer| {
            [
                peer.peer.into(),
                if peer.version.is_empty() { "-".into() } else { peer.version.clone() },
                peer.subject.into(),
                peer.cases.to_string(),
                peer.passed.to_string(),
                peer.failed.to_string(),
                peer.skipped.to_string(),
                format!("{:.1} s", peer.time.as_secs_f64()),
            ]
        }));
        let mut text = align(&rows);
        for peer in &self.peers {
            for (name, value) in &peer.extra {
                text += &format!("\n{} {name}: {}", peer.peer, words(value));
            }
            for Failure { case, why } in &peer.failures {
                text += &format!("\n{} {case}: {why}", peer.peer);
            }
        }
        text
    }
}

/// A map from words to counts or to other words, or a list of words, on one line.
fn words(value: &serde_json::Value) -> String {
    // What would not stay on the line is told as JSON has it.
    let text = |value: &serde_json::Value| match value.as_str() {
        Some(text) if !text.is_empty() && !text.contains(char::is_control) => text.to_owned(),
        _ => value.to_string(),
    };
    match value {
        serde_json::Value::Object(map) => {
            let entry = |(word, value): (&String, &serde_json::Value)| match value {
                serde_json::Value::Number(count) => format!("{count} {word}"),
                other => format!("{word}: {}", text(other)),
            };
            map.iter().map(entry).collect::<Vec<_>>().join(", ")
        }
        serde_json::Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// Columns as wide as their widest cell; numbers to the right.
pub(crate) fn align<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> String {
    let mut widths = [0; COLUMNS];
    let mut numeric = [true; COLUMNS];
    for (index, row) in rows.iter().enumerate() {
        for ((cell, width), numeric) in row.iter().zip(&mut widths).zip(&mut numeric) {
            *width = (*width).max(cell.chars().count());
            *numeric &= index == 0 || cell.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        }
    }
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(widths).zip(numeric).map(|((cell, width), numeric)| {
            if numeric { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(failures: Vec<Failure>) -> Report {
        let extra = BTreeMap::from([("behavior", serde_json::json!({ "OK": 2 }))]);
        let outcome = Outcome { passed: 2, skipped: 3, failures, extra, evidence: Vec::new() };
        Report::new(vec![PeerReport::new("p", "anyrfc-x", "1.0".into(), outcome, Duration::from_secs(1))])
    }

    #[test]
    fn the_json_has_exactly_the_fields_of_the_contract() {
        let failure = Failure { case: "1.1".into(), why: "FAILED".into() };
        let json = serde_json::to_value(report(vec![failure])).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "schema": 1,
                "peers": [{
                    "peer": "p", "version": "1.0", "crate": "anyrfc-x",
                    "cases": 3, "passed": 2, "failed": 1, "skipped": 3,
                    "failures": [{ "case": "1.1", "why": "FAILED" }],
                    "extra": { "behavior": { "OK": 2 } },
                }],
            })
        );
    }

    #[test]
    fn green_only_without_failures() {
        assert!(report(Vec::new()).is_green());
        assert!(!report(vec![Failure { case: String::new(), why: String::new() }]).is_green());
    }

    #[test]
    fn counts_answers_and_lists_are_told_on_one_line() {
        assert_eq!(words(&serde_json::json!({ "b": 2, "a": 1 })), "1 a, 2 b");
        assert_eq!(words(&serde_json::json!({ "case": "OK", "odd": "a\r\n" })), "case: OK, odd: \"a\\r\\n\"");
        assert_eq!(words(&serde_json::json!(["IDLE", "ID"])), "IDLE ID");
        assert_eq!(words(&serde_json::json!(7)), "7");
    }

    #[test]
    fn numbers_stand_to_the_right() {
        let rows = [["name", "count"], ["a", "1"], ["long name", "1000"]].map(|row| row.map(String::from));
        assert_eq!(align(&rows), "name       count\na              1\nlong name   1000");
    }
}
