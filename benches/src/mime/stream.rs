//! How much memory the push parser needs for a message of one GiB, its body decoded.

use std::{
    hint::black_box,
    process::{Command, Stdio},
};

use anyrfc_mime::{
    Defects, MimeLimits,
    codec::base64,
    proto::{Event, MimeReader},
};

use super::{Result, SUBJECT, corpus};
use crate::row::{Better, Contestant, Effort, Row, Title, Who, measure};

const NAME: &str = "stream-1g-memory";
const TOTAL: usize = 1 << 30;

pub(super) fn row(effort: Effort, wanted: &str) -> Result<Option<Row>> {
    if !NAME.starts_with(wanted) || !cfg!(target_os = "linux") {
        return Ok(None);
    }
    eprintln!("  {NAME}");
    let title = Title { subject: SUBJECT, name: NAME, unit: "KiB", better: Better::Lower };
    let mut contestants = vec![
        Contestant::new(Who::Ours, || Ok(in_own_process()?.into())),
        Contestant::new(Who::Limit("the 1024 KiB that are allowed"), || Ok(1024.0.into())),
    ];
    let mut row = measure(title, effort, &mut contestants)?;
    row.notes = vec!["what the process grew by while it read; no peer reads a message without holding it"];
    Ok(Some(row))
}

fn in_own_process() -> Result<f64> {
    let output = Command::new(std::env::current_exe()?)
        .args(["helper", "mime", "stream"])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("reading a stream failed".into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// That process: prints by how many KiB its resident memory grew at most.
pub(super) fn main() -> Result<()> {
    let lines = corpus::base64(&corpus::octets(48 << 10));
    let before = resident("VmRSS")?;
    let octets = read(lines.as_bytes())?;
    let grown = resident("VmHWM")?.saturating_sub(before);
    if octets < TOTAL / 4 * 3 / 80 * 76 {
        return Err(format!("only {octets} octets were decoded").into());
    }
    println!("{grown}");
    Ok(())
}

fn read(lines: &[u8]) -> Result<usize> {
    let mut reader = MimeReader::new(MimeLimits::default());
    let mut decoder = base64::Decoder::new();
    let (mut decoded, mut defects) = (Vec::new(), Defects::new());
    let mut octets = 0;
    let mut feed = |mut input: &[u8], reader: &mut MimeReader| {
        while let Some(event) = reader.next(&mut input) {
            if let Event::BodyChunk { part: 1, data, .. } = event {
                decoded.clear();
                decoder.push(data, &mut decoded, &mut defects);
                octets += black_box(&decoded).len();
            }
        }
    };
    feed(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/pdf\r\n",
        &mut reader,
    );
    feed(b"Content-Transfer-Encoding: base64\r\n\r\n", &mut reader);
    for _ in 0..TOTAL / lines.len() {
        feed(lines, &mut reader);
    }
    feed(b"--b--\r\n", &mut reader);
    while reader.finish().is_some() {}
    Ok(octets)
}

/// A line of what the system tells of this process, in KiB.
fn resident(what: &str) -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    let number = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
    Ok(number.ok_or("the system does not tell")?)
}
