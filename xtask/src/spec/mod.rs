//! `cargo xtask spec`: catalogues against the RFCs' own texts.

mod extract;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyrfc_core::{Nth, Spec};

pub(crate) use self::extract::{Statement, statements};
use crate::{Result, compliance::SUITES};

/// The commands below `cargo xtask spec`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Compare the ids and levels of every catalogue with the RFC texts in DIR.
    Verify {
        /// The directory that holds `rfcNNNN.txt`.
        #[arg(long, value_name = "DIR")]
        texts: PathBuf,
    },
    /// Print every normative keyword of an RFC: id, level and sentence, tab-separated.
    List {
        /// The RFCs, by number.
        #[arg(required = true)]
        rfc: Vec<u16>,
        /// The directory that holds `rfcNNNN.txt`.
        #[arg(long, value_name = "DIR")]
        texts: PathBuf,
    },
}

pub(crate) fn run(command: Command) -> Result {
    match command {
        Command::Verify { texts } => verify(&texts),
        Command::List { rfc, texts } => list(&rfc, &texts),
    }
}

/// The text of an RFC, `None` where the directory has none.
///
/// # Errors
/// The file is there and cannot be read.
fn text(directory: &Path, rfc: u16) -> Result<Option<String>> {
    let path = directory.join(format!("rfc{rfc}.txt"));
    match std::fs::read(&path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", path.display()).into()),
    }
}

fn list(rfcs: &[u16], directory: &Path) -> Result {
    let mut out = String::new();
    for &rfc in rfcs {
        let Some(text) = text(directory, rfc)? else {
            return Err(format!("no text of RFC {rfc} in {}", directory.display()).into());
        };
        for statement in statements(&text) {
            let _ = writeln!(out, "{}\t{}\t{}", statement.id(rfc), statement.level, statement.sentence);
        }
    }
    crate::print(&out)?;
    Ok(ExitCode::SUCCESS)
}

