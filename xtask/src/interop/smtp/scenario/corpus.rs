//! Two hundred messages, and what is left of them.

use std::fmt::Display;

use anyrfc_core::ErrorKind;
use anyrfc_smtp::{Extension, SmtpClient, TransferPreference};

use super::{Scene, deliver, envelope, failed, is, same};
use crate::{
    Result,
    interop::{
        cases::Table,
        smtp::{
            letters::{self, COUNT, Letter},
            store::Stored,
        },
    },
};

const CORPUS: &str = "corpus";

/// So many are sent in one case, which has a deadline.
const BATCH: usize = 25;

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let letters = match letters::all() {
        Ok(letters) => letters,
        Err(error) => return table.run(CORPUS, "the messages", async { Err(error) }).await,
    };
    batches(scene, table, "by DATA", &scene.builder().transfer(TransferPreference::Data), &letters).await;
    if scene.has(Extension::Chunking) {
        let builder = scene.builder().transfer(TransferPreference::Chunked);
        let again: Vec<_> = letters.iter().map(|letter| letter.again("bdat")).collect();
        batches(scene, table, "by BDAT", &builder, &again).await;
    }
}

/// Sends all of them, reads what has come, and compares each.
async fn batches(
    scene: &Scene,
    table: &mut Table<'_>,
    way: impl Display,
    builder: &anyrfc_smtp::client::Builder,
    letters: &[Letter],
) {
    let opened = table.first(CORPUS, format!("{way}: a connection"), async {
        Ok((scene.connected(builder).await?, scene.reader().await?))
    });
    let Some((mut client, mut reader)) = opened.await else { return };
    let utf8 = scene.has(Extension::SmtpUtf8);
    let mut sent: Vec<&Letter> = Vec::new();
    for (number, batch) in letters.chunks(BATCH).enumerate() {
        let run = async {
            for letter in batch {
                if letter.needs_utf8() && !utf8 {
                    lacking(&mut client, letter).await?;
                } else {
                    let envelope = envelope(&letter.sender, &letter.recipient)?;
                    let report = deliver(&mut client, envelope, &letter.octets).await;
                    report.map_err(|error| format!("{}: {error}", letter.name))?;
                    sent.push(letter);
                }
            }
            Ok(())
        };
        table.run(CORPUS, format!("{way}: sent, {}", number * BATCH), run).await;
    }
    table.run(CORPUS, format!("{way}: the end"), async { Ok(client.quit().await?) }).await;
    let Some(reader) = &mut reader else { return };
    table
        .run(CORPUS, format!("{way}: all of them come"), async {
            reader.until(|all| all.len() >= sent.len()).await?;
            same(reader.all.len(), sent.len())
        })
        .await;
    for letter in sent {
        let run = async { compare(scene, letter, &reader.all) };
        table.run(CORPUS, format!("{way}: {}", letter.name), run).await;
    }
    let smuggled = reader.all.iter().any(|stored| stored.sender.starts_with("smuggler"));
    let run = async { same(smuggled, false) };
    table.run(CORPUS, format!("{way}: nothing was smuggled"), run).await;
}

/// It came once, and nothing of it was changed.
fn compare(scene: &Scene, letter: &Letter, all: &[Stored]) -> Result<()> {
    let mut found = all.iter().filter(|stored| stored.sender == letter.sender);
    let (Some(stored), None) = (found.next(), found.next()) else {
        return Err("it did not come once".into());
    };
    scene.compare(letter, stored)
}

/// Nobody gets it, and the reason is typed.
async fn lacking(client: &mut SmtpClient, letter: &Letter) -> Result<()> {
    let envelope = envelope(&letter.sender, &letter.recipient)?;
    is(&failed(client.send(envelope, &*letter.octets).await)?, ErrorKind::Unsupported)
}

const _: () = assert!(COUNT.is_multiple_of(BATCH));
