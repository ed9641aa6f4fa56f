//! anyrfc-mime beside others: reading and building messages in memory.

mod build;
mod corpus;
mod newest;
mod parse;
mod stream;

use std::error::Error;

use crate::{
    clock,
    row::{Better, Effort, Row, Sample, Title},
};

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

const SUBJECT: &str = "anyrfc-mime";

/// Measures every row whose name begins so.
pub(crate) fn rows(effort: Effort, wanted: &str) -> Result<Vec<Row>> {
    let mut rows = parse::rows(effort, wanted)?;
    rows.extend(build::rows(effort, wanted)?);
    rows.extend(stream::row(effort, wanted)?);
    Ok(rows)
}

/// What the bench starts itself for: work that is counted in a process of its own, or one round of
/// somebody, which a profiler can be put on.
pub(crate) fn helper(arguments: &[String]) -> Result<()> {
    match arguments {
        [what] if what == "stream" => stream::main(),
        [who, row, count] => {
            let count = count.parse()?;
            if row.starts_with("build") {
                build::round(who, row, count)
            } else {
                parse::round(who, row, count)
            }
        }
        _ => Err("mime: stream, or who, what and how many?".into()),
    }
}

const fn title(name: &'static str) -> Title {
    Title { subject: SUBJECT, name, unit: "ns/message", better: Better::Lower }
}

/// Processor time per operation, and operations per second.
fn timed(count: usize, work: impl FnOnce() -> Result<()>) -> Result<Sample> {
    let start = clock::spent();
    work()?;
    let spent = (clock::spent() - start).as_secs_f64();
    Ok(Sample { value: spent * 1e9 / count as f64, rate: Some(count as f64 / spent) })
}
