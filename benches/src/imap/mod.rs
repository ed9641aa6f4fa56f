//! IMAP clients beside each other: parsers in memory, and clients with a Dovecot of their own.

mod corpus;
mod instructions;
mod live;
mod ours;
mod parse;
mod peers;
mod scaling;
mod tally;

use std::error::Error;

use crate::row::{Effort, Row};

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

const SUBJECT: &str = "anyrfc-imap";

/// Measures every row whose name begins so.
pub(crate) fn rows(effort: Effort, wanted: &str) -> Result<Vec<Row>> {
    let mut rows = parse::rows(effort, wanted)?;
    if scaling::NAME.starts_with(wanted) {
        eprintln!("  {}", scaling::NAME);
        rows.extend(scaling::row(effort)?);
    }
    rows.extend(live::rows(effort, wanted)?);
    Ok(rows)
}

/// What the bench starts itself for: work that is counted in a process of its own.
pub(crate) fn helper(arguments: &[String]) -> Result<()> {
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match *arguments.as_slice() {
        ["parse", who, row, rows, passes] => parse::helper(who, row, rows.parse()?, passes.parse()?),
        ["scaling", who, shape, size, passes] => scaling::helper(who, shape, size.parse()?, passes.parse()?),
        ["fetch", name, server] => live::fetch_helper(name, server),
        ["compress", server] => live::compress_helper(server),
        ["body", who, server] => live::helper(who, server),
        _ => Err(format!("imap: no such helper: {arguments:?}").into()),
    }
}
