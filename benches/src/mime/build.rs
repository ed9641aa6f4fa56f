//! Building: the same message, into a buffer.

use std::hint::black_box;

use anyrfc_mime::{
    DateTime,
    build::{Builder, Part},
};
use lettre::message::{Attachment, MultiPart, SinglePart, header::ContentType};
use mail_builder::MessageBuilder;

use super::{Result, corpus, timed, title};
use crate::row::{Contestant, Effort, Row, Who, measure};

const ROWS: &[(&str, usize)] = &[("build-small", 20_000), ("build-attachment-10m", 30)];
const DATE: i64 = 1_742_547_300;
const TEXT: &str = "Hello Bob,\r\n\r\nthis is a small message, as people send them all day.\r\n\r\nAnn\r\n";

/// Builds one message, with an attachment where there is one; how long it is.
type Build = fn(Option<&[u8]>) -> Result<usize>;

const OURS: (&str, Build) = ("ours", ours);
const PEERS: &[(&str, Build)] = &[("mail-builder", mail_builder), ("lettre", lettre)];

pub(super) fn rows(effort: Effort, wanted: &str) -> Result<Vec<Row>> {
    let attachment = corpus::octets(corpus::ATTACHMENT);
    let mut rows = Vec::new();
    for &(name, full) in ROWS.iter().filter(|(name, _)| name.starts_with(wanted)) {
        eprintln!("  {name}");
        let count = effort.operations(full).max(1);
        let attached = (name != "build-small").then_some(attachment.as_slice());
        // What is written differs in a few fields, not in what it says.
        let least = attached.map_or(TEXT.len(), |octets| octets.len() / 3 * 4);
        let run = |build: Build| {
            move || {
                timed(count, || {
                    for _ in 0..count {
                        let length = build(black_box(attached))?;
                        if !(least..least + least / 20 + 2000).contains(&length) {
                            return Err(format!("{length} octets are no such message").into());
                        }
                    }
                    Ok(())
                })
            }
        };
        let mut contestants = vec![Contestant::new(Who::Ours, run(OURS.1))];
        contestants.extend(PEERS.iter().map(|peer| Contestant::new(Who::Peer(peer.0), run(peer.1))));
        if let Some(octets) = attached {
            contestants.push(Contestant::new(Who::Limit("copy in memory"), move || {
                let mut copy = Vec::new();
                timed(count, || {
                    for _ in 0..count {
                        copy = black_box(octets).to_vec();
                        black_box(&copy);
                    }
                    Ok(())
                })
            }));
        }
        let mut row = measure(title(name), effort, &mut contestants)?;
        row.notes = vec!["date and identifier are given to all; boundaries everybody makes by itself"];
        rows.push(row);
    }
    Ok(rows)
}

/// One round, for a profiler.
pub(super) fn round(who: &str, row: &str, count: usize) -> Result<()> {
    let (_, build) =
        std::iter::once(&OURS).chain(PEERS).find(|found| found.0 == who).ok_or("who is that?")?;
    let attachment = corpus::octets(corpus::ATTACHMENT);
    for _ in 0..count {
        build(black_box((row != "build-small").then_some(attachment.as_slice())))?;
    }
    Ok(())
}

fn ours(attachment: Option<&[u8]>) -> Result<usize> {
    let mut builder = Builder::new()
        .from(("Ann Example", "ann@example.org"))
        .to(("Bob Müller", "bob@example.com"))
        .subject("Grüße aus Köln")
        .date(DateTime::from_unix(DATE, 0)?)
        .message_id("1@example.org")
        .text(TEXT);
    if let Some(octets) = attachment {
        builder = builder.attach(Part::new("application/pdf", octets).named("large.pdf"));
    }
    Ok(black_box(builder.build()?.to_vec()?).len())
}

fn mail_builder(attachment: Option<&[u8]>) -> Result<usize> {
    let mut builder = MessageBuilder::new()
        .from(("Ann Example", "ann@example.org"))
        .to(("Bob Müller", "bob@example.com"))
        .subject("Grüße aus Köln")
        .date(DATE)
        .message_id("1@example.org")
        .text_body(TEXT);
    if let Some(octets) = attachment {
        builder = builder.attachment("application/pdf", "large.pdf", octets);
    }
    Ok(black_box(builder.write_to_vec()?).len())
}

fn lettre(attachment: Option<&[u8]>) -> Result<usize> {
    let date = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(DATE.unsigned_abs());
    let builder = lettre::Message::builder()
        .from(lettre::message::Mailbox::new(Some("Ann Example".into()), "ann@example.org".parse()?))
        .to(lettre::message::Mailbox::new(Some("Bob Müller".into()), "bob@example.com".parse()?))
        .subject("Grüße aus Köln")
        .date(date)
        .message_id(Some("<1@example.org>".into()));
    let message = match attachment {
        None => builder.singlepart(SinglePart::plain(TEXT.to_owned()))?,
        Some(octets) => builder.multipart(
            MultiPart::mixed().singlepart(SinglePart::plain(TEXT.to_owned())).singlepart(
                Attachment::new("large.pdf".into())
                    .body(octets.to_vec(), ContentType::parse("application/pdf")?),
            ),
        )?,
    };
    Ok(black_box(message.formatted()).len())
}
