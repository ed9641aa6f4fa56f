//! Keeps a directory in step with a mailbox: one file for each message, and one that remembers.
//!
//! Whatever happens half-way (a lost connection, the end of the process, a full disk), the next
//! run goes on from there: a message is on the disk before it is remembered.
//!
//! ```console
//! $ IMAP_PASSWORD=… cargo run --example email_archive imaps://mail.example user@mail.example --into archive
//! $ IMAP_PASSWORD=… cargo run --example email_archive imap://localhost:1143 user \
//!       --ca ca.pem --mailbox Sent --into archive
//! ```

pub(crate) mod support;

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyrfc_imap::{ImapClient, MailboxSync, Section, SyncDelta, SyncState, Uid};
use support::{Options, Result};
use tokio::io::AsyncBufReadExt as _;

/// What is remembered, beside the messages.
const STATE: &str = "state";

/// How much there was to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Done {
    /// Messages that were saved.
    pub(crate) saved: usize,
    /// Messages that were removed, since they are gone from the mailbox.
    pub(crate) removed: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let done = run(&Options::from_process()?).await?;
    println!("{} messages saved, {} removed", done.saved, done.removed);
    Ok(())
}

pub(crate) async fn run(options: &Options) -> Result<Done> {
    let directory = Path::new(options.option("--into").ok_or("missing: --into DIRECTORY")?);
    fs::create_dir_all(directory)?;
    let state = match fs::read_to_string(directory.join(STATE)) {
        Ok(kept) => kept.parse()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => SyncState::new(),
        Err(error) => return Err(error.into()),
    };
    let mut sync = MailboxSync::new(options.option("--mailbox").unwrap_or("INBOX"), state)?;
    let mut client = options.login().await?;
    let mut done = Done::default();
    while let Some(delta) = client.sync_step(&mut sync).await? {
        apply(&delta, directory, &mut client, &mut done).await?;
        remember(directory, sync.state())?;
    }
    remember(directory, sync.state())?;
    client.logout().await?;
    Ok(done)
}

/// In this order: first what is to be forgotten, then what has vanished, then what is new.
async fn apply(delta: &SyncDelta, directory: &Path, client: &mut ImapClient, done: &mut Done) -> Result<()> {
    if delta.uid_validity.is_some() {
        // The names of all files mean nothing any more.
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "eml") {
                done.removed += usize::from(remove(&path)?);
            }
        }
    }
    // A set from a server may be huge, the directory is not.
    if !delta.vanished.is_empty() {
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            if uid_of(&path).is_some_and(|uid| delta.vanished.contains(uid)) {
                done.removed += usize::from(remove(&path)?);
            }
        }
    }
    for message in &delta.arrived {
        done.saved += usize::from(save(message.uid, directory, client).await?);
    }
    Ok(())
}

/// Saves one message as it is, in bounded memory; `false` where it has gone meanwhile.
async fn save(uid: Uid, directory: &Path, client: &mut ImapClient) -> Result<bool> {
    let path = directory.join(format!("{uid}.eml"));
    let partial = path.with_extension("partial");
    let mut mailbox = client.selected().ok_or("the mailbox was closed")?;
    let Some(mut body) = mailbox.fetch_body(uid, Section::all()).await? else { return Ok(false) };
    let mut file = fs::File::create(&partial)?;
    loop {
        let octets = body.fill_buf().await?;
        if octets.is_empty() {
            break;
        }
        file.write_all(octets)?;
        let count = octets.len();
        body.consume(count);
    }
    file.sync_all()?;
    fs::rename(partial, path)?;
    Ok(true)
}

fn uid_of(path: &Path) -> Option<Uid> {
    let name = path.file_name()?.to_str()?.strip_suffix(".eml")?;
    Uid::new(name.parse().ok()?)
}

fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whole or not at all.
fn remember(directory: &Path, state: &SyncState) -> io::Result<()> {
    let (new, kept): (PathBuf, PathBuf) = (directory.join("state.new"), directory.join(STATE));
    fs::write(&new, state.to_string())?;
    fs::rename(new, kept)
}
