//! What ten thousand rows cost a client.

use super::{
    Bench, MANY, ROWS, Result, corpus,
    ours::Ours,
    peer::{self, Peer},
    raw::Raw,
    tally::{Escapes, Tally},
    timed, title,
};
use crate::{
    clock,
    row::{Contestant, Effort, Row, Sample, Who, measure},
};

const NAME: &str = "live-fetch10k-cpu";
/// Ours lends its rows, which the peer cannot.
const BORROWED: &str = "live-fetch10k-cpu-borrowed";
pub(super) const NAMES: [&str; 2] = [NAME, BORROWED];

pub(super) fn row(bench: &Bench, name: &'static str, effort: Effort) -> Result<Row> {
    let server = bench.server()?;
    let expected = corpus::rows(ROWS).1;
    let mut contestants = vec![
        Contestant::new(Who::Ours, move || {
            bench.runtime.block_on(async {
                let mut client = Ours::connect(server, MANY).await?;
                let fetch = async || {
                    if name == BORROWED { client.fetch_borrowed().await } else { client.fetch().await }
                };
                let sample = all(expected, Escapes::Taken, fetch).await?;
                client.close().await?;
                Ok(sample)
            })
        }),
        Contestant::new(Who::Peer(peer::NAME), move || {
            bench.runtime.block_on(async {
                let mut client = Peer::connect(server, MANY).await?;
                let sample = all(expected, Escapes::Left, async || client.fetch().await).await?;
                client.close().await?;
                Ok(sample)
            })
        }),
        Contestant::new(Who::Limit("raw drain"), move || raw(server)),
    ];
    let mut row = measure(title(name, "CPU ns/row"), effort, &mut contestants)?;
    row.notes = vec![
        "processor time of the client alone, on plain TCP; the wall belongs to the server, on the same core",
        "async-imap leaves escapes in quoted strings",
    ];
    if name == BORROWED {
        row.notes.push("async-imap has no borrowed mode: its rows are owned");
    }
    Ok(row)
}

/// Every row, counted, and what that costs.
pub(super) async fn all(
    expected: Tally,
    escapes: Escapes,
    fetch: impl AsyncFnOnce() -> Result<Tally>,
) -> Result<Sample> {
    let mut seen = Tally::default();
    let work = async || {
        seen = fetch().await?;
        Ok(())
    };
    let sample = timed(ROWS, work).await?;
    seen.agree(expected, escapes)?;
    Ok(sample)
}

fn raw(server: std::net::SocketAddr) -> Result<Sample> {
    let mut raw = Raw::connect(server)?;
    raw.command(&format!("EXAMINE {MANY}"))?;
    let start = clock::spent();
    let octets = raw.command(&format!("UID FETCH 1:* {}", corpus::ITEMS))?;
    let spent = (clock::spent() - start).as_secs_f64();
    if octets < ROWS * 500 {
        return Err(format!("only {octets} octets were drained").into());
    }
    Ok(Sample { value: spent * 1e9 / ROWS as f64, rate: None })
}

/// One fetch of ours, for a profiler.
pub(in crate::imap) fn helper(name: &str, server: &str) -> Result<()> {
    let runtime = super::runtime()?;
    runtime.block_on(async {
        let mut client = Ours::connect(server.parse()?, MANY).await?;
        for _ in 0..20 {
            let seen = if name == BORROWED { client.fetch_borrowed().await? } else { client.fetch().await? };
            std::hint::black_box(seen);
        }
        client.close().await
    })
}
