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
        cases::{Table, ensure},
        imap::messages::MINIMAL,
    },
};

const MAILBOXES: &str = "mailboxes";

/// Names that are not ASCII, or not what they seem.
const NAMES: [&str; 5] = ["Entwürfe", "日本語のメール", "Müll & Co", "a \"quoted\" name", "emoji 📬 box"];

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    for name in NAMES {
        let run = async {
            let mut client = scene.alice().await?;
            life(scene, &mut client, name).await?;
            Ok(client.logout().await?)
        };
        table.run(MAILBOXES, format!("{name}: created, listed, selected"), run).await;
    }
    let run = async {
        let mut client = scene.alice().await?;
        let (name, _) = scene.filled(&mut client, "Für kurze Zeit", &[MINIMAL.as_bytes()]).await?;
        same(listed(&mut client, &name).await?, true)?;
        client.delete(&*name).await?;
        same(listed(&mut client, &name).await?, false)?;
        is(&failed(client.select(&*name).await.map(drop))?, ErrorKind::Refused)?;
        Ok(client.logout().await?)
    };
    table.run(MAILBOXES, "deleted", run).await;
    table.run(MAILBOXES, "renamed", renamed(scene)).await;
    table.run(MAILBOXES, "a hierarchy, renamed", hierarchy(scene)).await;
    if scene.has(&Capability::Utf8Accept) {
        scene.shows(table, &["UTF8=ACCEPT"], MAILBOXES, "names in UTF-8", in_utf8(scene)).await;
    }
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

/// What one has made in UTF-8, the other sees in modified UTF-7.
async fn in_utf8(scene: &Scene) -> Result<()> {
    let (mut enabled, mut other) = (scene.alice().await?, scene.alice().await?);
    enabled.enable([Capability::Utf8Accept]).await?;
    life(scene, &mut enabled, "Grüße in UTF-8").await?;
    let name = scene.name("Zwei Schreibweisen für ein Postfach");
    enabled.create(&*name).await?;
    same(listed(&mut other, &name).await?, true)?;
    other.delete(&*name).await?;
    same(listed(&mut enabled, &name).await?, false)?;
    enabled.logout().await?;
    Ok(other.logout().await?)
}

/// What is below a mailbox goes along with it.
async fn hierarchy(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (parent, renamed) = (scene.name("Eltern"), scene.name("Großeltern"));
    let child = |parent: &str| format!("{parent}{}Kind", scene.delimiter);
    client.create(&*parent).await?;
    client.create(&*child(&parent)).await?;
    same(listed(&mut client, &child(&parent)).await?, true)?;
    client.rename(&*parent, &*renamed).await?;
    same(listed(&mut client, &child(&renamed)).await?, true)?;
    Ok(client.logout().await?)
}

/// One mailbox is made, and found by its name.
async fn life(scene: &Scene, client: &mut ImapClient, name: &str) -> Result<()> {
    let full = scene.name(name);
    if let Err(error) = client.create(&*full).await {
        is(&error, ErrorKind::Refused)?;
        return scene.agrees(&format!("create: {name}"), &error.to_string(), "");
    }
    same(listed(client, &full).await?, true)?;
    same(client.select(&*full).await?.name().as_str(), full.as_str())
}

/// What is in a mailbox stays in it, whatever it is called.
async fn renamed(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (before, _) = scene.filled(&mut client, "Vorläufig", &[MINIMAL.as_bytes()]).await?;
    let after = scene.name("最終版 & mehr");
    client.rename(&*before, &*after).await?;
    same((listed(&mut client, &before).await?, listed(&mut client, &after).await?), (false, true))?;
    same(client.select(&*after).await?.exists(), 1)?;
    Ok(client.logout().await?)
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
        scene.shows(table, &["STATUS=SIZE"], MAILBOXES, "status with the size", run).await;
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
        scene.shows(table, &["LIST-STATUS"], MAILBOXES, "a list with the status of each", run).await;
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
        scene.shows(table, &["LIST-EXTENDED"], MAILBOXES, "a list of what is subscribed to", run).await;
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
            // Not every use is known everywhere.
            let mut purpose = SpecialUse::Important;
            if let Err(error) = client.create_for(&*name, purpose).await {
                is(&error, ErrorKind::Refused)?;
                scene.answered(format!("create: for {purpose}"), error.to_string());
                purpose = SpecialUse::Flagged;
                client.create_for(&*name, purpose).await?;
            }
            let list = client.list_with(List::new(Pattern::all()).returns(ListReturn::SpecialUse)).await?;
            let found = list.iter().find(|listed| listed.entry.mailbox.as_str() == name);
            let has = found.is_some_and(|listed| listed.entry.has(&purpose.attribute()));
            ensure(has, || format!("{found:?}"))?;
            Ok(client.logout().await?)
        };
        scene.shows(table, &["CREATE-SPECIAL-USE"], MAILBOXES, "created for a special use", run).await;
    }
}
