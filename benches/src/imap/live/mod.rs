//! Clients beside each other, with a Dovecot that `cargo xtask bench` has started on the same core.

mod body;
mod compress;
mod fetch;
mod fill;
mod ours;
mod peer;
mod pipeline;
mod raw;
mod sync;

use std::{cell::OnceCell, net::SocketAddr, time::Instant};

use tokio::runtime::Runtime;

use super::{Result, SUBJECT, corpus, tally};
use crate::{
    clock,
    row::{Better, Effort, Row, Sample, Title},
};

/// Where `cargo xtask bench` says that the server listens. It takes any password.
const SERVER: &str = "ANYRFC_BENCH_IMAP";
const USER: &str = "user";
const PASSWORD: &str = "password";
/// The mailbox of the rows, and the one of the large message.
const MANY: &str = "many";
const LARGE: &str = "large";
/// Messages in the first.
const ROWS: usize = 10_000;
/// Octets of the message in the second.
const OCTETS: usize = 50 << 20;

/// Measures every row whose name begins so.
pub(super) fn rows(effort: Effort, wanted: &str) -> Result<Vec<Row>> {
    let bench = Bench { runtime: runtime()?, server: OnceCell::new(), synced: OnceCell::new() };
    let mut rows = Vec::new();
    for name in fetch::NAMES.into_iter().filter(|name| name.starts_with(wanted)) {
        eprintln!("  {name}");
        rows.push(fetch::row(&bench, name, effort)?);
    }
    if compress::NAME.starts_with(wanted) {
        eprintln!("  {}", compress::NAME);
        rows.push(compress::row(&bench, effort)?);
    }
    if body::NAME.starts_with(wanted) && cfg!(target_os = "linux") {
        eprintln!("  {}", body::NAME);
        rows.push(body::row(&bench, effort)?);
    }
    if pipeline::NAME.starts_with(wanted) {
        eprintln!("  {}", pipeline::NAME);
        rows.push(pipeline::row(&bench, effort)?);
    }
    for name in sync::NAMES.into_iter().filter(|name| name.starts_with(wanted)) {
        eprintln!("  {name}");
        rows.push(sync::row(&bench, name, effort)?);
    }
    Ok(rows)
}

pub(super) use self::{body::helper, compress::helper as compress_helper, fetch::helper as fetch_helper};

struct Bench {
    runtime: Runtime,
    server: OnceCell<SocketAddr>,
    synced: OnceCell<sync::Scenario>,
}

impl Bench {
    /// The server, with everything in it.
    fn server(&self) -> Result<SocketAddr> {
        if let Some(server) = self.server.get() {
            return Ok(*server);
        }
        let server = std::env::var(SERVER)
            .map_err(|_| format!("{SERVER} does not say where a Dovecot is: run `cargo xtask bench`"))?
            .parse()?;
        fill::fill(server)?;
        Ok(*self.server.get_or_init(|| server))
    }
}

fn runtime() -> Result<Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

const fn title(name: &'static str, unit: &'static str) -> Title {
    Title { subject: SUBJECT, name, unit, better: Better::Lower }
}

/// Processor time of this thread per operation, and operations per second on the wall.
async fn timed(count: usize, work: impl AsyncFnOnce() -> Result<()>) -> Result<Sample> {
    let (wall, start) = (Instant::now(), clock::spent());
    work().await?;
    let (spent, wall) = (clock::spent() - start, wall.elapsed());
    Ok(Sample {
        value: spent.as_secs_f64() * 1e9 / count as f64,
        rate: Some(count as f64 / wall.as_secs_f64()),
    })
}
