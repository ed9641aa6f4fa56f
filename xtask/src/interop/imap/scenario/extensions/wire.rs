//! COMPRESS=DEFLATE (RFC 4978) and NOTIFY (RFC 5465).

use std::time::Duration;

use anyrfc_core::{ErrorKind, Security};
use anyrfc_imap::{
    AppendOptions, Capability, Event, FetchItems, Flag, ImapClient, ListEntry, MailboxName, MailboxStatus,
    NameChange, SearchQuery, Section, SequenceSet,
    command::{Fetch, MailboxEvents, MessageEvents, Notify, Notifying, Watched},
    rfc4978, rfc5465,
    types::Data,
};

use super::super::{Scene, failed, is, password, read, same};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::messages::{MINIMAL, large, short},
    },
};

const COMPRESS: &str = "COMPRESS=DEFLATE";
const NOTIFY: &str = "NOTIFY";

/// Nothing that a server tells by itself takes longer.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    compress(scene, table).await;
    notify(scene, table).await;
}

impl Scene {
    /// Alice, with everything compressed after the login.
    async fn compressed(&self) -> Result<ImapClient> {
        let mut client = self.builder().compress(true).connect(&self.tls_url()).await?;
        client.authenticate(&password(0)).await?;
        ensure(client.compression().is_some(), || "nothing is compressed".into())?;
        Ok(client)
    }
}

