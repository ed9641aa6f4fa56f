//! What extensions make of SEARCH: CONTEXT=SEARCH (RFC 5267), SEARCH=FUZZY (RFC 6203), FILTERS (RFC
//! 5466), MULTISEARCH (RFC 7377), PARTIAL (RFC 9394) and MESSAGELIMIT (RFC 9738).

use anyrfc_imap::{
    Capability, FetchItems, FilterName, Flag, ListStep, MailboxName, PartialRange, SearchQuery, SearchReturn,
    SearchSource, SearchSources, SequenceSet, SortKey, SortOrder, Uid, UidSet,
    command::{FetchModifiers, Noop},
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
    scene.extension(table, of("CONTEXT=SEARCH"), "a result that is kept up to date", live(scene)).await;
    scene.extension(table, of("CONTEXT=SEARCH"), "parts of a result from the start", pages(scene)).await;
    scene.extension(table, of("ESORT"), "the first and the last of a SORT", sorted(scene)).await;
    scene.extension(table, of("SEARCH=FUZZY"), "not taken literally", fuzzy(scene)).await;
    scene.extension(table, of("FILTERS"), "a search under a name", filter(scene)).await;
    scene.extension(table, of("MULTISEARCH"), "several mailboxes", several(scene)).await;
    scene.extension(table, of("PARTIAL"), "parts of a result from the end", newest(scene)).await;
    scene.extension(table, of("PARTIAL"), "parts of a FETCH", part_of_fetch(scene)).await;
    scene.extension(table, of("MESSAGELIMIT"), "more messages than at a time", limited(scene)).await;
}

/// The first, the last and how many, in the order of a SORT; and a part of it where the peer has that.
async fn sorted(scene: &Scene) -> Result<()> {
    let (mut client, name, uids) = filled(scene, "esort").await?;
    let mut mailbox = client.select(&*name).await?;
    let order = SortOrder::reversed(SortKey::Subject);
    let returns = SearchReturn::new().min().max().all().count();
    let found = mailbox.sort_for(order.clone(), &SearchQuery::all(), returns).await?;
    same(found.all.iter().rev().collect::<Vec<_>>(), uids.clone())?;
    same(found.count, Some(5))?;
    let ends = match (found.min, found.max) {
        (min, max) if (min, max) == (uids.last().copied(), uids.first().copied()) => "of the order",
        (min, max) if (min, max) == (uids.first().copied(), uids.last().copied()) => "of the numbers",
        _ => "neither",
    };
    scene.agrees("esort: MIN and MAX", ends, "of the order")?;
    let none = SearchQuery::subject("nothing of the kind");
    let found = mailbox.sort_for(order, &none, SearchReturn::new().min().count()).await?;
    same((found.min, found.count), (None, Some(0)))?;
    Ok(client.logout().await?)
}

/// Five messages, in a mailbox of their own.
fn five() -> Vec<String> {
    (1..6).map(|number| short(&format!("number {number}"))).collect()
}

async fn filled(scene: &Scene, name: &str) -> Result<(anyrfc_imap::ImapClient, String, Vec<Uid>)> {
    let mut client = scene.alice().await?;
    let texts = five();
    let texts: Vec<_> = texts.iter().map(|text| text.as_bytes()).collect();
    let (name, uids) = scene.filled(&mut client, name, &texts).await?;
    Ok((client, name, uids))
}

fn set(uids: &[Uid]) -> UidSet {
    uids.iter().copied().collect()
}

