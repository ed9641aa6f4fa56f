//! `anyrfc imap`: the mailboxes of a server.

use crate::exit::{Exit, Failure};

/// The options of the subcommand.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args) -> Result<Exit, Failure> {
    Err(Failure::new(Exit::Unsupported, "not in this build"))
}
