//! What ten thousand rows cost a client.

use super::{
    Bench, MANY, ROWS, Result, corpus,
    ours::Ours,
    peer::{self, Peer},
    raw::Raw,
    tally::Escapes,
    timed, title,
};
use crate::{
    clock,
    row::{Contestant, Effort, Row, Sample, Who, measure},
};

pub(super) const NAME: &str = "live-fetch10k-cpu";

pub(super) fn row(bench: &Bench, effort: Effort) -> Result<Row> {
    let server = bench.server()?;
    let expected = corpus::rows(ROWS).1;
    let mut contestants = vec![
        Contestant::new(Who::Ours, || {
            bench.runtime.block_on(async {
                let mut client = Ours::connect(server, MANY).await?;
                let mut seen = None;
                let sample = timed(ROWS, async || {
                    seen = Some(client.fetch().await?);
                    Ok(())
                });
                let sample = sample.await?;
                seen.ok_or("nothing was seen")?.agree(expected, Escapes::Left)?;
                client.close().await?;
                Ok(sample)
            })
        }),
        Contestant::new(Who::Peer(peer::NAME), || {
            bench.runtime.block_on(async {
                let mut client = Peer::connect(server, MANY).await?;
                let mut seen = None;
                let sample = timed(ROWS, async || {
                    seen = Some(client.fetch().await?);
                    Ok(())
                });
                let sample = sample.await?;
                seen.ok_or("nothing was seen")?.agree(expected, Escapes::Left)?;
                client.close().await?;
                Ok(sample)
            })
        }),
        Contestant::new(Who::Limit("raw drain"), || {
            let mut raw = Raw::connect(server)?;
            raw.command(&format!("EXAMINE {MANY}"))?;
            let start = clock::spent();
            let octets = raw.command(&format!("UID FETCH 1:* {}", corpus::ITEMS))?;
            let spent = (clock::spent() - start).as_secs_f64();
            raw.command("LOGOUT").ok();
            if octets < ROWS * 500 {
                return Err(format!("only {octets} octets were drained").into());
            }
            Ok(Sample { value: spent * 1e9 / ROWS as f64, rate: None })
        }),
    ];
    let mut row = measure(title(NAME, "CPU ns/row"), effort, &mut contestants)?;
    row.notes = vec![
        "processor time of the client alone; the wall belongs to the server, which is on the same core",
        "plain TCP; async-imap leaves escapes in quoted strings; it gives owned rows, ours borrowed ones",
    ];
    Ok(row)
}