fn verify(directory: &Path) -> Result {
    if !directory.is_dir() {
        return Err(format!("{} is not a directory", directory.display()).into());
    }
    let mut specs: BTreeMap<u16, Vec<(&str, &Spec)>> = BTreeMap::new();
    for suite in SUITES {
        for spec in suite.specs {
            specs.entry(spec.rfc).or_default().push((suite.subject, spec));
        }
    }
    if specs.is_empty() {
        return Err("no suite claims an RFC".into());
    }
    let mut ok = true;
    for (rfc, claims) in specs {
        let text = text(directory, rfc)?;
        for (subject, spec) in claims {
            let Some(text) = &text else {
                println!("rfc{rfc} ({subject}): no text");
                continue;
            };
            let statements = statements(text);
            match difference(spec, &statements) {
                None => println!("rfc{rfc} ({subject}): {} keywords agree", statements.len()),
                Some(difference) => {
                    ok = false;
                    println!("rfc{rfc} ({subject}): differs from the text\n{difference}");
                }
            }
        }
    }
    Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One id and level of a list, as it is compared and printed.
type Row = (String, String);

/// How the keyword-numbered entries of a catalogue differ from the text, as
/// lines `-` (only in the text) and `+` (only in the catalogue); `None` if they do not.
pub(crate) fn difference(spec: &Spec, statements: &[Statement]) -> Option<String> {
    let text: Vec<Row> = statements.iter().map(|s| (s.id(spec.rfc), s.level.clone())).collect();
    let catalogue: Vec<Row> = spec
        .requirements
        .iter()
        .filter(|requirement| matches!(requirement.nth, Nth::Keyword(_)))
        .map(|requirement| (requirement.id(), requirement.level.to_string()))
        .collect();
    if text == catalogue {
        return None;
    }
    let mut out = String::new();
    let (mut left, mut right) = (&text[..], &catalogue[..]);
    while !(left.is_empty() && right.is_empty()) {
        match (left.split_first(), right.split_first()) {
            (Some((a, rest_a)), Some((b, rest_b))) if a == b => (left, right) = (rest_a, rest_b),
            (Some((a, rest_a)), Some((b, rest_b))) if a.0 == b.0 => {
                let _ = writeln!(out, "  ! {}: the text says {}, the catalogue {}", a.0, a.1, b.1);
                (left, right) = (rest_a, rest_b);
            }
            // Whichever id does not come later on the other side stands alone.
            (Some((a, rest)), other) if other.is_none() || !right.iter().any(|b| b.0 == a.0) => {
                let sentence = statements.iter().find(|s| s.id(spec.rfc) == a.0).map(|s| s.sentence.as_str());
                let _ = writeln!(out, "  - {} {} is missing: {}", a.0, a.1, sentence.unwrap_or_default());
                left = rest;
            }
            (_, Some((b, rest))) => {
                let why = if left.iter().any(|a| a.0 == b.0) {
                    "stands too early"
                } else if text.iter().any(|a| a.0 == b.0) {
                    "is repeated or stands too late"
                } else {
                    "is not in the text"
                };
                let _ = writeln!(out, "  + {} {} {why}", b.0, b.1);
                right = rest;
            }
            // Not reached: a lone left side is taken above.
            (_, None) => break,
        }
    }
    Some(out.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    mod good {
        anyrfc_core::requirements! {
            /// Doors.
            SPEC = 9, "Doors";
            OPENS = "1" / 1, Must, Client, "open";
            CLOSES = "1" / 2, ShouldNot, Client, "close";
            CREAKS = "1" / h(1), Must, Client, "creak";
            BURNS = "2" / 1, May, Client, "burn";
        }
    }

    mod wrong_level {
        anyrfc_core::requirements! {
            /// Doors.
            SPEC = 9, "Doors";
            OPENS = "1" / 1, Must, Client, "open";
            CLOSES = "1" / 2, Should, Client, "close";
            BURNS = "2" / 1, May, Client, "burn";
        }
    }

    mod short {
        anyrfc_core::requirements! {
            /// Doors.
            SPEC = 9, "Doors";
            OPENS = "1" / 1, Must, Client, "open";
            BURNS = "2" / 1, May, Client, "burn";
            SMOKES = "2" / 2, May, Client, "smoke";
        }
    }

    mod out_of_order {
        anyrfc_core::requirements! {
            /// Doors.
            SPEC = 9, "Doors";
            BURNS = "2" / 1, May, Client, "burn";
            OPENS = "1" / 1, Must, Client, "open";
            CLOSES = "1" / 2, ShouldNot, Client, "close";
        }
    }

    fn doors() -> Vec<Statement> {
        statements("1. One\n   Doors MUST open and SHOULD NOT close.\n\n2. Two\n   They MAY burn.\n")
    }

    #[test]
    fn a_faithful_catalogue_agrees_and_hand_numbers_do_not_count() {
        assert_eq!(difference(&good::SPEC, &doors()), None);
    }

    #[test]
    fn every_kind_of_difference_is_told() {
        let level = difference(&wrong_level::SPEC, &doors()).unwrap();
        assert_eq!(level, "  ! rfc9#1-2: the text says SHOULD NOT, the catalogue SHOULD");
        let short = difference(&short::SPEC, &doors()).unwrap();
        assert!(short.starts_with("  - rfc9#1-2 SHOULD NOT is missing: Doors MUST open"), "{short}");
        assert!(short.ends_with("+ rfc9#2-2 MAY is not in the text"), "{short}");
        let order = difference(&out_of_order::SPEC, &doors()).unwrap();
        assert_eq!(order, "  + rfc9#2-1 MAY stands too early\n  - rfc9#2-1 MAY is missing: They MAY burn.");
    }

    #[test]
    fn an_rfc_without_text_is_no_error() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(text(directory.path(), 9).unwrap(), None);
        std::fs::write(directory.path().join("rfc9.txt"), b"1. \xff").unwrap();
        assert_eq!(text(directory.path(), 9).unwrap().as_deref(), Some("1. \u{fffd}"));
    }
}
