//! SORT and THREAD (RFC 5256, RFC 5957), LANGUAGE and I18NLEVEL (RFC 5255), UNAUTHENTICATE (RFC 8437),
//! INPROGRESS (RFC 9585) and JMAPACCESS (RFC 9698).

use anyrfc_core::ErrorKind;
use anyrfc_imap::{
    Comparator, Event, ImapClient, LanguageRange, SearchQuery, SearchReturn, SortKey, SortOrder,
    ThreadAlgorithm, Uid, command::UidSort,
};

use super::Scene;
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::scenario::{failed, is, password, same},
    },
};

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let of = |extension: &'static str| (extension, scene.offers(extension));
    scene.extension(table, of("SORT"), "by every key", sorted(scene)).await;
    scene.extension(table, of("ESORT"), "the first, the last, and how many", edges(scene)).await;
    scene.extension(table, of("SORT"), "a text beyond ASCII", sorted_beyond_ascii(scene)).await;
    scene.extension(table, of("SORT=DISPLAY"), "as addresses are shown", sorted_as_shown(scene)).await;
    let ordered = ["THREAD=ORDEREDSUBJECT", "THREAD=REFERENCES", "THREAD=REFS"];
    for (name, algorithm) in ordered.into_iter().zip([
        ThreadAlgorithm::OrderedSubject,
        ThreadAlgorithm::References,
        ThreadAlgorithm::Refs,
    ]) {
        scene.extension(table, of(name), "a conversation", threaded(scene, algorithm)).await;
    }
    scene.extension(table, of("I18NLEVEL"), "texts in any case", in_any_case(scene)).await;
    scene.extension(table, of("LANGUAGE"), "the server's words", languages(scene)).await;
    scene.extension(table, of("UNAUTHENTICATE"), "one user after the other", users(scene)).await;
    scene.extension(table, of("INPROGRESS"), "of a sort", progress(scene)).await;
    scene.extension(table, of("JMAPACCESS"), "where it is", jmap(scene)).await;
}

/// A conversation of four messages, and two of another one that only the subject holds together.
const MESSAGES: [(&str, &str, &str, &str, usize); 6] = [
    ("\"Zoe\" <bob@example.org>", "sorting", "Mon, 5 Jan 2026 12:00:00 +0000", "", 300),
    ("Adam <tim@example.org>", "Re: sorting", "Mon, 5 Jan 2026 14:30:00 +0200", "0", 200),
    ("amy@example.org", "Dinner", "Sun, 4 Jan 2026 12:00:00 +0000", "", 100),
    ("bob@example.org", "Re: sorting", "Tue, 6 Jan 2026 12:00:00 +0000", "0 1", 500),
    ("carl@example.org", "Fwd: sorting", "Wed, 7 Jan 2026 12:00:00 +0000", "0 1", 400),
    ("dan@example.org", "[list] Re: dinner", "Thu, 8 Jan 2026 12:00:00 +0000", "", 600),
];

async fn conversation(scene: &Scene, client: &mut ImapClient, name: &str) -> Result<(String, Vec<Uid>)> {
    let messages = MESSAGES.iter().enumerate().map(|(n, (from, subject, date, references, size))| {
        let references: String =
            references.split_whitespace().map(|one| format!(" <{one}.{name}@example.org>")).collect();
        let references =
            if references.is_empty() { references } else { format!("References:{references}\r\n") };
        format!(
            "From: {from}\r\nTo: alice@example.org\r\nSubject: {subject}\r\nDate: {date}\r\n\
             Message-ID: <{n}.{name}@example.org>\r\n{references}\r\n{}\r\n",
            "x".repeat(*size)
        )
    });
    let messages: Vec<String> = messages.collect();
    let messages: Vec<&[u8]> = messages.iter().map(String::as_bytes).collect();
    scene.filled(client, name, &messages).await
}

/// The places of messages, counted from 1, in the order of their UIDs.
fn places(uids: &[Uid], found: impl IntoIterator<Item = Uid>) -> Vec<usize> {
    found.into_iter().map(|uid| uids.iter().position(|one| *one == uid).map_or(0, |at| at + 1)).collect()
}

