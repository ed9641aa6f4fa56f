//! OBJECTID (RFC 8474), SAVEDATE (RFC 8514), PREVIEW (RFC 8970) and annotations (RFC 5257).

use anyrfc_core::ErrorKind;
use anyrfc_imap::{
    Annotation, AnnotationScope, AnnotationSupport, AnnotationsWanted, AppendOptions, EntryName,
    EntryPattern, Event, FetchItems, MailboxName, SearchQuery, Selected, SequenceSet, StatusItem,
    StatusItems, ThreadId, Uid, UidSet,
    command::{Create, Select},
};

use super::Scene;
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::{
            messages::short,
            scenario::{failed, is, lacking::tapped, same},
        },
    },
};

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let of = |extension: &'static str| (extension, scene.offers(extension));
    scene.extension(table, of("OBJECTID"), "a mailbox under another name", renamed(scene)).await;
    scene.extension(table, of("OBJECTID"), "a message that is copied", copied(scene)).await;
    let annotate = of("ANNOTATE-EXPERIMENT-1");
    scene.extension(table, annotate, "stored, fetched, searched, removed", annotated(scene)).await;
    scene.extension(table, annotate, "of others, and copied", annotated_by_others(scene)).await;
    scene.extension(table, annotate, "more than there is room for", too_large(scene)).await;
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
    let expected = ["A meeting at noon.", "Caf\u{e9} um zw\u{f6}lf", ""];
    if scene.offers("ANNOTATE-EXPERIMENT-1") {
        // It is for another program to put them where this server finds them.
        for (uid, text) in uids.iter().zip(expected).filter(|(_, text)| !text.is_empty()) {
            let comment = Annotation::text(EntryName::comment(), AnnotationScope::Shared, text)?;
            mailbox.annotate(*uid, [comment]).await?;
        }
    }
    let previews = mailbox.previews(&UidSet::from_iter(uids.iter().copied())).await?;
    let texts: Vec<_> = uids.iter().map(|uid| previews.get(uid).map(|text| text.trim().to_owned())).collect();
    same(texts, expected.map(|text| Some(text.to_owned())).to_vec())?;
    Ok(client.logout().await?)
}

const PRIVATE: AnnotationScope = AnnotationScope::Private;
const SHARED: AnnotationScope = AnnotationScope::Shared;

/// The value of a comment.
async fn comment(mailbox: &mut Selected<'_>, uid: Uid, scope: AnnotationScope) -> Result<Option<String>> {
    let wanted = AnnotationsWanted::value(EntryName::comment()).and_size().of(scope);
    let rows = mailbox.fetch(uid, FetchItems::new().annotations(wanted))?.collect().await?;
    let row = rows.first().ok_or("no row")?;
    let Some(annotations) = row.annotations() else { return Ok(None) };
    let annotations = annotations.into_result()?;
    let value = annotations.value("/comment", scope).flatten().map(|value| value.text().into_owned());
    let size = annotations.size("/comment", scope).unwrap_or(0);
    same(size, value.as_ref().map_or(0, |value| value.len() as u64))?;
    Ok(value)
}

