//! Messages that follow each other without waiting, step by step, and from somewhere else than memory.

use anyrfc_core::ErrorKind;
use anyrfc_mime::build::{Builder, Part};
use anyrfc_smtp::{Content, Envelope, Extension, Outcome};
use futures_util::{StreamExt as _, stream};

use super::{Scene, address, at_home, envelope, same};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        smtp::{
            CLOSING, GREYLISTED,
            letters::{self, Letter},
            store::Store,
        },
    },
};

const WINDOWS: &str = "windows";

/// Larger ones do not fill a window, but wait for themselves.
const SMALL: usize = 70_000;

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    for window in [1, 8, 64] {
        table.run(WINDOWS, format!("of {window}"), window_of(scene, window)).await;
    }
    if let Some((refused, ..)) = refused(scene) {
        table.run(WINDOWS, format!("with {refused} in every third"), with_refusals(scene, refused)).await;
    }
    table.run(WINDOWS, "step by step", step_by_step(scene)).await;
    table.run(WINDOWS, "from a reader", from_a_reader(scene)).await;
    table.run(WINDOWS, "a message that is written for the server", composed(scene)).await;
}

/// Somebody who is refused, now and always.
fn refused(scene: &Scene) -> Option<&'static super::Refusal> {
    scene.ways.refuses.iter().find(|(name, ..)| *name != GREYLISTED && *name != CLOSING)
}

async fn window_of(scene: &Scene, window: usize) -> Result<()> {
    let letters = letters::all()?;
    let word = format!("window-{window}");
    let utf8 = scene.has(Extension::SmtpUtf8);
    let fits = |letter: &&Letter| letter.octets.len() < SMALL && (utf8 || !letter.needs_utf8());
    let letters: Vec<Letter> = letters.iter().filter(fits).map(|letter| letter.again(&word)).collect();
    let mut reader = scene.reader().await?;
    let mut client = scene.client().await?;
    let messages: Vec<_> = letters
        .iter()
        .map(|letter| Ok((envelope(&letter.sender, &letter.recipient)?, letter.octets.clone())))
        .collect::<Result<_>>()?;
    let mut reports = client.pipeline(stream::iter(messages), window);
    for letter in &letters {
        let report = reports.next().await.ok_or("no report")?;
        let report = report.map_err(|error| format!("{}: {error}", letter.name))?;
        ensure(report.is_complete(), || format!("{}: {report:?}", letter.name))?;
        same(report.recipients().first().map(|one| one.path().as_str()), Some(&*letter.recipient))?;
    }
    ensure(reports.next().await.is_none(), || "a report too many".into())?;
    drop(reports);
    client.quit().await?;
    if let Some(reader) = &mut reader {
        reader.until(|all| all.len() >= letters.len()).await?;
        same(reader.all.len(), letters.len())?;
        for letter in &letters {
            let stored = reader.all.iter().find(|stored| stored.sender == letter.sender);
            let stored = stored.ok_or_else(|| format!("{}: it did not come", letter.name))?;
            scene.compare(letter, stored).map_err(|error| format!("{}: {error}", letter.name))?;
        }
    }
    Ok(())
}

/// Refusals amid a window are told of the right message, and nothing of a body becomes a command.
async fn with_refusals(scene: &Scene, refused: &str) -> Result<()> {
    let body = "Subject: window\r\n\r\nQUIT\r\nRSET\r\n.\r\nNOOP\r\n";
    let letters: Vec<_> =
        (0..30).map(|number| Letter::new("x", &format!("refusals-{number}"), body.as_bytes())).collect();
    let mut reader = scene.reader().await?;
    let mut client = scene.client().await?;
    let messages: Vec<_> = letters
        .iter()
        .enumerate()
        .map(|(number, letter)| {
            let recipient = if is_refused(number) { at_home(refused) } else { letter.recipient.clone() };
            Ok((envelope(&letter.sender, &recipient)?, letter.octets.clone()))
        })
        .collect::<Result<_>>()?;
    let mut reports = client.pipeline(stream::iter(messages), 8);
    let mut accepted = 0;
    for number in 0..letters.len() {
        let report = reports.next().await.ok_or("no report")??;
        let outcome = report.recipients().first().ok_or("no recipient")?.outcome();
        let right = match outcome {
            Outcome::Accepted(_) => !is_refused(number),
            Outcome::Rejected(_) => is_refused(number),
            _ => false,
        };
        ensure(right, || format!("{number}: {report:?}"))?;
        accepted += usize::from(outcome.is_accepted());
    }
    drop(reports);
    client.noop().await?;
    client.quit().await?;
    if let Some(reader) = &mut reader {
        reader.until(|all| all.len() >= accepted).await?;
        for (number, letter) in letters.iter().enumerate() {
            let stored: Vec<_> = reader.all.iter().filter(|one| one.sender == letter.sender).collect();
            match (is_refused(number), &*stored) {
                (true, []) => {}
                (false, [stored]) => scene.compare(letter, stored)?,
                (_, stored) => return Err(format!("{number} came {} times", stored.len()).into()),
            }
        }
    }
    Ok(())
}