async fn sorted(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, uids) = conversation(scene, &mut client, "sort").await?;
    let mut mailbox = client.select(&*name).await?;
    let all = SearchQuery::all();
    for (order, expected) in [
        (SortOrder::by(SortKey::Date), [3, 1, 2, 4, 5, 6]),
        (SortOrder::reversed(SortKey::Date), [6, 5, 4, 2, 1, 3]),
        (SortOrder::by(SortKey::Size), [3, 2, 1, 5, 4, 6]),
        (SortOrder::by(SortKey::From), [3, 1, 4, 5, 6, 2]),
        (SortOrder::by(SortKey::Subject).then_reversed(SortKey::Date), [6, 3, 5, 4, 2, 1]),
        // Not every server leaves those that are equal in their order.
        (SortOrder::by(SortKey::To).then(SortKey::Size), [3, 2, 1, 5, 4, 6]),
        (SortOrder::by(SortKey::Cc).then_reversed(SortKey::Size), [6, 4, 5, 1, 2, 3]),
    ] {
        let found = places(&uids, mailbox.sort(order.clone(), &all).await?.iter());
        if found != expected {
            scene.agrees(&format!("sort: {order}"), &format!("{found:?}"), &format!("{expected:?}"))?;
        }
    }
    let some = mailbox.sort(SortKey::Size, &SearchQuery::from("bob@example.org")).await?;
    same(places(&uids, some.iter()), vec![1, 4])?;
    ensure(mailbox.sort(SortKey::Date, &SearchQuery::deleted()).await?.is_empty(), || "not empty".into())?;
    if !scene.offers("ESORT") {
        let error = failed(mailbox.sort_for(SortKey::Date, &all, SearchReturn::new().count()).await)?;
        is(&error, ErrorKind::Unsupported)?;
    }
    Ok(client.logout().await?)
}

async fn edges(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, uids) = conversation(scene, &mut client, "sort-edges").await?;
    let mut mailbox = client.select(&*name).await?;
    let returns = SearchReturn::new().min().max().count();
    let found = mailbox.sort_for(SortKey::Date, &SearchQuery::all(), returns).await?;
    same(found.count, Some(6))?;
    let edges = places(&uids, found.min.into_iter().chain(found.max));
    scene.agrees("sort: the first and the last", &format!("{edges:?}"), "[3, 6]")?;
    Ok(client.logout().await?)
}

async fn sorted_beyond_ascii(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, _) = conversation(scene, &mut client, "sort-beyond-ascii").await?;
    let mut mailbox = client.select(&*name).await?;
    let found = mailbox.sort(SortKey::Date, &SearchQuery::subject("Änträge")).await?;
    same(found.len(), 0)?;
    Ok(client.logout().await?)
}

async fn sorted_as_shown(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, uids) = conversation(scene, &mut client, "sort-display").await?;
    let mut mailbox = client.select(&*name).await?;
    let found = mailbox.sort(SortKey::DisplayFrom, &SearchQuery::all()).await?;
    same(places(&uids, found.iter()), vec![2, 3, 4, 5, 6, 1])?;
    let found = mailbox.sort(SortOrder::reversed(SortKey::DisplayTo), &SearchQuery::all()).await?;
    same(places(&uids, found.iter()), vec![1, 2, 3, 4, 5, 6])?;
    Ok(client.logout().await?)
}

/// The threads, in places.
async fn threaded(scene: &Scene, algorithm: ThreadAlgorithm) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, uids) = conversation(scene, &mut client, &format!("thread-{algorithm}")).await?;
    let mut mailbox = client.select(&*name).await?;
    let found = mailbox.threads(algorithm.clone(), &SearchQuery::all()).await?;
    let shown: Vec<String> = found
        .walk()
        .map(|(depth, member)| {
            let place = member.number().map_or_else(|| "-".into(), |uid| places(&uids, [uid])[0].to_string());
            format!("{}{place}", ">".repeat(depth))
        })
        .collect();
    let expected = match algorithm {
        ThreadAlgorithm::OrderedSubject => "3 >6 1 >2 >4 >5",
        ThreadAlgorithm::References => "3 >6 1 >2 >>4 >>5",
        _ => "3 1 >2 >>4 >>5 6",
    };
    scene.agrees(&format!("thread: {algorithm}"), &shown.join(" "), expected)?;
    same(found.messages().count(), uids.len())?;
    let none = mailbox.threads(algorithm, &SearchQuery::deleted()).await?;
    ensure(none.is_empty(), || format!("{none}"))?;
    Ok(client.logout().await?)
}

