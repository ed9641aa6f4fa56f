//! Asks for the flags of every message of a mailbox, each with a command of its own, and
//! waits once.
//!
//! ```console
//! $ IMAP_PASSWORD=… cargo run --example pipeline imaps://mail.example user@mail.example
//! ```

pub(crate) mod support;

use anyrfc_imap::{FetchItems, SearchQuery, command::UidFetch};
use support::{Options, Result};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let rows = run(&Options::from_process()?).await?;
    println!("{rows} answers");
    Ok(())
}

pub(crate) async fn run(options: &Options) -> Result<usize> {
    let mut client = options.login().await?;
    let mut mailbox = client.select(options.option("--mailbox").unwrap_or("INBOX")).await?;
    let all = mailbox.search(&SearchQuery::all()).await?;
    let mut tickets = Vec::new();
    for uid in all.iter() {
        tickets.push(mailbox.submit(UidFetch::new(uid, FetchItems::new().flags()))?);
    }
    let mut rows = 0;
    for ticket in tickets {
        rows += mailbox.rows(ticket).collect().await?.len();
    }
    client.logout().await?;
    Ok(rows)
}
