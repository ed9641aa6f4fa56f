//! The table of a README that tells which peer has shown which extension: written from a run's own
//! report, and compared with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::report::{PeerReport, Report};
use crate::Result;

/// Between these lines of the README.
const BEGIN: &str = "<!-- begin: extensions by peer, as `cargo xtask interop --write-readme` found them -->";
const END: &str = "<!-- end: extensions by peer -->";

/// What the signs mean, above the table.
const LEGEND: &str = "`✓` shown by a run against this peer · `–` the peer does not have it";

const PASSED: &str = "✓";
const UNSUPPORTED: &str = "–";
/// Nothing is known of it: the peer was not driven since there is this row.
const UNKNOWN: &str = "?";

/// So many differences are told one by one.
const TOLD: usize = 8;

/// The name of the case that compares.
const CASE: &str = "the extensions in the README";

/// What a peer has shown: an extension, and the report's word for it.
pub(super) type Shown = BTreeMap<String, String>;

/// The signs of a table, by extension and peer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Matrix {
    peers: Vec<String>,
    rows: BTreeMap<String, BTreeMap<String, String>>,
}

/// What the rows are called by, and in which order they stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order<'a> {
    /// Every peer, in the order of the columns.
    pub(super) peers: &'a [&'a str],
    /// Every extension and its RFC, in the order of the rows.
    pub(super) extensions: &'a [(&'a str, Option<u16>)],
}

/// The sign for a word of the report; none for a failure, which is no state to be kept.
fn sign(word: &str) -> Option<&'static str> {
    match word {
        "passed" => Some(PASSED),
        "unsupported" => Some(UNSUPPORTED),
        _ => None,
    }
}

/// What is between the lines that mark the table.
fn between(readme: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = readme.split_once(BEGIN)?;
    let (inside, after) = rest.split_once(END)?;
    Some((before, inside, after))
}

impl Matrix {
    /// The table between the marks, as it is.
    fn read(inside: &str) -> Self {
        let mut lines = inside.lines().filter(|line| line.starts_with('|')).map(|line| {
            let cells = line.trim().trim_start_matches('|').trim_end_matches('|').split('|');
            cells.map(|cell| cell.trim().trim_matches('`').to_owned()).collect::<Vec<_>>()
        });
        let peers: Vec<String> = lines.next().unwrap_or_default().into_iter().skip(2).collect();
        let rows = lines.skip(1).filter_map(|cells| {
            let mut cells = cells.into_iter();
            let (name, _) = (cells.next()?, cells.next());
            Some((name, peers.iter().cloned().zip(cells).collect()))
        });
        Self { rows: rows.collect(), peers }
    }

    /// The same after a peer has shown this.
    fn update(&mut self, peer: &str, shown: &Shown) {
        if !self.peers.iter().any(|known| known == peer) {
            self.peers.push(peer.to_owned());
        }
        for row in self.rows.values_mut() {
            row.remove(peer);
        }
        for (extension, word) in shown {
            let row = self.rows.entry(extension.clone()).or_default();
            row.insert(peer.to_owned(), sign(word).unwrap_or(UNKNOWN).to_owned());
        }
        // A row of which no peer knows is none.
        self.rows.retain(|_, row| row.values().any(|sign| sign != UNKNOWN));
    }

    /// What the table says otherwise than the peer has shown.
    fn differences(&self, peer: &str, shown: &Shown) -> Vec<String> {
        let told = |extension: &str| {
            self.rows.get(extension).and_then(|row| row.get(peer)).map_or(UNKNOWN, String::as_str)
        };
        let names: BTreeSet<&String> = self.rows.keys().chain(shown.keys()).collect();
        let differ = names.into_iter().filter_map(|name| {
            let found = shown.get(name).and_then(|word| sign(word)).unwrap_or(UNKNOWN);
            let told = told(name);
            (found != told).then(|| format!("{name} is {found} and not {told}"))
        });
        differ.collect()
    }

