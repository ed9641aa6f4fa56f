//! What happens meanwhile, told by the server.

use std::{
    future::{Future as _, poll_fn},
    pin::pin,
    task::Poll,
};

use anyrfc_imap::{AppendOptions, Capability, Event, Flag, ImapClient, SearchQuery, Watch};

use super::{Scene, same};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::messages::{MINIMAL, short},
    },
};

const IDLE: &str = "idle";

/// Waits until `wanted` is told.
async fn until(watch: &mut Watch<'_>, wanted: impl Fn(&Event) -> bool) -> Result<()> {
    loop {
        let event = watch.next().await?.ok_or("the server left")?;
        if wanted(&event) {
            return Ok(());
        }
    }
}

/// Waits until the server is going to tell.
async fn begun(watch: &mut Watch<'_>) -> Result<()> {
    poll_fn(|cx| {
        match pin!(watch.next()).poll(cx) {
            Poll::Ready(Ok(_)) => return Poll::Ready(Ok(())),
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error.into())),
            Poll::Pending => {}
        }
        if watch.is_idling() { Poll::Ready(Ok(())) } else { Poll::Pending }
    })
    .await
}

async fn deliver(client: &mut ImapClient, name: &str, subject: &str) -> Result<()> {
    client.append_bytes(name, AppendOptions::new(), short(subject)).await?;
    Ok(())
}

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    if scene.has(&Capability::Idle) {
        idle(scene, table).await;
    }
    let run = async {
        let (mut client, mut other) = (scene.alice().await?, scene.alice().await?);
        let (name, _) = scene.filled(&mut client, "watch", &[MINIMAL.as_bytes()]).await?;
        let mut mailbox = client.select(&*name).await?;
        same(mailbox.exists(), 1)?;
        let mut watch = mailbox.watch();
        begun(&mut watch).await?;
        let (told, delivered) = tokio::join!(
            until(&mut watch, |event| matches!(event, Event::Exists(2))),
            deliver(&mut other, &name, "watched"),
        );
        told.and(delivered)?;
        drop(watch);
        // The connection is given back.
        same(mailbox.search(&SearchQuery::subject("watched")).await?.len(), 1)?;
        other.logout().await?;
        Ok(client.logout().await?)
    };
    table.run(IDLE, "watched, then used", run).await;
    let run = async {
        let mut client = scene.alice().await?;
        let (name, _) = scene.filled(&mut client, "noop", &[]).await?;
        let mut other = scene.alice().await?;
        let mut mailbox = client.select(&*name).await?;
        deliver(&mut other, &name, "asked for").await?;
        mailbox.noop().await?;
        same(mailbox.exists(), 1)?;
        other.logout().await?;
        Ok(client.logout().await?)
    };
    table.run(IDLE, "news by NOOP", run).await;
}

async fn idle(scene: &Scene, table: &mut Table<'_>) {
    let run = async {
        let (mut client, mut other) = (scene.alice().await?, scene.alice().await?);
        let (name, _) = scene.filled(&mut client, "idle", &[MINIMAL.as_bytes()]).await?;
        let mut mailbox = client.select(&*name).await?;
        let mut watch = mailbox.idle()?;
        begun(&mut watch).await?;
        for number in 2..=3 {
            let subject = format!("message {number}");
            let (told, delivered) = tokio::join!(
                until(&mut watch, |event| matches!(event, Event::Exists(exists) if *exists == number)),
                deliver(&mut other, &name, &subject),
            );
            told.and(delivered)?;
            ensure(watch.is_idling(), || "not idling".into())?;
        }
        watch.done().await?;
        same(mailbox.exists(), 3)?;
        same(mailbox.search(&SearchQuery::subject("message 3")).await?.len(), 1)?;
        other.logout().await?;
        Ok(client.logout().await?)
    };
    table.run(IDLE, "two messages by another connection", run).await;
    let run = async {
        let (mut client, mut other) = (scene.alice().await?, scene.alice().await?);
        let (name, uids) = scene.filled(&mut client, "idle-changes", &[MINIMAL.as_bytes(); 2]).await?;
        let mut mailbox = client.select(&*name).await?;
        let mut theirs = other.select(&*name).await?;
        let mut watch = mailbox.idle()?;
        begun(&mut watch).await?;
        let change = async {
            theirs.add_flags(uids[0], [Flag::Flagged, Flag::Deleted]).await?;
            theirs.expunge(uids[0]).await
        };
        let (told, changed) =
            tokio::join!(until(&mut watch, |event| matches!(event, Event::Expunge { .. })), change);
        told?;
        changed?;
        watch.done().await?;
        same(mailbox.exists(), 1)?;
        same(mailbox.search(&SearchQuery::all()).await?.first(), Some(uids[1]))?;
        other.logout().await?;
        Ok(client.logout().await?)
    };
    table.run(IDLE, "a message that goes", run).await;
    let run = async {
        let mut client = scene.alice().await?;
        let mut mailbox = client.select("INBOX").await?;
        // Idling that nobody waits for is ended by the next command.
        for _ in 0..5 {
            drop(mailbox.idle()?);
            mailbox.noop().await?;
        }
        Ok(client.logout().await?)
    };
    table.run(IDLE, "begun and left, again and again", run).await;
}
