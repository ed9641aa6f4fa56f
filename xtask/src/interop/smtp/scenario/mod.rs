//! What a user of SMTP does, on every peer, as far as what it offers goes.

use indicatif::ProgressBar;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpStream,
};

use super::STARTTLS;
use crate::{
    Result,
    interop::{
        cases::{Table, ensure, noted},
        peer::{Outcome, Running},
    },
};

/// Runs every case.
pub(super) async fn drive(running: &Running, progress: &ProgressBar) -> Result<Outcome> {
    let mut table = Table::new(progress, "areas");
    let run = async {
        let address = noted(running.dir(), STARTTLS).unwrap_or_else(|_| running.address());
        let mut greeting = String::new();
        BufReader::new(TcpStream::connect(address).await?).read_line(&mut greeting).await?;
        ensure(greeting.starts_with("220 "), || greeting)
    };
    table.run("connect", "it greets", run).await;
    Ok(table.outcome())
}