async fn compress(scene: &Scene, table: &mut Table<'_>) {
    let offered = (COMPRESS, scene.has(&Capability::CompressDeflate));
    let run = async {
        let mut client = scene.compressed().await?;
        // Each of its own: there are servers that take only so many of the same.
        let messages: Vec<String> = (0..200).map(|n| short(&format!("number {n}"))).collect();
        let octets: Vec<&[u8]> = messages.iter().map(String::as_bytes).collect();
        let (name, uids) = scene.filled(&mut client, "compressed", &octets).await?;
        let mut mailbox = client.select(&*name).await?;
        let items = FetchItems::new().uid().flags().envelope().body_structure();
        same(mailbox.fetch(SequenceSet::all(), items)?.collect().await?.len(), 200)?;
        same(mailbox.search(&SearchQuery::all()).await?.len(), 200)?;
        let first = uids.first().copied().ok_or("no UID")?;
        let text = read(&mut mailbox, first, Section::all()).await?;
        same(Some(text), messages.first().map(|text| text.clone().into_bytes()))?;
        mailbox.add_flags(first, [Flag::Flagged]).await?;
        let info = client.compression().ok_or("nothing is compressed")?;
        let less = info.received_compressed * 3 < info.received && info.sent_compressed * 2 < info.sent;
        ensure(less, || format!("{info:?}"))?;
        scene.answered("COMPRESS: rows, in octets", format!("{info:?}"));
        Ok(client.logout().await?)
    };
    scene.extension(table, offered, "messages, rows, searches and flags, over TLS", run).await;
    let run = async {
        let builder = scene.bare_builder();
        let url = format!("imap://localhost:{}", scene.plaintext.port());
        let mut client = builder.security(Security::Plaintext).connect(&url).await?;
        client.authenticate(&password(0)).await?;
        // Whatever is on its way before it is answered before it.
        let noop = client.submit(anyrfc_imap::command::Noop)?;
        client.compress().await?;
        client.finish(noop).await?;
        let body = large(4 << 20);
        let (name, uids) = scene.filled(&mut client, "compressed-large", &[&body]).await?;
        let mut mailbox = client.select(&*name).await?;
        let uid = uids.first().copied().ok_or("no UID")?;
        ensure(read(&mut mailbox, uid, Section::all()).await? == body, || "another message".into())?;
        Ok(client.logout().await?)
    };
    scene.extension(table, offered, "a large message there and back, in plaintext", run).await;
    let run = async {
        let mut client = scene.compressed().await?;
        let error = failed(client.compress().await)?;
        is(&error, ErrorKind::Usage)?;
        same(error.requirement(), Some(rfc4978::COMPRESS_COMES_ONCE))?;
        client.noop().await?;
        Ok(client.logout().await?)
    };
    scene.extension(table, offered, "once, whoever asks", run).await;
    let run = async {
        let (mut client, mut other) = (scene.compressed().await?, scene.compressed().await?);
        let (name, _) = scene.filled(&mut client, "compressed-idle", &[MINIMAL.as_bytes()]).await?;
        let mut mailbox = client.select(&*name).await?;
        let mut watch = mailbox.watch();
        let told = async {
            loop {
                if let Some(Event::Exists(count @ 2..)) = watch.next().await? {
                    return Ok::<_, anyrfc_imap::Error>(count);
                }
            }
        };
        let deliver = async {
            for _ in 0..5 {
                other.append_bytes(&*name, AppendOptions::new(), short("news")).await?;
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
            std::future::pending::<Result<()>>().await
        };
        tokio::select! {
            count = told => ensure(count? > 1, || "nothing came".into())?,
            error = deliver => error?,
            () = tokio::time::sleep(PATIENCE) => return Err("nothing is told".into()),
        }
        watch.done().await?;
        mailbox.noop().await?;
        Ok(client.logout().await?)
    };
    scene.extension(table, offered, "told under IDLE", run).await;
    let run = async {
        // A thousand commands at once.
        let mut client = scene.compressed().await?;
        let tickets: std::result::Result<Vec<_>, _> =
            (0..1000).map(|_| client.submit(anyrfc_imap::command::Noop)).collect();
        for ticket in tickets? {
            client.finish(ticket).await?;
        }
        let info = client.compression().ok_or("nothing is compressed")?;
        scene.answered("COMPRESS: a thousand NOOPs, in octets", format!("{info:?}"));
        Ok(client.logout().await?)
    };
    scene.extension(table, offered, "a thousand commands on their way together", run).await;
}

fn status(event: &Event) -> Option<&MailboxStatus> {
    if let Event::Data(Data::MailboxStatus(status)) = event { Some(status) } else { None }
}

fn listed(event: &Event) -> Option<&ListEntry> {
    if let Event::Data(Data::List(entry)) = event { Some(entry) } else { None }
}

/// Waits, without a command, until this is told.
async fn until(client: &mut ImapClient, what: &str, wanted: impl Fn(&Event) -> bool) -> Result<Event> {
    let told = until_within(client, PATIENCE, wanted).await?;
    told.ok_or_else(|| format!("{what}: not told").into())
}

/// The same, for so long.
async fn until_within(
    client: &mut ImapClient,
    patience: Duration,
    wanted: impl Fn(&Event) -> bool,
) -> Result<Option<Event>> {
    let told = async {
        loop {
            match client.take_event() {
                Some(event) if wanted(&event) => return Ok::<_, anyrfc_imap::Error>(event),
                Some(_) => {}
                None => client.drive().await?,
            }
        }
    };
    match tokio::time::timeout(patience, told).await {
        Ok(event) => Ok(Some(event?)),
        Err(_) => Ok(None),
    }
}

async fn notify(scene: &Scene, table: &mut Table<'_>) {
    let offered = (NOTIFY, scene.has(&Capability::Notify));
    let run = async {
        let (mut client, mut other) = (scene.alice().await?, scene.alice().await?);
        let (name, _) = scene.filled(&mut client, "told-other", &[MINIMAL.as_bytes()]).await?;
        let mailbox = MailboxName::new(&name)?;
        let notify = Notify::new()
            .status()
            .watch(Watched::Mailboxes(vec![mailbox.clone()]), MailboxEvents::none().flags());
        let told = client.notify(notify).await?;
        let before = told.iter().find(|status| status.mailbox == mailbox).ok_or("no status at once")?;
        same(before.messages, Some(1))?;
        same(client.notifying(), Notifying::Others)?;
        other.append_bytes(&*name, AppendOptions::new(), short("news")).await?;
        let of_it = |event: &Event| {
            status(event).is_some_and(|status| status.mailbox == mailbox && status.messages == Some(2))
        };
        until(&mut client, "a message in another mailbox", of_it).await?;
        let mut theirs = other.select(&*name).await?;
        let first = theirs.search(&SearchQuery::all()).await?.iter().next().ok_or("no message")?;
        theirs.add_flags(first, [Flag::Deleted]).await?;
        theirs.expunge(first).await?;
        let of_it = |event: &Event| {
            status(event).is_some_and(|status| status.mailbox == mailbox && status.messages == Some(1))
        };
        until(&mut client, "an expunge in another mailbox", of_it).await?;
        client.notify_none().await?;
        other.logout().await?;
        Ok(client.logout().await?)
    };
    scene.extension(table, offered, "another mailbox, by its status", run).await;
    let run = async {
        let (mut client, mut other) = (scene.alice().await?, scene.alice().await?);
        let (name, _) = scene.filled(&mut client, "told-Tést", &[MINIMAL.as_bytes()]).await?;
        let mailbox = MailboxName::new(&name)?;
        client.notify(Notify::new().watch(Watched::Personal, MailboxEvents::none().messages())).await?;
        other.append_bytes(&*name, AppendOptions::new(), short("news")).await?;
        // However the name is written.
        let of_it =
            |event: &Event| status(event).is_some_and(|status| status.mailbox.as_str() == mailbox.as_str());
        until(&mut client, "a message in a mailbox whose name is not ASCII", of_it).await?;
        other.logout().await?;
        Ok(client.logout().await?)
    };
    scene.extension(table, offered, "a mailbox whose name is not ASCII", run).await;
    let run = async {
        let (mut client, mut other) = (scene.alice().await?, scene.alice().await?);
        let notify = Notify::new().watch(Watched::Personal, MailboxEvents::none().names().subscriptions());
        client.notify(notify).await?;
        let (made, renamed) = (scene.name("told-made"), scene.name("told-renamed"));
        other.create(&*made).await?;
        let named =
            |event: &Event, name: &str| listed(event).is_some_and(|entry| entry.mailbox.as_str() == name);
        until(&mut client, "a new mailbox", |event| named(event, &made)).await?;
        other.subscribe(&*made).await?;
        let subscribed = |event: &Event| {
            named(event, &made)
                && listed(event).is_some_and(|entry| entry.has(&anyrfc_imap::MailboxAttribute::Subscribed))
        };
        until(&mut client, "a subscription", subscribed).await?;
        other.rename(&*made, &*renamed).await?;
        let event = until(&mut client, "a renamed mailbox", |event| named(event, &renamed)).await?;
        let change = listed(&event).map(|entry| format!("{:?}", entry.name_change()));
        scene.answered("NOTIFY: a renamed mailbox", change.unwrap_or_default());
        other.delete(&*renamed).await?;
        let gone = |event: &Event| {
            named(event, &renamed)
                && listed(event).is_some_and(|entry| entry.name_change() == NameChange::Gone)
        };
        until(&mut client, "a deleted mailbox", gone).await?;
        other.logout().await?;
        Ok(client.logout().await?)
    };
    scene.extension(table, offered, "names and subscriptions", run).await;
    let run = async {
        let (mut client, mut other) = (scene.alice().await?, scene.alice().await?);
        let (name, uids) = scene.filled(&mut client, "told-selected", &[MINIMAL.as_bytes(); 2]).await?;
        let events = MessageEvents::new().flags().fetch(FetchItems::new().uid().envelope());
        client.notify(Notify::new().selected(events)).await?;
        client.select(&*name).await?;
        let fetch = Fetch::new(SequenceSet::all(), FetchItems::new().flags());
        let error = failed(client.submit(fetch))?;
        same(error.requirement(), Some(rfc5465::NUMBERS_ARE_NOT_USED_WITH_SELECTED))?;
        let mut delivered = 0;
        loop {
            delivered += 1;
            other.append_bytes(&*name, AppendOptions::new(), short("at once")).await?;
            let wanted = |event: &Event| matches!(event, Event::Fetch(row) if row.row().envelope().is_some());
            match until(&mut client, "a new message", wanted).await {
                Ok(_) => break,
                Err(error) if delivered == 3 => return Err(error),
                Err(_) => {}
            }
        }
        let mut theirs = other.select(&*name).await?;
        for uid in &uids {
            theirs.add_flags(*uid, [Flag::Deleted]).await?;
            theirs.expunge(*uid).await?;
        }
        // There are servers that hold it back until a command comes, as if it were to be delayed.
        let mut at_once = true;
        for _ in &uids {
            let gone = |event: &Event| matches!(event, Event::Expunge { .. });
            if until_within(&mut client, Duration::from_secs(3), gone).await?.is_none() {
                at_once = false;
                client.noop().await?;
                until(&mut client, "an expunge", gone).await?;
            }
        }
        scene.answered(
            "NOTIFY: an expunge is told",
            if at_once { "at once" } else { "with the next command" },
        );
        let exists = client.mailbox().map(|mailbox| mailbox.exists);
        same(exists, Some(delivered))?;
        let strange: Vec<_> = client.deviations().into_iter().flat_map(|all| all.iter()).collect();
        ensure(strange.is_empty(), || format!("{strange:?}"))?;
        other.logout().await?;
        Ok(client.logout().await?)
    };
    scene.extension(table, offered, "the selected mailbox, at once", run).await;
    let run = async {
        let (mut client, mut other) = (scene.alice().await?, scene.alice().await?);
        let (name, _) = scene.filled(&mut client, "told-watch", &[MINIMAL.as_bytes()]).await?;
        let mailbox = MailboxName::new(&name)?;
        let notify =
            Notify::new().watch(Watched::Subtree(vec![mailbox.clone()]), MailboxEvents::none().messages());
        client.notify(notify).await?;
        other.append_bytes(&*name, AppendOptions::new(), short("watched")).await?;
        let mut watch = client.watch();
        let told = async {
            loop {
                let event = watch.next().await?.ok_or("the server left")?;
                if status(&event).is_some_and(|status| status.mailbox == mailbox) {
                    return Ok::<(), Box<dyn std::error::Error>>(());
                }
            }
        };
        tokio::time::timeout(PATIENCE, told).await.map_err(|_| "nothing is told")??;
        watch.done().await?;
        other.logout().await?;
        Ok(client.logout().await?)
    };
    scene.extension(table, offered, "watched, without IDLE", run).await;
}
