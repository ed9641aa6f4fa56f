//! Rows, for programs and for people.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::interop::align;

/// The whole report; its fields are a contract.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    schema: u32,
    rows: Vec<Row>,
}

/// One row; its fields are a contract. Ratios above one mean that ours is ahead.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(super) struct Row {
    #[serde(rename = "crate")]
    pub(super) subject: String,
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) better: Better,
    pub(super) ours: f64,
    pub(super) peers: BTreeMap<String, f64>,
    pub(super) limit: Option<Limit>,
    pub(super) best_peer_ratio: Option<f64>,
    pub(super) limit_ratio: Option<f64>,
    /// Operations per second on the wall, where they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) throughput: Option<Beside>,
    /// Instructions, where they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) instructions: Option<Beside>,
    /// Where work or checks are not the same for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<String>,
}

/// The same row counted in something else as well.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(super) struct Beside {
    pub(super) unit: String,
    pub(super) ours: f64,
    pub(super) peers: BTreeMap<String, f64>,
    pub(super) limit: Option<Limit>,
}

/// Which direction is ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Better {
    /// A rate.
    Higher,
    /// A cost.
    Lower,
}

/// What nobody can beat.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(super) struct Limit {
    pub(super) name: String,
    pub(super) value: f64,
}

impl Report {
    pub(super) const fn new(rows: Vec<Row>) -> Self {
        Self { schema: 1, rows }
    }

    /// A table for people. `over` is how far ours is from the limit.
    pub(super) fn table(&self) -> String {
        let heads = ["crate", "row", "unit", "ours", "limit", "over", "best peer", "ahead"];
        let mut cells = vec![heads.map(String::from)];
        cells.extend(self.rows.iter().map(Row::cells));
        let mut table = align(&cells);
        for row in &self.rows {
            for note in &row.notes {
                table.push_str(&format!("\n{}: {note}", row.name));
            }
        }
        table
    }
}

impl Row {
    fn cells(&self) -> [String; 8] {
        let none = || "-".to_owned();
        [
            self.subject.clone(),
            self.name.clone(),
            self.unit.clone(),
            number(self.ours),
            self.limit.as_ref().map_or_else(none, |limit| number(limit.value)),
            self.limit.as_ref().map_or_else(none, |limit| number((self.ours - limit.value).abs())),
            self.best_peer().map_or_else(none, |(name, value)| format!("{} {name}", number(value))),
            self.best_peer_ratio.map_or_else(none, |ratio| format!("{ratio:.2}x")),
        ]
    }

    fn best_peer(&self) -> Option<(&str, f64)> {
        let peers = self.peers.iter().map(|(name, &value)| (name.as_str(), value));
        match self.better {
            Better::Higher => peers.max_by(|a, b| a.1.total_cmp(&b.1)),
            Better::Lower => peers.min_by(|a, b| a.1.total_cmp(&b.1)),
        }
    }
}

/// Three digits that count.
fn number(value: f64) -> String {
    match value.abs() {
        0.0..10.0 => format!("{value:.2}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTED: &str = r#"{
        "crate": "c", "name": "r", "unit": "ns/message", "better": "lower", "ours": 2.0, "peers": {},
        "limit": null, "best_peer_ratio": null, "limit_ratio": null,
        "throughput": {"unit": "operations/s", "ours": 5e6, "peers": {"p": 4e6}, "limit": null},
        "instructions": {"unit": "instructions/message", "ours": 50.0, "peers": {}, "limit": null},
        "notes": ["the peer checks less"]
    }"#;
    const JSON: &str = r#"{
        "crate": "anyrfc-core", "name": "r", "unit": "ns/message", "better": "lower", "ours": 5.5,
        "peers": {"slow": 40.0, "fast": 30.0}, "limit": {"name": "copy", "value": 1.5},
        "best_peer_ratio": 5.45, "limit_ratio": 0.27
    }"#;

    #[test]
    fn rows_go_through_unchanged() {
        for json in [JSON, NOTED] {
            let row: Row = serde_json::from_str(json).unwrap();
            let again = serde_json::to_value(Report::new(vec![row])).unwrap();
            let row = serde_json::from_str::<serde_json::Value>(json).unwrap();
            assert_eq!(again, serde_json::json!({ "schema": 1, "rows": [row] }));
        }
    }

    #[test]
    fn differences_stand_below_the_table() {
        let row: Row = serde_json::from_str(NOTED).unwrap();
        assert!(Report::new(vec![row]).table().ends_with("\nr: the peer checks less"));
    }

    #[test]
    fn the_table_names_the_best_peer_and_the_distance_to_the_limit() {
        let row: Row = serde_json::from_str(JSON).unwrap();
        assert_eq!(row.best_peer(), Some(("fast", 30.0)));
        let rate = Row { better: Better::Higher, ..row.clone() };
        assert_eq!(rate.best_peer(), Some(("slow", 40.0)));
        let table = Report::new(vec![row]).table();
        assert!(table.contains("4.00") && table.contains("30.0 fast") && table.contains("5.45x"), "{table}");
    }
}
