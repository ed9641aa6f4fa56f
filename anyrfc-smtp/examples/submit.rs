//! Submits a mail with an attachment, says of every recipient what has become of it, and, where there is an IMAP
//! server to look at, waits until it has arrived there as it was sent.
//!
//! ```console
//! $ SMTP_PASSWORD=… cargo run --features mime --example submit smtp://mail.example user@mail.example \
//!       --from user@mail.example --to bob@mail.example --to eve@mail.example --attach photo.jpg
//! $ SMTP_PASSWORD=… cargo run --features mime --example submit smtp://localhost:2587 alice --ca ca.pem \
//!       --from alice@anyrfc.test --to alice@anyrfc.test --imap imap://localhost:2143
//! ```

pub(crate) mod support;

use std::{
    fs,
    path::Path,
    process,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyrfc_imap::{ImapClient, SearchQuery, Section};
use anyrfc_mime::{
    build::{Builder, Composed, Part},
    parse::Message,
};
use anyrfc_smtp::{Envelope, Login, Outcome, SendReport};
use support::{Options, Result};
use tokio::io::AsyncReadExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let options = Options::from_process()?;
    let (login, report) = run(&options).await?;
    for recipient in report.recipients() {
        let became = match recipient.outcome() {
            Outcome::Accepted(_) => "accepted".to_owned(),
            Outcome::Rejected(reply) => format!("rejected: {reply}"),
            other => format!("{other:?}"),
        };
        println!("{}: {became}", recipient.path());
    }
    println!("logged in by {}", login.mechanism);
    if let Some(id) = report.queue_id() {
        println!("queued as {id}");
    }
    if options.option("--imap").is_some() {
        println!("it has arrived as it was sent");
    }
    Ok(())
}

/// What is attached where no file is named.
pub(crate) const ATTACHMENT: &[u8] = b"\x89PNG\r\n\x1a\nnot much of a picture\0\xff\n.\n";

pub(crate) async fn run(options: &Options) -> Result<(Login, SendReport)> {
    let from = options.option("--from").ok_or("missing: --from ADDRESS")?;
    let to: Vec<&str> = options.options("--to").collect();
    let (name, attachment) = match options.option("--attach") {
        Some(file) => {
            let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, fs::read(file)?)
        }
        None => ("picture.png".to_owned(), ATTACHMENT.to_vec()),
    };
    let id = format!(
        "{}.{}@anyrfc.example",
        SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos(),
        process::id()
    );
    let message = compose(from, &to, &id, &name, &attachment)?;

    let (mut client, login) = options.login().await?;
    let report = client.send(Envelope::try_from(&message)?, &message).await?;
    client.quit().await?;
    if let Some(url) = options.option("--imap") {
        arrived(options, url, &id, &attachment).await?;
    }
    Ok((login, report))
}

fn compose<'a>(
    from: &'a str,
    to: &[&'a str],
    id: &'a str,
    name: &'a str,
    attachment: &'a [u8],
) -> Result<Composed<'a>> {
    let mut builder = Builder::new().from(from).message_id(id).subject("Grüße aus AnyRFC");
    for recipient in to {
        builder = builder.to(*recipient);
    }
    let picture = Part::new("application/octet-stream", attachment).named(name);
    Ok(builder.text("Hello,\r\n\r\n.this line begins with a dot.\r\n").attach(picture).build()?)
}

/// Waits for the message to be in the mailbox of whoever has sent it, and compares what was attached.
async fn arrived(options: &Options, url: &str, id: &str, attachment: &[u8]) -> Result<()> {
    let builder = ImapClient::builder();
    let builder = if url.starts_with("imaps:") {
        builder.tls(options.roots()?)
    } else {
        builder.start_tls(options.roots()?)
    };
    let mut client = builder.connect(url).await?;
    client.authenticate(&options.credentials()).await?;
    let mut inbox = client.select("INBOX").await?;
    let query = SearchQuery::header("Message-ID", id);
    let uid = loop {
        let found = inbox.search(&query).await?;
        if let Some(uid) = found.iter().next() {
            break uid;
        }
        tokio::time::timeout(Duration::from_secs(60), inbox.watch().next())
            .await
            .map_err(|_| "it has not arrived")??;
    };
    let mut body = inbox.fetch_body(uid, Section::all()).await?.ok_or("it is gone again")?;
    let mut octets = Vec::new();
    body.read_to_end(&mut octets).await?;
    drop(body);
    let message = Message::parse(&octets);
    let found = message.attachments().next().ok_or("the attachment is missing")?;
    if *found.body() != *attachment {
        return Err("the attachment is not what was sent".into());
    }
    client.logout().await?;
    Ok(())
}