/// Each kind by itself, in characters that are not ASCII.
async fn annotated(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let texts = [short("with a comment"), short("without")];
    let texts: Vec<_> = texts.iter().map(|text| text.as_bytes()).collect();
    let (name, mut uids) = scene.filled(&mut client, "annotated", &texts[..1]).await?;
    // Some come with the message; they are removed again.
    let comment_of = |text| Annotation::text(EntryName::comment(), PRIVATE, text);
    let options = AppendOptions::new().annotation(comment_of("appended")?);
    let appended = client.append_bytes(&*name, options, texts[1].to_vec()).await?;
    uids.push(appended.and_then(|appended| appended.uid()).ok_or("no UID of what was appended")?);
    let mut mailbox = client.select(&*name).await?;
    scene.answered("annotations: of a mailbox", format!("{:?}", mailbox.present()?.annotations));
    same(comment(&mut mailbox, uids[1], PRIVATE).await?.as_deref(), Some("appended"))?;
    mailbox.annotate(uids[1], [Annotation::none(EntryName::comment(), PRIVATE)]).await?;
    let text = |scope, text: &str| Annotation::text(EntryName::comment(), scope, text);
    mailbox.annotate(uids[0], [text(PRIVATE, "Gr\u{fc}\u{df}e")?, text(SHARED, "an alle")?]).await?;
    same(comment(&mut mailbox, uids[0], PRIVATE).await?.as_deref(), Some("Gr\u{fc}\u{df}e"))?;
    same(comment(&mut mailbox, uids[0], SHARED).await?.as_deref(), Some("an alle"))?;
    same(comment(&mut mailbox, uids[1], PRIVATE).await?, None)?;
    let first = UidSet::from_iter([uids[0]]);
    for (entries, scope, text, expected) in [
        (EntryPattern::from(EntryName::comment()), Some(SHARED), "an", &first),
        (EntryPattern::all(), None, "alle", &first),
        (EntryName::comment().into(), Some(PRIVATE), "alle", &UidSet::default()),
        (EntryName::alternative_subject().into(), Some(SHARED), "alle", &UidSet::default()),
    ] {
        let query = SearchQuery::annotation(entries, scope, text);
        let found = mailbox.search(&query).await?;
        ensure(found == *expected, || format!("{query:?} finds {found}"))?;
    }
    mailbox.annotate(uids[0], [Annotation::none(EntryName::comment(), PRIVATE)]).await?;
    same(comment(&mut mailbox, uids[0], PRIVATE).await?, None)?;
    same(comment(&mut mailbox, uids[0], SHARED).await?.as_deref(), Some("an alle"))?;
    Ok(client.logout().await?)
}

/// What another connection changes is told by its name, and goes along with a copy.
async fn annotated_by_others(scene: &Scene) -> Result<()> {
    let (mut client, mut other) = (scene.alice().await?, scene.alice().await?);
    let (name, uids) = scene.filled(&mut client, "annotated-by-others", &[short("x").as_bytes()]).await?;
    let (to, _) = scene.filled(&mut client, "annotated-copies", &[]).await?;
    let ticket = client.submit(Select::new(MailboxName::new(&name)?).annotate())?;
    client.finish(ticket).await?;
    let value = Annotation::text(EntryName::comment(), SHARED, "theirs")?;
    other.select(&*name).await?.annotate(uids[0], [value]).await?;
    let mut mailbox = client.selected().ok_or("nothing is selected")?;
    mailbox.noop().await?;
    let mut told = Vec::new();
    while let Some(event) = mailbox.take_event() {
        if let Event::Fetch(row) = event
            && let Some(annotations) = row.annotations()
        {
            told.extend(annotations.into_result()?.map(|entry| entry.name().to_string()));
        }
    }
    scene.answered("annotations: changed by others", if told.is_empty() { "not told" } else { "told" });
    ensure(told.iter().all(|name| name == "/comment"), || format!("{told:?}"))?;
    mailbox.copy(uids[0], &*to).await?;
    let mut mailbox = client.select(&*to).await?;
    let copy = mailbox.search(&SearchQuery::all()).await?.first().ok_or("no copy")?;
    same(comment(&mut mailbox, copy, SHARED).await?.as_deref(), Some("theirs"))?;
    other.logout().await?;
    Ok(client.logout().await?)
}

/// It is not sent.
async fn too_large(scene: &Scene) -> Result<()> {
    let (tap, mut client) = tapped(scene).await?;
    let mut mailbox = client.select("INBOX").await?;
    let support = mailbox.present()?.annotations.ok_or("SELECT tells nothing of annotations")?;
    let AnnotationSupport::Writable { largest, .. } = support else {
        return Err(format!("{support:?}").into());
    };
    let text = "x".repeat(usize::try_from(largest)?.saturating_add(1).min(1 << 24));
    if text.len() as u64 > u64::from(largest) {
        tap.said();
        let value = Annotation::text(EntryName::comment(), SHARED, text)?;
        is(&failed(mailbox.annotate(SequenceSet::all(), [value]).await)?, ErrorKind::Refused)?;
        mailbox.noop().await?;
        let said = tap.said();
        ensure(said.ends_with(" NOOP\r\n") && said.lines().count() == 1, || format!("{said:?} was said"))?;
    }
    Ok(client.logout().await?)
}
