//! Instructions per message, counted by valgrind's callgrind: what a noisy
//! machine cannot change.
//!
//! Two runs of different lengths, each in a process of its own: their
//! difference has nothing of starting up in it.

use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
};

use super::{
    Bench, FastWebsockets, KIB, Result, SHAPES, Shape, Sockudo, TokioWebsockets, Tungstenite, Yawc,
    for_each_peer, raw, session::Library,
};
use crate::row::{Beside, Limit, Sample, Who};

const RAW: &str = "copy in memory";

/// Counts for everybody; nothing where there is no valgrind.
pub(super) fn count(shape: Shape) -> Result<Option<Beside>> {
    let found = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        eprintln!("  note: no valgrind here, so instructions are not counted");
        return Ok(None);
    }
    let mut peers = BTreeMap::new();
    macro_rules! add {
        ($library:ident) => {
            let name = $library::WHO.name();
            peers.insert(name, per_message(name, shape)?);
        };
    }
    for_each_peer!(add);
    Ok(Some(Beside {
        unit: "instructions/message",
        ours: per_message(Who::Ours.name(), shape)?,
        peers,
        limit: Some(Limit { name: RAW, value: per_message(RAW, shape)? }),
    }))
}

fn per_message(name: &str, shape: Shape) -> Result<f64> {
    let (few, many) = if shape.size < KIB { (2_000, 22_000) } else { (100, 300) };
    let difference = collected(name, shape, many)?.saturating_sub(collected(name, shape, few)?);
    Ok(difference as f64 / (many - few) as f64)
}

fn collected(name: &str, shape: Shape, count: usize) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["helper", "round", name, shape.name, &count.to_string()])
        .stdin(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let found = text.lines().find_map(|line| line.split_once("Collected :"));
    match (output.status.success(), found) {
        (true, Some((_, number))) => Ok(number.trim().parse()?),
        _ => Err(format!("callgrind on {name}: {text}").into()),
    }
}

/// The process that is counted: one round of one contestant, which a profiler can be put on, too.
pub(super) fn main(arguments: &[String]) -> Result<()> {
    let [name, row, count] = arguments else { return Err("round: who, what, how many?".into()) };
    let shape = *SHAPES.iter().find(|shape| shape.name == row).ok_or("no such row")?;
    let count = shape.rounded(count.parse()?);
    let bench = Bench::new()?;
    if name == RAW {
        return shown(bench.runtime.block_on(raw::codec(shape, count))?);
    }
    if name == Who::Ours.name() {
        return shown(bench.ours(shape, count)?);
    }
    macro_rules! try_it {
        ($library:ident) => {
            if name == $library::WHO.name() {
                return shown(bench.round::<$library>(shape, count)?);
            }
        };
    }
    for_each_peer!(try_it);
    Err(format!("nobody is called {name}").into())
}

/// For whoever runs a round by hand, to compare two builds say.
fn shown(sample: Sample) -> Result<()> {
    println!("{}", sample.value);
    Ok(())
}
