//! What a user of mail does, on every peer.

use indicatif::ProgressBar;
use tokio::{io::AsyncReadExt as _, net::TcpStream};

use super::STARTTLS;
use crate::{
    Result,
    interop::{
        cases::{Cases, ensure, noted},
        peer::{Outcome, Running},
    },
};

/// Runs every case that the peer's capabilities allow, and those that show what happens without.
pub(super) async fn drive(running: &Running, progress: &ProgressBar) -> Result<Outcome> {
    let mut cases = Cases::new(progress);
    let run = async {
        let mut stream = TcpStream::connect(noted(running.dir(), STARTTLS)?).await?;
        let mut greeting = [0; 4];
        stream.read_exact(&mut greeting).await?;
        ensure(&greeting == b"* OK", || format!("{greeting:?}"))
    };
    cases.run("greets", run).await;
    Ok(cases.outcome)
}
