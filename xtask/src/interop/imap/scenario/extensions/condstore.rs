//! CONDSTORE and QRESYNC (RFC 7162), UIDONLY (RFC 9586).

use anyrfc_imap::{
    Capability, Event, FetchItems, Flag, ImapClient, MailboxName, Resynced, SearchQuery, SequenceSet,
    StatusItem, StatusItems, StoreAction, Uid, UidSet,
    command::{Fetch, FetchModifiers, Resync, Select},
    rfc9586,
};

use super::Scene;
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::{messages::short, scenario::same},
    },
};

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let of = |extension: &'static str| (extension, scene.offers(extension));
    scene.extension(table, of("CONDSTORE"), "what has changed since", changes(scene)).await;
    scene
        .extension(table, of("CONDSTORE"), "a change that overwrites nobody else's", conditional(scene))
        .await;
    scene.extension(table, of("QRESYNC"), "one SELECT tells what has changed", resync(scene)).await;
    scene.extension(table, of("QRESYNC"), "what vanishes while the mailbox is open", vanishing(scene)).await;
    scene.extension(table, of("UIDONLY"), "rows and removals by UID", uid_only(scene)).await;
}

/// A mailbox of five messages.
async fn five(scene: &Scene, client: &mut ImapClient, name: &str) -> Result<(String, Vec<Uid>)> {
    let texts: Vec<_> = (1..=5).map(|n| short(&format!("message {n}"))).collect();
    let texts: Vec<_> = texts.iter().map(|text| text.as_bytes()).collect();
    scene.filled(client, name, &texts).await
}

fn set(uids: &[Uid]) -> UidSet {
    uids.iter().copied().collect()
}

fn condstore(name: &str) -> Result<Select> {
    Ok(Select::new(MailboxName::new(name)?).condstore())
}

/// A client that has enabled this.
async fn with(scene: &Scene, capability: Capability) -> Result<ImapClient> {
    let mut client = scene.alice().await?;
    let enabled = client.enable([capability.clone()]).await?;
    let on = enabled.has(&capability) || client.enabled().is_some_and(|all| all.has(&capability));
    ensure(on, || format!("{enabled:?}"))?;
    Ok(client)
}

async fn changes(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, uids) = five(scene, &mut client, "condstore").await?;
    let (mut inbox, _) = client.select_with(condstore(&name)?).await?;
    let since = inbox.highest_mod_seq().ok_or("no HIGHESTMODSEQ")?;
    let mut other = scene.alice().await?;
    let mut theirs = other.select(&*name).await?;
    theirs.add_flags(uids[1], [Flag::Flagged]).await?;
    other.logout().await?;
    let found = inbox.changes_since(SequenceSet::all(), since).await?;
    same(found.changed.iter().map(|change| change.uid).collect::<Vec<_>>(), vec![uids[1]])?;
    let change = &found.changed[0];
    ensure(change.mod_seq > Some(since), || format!("{change:?}"))?;
    ensure(change.flags.as_ref().is_some_and(|flags| flags.contains(&Flag::Flagged)), || {
        format!("{change:?}")
    })?;
    let now = change.mod_seq.ok_or("no MODSEQ")?;
    same(inbox.search(&SearchQuery::mod_seq(now)).await?, set(&[uids[1]]))?;
    let modifiers = FetchModifiers::new().changed_since(now);
    let rows =
        inbox.fetch_with(SequenceSet::all(), FetchItems::new().mod_seq(), modifiers)?.collect().await?;
    same(rows.len(), 0)?;
    same(inbox.highest_mod_seq(), Some(now))?;
    let status = client.status(&*name, StatusItems::new().item(StatusItem::HighestModSeq)).await?;
    same(status.highest_mod_seq, Some(Some(now)))?;
    Ok(client.logout().await?)
}

async fn conditional(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, uids) = five(scene, &mut client, "condstore-conditional").await?;
    let (mut inbox, _) = client.select_with(condstore(&name)?).await?;
    let since = inbox.highest_mod_seq().ok_or("no HIGHESTMODSEQ")?;
    let mut other = scene.alice().await?;
    let mut theirs = other.select(&*name).await?;
    theirs.add_flags(uids[1], [Flag::Flagged]).await?;
    theirs.add_flags(uids[2], [Flag::Answered]).await?;
    other.logout().await?;
    // Whoever has flagged it meanwhile is not to lose it.
    let done = inbox
        .store_unless_changed(set(&uids[..3]), since, StoreAction::Add, Flag::Deleted, |now| {
            now.flags.as_ref().is_some_and(|flags| !flags.contains(&Flag::Flagged))
        })
        .await?;
    let numbers = |all: &[anyrfc_imap::Changed]| all.iter().map(|one| one.uid).collect::<UidSet>();
    same(numbers(&done.stored), set(&[uids[0], uids[2]]))?;
    same(numbers(&done.conflicts), set(&[uids[1]]))?;
    same(inbox.search(&SearchQuery::deleted()).await?, set(&[uids[0], uids[2]]))?;
    Ok(client.logout().await?)
}