    /// As Markdown, its columns as wide as their widest cells.
    fn write(&self, order: Order<'_>) -> String {
        let place = |known: &[&str], name: &str| known.iter().position(|one| *one == name);
        let mut peers = self.peers.clone();
        peers.sort_by_key(|peer| place(order.peers, peer).unwrap_or(usize::MAX));
        let names: Vec<&str> = order.extensions.iter().map(|(name, _)| *name).collect();
        let mut rows: Vec<_> = self.rows.iter().collect();
        rows.sort_by_key(|(name, _)| place(&names, name).unwrap_or(usize::MAX));
        let rfc = |name: &str| {
            let found = order.extensions.iter().find(|(known, _)| *known == name);
            found.and_then(|(_, rfc)| *rfc).map_or_else(String::new, |rfc| rfc.to_string())
        };
        let mut cells: Vec<Vec<String>> = vec![["extension", "RFC"].map(str::to_owned).to_vec()];
        cells[0].extend(peers.iter().cloned());
        for (name, row) in rows {
            let mut line = vec![format!("`{name}`"), rfc(name)];
            let signs = peers.iter().map(|peer| row.get(peer).map_or(UNKNOWN, String::as_str));
            line.extend(signs.map(str::to_owned));
            cells.push(line);
        }
        let width = |column: usize| {
            cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
        };
        let widths: Vec<usize> = (0..peers.len() + 2).map(|column| width(column).unwrap_or(0)).collect();
        let rule = widths.iter().enumerate().map(|(column, &width)| match column {
            0 => format!(":{:-<width$}", "", width = width + 1),
            1 => format!("{:-<width$}:", "", width = width + 1),
            _ => format!(":{:-<width$}:", ""),
        });
        let rule = format!("|{}|", rule.collect::<Vec<_>>().join("|"));
        let mut lines = cells.iter().map(|row| {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| match column {
                0 => format!("{cell:<width$}"),
                1 => format!("{cell:>width$}"),
                _ => format!("{cell:^width$}"),
            });
            format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
        });
        let head = lines.next().unwrap_or_default();
        [head, rule].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
    }
}

/// The README with the columns of these peers as they have shown; the others stay. `None` where
/// there is no place for a table.
fn written(readme: &str, found: &[(&str, Shown)], order: Order<'_>) -> Option<String> {
    let (before, inside, after) = between(readme)?;
    let mut matrix = Matrix::read(inside);
    for (peer, shown) in found {
        matrix.update(peer, shown);
    }
    Some(format!("{before}{BEGIN}\n{LEGEND}\n\n{}\n{END}{after}", matrix.write(order)))
}

/// What is wrong with the columns of this peer.
fn stale(readme: &str, peer: &str, shown: &Shown) -> Result<()> {
    let (_, inside, _) = between(readme).ok_or("there is no place for them in it")?;
    let differences = Matrix::read(inside).differences(peer, shown);
    if differences.is_empty() {
        return Ok(());
    }
    let more = differences.len().saturating_sub(TOLD);
    let mut list = differences.iter().take(TOLD).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 {
        list.push_str(&format!(" and {more} more"));
    }
    Err(format!("{list}; `cargo xtask interop {peer} --write-readme` writes what is so").into())
}

/// Compares what each peer has shown with what the README of its crate says: one more case.
pub(super) fn compare(root: &Path, report: &mut Report) {
    for peer in &mut report.peers {
        let Some(shown) = peer.extensions() else { continue };
        let readme = std::fs::read_to_string(readme_of(root, peer));
        let compared = match readme {
            Ok(readme) => stale(&readme, peer.name(), &shown),
            Err(error) => Err(error.into()),
        };
        peer.add_case(CASE, compared);
    }
}

/// Writes what each peer has shown into the README of its crate. A peer of which a case has failed
/// has shown nothing that could be kept.
///
/// # Errors
/// A README has no place for it, or cannot be written.
pub(super) fn write(root: &Path, report: &Report, order: Order<'_>) -> Result<()> {
    let mut found: BTreeMap<_, Vec<(&str, Shown)>> = BTreeMap::new();
    for peer in report.peers.iter().filter(|peer| peer.failed == 0) {
        if let Some(shown) = peer.extensions() {
            found.entry(readme_of(root, peer)).or_default().push((peer.name(), shown));
        }
    }
    for (path, found) in found {
        let readme = std::fs::read_to_string(&path)?;
        let none = || format!("{} has no place for a table: no {BEGIN:?}", path.display());
        let new = written(&readme, &found, order).ok_or_else(none)?;
        if new != readme {
            std::fs::write(&path, new)?;
            eprintln!("{} was written", path.display());
        }
    }
    Ok(())
}

