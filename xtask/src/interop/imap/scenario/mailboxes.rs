//! Mailboxes: made, listed, renamed, subscribed to, asked about, and removed.

use anyrfc_core::ErrorKind;
use anyrfc_imap::{
    Capability, ImapClient, MailboxAttribute, Pattern, SpecialUse, StatusItem, StatusItems,
    command::{List, ListReturn, ListSelect},
};

use super::{Scene, failed, is, same};
use crate::{
    Result,
    interop::{
        cases::{Case, Table, ensure},
        imap::messages::MINIMAL,
    },
};

const MAILBOXES: &str = "mailboxes";

/// Names that are not ASCII, or not what they seem.
const NAMES: [&str; 5] = ["Entwürfe", "日本語のメール", "Müll & Co", "a \"quoted\" name", "emoji 📬 box"];

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    // Some take their time to rename.
    let lives = NAMES.iter().map(|name| {
        let run = async move {
            let mut client = scene.alice().await?;
            life(scene, &mut client, name).await?;
            Ok(client.logout().await?)
        };
        (format!("{name}: created, listed, renamed, deleted"), Box::pin(run) as Case<'_>)
    });
    table.together(MAILBOXES, lives.collect()).await;
    if scene.has(&Capability::Utf8Accept) {
        let run = async {
            let (mut enabled, mut other) = (scene.alice().await?, scene.alice().await?);
            enabled.enable([Capability::Utf8Accept]).await?;
            life(scene, &mut enabled, "Grüße 📬 in UTF-8").await?;
            // What one has made in UTF-8, the other sees in modified UTF-7.
            let name = scene.name("Zwei Schreibweisen für ein Postfach");
            enabled.create(&*name).await?;
            same(listed(&mut other, &name).await?, true)?;
            other.delete(&*name).await?;
            same(listed(&mut enabled, &name).await?, false)?;
            enabled.logout().await?;
            Ok(other.logout().await?)
        };
        table.run(MAILBOXES, "names in UTF-8", run).await;
    }
    let run = async {
        let mut client = scene.alice().await?;
        let parent = scene.name("Eltern");
        let child = format!("{parent}{}Kind", scene.delimiter);
        client.create(&*parent).await?;
        client.create(&*child).await?;
        same(listed(&mut client, &child).await?, true)?;
        // What is below goes along.
        let renamed = scene.name("Großeltern");
        client.rename(&*parent, &*renamed).await?;
        same(listed(&mut client, &format!("{renamed}{}Kind", scene.delimiter)).await?, true)?;
        Ok(client.logout().await?)
    };
    table.run(MAILBOXES, "a hierarchy", run).await;
    let run = async {
        let mut client = scene.alice().await?;
        let error = failed(client.create("INBOX").await)?;
        is(&error, ErrorKind::Refused)?;
        let error = failed(client.delete(&*scene.name("nowhere")).await)?;
        is(&error, ErrorKind::Refused)?;
        let code = error.code().map_or_else(|| "none".to_owned(), |code| format!("{code:?}"));
        scene.answered("delete: the code for a mailbox that is not there", code);
        client.noop().await?;
        Ok(client.logout().await?)
    };
    table.run(MAILBOXES, "what cannot be created or deleted", run).await;
    let run = async {
        let mut client = scene.alice().await?;
        let name = scene.name("Abonniert");
        client.create(&*name).await?;
        client.subscribe(&*name).await?;
        same(subscribed(&mut client, &name).await?, true)?;
        client.unsubscribe(&*name).await?;
        same(subscribed(&mut client, &name).await?, false)?;
        Ok(client.logout().await?)
    };
    table.run(MAILBOXES, "subscribe and unsubscribe", run).await;
    status(scene, table).await;
    uses(scene, table).await;
}

/// One mailbox from its beginning to its end.
async fn life(scene: &Scene, client: &mut ImapClient, name: &str) -> Result<()> {
    let (first, second) = (scene.name(name), scene.name(&format!("{name}, renamed")));
    if let Err(error) = client.create(&*first).await {
        is(&error, ErrorKind::Refused)?;
        return scene.agrees(&format!("create: {name}"), &error.to_string(), "");
    }
    same(listed(client, &first).await?, true)?;
    client.rename(&*first, &*second).await?;
    same((listed(client, &first).await?, listed(client, &second).await?), (false, true))?;
    client.delete(&*second).await?;
    same(listed(client, &second).await?, false)
}

