//! How much memory a client needs for a message of fifty mebibytes.

use std::{
    net::SocketAddr,
    process::{Command, Stdio},
};

use super::{
    Bench, LARGE, OCTETS, Result, fill,
    ours::Ours,
    peer::{self, Peer},
    raw::Raw,
    runtime, title,
};
use crate::row::{Contestant, Effort, Row, Who, measure};

pub(super) const NAME: &str = "body-50m-rss";
const RAW: &str = "raw drain";

pub(super) fn row(bench: &Bench, effort: Effort) -> Result<Row> {
    let server = bench.server()?;
    let run = |who: &'static str| move || Ok(in_own_process(who, server)?.into());
    let mut contestants = vec![
        Contestant::new(Who::Ours, run(Who::Ours.name())),
        Contestant::new(Who::Peer(peer::NAME), run(peer::NAME)),
        Contestant::new(Who::Limit(RAW), run(RAW)),
    ];
    let mut row = measure(title(NAME, "KiB"), effort, &mut contestants)?;
    row.notes = vec![
        "what a process of its own grows by at most, from the idle client with the mailbox open",
        "every octet is looked at: ours reads the body as a stream, async-imap gives it whole",
    ];
    Ok(row)
}

fn in_own_process(who: &str, server: SocketAddr) -> Result<f64> {
    let output = Command::new(std::env::current_exe()?)
        .args(["helper", "imap", "body", who, &server.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("{who} did not read the message").into());
    }
    let text = String::from_utf8(output.stdout)?;
    let (grown, sum) = text.trim().split_once(' ').ok_or("no answer")?;
    if who != RAW && sum.parse::<u64>()? != fill::checksum() {
        return Err(format!("{who} saw something else").into());
    }
    Ok(grown.parse()?)
}

/// Adds to a sum that depends on every octet and its place.
pub(super) fn sum(sum: u64, octets: &[u8]) -> u64 {
    octets.iter().fold(sum, |sum, &octet| sum.wrapping_mul(31).wrapping_add(octet.into()))
}

/// That process: prints by how many KiB its resident memory grew at most, and the sum of what it saw.
pub(in crate::imap) fn helper(who: &str, server: &str) -> Result<()> {
    let server = server.parse()?;
    let (mut seen, mut count, mut idle) = (0, 0, 0);
    let mut look = |octets: &[u8]| {
        seen = sum(seen, octets);
        count += octets.len();
    };
    if who == RAW {
        let mut raw = Raw::connect(server)?;
        raw.command(&format!("EXAMINE {LARGE}"))?;
        idle = idle_now()?;
        count = raw.command("UID FETCH 1 (UID BODY.PEEK[])")?;
    } else {
        runtime()?.block_on(async {
            if who == peer::NAME {
                let mut client = Peer::connect(server, LARGE).await?;
                idle = idle_now()?;
                client.body(&mut look).await
            } else {
                let mut client = Ours::connect(server, LARGE).await?;
                idle = idle_now()?;
                client.body(&mut look).await
            }
        })?;
    }
    let grown = resident("VmHWM")?.saturating_sub(idle);
    if count < OCTETS {
        return Err(format!("only {count} octets came").into());
    }
    println!("{grown} {seen}");
    Ok(())
}

/// What is resident now, from which on the peak counts (proc(5), `clear_refs`).
fn idle_now() -> Result<u64> {
    std::fs::write("/proc/self/clear_refs", "5")?;
    resident("VmRSS")
}

/// A line of what the system tells of this process, in KiB.
fn resident(what: &str) -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    let number = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
    Ok(number.ok_or("the system does not tell")?)
}