fn readme_of(root: &Path, peer: &PeerReport) -> std::path::PathBuf {
    root.join(peer.subject()).join("README.md")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: Order<'_> = Order {
        peers: &["big", "small", "rare"],
        extensions: &[("ACL", Some(4314)), ("IDLE", Some(2177)), ("X=Y", None)],
    };

    fn shown(all: &[(&str, &str)]) -> Shown {
        all.iter().map(|(name, word)| ((*name).to_owned(), (*word).to_owned())).collect()
    }

    fn readme(table: &str) -> String {
        format!("# A crate\n\n{BEGIN}\n{table}{END}\n\nThe end.\n")
    }

    #[test]
    fn a_table_is_written_in_order_and_aligned() {
        let found = [
            ("small", shown(&[("X=Y", "passed"), ("IDLE", "unsupported")])),
            ("big", shown(&[("IDLE", "passed"), ("ACL", "passed"), ("X=Y", "unsupported")])),
        ];
        let table = "\
| extension |  RFC | big | small |
|:----------|-----:|:---:|:-----:|
| `ACL`     | 4314 |  ✓  |   ?   |
| `IDLE`    | 2177 |  ✓  |   –   |
| `X=Y`     |      |  –  |   ✓   |
";
        let new = written(&readme(""), &found, ORDER).unwrap();
        assert_eq!(new, readme(&format!("{LEGEND}\n\n{table}")));
        // Once written it stays as it is.
        assert_eq!(written(&new, &found, ORDER), Some(new.clone()));
        for (peer, shown) in &found {
            stale(&new, peer, shown).unwrap();
        }
    }

    #[test]
    fn one_peer_alone_changes_its_own_column() {
        let both = [("big", shown(&[("IDLE", "passed")])), ("small", shown(&[("IDLE", "passed")]))];
        let before = written(&readme(""), &both, ORDER).unwrap();
        let one = [("rare", shown(&[("IDLE", "unsupported"), ("ACL", "passed")]))];
        let after = written(&before, &one, ORDER).unwrap();
        let (_, inside, _) = between(&after).unwrap();
        let matrix = Matrix::read(inside);
        assert_eq!(matrix.peers, ["big", "small", "rare"]);
        assert_eq!(matrix.rows["IDLE"]["small"], PASSED);
        assert_eq!(matrix.rows["IDLE"]["rare"], UNSUPPORTED);
        assert_eq!(matrix.rows["ACL"]["big"], UNKNOWN);
        stale(&after, "rare", &one[0].1).unwrap();
        // The others were not driven: what their columns say holds on, but for the new row.
        assert!(stale(&after, "big", &shown(&[("IDLE", "passed"), ("ACL", "passed")])).is_err());
        stale(&after, "big", &both[0].1).unwrap();
    }

    #[test]
    fn what_is_not_so_any_more_is_told() {
        let found = [("big", shown(&[("IDLE", "passed"), ("ACL", "passed")]))];
        let text = written(&readme(""), &found, ORDER).unwrap();
        let why = |shown| stale(&text, "big", &shown).unwrap_err().to_string();
        let lost = why(shown(&[("IDLE", "unsupported"), ("ACL", "passed")]));
        assert!(lost.starts_with("IDLE is – and not ✓; "), "{lost}");
        let more = why(shown(&[("IDLE", "passed"), ("ACL", "passed"), ("X=Y", "unsupported")]));
        assert!(more.starts_with("X=Y is – and not ?; "), "{more}");
        let less = why(shown(&[("IDLE", "passed")]));
        assert!(less.starts_with("ACL is ? and not ✓; "), "{less}");
        let failed = why(shown(&[("IDLE", "failed"), ("ACL", "passed")]));
        assert!(failed.starts_with("IDLE is ? and not ✓; "), "{failed}");
        // Typed by hand.
        let typed = text.replace('✓', "yes");
        assert!(stale(&typed, "big", &found[0].1).is_err());
        assert!(stale("# Nothing here", "big", &found[0].1).is_err());
        assert_eq!(written("# Nothing here", &found, ORDER), None);
    }

    #[test]
    fn a_row_that_nobody_has_any_more_goes() {
        let before = [("big", shown(&[("IDLE", "passed"), ("ACL", "passed")]))];
        let before = written(&readme(""), &before, ORDER).unwrap();
        let now = [("big", shown(&[("IDLE", "passed")]))];
        let after = written(&before, &now, ORDER).unwrap();
        assert!(!after.contains("ACL") && after.contains("IDLE"));
    }

    #[test]
    fn a_report_is_compared_with_and_written_to_the_readme_of_its_crate() {
        use std::time::Duration;

        use super::super::peer::{Failure, Outcome};

        let report = |word: &str, failures: Vec<Failure>| {
            let extra = BTreeMap::from([("extensions", serde_json::json!({ "IDLE": word }))]);
            let outcome = Outcome { passed: 2, failures, extra, ..Outcome::default() };
            let without = Outcome { passed: 1, ..Outcome::default() };
            Report::new(vec![
                PeerReport::new("big", "anyrfc-x", "1".into(), outcome, Duration::ZERO),
                PeerReport::new("other", "anyrfc-y", "1".into(), without, Duration::ZERO),
            ])
        };
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("anyrfc-x/README.md");
        std::fs::create_dir(root.path().join("anyrfc-x")).unwrap();
        std::fs::write(&path, readme("")).unwrap();
        let compared = |word: &str| {
            let mut report = report(word, Vec::new());
            compare(root.path(), &mut report);
            report
        };
        let before = compared("passed");
        assert!(!before.is_green());
        assert_eq!((before.peers[0].failed, before.peers[0].failures[0].case.as_str()), (1, CASE));
        // Of a run that failed nothing is kept.
        let failure = Failure { case: "x".into(), why: "y".into() };
        write(root.path(), &report("passed", vec![failure]), ORDER).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), readme(""));
        write(root.path(), &report("passed", Vec::new()), ORDER).unwrap();
        assert!(compared("passed").is_green());
        assert!(!compared("unsupported").is_green());
    }
}