/// Texts are compared by `i;unicode-casemap`, or by what is chosen.
async fn in_any_case(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let subject = "Subject: =?utf-8?Q?Stra=C3=9Fe_der_=C3=84rzte?=\r\n\r\nx\r\n".as_bytes();
    let (name, uids) = scene.filled(&mut client, "i18n", &[subject, b"Subject: other\r\n\r\nx\r\n"]).await?;
    let level = client.capabilities().map_or(0, |all| all.i18n_level());
    let mut mailbox = client.select(&*name).await?;
    let found = mailbox.search(&SearchQuery::subject("\u{e4}RZTE")).await?;
    let found = places(&uids, found.iter());
    scene.agrees("i18nlevel: beyond ASCII in any case", &format!("{found:?}"), "[1]")?;
    if level < 2 {
        is(&failed(client.comparator().await)?, ErrorKind::Unsupported)?;
    } else {
        let known = client.comparator().await?.ok_or("no comparator is told")?;
        let other = client.compare_by([Comparator::new(&known.name)?]).await?;
        same(other.map(|other| other.name), Some(known.name))?;
        let error = failed(client.compare_by([Comparator::new("x-no-such")?]).await)?;
        is(&error, ErrorKind::Refused)?;
    }
    Ok(client.logout().await?)
}

async fn languages(scene: &Scene) -> Result<()> {
    let builder = scene.builder().languages([LanguageRange::new("de-AT")?]);
    let mut client = builder.connect(&scene.tls_url()).await?;
    client.authenticate(&password(0)).await?;
    same(client.language(), Some("de"))?;
    ensure(client.languages().await?.len() > 1, || "there is but one".into())?;
    let namespaces = client.namespace().await?;
    let shown = namespaces.other_users.first().and_then(anyrfc_imap::Namespace::translation);
    ensure(shown.is_some_and(|shown| !shown.is_ascii()), || format!("{namespaces:?}"))?;
    is(&failed(client.speak_in([LanguageRange::new("tlh")?]).await)?, ErrorKind::Refused)?;
    same(client.language(), Some("de"))?;
    client.speak_in([LanguageRange::new("i-default")?]).await?;
    same(client.language(), Some("i-default"))?;
    Ok(client.logout().await?)
}

async fn users(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, _) = scene.filled(&mut client, "unauthenticate", &[b"Subject: x\r\n\r\nx\r\n"]).await?;
    same(client.select(&*name).await?.exists(), 1)?;
    for user in [1, 0, 1] {
        client.unauthenticate().await?;
        ensure(!client.is_authenticated() && client.mailbox().is_none(), || "still logged in".into())?;
        is(&failed(client.select("INBOX").await)?, ErrorKind::Usage)?;
        client.authenticate(&password(user)).await?;
        let opened = client.select(&*name).await.map(|mailbox| mailbox.exists());
        same(opened.ok(), (user == 0).then_some(1))?;
    }
    Ok(client.logout().await?)
}

async fn progress(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, _) = conversation(scene, &mut client, "inprogress").await?;
    client.select(&*name).await?;
    let ticket = client.submit(UidSort::new(SortKey::Date, SearchQuery::all()))?;
    client.answered(&ticket).await?;
    let mut told = None;
    while let Some(event) = client.take_event() {
        if let Event::Progress { command, progress } = event {
            told = Some((command, progress.done, progress.goal));
        }
    }
    same(told, Some((Some(ticket.id()), Some(3), Some(6))))?;
    same(client.finish(ticket).await?.all.len(), 6)?;
    Ok(client.logout().await?)
}

async fn jmap(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let url = match client.jmap_session().await {
        Ok(url) => url,
        Err(error) if error.refusal().is_some() => error.to_string(),
        Err(error) => return Err(error.into()),
    };
    ensure(url.starts_with("https://"), || url.clone())?;
    Ok(client.logout().await?)
}