/// Whether it is in the list of all mailboxes, by exactly this name.
async fn listed(client: &mut ImapClient, name: &str) -> Result<bool> {
    let list = client.list("*").await?;
    Ok(list.iter().any(|entry| entry.mailbox.as_str() == name))
}

async fn subscribed(client: &mut ImapClient, name: &str) -> Result<bool> {
    let list = client.list_subscribed("*").await?;
    Ok(list.iter().any(|entry| entry.mailbox.as_str() == name))
}

async fn status(scene: &Scene, table: &mut Table<'_>) {
    let run = async {
        let mut client = scene.alice().await?;
        let (name, _) = scene.filled(&mut client, "status", &[MINIMAL.as_bytes(); 3]).await?;
        let status = client.status(&*name, StatusItems::common()).await?;
        same((status.messages, status.unseen), (Some(3), Some(3)))?;
        ensure(status.uid_next.is_some() && status.uid_validity.is_some(), || format!("{status:?}"))?;
        Ok(client.logout().await?)
    };
    table.run(MAILBOXES, "status", run).await;
    if scene.has(&Capability::StatusSize) {
        let run = async {
            let mut client = scene.alice().await?;
            let (name, _) = scene.filled(&mut client, "status-size", &[MINIMAL.as_bytes(); 3]).await?;
            let status = client.status(&*name, StatusItems::new().item(StatusItem::Size)).await?;
            same(status.size, Some(3 * MINIMAL.len() as u64))?;
            Ok(client.logout().await?)
        };
        table.run(MAILBOXES, "status with the size", run).await;
    }
    if scene.has(&Capability::ListStatus) {
        let run = async {
            let mut client = scene.alice().await?;
            let (name, _) = scene.filled(&mut client, "list-status", &[MINIMAL.as_bytes(); 2]).await?;
            let list = List::new(Pattern::all()).returns(ListReturn::Status(StatusItems::common()));
            let list = client.list_with(list).await?;
            let found = list.into_iter().find(|listed| listed.entry.mailbox.as_str() == name);
            same(found.and_then(|listed| listed.status?.messages), Some(2))?;
            Ok(client.logout().await?)
        };
        table.run(MAILBOXES, "a list with the status of each", run).await;
    }
    if scene.has(&Capability::ListExtended) {
        let run = async {
            let mut client = scene.alice().await?;
            let name = scene.name("Abonniert und gelistet");
            client.create(&*name).await?;
            client.subscribe(&*name).await?;
            let list = List::new(Pattern::all()).select(ListSelect::Subscribed).returns(ListReturn::Children);
            let list = client.list_with(list).await?;
            let found = list.iter().find(|listed| listed.entry.mailbox.as_str() == name);
            let found = found.ok_or("not in the list of what is subscribed to")?;
            ensure(found.entry.has(&MailboxAttribute::Subscribed), || format!("{found:?}"))?;
            ensure(found.entry.has(&MailboxAttribute::HasNoChildren), || format!("{found:?}"))?;
            Ok(client.logout().await?)
        };
        table.run(MAILBOXES, "a list of what is subscribed to", run).await;
    }
}

async fn uses(scene: &Scene, table: &mut Table<'_>) {
    let run = async {
        let mut client = scene.alice().await?;
        let found = client.special_use().await?;
        scene.answered("special use", format!("{found:?}"));
        Ok(client.logout().await?)
    };
    table.run(MAILBOXES, "special use", run).await;
    if scene.has(&Capability::CreateSpecialUse) {
        let run = async {
            let mut client = scene.alice().await?;
            let name = scene.name("Wichtiges");
            client.create_for(&*name, SpecialUse::Flagged).await?;
            let list = client.list_with(List::new(Pattern::all()).returns(ListReturn::SpecialUse)).await?;
            let found = list.iter().find(|listed| listed.entry.mailbox.as_str() == name);
            ensure(found.is_some_and(|listed| listed.entry.has(&MailboxAttribute::Flagged)), || {
                format!("{found:?}")
            })?;
            Ok(client.logout().await?)
        };
        table.run(MAILBOXES, "created for a special use", run).await;
    }
}
