//! Instructions, counted by valgrind's callgrind: what a noisy machine cannot change.
//!
//! Two runs of different lengths, each in a process of its own: their difference has nothing of
//! starting up, and of making the corpus, in it.

use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
};

use super::{
    Result,
    parse::{LIMIT, Reader},
};
use crate::{
    row::{Beside, Limit, Who},
    valgrind,
};

/// Rows that are counted: enough of every kind.
const ROWS: usize = 500;

/// Counts for everybody; nothing where there is no valgrind.
pub(super) fn count(row: &str, readers: &[Reader]) -> Result<Option<Beside>> {
    if !valgrind::is_there() {
        return Ok(None);
    }
    let (mut ours, mut peers) = (None, BTreeMap::new());
    for reader in readers {
        let count = per_row(reader.who.name(), row)?;
        match reader.who {
            Who::Ours => ours = Some(count),
            who => drop(peers.insert(who.name(), count)),
        }
    }
    let ours = ours.ok_or("nobody of ours took part")?;
    let limit = Some(Limit { name: LIMIT, value: per_row(LIMIT, row)? });
    Ok(Some(Beside { unit: "instructions/row", ours, peers, limit }))
}

fn per_row(who: &str, row: &str) -> Result<f64> {
    let (few, many) = (1_usize, 3);
    let counted = |passes: usize| collected(&["parse", who, row, &ROWS.to_string(), &passes.to_string()]);
    let difference = counted(many)?.saturating_sub(counted(few)?);
    Ok(difference as f64 / ((many - few) * ROWS) as f64)
}

/// Instructions of this program with these arguments.
pub(super) fn collected(arguments: &[&str]) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["helper", "imap"])
        .args(arguments)
        .stdin(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let found = text.lines().find_map(|line| line.split_once("Collected :"));
    match (output.status.success(), found) {
        (true, Some((_, number))) => Ok(number.trim().parse()?),
        _ => Err(format!("callgrind on {arguments:?}: {text}").into()),
    }
}