async fn live(scene: &Scene) -> Result<()> {
    let (mut client, name, uids) = filled(scene, "context").await?;
    let mut mailbox = client.select(&*name).await?;
    let mut live = mailbox.live_search(&SearchQuery::unflagged()).await?;
    same(live.results().to_set(), set(&uids))?;
    // What another session does is told too.
    let mut other = scene.alice().await?;
    let mut theirs = other.select(&*name).await?;
    theirs.add_flags(uids[1], [Flag::Flagged]).await?;
    other.logout().await?;
    mailbox.add_flags(uids[3], [Flag::Flagged]).await?;
    let mut steps = Vec::new();
    for _ in 0..20 {
        let noop = mailbox.submit(Noop)?;
        mailbox.finish(noop).await?;
        steps.extend(mailbox.update(&mut live)?);
        if steps.len() >= 2 {
            break;
        }
    }
    same(live.results().to_set(), set(&[uids[0], uids[2], uids[4]]))?;
    mailbox.remove_flags(uids[3], [Flag::Flagged]).await?;
    for _ in 0..20 {
        let noop = mailbox.submit(Noop)?;
        mailbox.finish(noop).await?;
        if !mailbox.update(&mut live)?.is_empty() {
            break;
        }
    }
    same(live.results().iter().collect::<Vec<_>>(), vec![uids[0], uids[2], uids[3], uids[4]])?;
    ensure(live.is_live(), || "updates have ended".into())?;
    let inserted = |step: &ListStep<Uid>| matches!(step, ListStep::Inserted { .. });
    ensure(!steps.iter().any(inserted), || format!("{steps:?}"))?;
    // It is cancelled, and the server takes that.
    drop(live);
    let noop = mailbox.submit(Noop)?;
    mailbox.finish(noop).await?;
    Ok(client.logout().await?)
}

async fn pages(scene: &Scene) -> Result<()> {
    let (mut client, name, uids) = filled(scene, "pages").await?;
    let mut mailbox = client.select(&*name).await?;
    let mut range = PartialRange::from_start(1, 2)?;
    for found in [&uids[..2], &uids[2..4], &uids[4..], &[]] {
        let page = mailbox.search_page(&SearchQuery::all(), range).await?;
        same(page.found, set(found))?;
        range = range.next().ok_or("no range")?;
    }
    Ok(client.logout().await?)
}

async fn fuzzy(scene: &Scene) -> Result<()> {
    let (mut client, name, uids) = filled(scene, "fuzzy").await?;
    let mut mailbox = client.select(&*name).await?;
    // What a server makes of it is its own affair; that it is taken is not.
    let found = mailbox.search(&SearchQuery::subject("number").fuzzy()).await?;
    scene.answered("fuzzy: of five that match literally", found.len().to_string());
    ensure(found.difference(&set(&uids)).is_empty(), || format!("{found:?}"))?;
    let returns = SearchReturn::new().all().relevancy();
    if mailbox.has(&Capability::Esearch) || mailbox.is_rev2() {
        match mailbox.search_for(&SearchQuery::subject("number").fuzzy(), returns).await {
            Ok(scored) => {
                let told = if scored.relevancy.is_empty() { "none" } else { "told" };
                scene.answered("fuzzy: scores", told);
                let fits = scored.relevancy.is_empty() || scored.relevancy.len() as u64 == scored.all.len();
                ensure(fits, || format!("{scored:?}"))?;
            }
            Err(error) => scene.answered("fuzzy: scores", error.to_string()),
        }
    }
    Ok(client.logout().await?)
}

async fn filter(scene: &Scene) -> Result<()> {
    let (mut client, name, uids) = filled(scene, "filters").await?;
    let mut mailbox = client.select(&*name).await?;
    mailbox.add_flags(uids[2], [Flag::Flagged]).await?;
    let query = SearchQuery::filter(FilterName::new("interop")?) & SearchQuery::subject("number");
    same(mailbox.search(&query).await?, set(&[uids[2]]))?;
    let none = SearchQuery::filter(FilterName::new("not-there")?);
    let Err(error) = mailbox.search(&none).await else { return Err("a filter that is not there".into()) };
    let code = format!("{:?}", error.code());
    ensure(code.contains("UndefinedFilter(\"not-there\")"), || code.clone())?;
    Ok(client.logout().await?)
}