const fn is_refused(number: usize) -> bool {
    number % 3 == 1
}

/// Each recipient is answered before the next is named, and before the message goes.
async fn step_by_step(scene: &Scene) -> Result<()> {
    let letter = Letter::new("steps", "steps", &b"Subject: step by step\r\n\r\n.\r\n"[..]);
    let mut reader = scene.reader().await?;
    let mut client = scene.client().await?;
    let envelope = Envelope::new(&*letter.sender, [&*address(0)])?;
    let mut transaction = client.transaction(envelope, letter.octets.clone()).await?;
    transaction.recipient(&*address(1)).await?;
    if let Some((refused, code, _)) = refused(scene)
        && let Err(error) = transaction.recipient(&*at_home(refused)).await
    {
        same(error.reply().map(|reply| reply.code().as_u16()), Some(*code))?;
    }
    let report = transaction.send().await?;
    let accepted = report.accepted().count();
    ensure(accepted >= 2, || format!("{report:?}"))?;
    if let Some(reader) = &mut reader {
        scene.compare(&letter, &reader.from(&letter.sender).await?)?;
    }
    // One that is left behind is none.
    let envelope = Envelope::new("left@sender.test", [&*address(0)])?;
    drop(client.transaction(envelope, letter.octets.clone()).await?);
    client.noop().await?;
    Ok(client.quit().await?)
}

/// A message of unknown size, read as it is sent.
async fn from_a_reader(scene: &Scene) -> Result<()> {
    let letters = letters::all()?;
    let letter = letters.iter().find(|letter| letter.name.starts_with("lines-of-many")).ok_or("no letter")?;
    let letter = letter.again("reader");
    let mut reader = scene.reader().await?;
    let mut client = scene.client().await?;
    let content = Content::reader(&*letter.octets);
    let report = client.send(envelope(&letter.sender, &letter.recipient)?, content).await?;
    ensure(report.is_complete(), || format!("{report:?}"))?;
    if let Some(reader) = &mut reader {
        scene.compare(&letter, &reader.from(&letter.sender).await?)?;
    }
    // Less than was announced is found out before the end is said, and nobody gets it.
    let content = Content::reader(&b"Subject: x\r\n\r\n"[..]).size(1_000);
    match client.send(envelope("less@sender.test", &letter.recipient)?, content).await {
        Ok(report) => ensure(report.accepted().next().is_none(), || format!("{report:?}"))?,
        Err(error) => same(error.kind(), ErrorKind::Usage)?,
    }
    let mut client = scene.client().await?;
    client.noop().await?;
    Ok(client.quit().await?)
}

/// What anyrfc-mime writes for a server that takes eight bits, or seven.
async fn composed(scene: &Scene) -> Result<()> {
    let attached: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let message = Builder::new()
        .from(("Ann Example", "composed@sender.test"))
        .to([address(0)])
        .bcc(address(1))
        .subject("Grüße")
        .text("Grüße, ohne zu kürzen.\n.\n")
        .attach(Part::new("application/octet-stream", &attached[..]).named("alle Oktette.bin"))
        .build()?;
    let envelope = Envelope::try_from(&message)?;
    same(envelope.recipients().len(), 2)?;
    let mut reader = scene.reader().await?;
    let mut client = scene.client().await?;
    let report = client.send(envelope, &message).await?;
    ensure(report.is_complete(), || format!("{report:?}"))?;
    client.quit().await?;
    let Some(reader) = &mut reader else { return Ok(()) };
    let stored = reader.from("composed@sender.test").await?;
    if matches!(scene.store, Some(Store::Queue(_))) {
        return Ok(());
    }
    let read = anyrfc_mime::Message::parse(&stored.octets);
    ensure(read.header("Bcc").is_none(), || "a Bcc that everybody reads".into())?;
    same(read.subject().as_deref(), Some("Grüße"))?;
    let part = read.attachments().next().ok_or("no attachment")?;
    ensure(*part.body() == attached, || "other octets are attached".into())
}
