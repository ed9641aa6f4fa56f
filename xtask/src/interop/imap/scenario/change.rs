//! What is changed: flags, and where messages are.

use anyrfc_imap::{Capability, FetchItems, Flag, SearchQuery, StoreAction, Uid, UidSet};

use super::{Scene, same};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::messages::{MINIMAL, short},
    },
};

const STORE: &str = "store";
const COPY: &str = "copy";
const MOVE: &str = "move";
const EXPUNGE: &str = "expunge";

/// The flags of a message, but for `\Recent`, which is the server's own.
async fn flags(mailbox: &mut anyrfc_imap::Selected<'_>, uid: Uid) -> Result<Vec<String>> {
    let rows = mailbox.fetch(uid, FetchItems::new().flags())?.collect().await?;
    let row = rows.first().ok_or("no row")?;
    let flags = row.flags().and_then(|flags| flags.parsed()).ok_or("no flags")?;
    let mut names: Vec<String> =
        flags.filter(|flag| *flag != Flag::Recent).map(|flag| flag.as_str().to_owned()).collect();
    names.sort_unstable();
    Ok(names)
}

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let run = async {
        let mut client = scene.alice().await?;
        let (name, uids) = scene.filled(&mut client, "store", &[MINIMAL.as_bytes()]).await?;
        let uid = uids[0];
        let mut mailbox = client.select(&*name).await?;
        mailbox.add_flags(uid, [Flag::Seen, Flag::Answered]).await?;
        same(flags(&mut mailbox, uid).await?, vec!["\\Answered".into(), "\\Seen".into()])?;
        mailbox.remove_flags(uid, [Flag::Seen]).await?;
        same(flags(&mut mailbox, uid).await?, vec!["\\Answered".into()])?;
        mailbox.store(uid, StoreAction::Replace, [Flag::Flagged]).await?;
        same(flags(&mut mailbox, uid).await?, vec!["\\Flagged".into()])?;
        Ok(client.logout().await?)
    };
    table.run(STORE, "flags added, removed, replaced", run).await;
    let run = async {
        let mut client = scene.alice().await?;
        let (name, uids) = scene.filled(&mut client, "keywords", &[MINIMAL.as_bytes()]).await?;
        let mut mailbox = client.select(&*name).await?;
        let forwarded = Flag::FORWARDED;
        mailbox.add_flags(uids[0], [forwarded.clone()]).await?;
        let kept = flags(&mut mailbox, uids[0]).await?.join(" ");
        scene.agrees("store: a keyword", &kept, "$Forwarded")?;
        let found = mailbox.search(&SearchQuery::with_flag(forwarded)?).await?;
        same(found.len(), u64::from(!kept.is_empty()))?;
        Ok(client.logout().await?)
    };
    table.run(STORE, "a keyword", run).await;
    let run = async {
        let mut client = scene.alice().await?;
        let (name, uids) = scene.filled(&mut client, "read-only", &[MINIMAL.as_bytes()]).await?;
        let mut mailbox = client.examine(&*name).await?;
        ensure(mailbox.is_read_only(), || "it can be written to".into())?;
        let answer = match mailbox.add_flags(uids[0], [Flag::Flagged]).await {
            Ok(_) => "OK".to_owned(),
            Err(error) if error.refusal().is_some() => error.to_string(),
            Err(error) => return Err(error.into()),
        };
        scene.answered("store: a mailbox that can only be read", answer);
        Ok(client.logout().await?)
    };
    table.run(STORE, "a mailbox that can only be read", run).await;
    transfers(scene, table).await;
    removals(scene, table).await;
}

