//! mail-parser 1, measured by itself: for each line `row count` on standard input one round, and a
//! line of nanoseconds per operation and of what was seen.
#![forbid(unsafe_code)]

#[path = "../../src/mime/corpus.rs"]
mod corpus;

use std::{
    error::Error,
    hint::black_box,
    io::{BufRead as _, Write as _},
    time::Duration,
};

use corpus::Tally;
use mail_parser::{MessageParser, PartKind};

fn main() -> Result<(), Box<dyn Error>> {
    let (small, large) = (corpus::small(), [corpus::large()]);
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (row, count) = line.split_once(' ').ok_or("row and count, please")?;
        let count: usize = count.parse()?;
        let messages: &[Vec<u8>] = if row == "parse-small" { &small } else { &large };
        let mut tally = Tally::default();
        let start = spent();
        for _ in 0..count {
            tally = Tally::default();
            for message in messages {
                if row == "decode-base64-13m" {
                    decode(message, &mut tally)
                } else {
                    read(message, &mut tally)
                }
            }
        }
        let nanoseconds = (spent() - start).as_secs_f64() * 1e9 / (count * messages.len()) as f64;
        writeln!(out, "{nanoseconds} {}", tally.to_line())?;
        out.flush()?;
    }
    Ok(())
}

#[cfg(unix)]
fn spent() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}

#[cfg(not(unix))]
fn spent() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

fn length(text: &str) -> u64 {
    black_box(text).len() as u64
}

fn read(octets: &[u8], tally: &mut Tally) {
    let Some(message) = MessageParser::default().parse(octets) else { return };
    let lists = [message.from(), message.to(), message.cc(), message.reply_to()];
    for mailbox in lists.iter().flatten().flat_map(|list| list.mailboxes()) {
        tally.mailboxes += 1;
        tally.addresses +=
            length(mailbox.name().unwrap_or_default()) + length(mailbox.address().unwrap_or_default());
    }
    tally.subjects += length(message.subject().unwrap_or_default());
    tally.dates += message.date().map_or(0, |date| date.to_timestamp());
    tally.ids += length(message.message_id().unwrap_or_default());
    tally.ids += message.references().map_or(0, |ids| ids.iter().map(length).sum());
    for part in message.parts() {
        tally.names += length(part.attachment_name().unwrap_or_default());
        match part.kind() {
            PartKind::Text | PartKind::Html => tally.text += length(&part.text().unwrap_or_default()),
            PartKind::Binary | PartKind::InlineBinary => {
                tally.binary += black_box(&part.decoded()).len() as u64;
            }
            _ => {}
        }
    }
}

/// The attachment alone: what it costs to find it is a thousandth.
fn decode(octets: &[u8], tally: &mut Tally) {
    let Some(message) = MessageParser::default().parse(octets) else { return };
    for part in message.attachments() {
        tally.binary += black_box(&part.decoded()).len() as u64;
    }
}