async fn resync(scene: &Scene) -> Result<()> {
    let mut client = with(scene, Capability::QResync).await?;
    let (name, uids) = five(scene, &mut client, "qresync").await?;
    let inbox = client.select(&*name).await?;
    let (validity, known) = (inbox.uid_validity(), inbox.highest_mod_seq());
    let known = Resync::new(validity.ok_or("no UIDVALIDITY")?, known.ok_or("no HIGHESTMODSEQ")?);
    client.logout().await?;
    let mut other = scene.alice().await?;
    let mut theirs = other.select(&*name).await?;
    theirs.add_flags(set(&uids[..2]), [Flag::Deleted]).await?;
    theirs.add_flags(uids[3], [Flag::Seen]).await?;
    theirs.expunge(set(&uids[..2])).await?;
    other.logout().await?;
    let mut client = with(scene, Capability::QResync).await?;
    let name = MailboxName::new(&name)?;
    let select = Select::new(name.clone()).resync(known.clone().of(set(&uids)));
    let (inbox, opened) = client.select_with(select).await?;
    let Resynced::Changes { vanished, changed } = opened.resynced else {
        return Err(format!("{:?}", opened.resynced).into());
    };
    // It may name more, but of what is there none.
    same(vanished.intersection(&set(&uids)), set(&uids[..2]))?;
    same(changed.iter().map(|change| change.uid).collect::<Vec<_>>(), vec![uids[3]])?;
    ensure(changed[0].flags.as_ref().is_some_and(|flags| flags.contains(&Flag::Seen)), || {
        format!("{changed:?}")
    })?;
    same(inbox.exists(), 3)?;
    // Nothing has changed since.
    let now = inbox.highest_mod_seq().ok_or("no HIGHESTMODSEQ")?;
    let again = Select::new(name.clone()).resync(Resync::new(known.uid_validity(), now).of(set(&uids[2..])));
    let (_, opened) = client.select_with(again).await?;
    same(opened.resynced, Resynced::Changes { vanished: UidSet::new(), changed: Vec::new() })?;
    // Of another UIDVALIDITY nothing is told.
    let other = anyrfc_imap::UidValidity::new(known.uid_validity().get() ^ 1).ok_or("no UIDVALIDITY")?;
    let (_, opened) = client.select_with(Select::new(name).resync(Resync::new(other, now))).await?;
    same(opened.resynced, Resynced::OtherUidValidity { before: other })?;
    Ok(client.logout().await?)
}

async fn vanishing(scene: &Scene) -> Result<()> {
    let mut client = with(scene, Capability::QResync).await?;
    let (name, uids) = five(scene, &mut client, "qresync-open").await?;
    let (to, _) = scene.filled(&mut client, "qresync-other", &[]).await?;
    let mut inbox = client.select(&*name).await?;
    let since = inbox.highest_mod_seq().ok_or("no HIGHESTMODSEQ")?;
    inbox.add_flags(set(&uids[..2]), [Flag::Deleted]).await?;
    let expunged = inbox.expunge(set(&uids[..2])).await?;
    same((expunged.vanished, expunged.numbers.len()), (set(&uids[..2]), 0))?;
    same(inbox.exists(), 3)?;
    inbox.move_to(uids[2], &*to).await?;
    same(inbox.exists(), 2)?;
    let found = inbox.changes_since(set(&uids), since).await?;
    same(found.vanished, Some(set(&uids[..3])))?;
    let mut gone = UidSet::new();
    while let Some(event) = client.take_event() {
        match event {
            Event::Vanished { earlier: false, uids } => gone = gone.union(&uids),
            Event::Expunge { .. } => return Err("EXPUNGE, where VANISHED takes its place".into()),
            _ => {}
        }
    }
    same(gone, set(&uids[..3]))?;
    Ok(client.logout().await?)
}

async fn uid_only(scene: &Scene) -> Result<()> {
    let mut client = with(scene, Capability::UidOnly).await?;
    let (name, uids) = five(scene, &mut client, "uidonly").await?;
    let mut inbox = client.select(&*name).await?;
    let rows = inbox.fetch(SequenceSet::all(), FetchItems::new().flags().envelope())?.collect().await?;
    same(rows.iter().filter_map(|row| row.uid()).collect::<Vec<_>>(), uids.clone())?;
    ensure(rows.iter().all(|row| row.sequence().is_none()), || "a row with a number".into())?;
    let body = inbox.fetch_body(uids[4], anyrfc_imap::Section::all()).await?;
    ensure(body.is_some(), || "no body".into())?;
    drop(body);
    inbox.add_flags(set(&uids[..2]), [Flag::Deleted]).await?;
    same(inbox.expunge(set(&uids[..2])).await?.vanished, set(&uids[..2]))?;
    same(inbox.exists(), 3)?;
    let refused = inbox.submit(Fetch::new(SequenceSet::all(), FetchItems::fast()));
    let requirement = refused.err().and_then(|error| error.requirement());
    same(requirement, Some(rfc9586::NO_MESSAGE_NUMBERS_ARE_SENT))?;
    Ok(client.logout().await?)
}
