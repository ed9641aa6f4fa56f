//! Many commands over a network that is far away.

use std::{
    fmt::Write as _,
    net::SocketAddr,
    time::{Duration, Instant},
};

use super::{
    Bench, MANY, Result, corpus,
    ours::Ours,
    peer::{self, Peer},
    raw::Raw,
    title,
};
use crate::{
    proxy::Proxy,
    row::{Contestant, Effort, Row, Sample, Who, measure},
};

pub(super) const NAME: &str = "pipeline-2000-20ms";
const COMMANDS: u32 = 2000;
const ONE_WAY: Duration = Duration::from_millis(10);

pub(super) fn row(bench: &Bench, effort: Effort) -> Result<Row> {
    let far = Proxy::start(bench.server()?, ONE_WAY)?.address();
    // Forty seconds a round would be too long: who waits for every answer waits as long for each.
    let some = effort.operations(200) as u32;
    let mut contestants = vec![
        Contestant::new(Who::Ours, || {
            bench.runtime.block_on(async {
                let mut client = Ours::connect(far, MANY).await?;
                let start = Instant::now();
                let flags = client.flags(COMMANDS).await?;
                let sample = sample(start, 1.0);
                expect(COMMANDS, flags)?;
                client.close().await?;
                Ok(sample)
            })
        }),
        Contestant::new(Who::Peer(peer::NAME), || {
            bench.runtime.block_on(async {
                let mut client = Peer::connect(far, MANY).await?;
                let start = Instant::now();
                let flags = client.flags(some).await?;
                let sample = sample(start, f64::from(COMMANDS) / f64::from(some));
                expect(some, flags)?;
                client.close().await?;
                Ok(sample)
            })
        }),
        Contestant::new(Who::Limit("all in one write, drained unread"), || raw(far)),
    ];
    let mut row = measure(title(NAME, "ms"), effort, &mut contestants)?;
    row.notes = vec![
        "time on the wall of UID FETCH n (UID FLAGS) for 2000 messages through a proxy that adds 10 ms each way",
        "async-imap has no pipelining: it waits for every answer; measured on 200 commands (--quick: 20) and scaled",
    ];
    Ok(row)
}

fn sample(start: Instant, scale: f64) -> Sample {
    let spent = start.elapsed().as_secs_f64() * scale;
    Sample { value: spent * 1e3, rate: Some(f64::from(COMMANDS) / spent) }
}

/// Whether the flags of the first so many messages were seen.
fn expect(messages: u32, flags: u64) -> Result<()> {
    let expected = corpus::rows(messages as usize).1.flags;
    if flags == expected { Ok(()) } else { Err(format!("{flags} flags instead of {expected}").into()) }
}

fn raw(far: SocketAddr) -> Result<Sample> {
    let mut raw = Raw::connect(far)?;
    raw.command(&format!("EXAMINE {MANY}"))?;
    let mut commands = String::new();
    for uid in 1..=COMMANDS {
        let _ = write!(commands, "p{uid} UID FETCH {uid} (UID FLAGS)\r\n");
    }
    let start = Instant::now();
    raw.write(commands.as_bytes())?;
    raw.drain_until(&format!("p{COMMANDS} "))?;
    Ok(sample(start, 1.0))
}