async fn several(scene: &Scene) -> Result<()> {
    let (mut client, one, uids) = filled(scene, "multi-one").await?;
    let (two, _) = scene.filled(&mut client, "multi-two", &[short("number 3").as_bytes()]).await?;
    let (empty, _) = scene.filled(&mut client, "multi-none", &[short("other").as_bytes()]).await?;
    let mut mailbox = client.select(&*empty).await?;
    let names = [&one, &two, &empty].map(|name| MailboxName::new(name));
    let names = names.into_iter().collect::<std::result::Result<Vec<_>, _>>()?;
    let sources = SearchSources::new([SearchSource::Mailboxes(names)])?;
    let found = mailbox.search_in(sources.clone(), &SearchQuery::subject("number 3")).await?;
    let told: Vec<_> =
        found.mailboxes.iter().map(|of| (of.mailbox.to_string(), of.found.all.len())).collect();
    same(told, vec![(one.clone(), 1), (two, 1)])?;
    same(found.mailboxes[0].found.all.clone(), set(&[uids[2]]))?;
    let counted = SearchReturn::new().count().max();
    let found = mailbox.search_in_for(sources, &SearchQuery::subject("number"), counted).await?;
    let first = found.mailboxes.first().ok_or("nothing was found")?;
    same((first.found.count, first.found.max), (Some(5), uids.last().copied()))?;
    // The mailbox that is selected stays so, and is searched by default.
    let found = mailbox.search_in(SearchSources::selected(), &SearchQuery::all()).await?;
    same(found.mailboxes.len(), 1)?;
    same(mailbox.search(&SearchQuery::all()).await?.len(), 1)?;
    Ok(client.logout().await?)
}

async fn newest(scene: &Scene) -> Result<()> {
    let (mut client, name, uids) = filled(scene, "partial").await?;
    let mut mailbox = client.select(&*name).await?;
    let mut range = PartialRange::from_end(1, 2)?;
    for found in [&uids[3..], &uids[1..3], &uids[..1], &[]] {
        let page = mailbox.search_page(&SearchQuery::all(), range).await?;
        same(page.found, set(found))?;
        range = range.next().ok_or("no range")?;
    }
    let page = mailbox.search_page(&SearchQuery::all(), PartialRange::from_start(2, 3)?).await?;
    same(page.found, set(&uids[1..3]))?;
    Ok(client.logout().await?)
}

async fn part_of_fetch(scene: &Scene) -> Result<()> {
    let (mut client, name, uids) = filled(scene, "partial-fetch").await?;
    let mut mailbox = client.select(&*name).await?;
    for (range, wanted) in [
        (PartialRange::from_end(1, 2)?, &uids[3..]),
        (PartialRange::from_start(2, 4)?, &uids[1..4]),
        (PartialRange::from_start(6, 9)?, &[]),
    ] {
        let modifiers = FetchModifiers::new().partial(range);
        let rows = mailbox.fetch_with(SequenceSet::all(), FetchItems::new().uid().flags(), modifiers)?;
        let rows = rows.collect().await?;
        same(rows.iter().filter_map(|row| row.uid()).collect::<UidSet>(), set(wanted))?;
    }
    Ok(client.logout().await?)
}

async fn limited(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let limit = client.capabilities().and_then(|all| all.message_limit()).ok_or("no limit")?;
    let texts: Vec<String> = (0..2 * limit + 3).map(|number| short(&format!("of many {number}"))).collect();
    let texts: Vec<_> = texts.iter().map(|text| text.as_bytes()).collect();
    let (name, uids) = scene.filled(&mut client, "messagelimit", &texts).await?;
    let (target, _) = scene.filled(&mut client, "messagelimit-copies", &[]).await?;
    let mut mailbox = client.select(&*name).await?;
    let all = set(&uids);
    same(mailbox.search(&SearchQuery::all()).await?, all.clone())?;
    let rows = mailbox.fetch(SequenceSet::all(), FetchItems::new().flags())?.collect().await?;
    same(rows.iter().filter_map(|row| row.uid()).collect::<UidSet>(), all.clone())?;
    mailbox.add_flags(SequenceSet::all(), [Flag::Seen]).await?;
    same(mailbox.search(&SearchQuery::seen()).await?, all.clone())?;
    let copies = mailbox.copy(SequenceSet::all(), &*target).await?;
    same(copies.iter().map(|copy| copy.source.len()).sum::<u64>(), all.len())?;
    let middle = uids[uids.len() / 2];
    let bounded = mailbox.search(&SearchQuery::uid_after(middle)).await?;
    same(bounded.first(), uids.get(uids.len() / 2 + 1).copied())?;
    let counted = mailbox.search_for(&SearchQuery::all(), SearchReturn::new().count()).await?;
    ensure(counted.message_limit.is_some(), || format!("taken for whole: {counted:?}"))?;
    mailbox.add_flags(SequenceSet::all(), [Flag::Deleted]).await?;
    same(mailbox.expunge(SequenceSet::all()).await?.numbers.len() as u64, all.len())?;
    Ok(client.logout().await?)
}
