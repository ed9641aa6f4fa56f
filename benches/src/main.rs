//! AnyRFC, its peers and the physical limit, measured side by side.
//!
//! Run by `cargo xtask bench`, which reads the rows that this prints.
#![forbid(unsafe_code)]

mod anyrfc_core;
mod clock;
mod imap;
mod jwt;
mod mime;
mod oauth2;
mod proxy;
mod row;
mod sasl;
mod smtp;
mod valgrind;
mod websocket;

use std::{error::Error, process::ExitCode};

use clap::Parser;

use crate::row::{Effort, Row};

/// Measures the rows of the crates named, and prints them as JSON.
#[derive(Debug, Parser)]
struct Args {
    /// The crates to measure; none means all.
    crates: Vec<String>,
    /// A rough answer soon: less work in each round.
    #[arg(long)]
    quick: bool,
    /// Only the rows whose name begins so.
    #[arg(long, default_value = "")]
    row: String,
}

/// What measures the rows of one crate whose names begin so.
type Bench = fn(Effort, &str) -> Result<Vec<Row>, Box<dyn Error>>;

/// Every crate that has rows.
const BENCHES: &[(&str, Bench)] = &[
    ("anyrfc-core", anyrfc_core::rows),
    ("anyrfc-sasl", sasl::rows),
    ("anyrfc-jwt", jwt::rows),
    ("anyrfc-mime", mime::rows),
    ("anyrfc-websocket", websocket::rows),
    ("anyrfc-imap", imap::rows),
    ("anyrfc-smtp", smtp::rows),
    ("anyrfc-oauth2", oauth2::rows),
];

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let done = match arguments.split_first() {
        // The bench starts itself for what needs a process of its own.
        Some((first, rest)) if first == "helper" => match rest.split_first() {
            Some((first, rest)) if first == "imap" => imap::helper(rest).map(|()| ExitCode::SUCCESS),
            Some((first, rest)) if first == "mime" => mime::helper(rest).map(|()| ExitCode::SUCCESS),
            Some((first, rest)) if first == "smtp" => smtp::helper(rest).map(|()| ExitCode::SUCCESS),
            _ => websocket::helper(rest),
        },
        _ => run(&Args::parse()).map(|()| ExitCode::SUCCESS),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let known = || BENCHES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    for name in &args.crates {
        if !BENCHES.iter().any(|(known, _)| known == name) {
            return Err(format!("no bench for {name}; there is one for {}", known()).into());
        }
    }
    clock::pin()?;
    let effort = if args.quick { Effort::Quick } else { Effort::Full };
    let mut rows = Vec::new();
    for (name, bench) in BENCHES {
        if args.crates.is_empty() || args.crates.iter().any(|wanted| wanted == name) {
            rows.extend(bench(effort, &args.row)?);
        }
    }
    println!("{}", serde_json::to_string(&rows)?);
    Ok(())
}