async fn transfers(scene: &Scene, table: &mut Table<'_>) {
    let run = async {
        let mut client = scene.alice().await?;
        let texts = [short("one"), short("two"), short("three")];
        let texts: Vec<_> = texts.iter().map(|text| text.as_bytes()).collect();
        let (from, uids) = scene.filled(&mut client, "copy-from", &texts).await?;
        let (to, _) = scene.filled(&mut client, "copy-to", &[]).await?;
        let mut mailbox = client.select(&*from).await?;
        let copies = mailbox.copy(UidSet::from_iter([uids[0], uids[2]]), &*to).await?;
        let pairs: Vec<_> = copies.iter().flat_map(|copies| copies.pairs()).collect();
        same(pairs.iter().map(|(from, _)| *from).collect::<Vec<_>>(), vec![uids[0], uids[2]])?;
        same(mailbox.exists(), 3)?;
        let mut mailbox = client.select(&*to).await?;
        for ((_, copy), text) in pairs.iter().zip([texts[0], texts[2]]) {
            let octets = super::read(&mut mailbox, *copy, anyrfc_imap::Section::all()).await?;
            let which = if octets == text { "what it was said to become" } else { "another" };
            scene.agrees("copy: what became of a message", which, "what it was said to become")?;
        }
        same(mailbox.exists(), 2)?;
        Ok(client.logout().await?)
    };
    table.run(COPY, "two of three messages", run).await;
    let run = async {
        let mut client = scene.alice().await?;
        let (from, uids) = scene.filled(&mut client, "copy-nowhere", &[MINIMAL.as_bytes()]).await?;
        let nowhere = scene.name("nowhere");
        let mut mailbox = client.select(&*from).await?;
        let error = super::failed(mailbox.copy(uids[0], &*nowhere).await)?;
        super::is(&error, anyrfc_core::ErrorKind::Refused)?;
        scene.answered("copy: a mailbox that is not there", error.to_string());
        Ok(client.logout().await?)
    };
    table.run(COPY, "to a mailbox that is not there", run).await;
    let run = async {
        let mut client = scene.alice().await?;
        let texts = [short("one"), short("two"), short("three")];
        let texts: Vec<_> = texts.iter().map(|text| text.as_bytes()).collect();
        let (from, uids) = scene.filled(&mut client, "move-from", &texts).await?;
        let (to, _) = scene.filled(&mut client, "move-to", &[]).await?;
        let mut mailbox = client.select(&*from).await?;
        // Somebody else's: it stays, whatever is moved.
        mailbox.add_flags(uids[2], [Flag::Deleted]).await?;
        let moved = mailbox.move_to(uids[1], &*to).await?;
        let pairs: Vec<_> = moved.copies().iter().flat_map(|copies| copies.pairs()).collect();
        same(pairs.iter().map(|(from, _)| *from).collect::<Vec<_>>(), vec![uids[1]])?;
        same(mailbox.search(&SearchQuery::all()).await?, UidSet::from_iter([uids[0], uids[2]]))?;
        let mut mailbox = client.select(&*to).await?;
        let octets = super::read(&mut mailbox, pairs[0].1, anyrfc_imap::Section::all()).await?;
        ensure(octets == texts[1], || "another message was moved".into())?;
        Ok(client.logout().await?)
    };
    let how = if scene.has(&Capability::Move) { "by MOVE" } else { "by COPY and UID EXPUNGE" };
    scene.shows(table, &["MOVE"], MOVE, format!("one of three messages, {how}"), run).await;
}

async fn removals(scene: &Scene, table: &mut Table<'_>) {
    let run = async {
        let mut client = scene.alice().await?;
        let (name, uids) = scene.filled(&mut client, "expunge", &[MINIMAL.as_bytes(); 4]).await?;
        let mut mailbox = client.select(&*name).await?;
        mailbox.add_flags(UidSet::from_iter([uids[0], uids[1], uids[3]]), [Flag::Deleted]).await?;
        // Of three that are deleted two are removed, and one that is not stays.
        let expunged = mailbox.expunge(UidSet::from_iter([uids[0], uids[2], uids[3]])).await?;
        same(expunged.numbers.len(), 2)?;
        same(mailbox.search(&SearchQuery::all()).await?, UidSet::from_iter([uids[1], uids[2]]))?;
        same(mailbox.exists(), 2)?;
        same(mailbox.expunge_all().await?.numbers.len(), 1)?;
        same(mailbox.search(&SearchQuery::all()).await?, UidSet::from_iter([uids[2]]))?;
        Ok(client.logout().await?)
    };
    scene.shows(table, &["UIDPLUS"], EXPUNGE, "these and no others, then all", run).await;
    let run = async {
        let mut client = scene.alice().await?;
        let (name, uids) = scene.filled(&mut client, "close", &[MINIMAL.as_bytes(); 2]).await?;
        let mut mailbox = client.select(&*name).await?;
        mailbox.add_flags(uids[0], [Flag::Deleted]).await?;
        mailbox.close().await?;
        ensure(client.selected().is_none(), || "still selected".into())?;
        let mut mailbox = client.select(&*name).await?;
        same(mailbox.search(&SearchQuery::all()).await?, UidSet::from_iter([uids[1]]))?;
        Ok(client.logout().await?)
    };
    table.run(EXPUNGE, "by closing", run).await;
    if scene.has(&Capability::Unselect) {
        let run = async {
            let mut client = scene.alice().await?;
            let (name, uids) = scene.filled(&mut client, "unselect", &[MINIMAL.as_bytes(); 2]).await?;
            let mut mailbox = client.select(&*name).await?;
            mailbox.add_flags(uids[0], [Flag::Deleted]).await?;
            mailbox.unselect().await?;
            ensure(client.selected().is_none(), || "still selected".into())?;
            let mut mailbox = client.select(&*name).await?;
            same(mailbox.search(&SearchQuery::all()).await?, UidSet::from_iter(uids))?;
            Ok(client.logout().await?)
        };
        scene.shows(table, &["UNSELECT"], EXPUNGE, "not by leaving", run).await;
    }
}
