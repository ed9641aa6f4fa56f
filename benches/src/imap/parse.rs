//! Reading rows from memory: all at once, and as they come from a socket.

use std::hint::black_box;

use super::{
    Result, SUBJECT, corpus, instructions, ours, peers,
    tally::{Escapes, Tally},
};
use crate::{
    clock,
    row::{Better, Contestant, Effort, Row, Sample, Title, Who, measure},
};

/// What one read of a socket gives.
pub(super) const CHUNK: usize = 16 << 10;
/// Rows of the corpus, some nine megabytes.
const ROWS: usize = 10_000;
/// Times the corpus is read in one round of a full run.
const PASSES: usize = 10;

const ONESHOT: &str = "parse-fetch10k-oneshot";
const CHUNKED: &str = "parse-fetch10k-16k";
pub(super) const LIMIT: &str = "a look at every octet";

/// Reads all rows.
type Read = fn(&[u8]) -> Result<Tally>;

/// Somebody who reads rows.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    pub(super) who: Who,
    read: Read,
    escapes: Escapes,
}

const fn reader(who: Who, read: Read, escapes: Escapes) -> Reader {
    Reader { who, read, escapes }
}

/// The rows of the bench, and who takes part in each.
const PARSERS: &[(&str, &[Reader])] = &[
    (
        ONESHOT,
        &[
            reader(Who::Ours, ours::oneshot, Escapes::Taken),
            reader(Who::Peer("imap-proto"), peers::imap_proto, Escapes::Left),
            reader(Who::Peer("imap-codec"), peers::imap_codec, Escapes::Taken),
        ],
    ),
    (
        CHUNKED,
        &[
            reader(Who::Ours, ours::chunked, Escapes::Taken),
            reader(Who::Peer("imap-codec + Fragmentizer"), peers::fragmentizer, Escapes::Taken),
        ],
    ),
];

pub(super) fn rows(effort: Effort, wanted: &str) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for &(name, readers) in PARSERS.iter().filter(|(name, _)| name.starts_with(wanted)) {
        eprintln!("  {name}");
        let (octets, expected) = corpus::rows(ROWS);
        let passes = effort.operations(PASSES);
        let (octets, mut contestants) = (&octets, Vec::new());
        for &reader in readers {
            contestants.push(Contestant::new(reader.who, move || round(reader, octets, expected, passes)));
        }
        contestants.push(Contestant::new(Who::Limit(LIMIT), move || {
            timed(passes * ROWS, || {
                for _ in 0..passes {
                    scan(octets)?;
                }
                Ok(())
            })
        }));
        let title = Title { subject: SUBJECT, name, unit: "ns/row", better: Better::Lower };
        let mut row = measure(title, effort, &mut contestants)?;
        row.notes = notes(name);
        if effort == Effort::Full {
            row.instructions = instructions::count(name, readers)?;
        }
        rows.push(row);
    }
    Ok(rows)
}

fn notes(name: &str) -> Vec<&'static str> {
    if name == ONESHOT {
        vec![
            "imap-proto leaves INTERNALDATE a string and escapes in quoted strings; all others read both",
            "everybody looks at every string, number and list of every row",
        ]
    } else {
        vec!["imap-proto has no way to go on where it stopped: it is not in this row"]
    }
}

fn round(reader: Reader, octets: &[u8], expected: Tally, passes: usize) -> Result<Sample> {
    let mut seen = Tally::default();
    let sample = timed(passes * expected.rows as usize, || {
        for _ in 0..passes {
            seen = (reader.read)(black_box(octets))?;
        }
        Ok(())
    })?;
    seen.agree(expected, reader.escapes)?;
    Ok(sample)
}

/// What everybody has to do at least.
fn scan(octets: &[u8]) -> Result<()> {
    let all = black_box(octets).iter().fold(0_u8, |all, octet| all | octet);
    if black_box(all) == 0 { Err("nothing to see".into()) } else { Ok(()) }
}

/// Processor time per operation, and operations per second of it.
pub(super) fn timed(count: usize, work: impl FnOnce() -> Result<()>) -> Result<Sample> {
    let start = clock::spent();
    work()?;
    let spent = (clock::spent() - start).as_secs_f64();
    Ok(Sample { value: spent * 1e9 / count as f64, rate: Some(count as f64 / spent) })
}

/// One round of somebody over so many rows, so many times: for callgrind, or for a profiler.
pub(super) fn helper(who: &str, row: &str, rows: usize, passes: usize) -> Result<()> {
    let (octets, expected) = corpus::rows(rows);
    if who == LIMIT {
        for _ in 0..passes {
            scan(&octets)?;
        }
        return Ok(());
    }
    let readers = PARSERS.iter().find(|(name, _)| *name == row).ok_or("no such row")?.1;
    let reader = *readers.iter().find(|reader| reader.who.name() == who).ok_or("nobody is called so")?;
    println!("{}", round(reader, &octets, expected, passes)?.value);
    Ok(())
}
