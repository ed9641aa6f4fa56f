//! What happens meanwhile, told by the server.

use std::{
    future::{Future as _, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use anyrfc_imap::{AppendOptions, Capability, Event, Flag, ImapClient, SearchQuery, UidSet, Watch};

use super::{Scene, same};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::messages::{MINIMAL, short},
    },
};

const IDLE: &str = "idle";

/// Whoever looks for news now and then does it more often.
const PATIENCE: Duration = Duration::from_secs(2);

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

/// Whether the watching connection is told of it before long.
async fn soon(watch: &mut Watch<'_>, wanted: impl Fn(&Event) -> bool) -> Result<bool> {
    match tokio::time::timeout(PATIENCE, until(watch, wanted)).await {
        Ok(told) => told.map(|()| true),
        Err(_) => Ok(false),
    }
}

/// Delivers messages until the watching connection is told, and returns how many it took: there
/// are servers that overlook what comes in the moment after they have said that they are idling.
async fn told(watch: &mut Watch<'_>, other: &mut ImapClient, name: &str) -> Result<u64> {
    for delivered in 1..=5 {
        other.append_bytes(name, AppendOptions::new(), short("news")).await?;
        if soon(watch, |event| matches!(event, Event::Exists(_))).await? {
            return Ok(delivered);
        }
    }
    Err("five messages came, and nothing was said".into())
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
        let delivered = told(&mut watch, &mut other, &name).await?;
        drop(watch);
        // The connection is given back.
        mailbox.noop().await?;
        same(scene.search(&mut mailbox, &SearchQuery::subject("news"), delivered).await?.len(), delivered)?;
        other.logout().await?;
        Ok(client.logout().await?)
    };
    table.run(IDLE, "watched, then used", run).await;
    let run = async {
        let mut client = scene.alice().await?;
        let (name, _) = scene.filled(&mut client, "noop", &[]).await?;
        let mut other = scene.alice().await?;
        let mut mailbox = client.select(&*name).await?;
        other.append_bytes(&*name, AppendOptions::new(), short("asked for")).await?;
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
        let mut delivered = 0;
        for _ in 0..2 {
            delivered += told(&mut watch, &mut other, &name).await?;
            ensure(watch.is_idling(), || "not idling".into())?;
        }
        watch.done().await?;
        mailbox.noop().await?;
        same(u64::from(mailbox.exists()), 1 + delivered)?;
        same(scene.search(&mut mailbox, &SearchQuery::subject("news"), delivered).await?.len(), delivered)?;
        other.logout().await?;
        Ok(client.logout().await?)
    };
    scene.shows(table, &["IDLE"], IDLE, "two messages by another connection", run).await;
    let run = async {
        let (mut client, mut other) = (scene.alice().await?, scene.alice().await?);
        let (name, uids) = scene.filled(&mut client, "idle-changes", &[MINIMAL.as_bytes(); 5]).await?;
        let mut mailbox = client.select(&*name).await?;
        let mut theirs = other.select(&*name).await?;
        let mut watch = mailbox.idle()?;
        begun(&mut watch).await?;
        let mut gone = UidSet::new();
        for uid in &uids {
            theirs.add_flags(*uid, [Flag::Deleted]).await?;
            theirs.expunge(*uid).await?;
            gone.insert(*uid);
            if soon(&mut watch, |event| matches!(event, Event::Expunge { .. })).await? {
                break;
            }
        }
        watch.done().await?;
        let all: UidSet = uids.iter().copied().collect();
        let left = all.difference(&gone);
        ensure(!left.is_empty(), || "five messages went, and nothing was said".into())?;
        mailbox.noop().await?;
        same(u64::from(mailbox.exists()), left.len())?;
        same(mailbox.search(&SearchQuery::all()).await?, left)?;
        other.logout().await?;
        Ok(client.logout().await?)
    };
    scene.shows(table, &["IDLE"], IDLE, "a message that goes", run).await;
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
    scene.shows(table, &["IDLE"], IDLE, "begun and left, again and again", run).await;
}
