//! OBJECTID (RFC 8474), SAVEDATE (RFC 8514) and PREVIEW (RFC 8970).

use anyrfc_imap::{
    FetchItems, MailboxName, SearchQuery, SequenceSet, StatusItem, StatusItems, ThreadId, UidSet,
    command::{Create, Raw},
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
    scene.extension(table, of("OBJECTID"), "a mailbox under another name", renamed(scene)).await;
    scene.extension(table, of("OBJECTID"), "a message that is copied", copied(scene)).await;
    scene.extension(table, of("SAVEDATE"), "fetched and searched", save_date(scene)).await;
    scene.extension(table, of("PREVIEW"), "of several messages", previews(scene)).await;
}

/// The same identifier by CREATE, SELECT and STATUS, whatever it is called.
async fn renamed(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (old, new) = (scene.name("objectid"), scene.name("objectid-renamed"));
    let create = client.submit(Create::new(MailboxName::new(&old)?))?;
    let made = client.finish(create).await?.mailbox_id;
    let before = client.mailbox_ids("*").await?;
    let name = MailboxName::new(&old)?;
    let known = before.id(&name).cloned().ok_or("STATUS tells no MAILBOXID")?;
    scene.answered("objectid: of CREATE", if made.is_some() { "told" } else { "not told" });
    ensure(made.is_none_or(|made| made == known), || "CREATE and STATUS differ".into())?;
    // What is renamed had better not be selected.
    let mut other = scene.alice().await?;
    let present = other.select(&*old).await?.present()?.mailbox_id.clone();
    other.logout().await?;
    scene.answered("objectid: of SELECT", if present.is_some() { "told" } else { "not told" });
    ensure(present.is_none_or(|present| present == known), || "SELECT and STATUS differ".into())?;
    client.rename(&*old, &*new).await?;
    let now = client.mailbox_ids("*").await?;
    let renamed = MailboxName::new(&new)?;
    if now.renamed_since(&before) != [(&name, &renamed)] {
        let found = format!("{:?}", now.renamed_since(&before));
        return scene.agrees("objectid: a renamed mailbox", &found, "found again");
    }
    let status = client.status(&*new, StatusItems::new().item(StatusItem::MailboxId)).await?;
    same(status.mailbox_id, Some(known))?;
    Ok(client.logout().await?)
}

/// Its content is the same there, and found by its identifier.
async fn copied(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let texts = [short("one of two"), short("another")];
    let texts: Vec<_> = texts.iter().map(|text| text.as_bytes()).collect();
    let (from, uids) = scene.filled(&mut client, "objectid-from", &texts).await?;
    let (to, _) = scene.filled(&mut client, "objectid-to", &[]).await?;
    let mut mailbox = client.select(&*from).await?;
    let ids = mailbox.email_ids(UidSet::from_iter(uids.iter().copied())).await?;
    same(ids.len(), 2)?;
    ensure(ids[&uids[0]] != ids[&uids[1]], || format!("{ids:?}"))?;
    same(mailbox.search(&SearchQuery::email_id(&ids[&uids[1]])).await?, UidSet::from_iter([uids[1]]))?;
    let rows = mailbox.fetch(uids[0], FetchItems::new().thread_id())?.collect().await?;
    let thread = rows.first().and_then(|row| row.thread_id()).ok_or("no THREADID")?;
    let thread = thread.into_result()?.map(ThreadId::into_owned);
    scene.answered("objectid: threads", if thread.is_some() { "told" } else { "none" });
    let found = match &thread {
        Some(thread) => mailbox.search(&SearchQuery::thread_id(thread)).await?.contains(uids[0]),
        None => true,
    };
    ensure(found, || "a thread that does not contain its message".into())?;
    mailbox.copy(uids[0], &*to).await?;
    let mut mailbox = client.select(&*to).await?;
    let copies = mailbox.email_ids(SequenceSet::all()).await?;
    same(copies.values().collect::<Vec<_>>(), vec![&ids[&uids[0]]])?;
    Ok(client.logout().await?)
}

async fn save_date(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, uids) = scene.filled(&mut client, "savedate", &[short("saved").as_bytes()]).await?;
    let mut mailbox = client.select(&*name).await?;
    let rows = mailbox.fetch(uids[0], FetchItems::new().save_date().internal_date())?.collect().await?;
    let row = rows.first().ok_or("no row")?;
    let date = row.save_date().ok_or("no SAVEDATE")?.into_result()?.ok_or("the mailbox knows no dates")?;
    let received = row.internal_date().ok_or("no INTERNALDATE")?.into_result()?;
    // It was received when it was saved, or a moment before.
    let later = date.unix_timestamp() - received.unix_timestamp();
    ensure((0..600).contains(&later), || format!("saved {later} s after it was received"))?;
    let day = date.date();
    let all = UidSet::from_iter(uids);
    for (query, expected) in [
        (SearchQuery::saved_on(day), &all),
        (SearchQuery::saved_since(day), &all),
        (SearchQuery::saved_before(day), &UidSet::default()),
        (SearchQuery::save_date_supported(), &all),
    ] {
        same(&mailbox.search(&query).await?, expected)?;
    }
    Ok(client.logout().await?)
}

/// What is at hand and what is not, the text of each.
async fn previews(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let texts: [&[u8]; 3] = [
        b"From: a@example.org\r\nSubject: one\r\n\r\nA meeting at noon.\r\n",
        b"From: a@example.org\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
          Content-Transfer-Encoding: quoted-printable\r\nMIME-Version: 1.0\r\n\r\nCaf=E9 um zw=F6lf\r\n",
        b"From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n",
    ];
    let (name, uids) = scene.filled(&mut client, "preview", &texts).await?;
    let mut mailbox = client.select(&*name).await?;
    let mut expected = ["A meeting at noon.", "Caf\u{e9} um zw\u{f6}lf", ""];
    if scene.offers("ANNOTATE-EXPERIMENT-1") {
        // It is for another program to put them where this server finds them.
        expected[1] = "Coffee at twelve.";
        for (uid, text) in uids.iter().zip(expected).filter(|(_, text)| !text.is_empty()) {
            let annotation = format!("ANNOTATION (/comment (value.shared \"{text}\"))");
            let store = Raw::new("UID STORE")?.set(*uid).verbatim(&annotation)?;
            mailbox.raw_command(store).await?;
        }
    }
    let previews = mailbox.previews(&UidSet::from_iter(uids.iter().copied())).await?;
    let texts: Vec<_> = uids.iter().map(|uid| previews.get(uid).map(|text| text.trim().to_owned())).collect();
    same(texts, expected.map(|text| Some(text.to_owned())).to_vec())?;
    Ok(client.logout().await?)
}
