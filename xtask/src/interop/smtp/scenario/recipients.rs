//! Recipients who are refused, for now or for good, and those who get the message all the same.

use anyrfc_smtp::{Envelope, Outcome, RecipientReport, Reply, SmtpClient};

use super::{Refusal, Scene, address, at_home, deliver, envelope, same};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        smtp::{CLOSING, GREYLISTED, letters::Letter},
    },
};

const RECIPIENTS: &str = "recipients";

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let run = async {
        let letter = Letter::new("two", "two-recipients", &b"Subject: two\r\n\r\n"[..]);
        let both = Envelope::new(&*letter.sender, [&*address(0), &*address(1)])?;
        let mut readers = Vec::new();
        for user in 0..2 {
            if let Some(store) = &scene.store {
                readers.push(store.user(user).open().await?);
            }
        }
        let mut client = scene.client().await?;
        let report = deliver(&mut client, both, &letter.octets).await?;
        same(report.recipients().len(), 2)?;
        scene
            .answered("the answer to a message", report.reply().map(ToString::to_string).unwrap_or_default());
        scene.answered("the queue's id", report.queue_id().unwrap_or_default());
        for reader in &mut readers {
            scene.compare(&letter, &reader.from(&letter.sender).await?)?;
        }
        Ok(client.quit().await?)
    };
    table.run(RECIPIENTS, "two", run).await;
    for refusal in scene.ways.refuses {
        if refusal.0 == GREYLISTED || refusal.0 == CLOSING {
            continue;
        }
        let case = format!("{} alone", refusal.0);
        table.run(RECIPIENTS, case, alone(scene, refusal)).await;
        let case = format!("{} between others", refusal.0);
        table.run(RECIPIENTS, case, between(scene, refusal)).await;
    }
    for refusal in scene.ways.refuses {
        match refusal.0 {
            GREYLISTED => table.run(RECIPIENTS, "greylisted", greylisted(scene, refusal)).await,
            CLOSING => table.run(RECIPIENTS, "the session ends", closing(scene, refusal)).await,
            _ => {}
        }
    }
    let run = async {
        // From nobody: what servers send about other messages.
        let letter = Letter::new("null", "null", &b"Subject: from nobody\r\n\r\n"[..]);
        let mut reader = scene.reader().await?;
        let mut client = scene.client().await?;
        deliver(&mut client, envelope("", &address(0))?, &letter.octets).await?;
        if let Some(reader) = &mut reader {
            scene.compare(&letter, &reader.from("").await?)?;
        }
        Ok(client.quit().await?)
    };
    table.run(RECIPIENTS, "from nobody", run).await;
}

/// Refused as this peer refuses.
fn refused(report: &RecipientReport, (_, code, status): &Refusal) -> Result<()> {
    let Outcome::Rejected(reply) = report.outcome() else { return Err(format!("{report:?}").into()) };
    is_reply(reply, *code, *status)
}

fn is_reply(reply: &Reply, code: u16, status: Option<(u8, u16, u16)>) -> Result<()> {
    same((reply.code().as_u16(), reply.enhanced().map(|status| status.numbers())), (code, status))
}

/// A message goes out on the same connection.
async fn works(client: &mut SmtpClient) -> Result<()> {
    deliver(client, envelope("works@sender.test", &address(0))?, b"Subject: works\r\n\r\n").await.map(drop)
}

async fn alone(scene: &Scene, refusal: &Refusal) -> Result<()> {
    let mut client = scene.client().await?;
    let envelope = envelope("alone@sender.test", &at_home(refusal.0))?;
    let report = client.send(envelope, b"Subject: alone\r\n\r\n").await?;
    ensure(report.error().is_none(), || format!("{report:?}"))?;
    refused(report.recipients().first().ok_or("no recipient")?, refusal)?;
    works(&mut client).await?;
    Ok(client.quit().await?)
}

async fn between(scene: &Scene, refusal: &Refusal) -> Result<()> {
    let id = format!("between-{}", refusal.0);
    let letter = Letter::new("between", &id, &b"Subject: between\r\n\r\n.\r\n"[..]);
    let all = [&*address(0), &*at_home(refusal.0), &*address(1)];
    let envelope = Envelope::new(&*letter.sender, all)?;
    let mut reader = scene.reader().await?;
    let mut client = scene.client().await?;
    let report = client.send(envelope, &*letter.octets).await?;
    let [first, middle, last] = report.recipients() else { return Err(format!("{report:?}").into()) };
    refused(middle, refusal)?;
    ensure(first.outcome().is_accepted() && last.outcome().is_accepted(), || format!("{report:?}"))?;
    ensure(!report.is_complete(), || "complete".into())?;
    if let Some(reader) = &mut reader {
        scene.compare(&letter, &reader.from(&letter.sender).await?)?;
    }
    works(&mut client).await?;
    Ok(client.quit().await?)
}

async fn greylisted(scene: &Scene, refusal: &Refusal) -> Result<()> {
    let mut client = scene.client().await?;
    let envelope = envelope("greylisted@sender.test", &at_home(refusal.0))?;
    let message = b"Subject: greylisted\r\n\r\n";
    let report = client.send(envelope.clone(), message).await?;
    let recipient = report.recipients().first().ok_or("no recipient")?;
    refused(recipient, refusal)?;
    ensure(recipient.is_retryable(), || "not worth another try".into())?;
    deliver(&mut client, envelope, message).await?;
    Ok(client.quit().await?)
}

/// 421, or a refusal and the end: what was not sent is known not to be, and nothing else goes on.
async fn closing(scene: &Scene, refusal: &Refusal) -> Result<()> {
    let mut client = scene.client().await?;
    let envelope = Envelope::new("closing@sender.test", [&*address(0), &*at_home(refusal.0), &*address(1)])?;
    let report = client.send(envelope, b"Subject: closing\r\n\r\n").await;
    match &report {
        Ok(report) => {
            scene.answered("the session ends", format!("{:?}", report.error().map(ToString::to_string)));
            ensure(report.accepted().next().is_none(), || format!("{report:?}"))?;
            let unknown = report.recipients().iter().any(|one| *one.outcome() == Outcome::Unknown);
            ensure(!unknown && report.error().is_some(), || format!("{report:?}"))?;
        }
        Err(error) => scene.answered("the session ends", error.to_string()),
    }
    let error = super::failed(client.noop().await)?;
    ensure(error.fault() != anyrfc_core::Fault::Caller, || format!("{error:?}"))?;
    // Another connection is as good as the first.
    let mut client = scene.client().await?;
    works(&mut client).await?;
    Ok(client.quit().await?)
}
