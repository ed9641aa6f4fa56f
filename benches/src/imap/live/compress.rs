//! What ten thousand rows cost a client that inflates them (RFC 4978).

use super::{
    Bench, MANY, ROWS, Result, corpus,
    fetch::all,
    ours::Ours,
    peer::{self, Peer},
    raw::Raw,
    tally::Escapes,
    title,
};
use crate::{
    clock,
    row::{Contestant, Effort, Row, Sample, Who, measure},
};

pub(super) const NAME: &str = "compress-fetch";

pub(super) fn row(bench: &Bench, effort: Effort) -> Result<Row> {
    let server = bench.server()?;
    let expected = corpus::rows(ROWS).1;
    let mut contestants = vec![
        Contestant::new(Who::Ours, move || {
            bench.runtime.block_on(async {
                let mut client = Ours::compressed(server, MANY).await?;
                let sample = all(expected, Escapes::Taken, async || client.fetch().await).await?;
                client.close().await?;
                Ok(sample)
            })
        }),
        Contestant::new(Who::Peer(peer::NAME), move || {
            bench.runtime.block_on(async {
                let mut client = Peer::compressed(server, MANY).await?;
                let sample = all(expected, Escapes::Left, async || client.fetch().await).await?;
                client.close().await?;
                Ok(sample)
            })
        }),
        Contestant::new(Who::Limit("drain and inflate"), move || raw(server)),
    ];
    let mut row = measure(title(NAME, "CPU ns/row"), effort, &mut contestants)?;
    row.notes = vec![
        "processor time of the client alone, on plain TCP under COMPRESS=DEFLATE",
        "all inflate by zlib-rs, async-imap by way of flate2",
        "async-imap leaves escapes in quoted strings",
    ];
    Ok(row)
}

fn raw(server: std::net::SocketAddr) -> Result<Sample> {
    let mut raw = Raw::connect(server)?;
    raw.command(&format!("EXAMINE {MANY}"))?;
    raw.compress()?;
    let start = clock::spent();
    let octets = raw.command(&format!("UID FETCH 1:* {}", corpus::ITEMS))?;
    let spent = (clock::spent() - start).as_secs_f64();
    if octets < ROWS * 500 {
        return Err(format!("only {octets} octets came out").into());
    }
    Ok(Sample { value: spent * 1e9 / ROWS as f64, rate: None })
}

/// Fetches of ours, for a profiler.
pub(in crate::imap) fn helper(server: &str) -> Result<()> {
    let runtime = super::runtime()?;
    runtime.block_on(async {
        let mut client = Ours::compressed(server.parse()?, MANY).await?;
        for _ in 0..20 {
            std::hint::black_box(client.fetch().await?);
        }
        client.close().await
    })
}
