//! A mail program's round: lists the mailboxes, searches, reads, writes a draft with an
//! attachment, and saves an attachment under a name that is safe.
//!
//! ```console
//! $ IMAP_PASSWORD=… cargo run --example email_full_client imaps://mail.example user@mail.example
//! $ IMAP_PASSWORD=… cargo run --example email_full_client imap://localhost:1143 user \
//!       --ca ca.pem --mailbox INBOX --search invoice --from user@mail.example --save /tmp/mail
//! ```

pub(crate) mod support;

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use anyrfc_imap::{
    AppendOptions, FetchItems, Flag, ImapClient, SearchQuery, Section, Selected, SpecialUse, StatusItem, Uid,
    UidSet,
};
use anyrfc_mime::{
    Message,
    build::{Builder, Part},
};
use support::{Options, Result};
use tokio::io::AsyncReadExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    run(&Options::from_process()?).await
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let mut client = options.login().await?;
    list(&mut client).await?;

    let mut mailbox = client.select(options.option("--mailbox").unwrap_or("INBOX")).await?;
    let query = options.option("--search").map_or_else(SearchQuery::all, SearchQuery::text);
    let found = overview(&mut mailbox, &query).await?;
    if let Some(newest) = found.last() {
        read(&mut mailbox, newest).await?;
    }
    for uid in found.iter().rev() {
        let directory = Path::new(options.option("--save").unwrap_or("."));
        if let Some(path) = save_attachment(&mut mailbox, uid, directory).await? {
            println!("saved {}", path.display());
            break;
        }
    }

    draft(&mut client, options.option("--from").unwrap_or(&options.user)).await?;
    client.logout().await?;
    Ok(())
}

/// Every mailbox with how much is in it, and what it is for.
async fn list(client: &mut ImapClient) -> Result<()> {
    let purposes = client.special_use().await?;
    println!("{:>7} {:>7}", "all", "unseen");
    for entry in client.list("*").await? {
        let name = &entry.mailbox;
        let purpose = purposes.of(name).map(|purpose| format!("({purpose})")).unwrap_or_default();
        if !entry.is_selectable() {
            println!("{:>15}  {name}", "");
            continue;
        }
        let items = [StatusItem::Messages, StatusItem::Unseen].into_iter().collect();
        let status = client.status(name, items).await?;
        let (messages, unseen) = (status.messages.unwrap_or_default(), status.unseen.unwrap_or_default());
        println!("{messages:>7} {unseen:>7}  {name} {purpose}");
    }
    Ok(())
}

/// The last ten that match, one line each.
async fn overview(mailbox: &mut Selected<'_>, query: &SearchQuery) -> Result<UidSet> {
    let found = mailbox.search(query).await?;
    let skip = usize::try_from(found.len().saturating_sub(10))?;
    let last: UidSet = found.iter().skip(skip).collect();
    let mut rows = mailbox.fetch(&last, FetchItems::new().envelope().size())?;
    while let Some(row) = rows.next().await? {
        let Some(uid) = row.uid() else { continue };
        let size = row.size().and_then(|size| size.parsed()).unwrap_or_default();
        // As the message has it: encoded words are decoded when it is read.
        let subject = row.envelope().and_then(|envelope| envelope.parsed()?.subject());
        let subject = subject.map(|subject| subject.to_string()).unwrap_or_default();
        println!("{:>7} {size:>15}  {subject}", uid.get());
    }
    Ok(last)
}

/// Shows a message as text, without marking it as read.
async fn read(mailbox: &mut Selected<'_>, uid: Uid) -> Result<()> {
    let Some(raw) = whole(mailbox, uid).await? else { return Ok(()) };
    let message = Message::parse(&raw);
    println!("From: {}", message.from());
    println!("Subject: {}", message.subject().unwrap_or_default());
    println!("\n{}", message.text_body().unwrap_or_default());
    Ok(())
}

async fn whole(mailbox: &mut Selected<'_>, uid: Uid) -> Result<Option<Vec<u8>>> {
    let mut raw = Vec::new();
    let Some(mut body) = mailbox.fetch_body(uid, Section::all()).await? else { return Ok(None) };
    body.read_to_end(&mut raw).await?;
    Ok(Some(raw))
}

/// Saves the first attachment of a message, under a name that is safe, over nothing
/// that is there.
async fn save_attachment(mailbox: &mut Selected<'_>, uid: Uid, directory: &Path) -> Result<Option<PathBuf>> {
    let Some(raw) = whole(mailbox, uid).await? else { return Ok(None) };
    let message = Message::parse(&raw);
    let Some(part) = message.attachments().next() else { return Ok(None) };
    // Without directories, control characters and names that a system keeps to itself.
    let name = part.safe_file_name().unwrap_or_else(|| "attachment".to_owned());
    fs::create_dir_all(directory)?;
    let (path, mut file) = create_new(directory, &name)?;
    io::Write::write_all(&mut file, &part.body())?;
    Ok(Some(path))
}

/// A file that was not there before: `name`, or `name` with a number.
fn create_new(directory: &Path, name: &str) -> io::Result<(PathBuf, File)> {
    let (stem, suffix) =
        name.rsplit_once('.').map_or((name, String::new()), |(stem, end)| (stem, format!(".{end}")));
    for number in 1_u32.. {
        let path = match number {
            1 => directory.join(name),
            _ => directory.join(format!("{stem} ({number}){suffix}")),
        };
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => return result.map(|file| (path, file)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Writes a draft with an attachment to where the account keeps its drafts.
async fn draft(client: &mut ImapClient, from: &str) -> Result<()> {
    let message = Builder::new()
        .from(from)
        .to(["somebody@example.org"])
        .subject("Grüße")
        .text("To be continued.")
        .attach(Part::new("text/plain", b"one\r\ntwo\r\n").named("Einkaufsliste für alle.txt"))
        .build()?
        .to_vec()?;
    let purposes = client.special_use().await?;
    let drafts = match purposes.mailbox(SpecialUse::Drafts) {
        Some(mailbox) => mailbox.clone(),
        None => client.create_for("Drafts", SpecialUse::Drafts).await?,
    };
    let options = AppendOptions::new().flag(Flag::Draft).flag(Flag::Seen);
    let appended = client.append_bytes(&drafts, options, message).await?;
    match appended.and_then(|appended| appended.uid()) {
        Some(uid) => println!("draft {} in {drafts}", uid.get()),
        None => println!("draft in {drafts}"),
    }
    Ok(())
}
